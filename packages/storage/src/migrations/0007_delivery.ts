import { type Kysely, sql } from 'kysely';

/** Delivery risk: more of a project's registration, and dated facts beside its reports. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

/** The exact range of a double, never below zero. */
const AMOUNT = (column: string): string => `${column} bigint check (${column} between 0 and 9007199254740991)`;

const STATEMENTS = [
  `alter table project add column promoted_name text, add column permit_no text, add column escrow_bank text`,

  `create table project_notice (
     jurisdiction text collate "C" not null,
     known_from timestamptz not null,
     row_hash uuid not null,
     batch_id bigint not null,
     line int not null,
     simulated boolean not null,
     open_from text not null,
     notice_no text collate "C" not null,
     project_no text collate "C" not null,
     date date not null,
     kind text not null,
     ${['amount_fen', 'count'].map(AMOUNT).join(',\n     ')},
     document text,
     primary key (jurisdiction, notice_no, known_from, row_hash)
   )`,
  `create index project_notice_batch on project_notice using brin (batch_id)`,
  `create index project_notice_project on project_notice (jurisdiction, project_no)`,

  `create or replace view row_ledger as
     select b.id as batch_id, b.total, b.accepted, b.warned, b.quarantined, b.duplicate,
       (select count(*) from sales_observation o where o.batch_id = b.id)
         + (select count(*) from inventory_observation o where o.batch_id = b.id)
         + (select count(*) from contract_observation o where o.batch_id = b.id)
         + (select count(*) from land_entry o where o.batch_id = b.id)
         + (select count(*) from project o where o.batch_id = b.id)
         + (select count(*) from project_report o where o.batch_id = b.id)
         + (select count(*) from plan_progress o where o.batch_id = b.id)
         + (select count(*) from project_notice o where o.batch_id = b.id) as observations,
       (select count(*) from held_row h where h.batch_id = b.id) as held,
       (select count(*) from batch_row r where r.batch_id = b.id and r.outcome = 'warned') as warned_rows,
       (select count(*) from batch_row r where r.batch_id = b.id and r.outcome = 'quarantined') as quarantined_rows,
       (select count(*) from batch_row r where r.batch_id = b.id and r.outcome = 'duplicate') as duplicate_rows
     from batch b`,
];
