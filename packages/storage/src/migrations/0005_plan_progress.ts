import { type Kysely, sql } from 'kysely';

/** What of a year's housing plan is done, as units report it: cumulative since 1 January. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

/** The exact range of a double, never below zero. */
const AMOUNT = (column: string): string => `${column} bigint check (${column} between 0 and 9007199254740991)`;

const STATEMENTS = [
  `create table plan_progress (
     jurisdiction text collate "C" not null,
     region_id int not null,
     known_from timestamptz not null,
     row_hash uuid not null,
     batch_id bigint not null,
     line int not null,
     simulated boolean not null,
     open_from text not null,
     item text collate "C" not null,
     report_date date not null,
     ${['done_units', 'done_centisqm', 'done_land_sqm'].map(AMOUNT).join(',\n     ')},
     primary key (jurisdiction, region_id, item, report_date, known_from, row_hash)
   )`,
  `create index plan_progress_batch on plan_progress using brin (batch_id)`,

  `create or replace view row_ledger as
     select b.id as batch_id, b.total, b.accepted, b.warned, b.quarantined, b.duplicate,
       (select count(*) from sales_observation o where o.batch_id = b.id)
         + (select count(*) from inventory_observation o where o.batch_id = b.id)
         + (select count(*) from contract_observation o where o.batch_id = b.id)
         + (select count(*) from land_entry o where o.batch_id = b.id)
         + (select count(*) from project o where o.batch_id = b.id)
         + (select count(*) from project_report o where o.batch_id = b.id)
         + (select count(*) from plan_progress o where o.batch_id = b.id) as observations,
       (select count(*) from held_row h where h.batch_id = b.id) as held,
       (select count(*) from batch_row r where r.batch_id = b.id and r.outcome = 'warned') as warned_rows,
       (select count(*) from batch_row r where r.batch_id = b.id and r.outcome = 'quarantined') as quarantined_rows,
       (select count(*) from batch_row r where r.batch_id = b.id and r.outcome = 'duplicate') as duplicate_rows
     from batch b`,
];
