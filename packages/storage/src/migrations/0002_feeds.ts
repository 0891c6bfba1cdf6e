import { type Kysely, sql } from 'kysely';

/** Feeds of records: contracts, land, projects and their reports; held rows of any feed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

/** The exact range of a double: everything that reads these numbers can hold them. */
const SAFE = (column: string): string => `${column} bigint check (abs(${column}) <= 9007199254740991)`;
const FLAG = (column: string): string => `${column} smallint check (${column} in (0, 1))`;
/** Compared byte by byte: half the time of a language's order, and the order of the canonical text. */
const KEY = (column: string): string => `${column} text collate "C" not null`;

const STATEMENTS = [
  ...recordTable({
    name: 'contract_observation',
    key: ['contract_no'],
    region: true,
    columns: [
      KEY('contract_no'),
      'project text',
      'signed_on date not null',
      'cancelled_on date',
      `${SAFE('area_centisqm')} not null`,
      SAFE('price_total_fen'),
    ],
  }),
  // A unit's contracts by the months that their events fall into.
  `create index contract_observation_signed on contract_observation (region_id, signed_on)`,
  `create index contract_observation_cancelled on contract_observation (region_id, cancelled_on) where cancelled_on is not null`,

  ...recordTable({
    name: 'land_entry',
    key: ['entry_no'],
    region: true,
    columns: [
      KEY('entry_no'),
      'kind text not null',
      'parcel_no text not null',
      'land_use text not null',
      `${SAFE('area_sqm')} not null`,
      'date date not null',
    ],
  }),
  `create index land_entry_region on land_entry (region_id, date)`,

  ...recordTable({
    name: 'project',
    key: ['project_no'],
    region: true,
    columns: [
      KEY('project_no'),
      'name text not null',
      'developer text',
      ...['buildings', 'total_units', 'households_sold'].map(SAFE),
      'contract_delivery_on date',
      ...['whitelist_approved_fen', 'whitelist_disbursed_fen', 'guarantee_amount_fen'].map(SAFE),
    ],
  }),

  ...recordTable({
    name: 'project_report',
    key: ['project_no', 'report_date'],
    region: false,
    columns: [
      KEY('project_no'),
      'report_date date not null',
      ...[
        'physical_progress_bp',
        'planned_progress_bp',
        'escrow_balance_fen',
        'escrow_required_fen',
        'guarantee_amount_fen',
        'unpaid_buyer_money_fen',
        'cost_to_complete_fen',
        'idle_days',
        'petitions_30d',
      ].map(SAFE),
      FLAG('account_frozen'),
      FLAG('completion_filed'),
      SAFE('households_delivered'),
    ],
  }),

  // Checked values of any feed, as text in the order of the feed's columns: they get their types where they are taken in.
  `alter table held_row alter column region_id drop not null, alter column month drop not null, add column row_values text[]`,
  `update held_row set row_values = figures::text[]`,
  `alter table held_row alter column row_values set not null, drop column figures`,

  `create or replace view row_ledger as
     select b.id as batch_id, b.total, b.accepted, b.warned, b.quarantined, b.duplicate,
       (select count(*) from sales_observation o where o.batch_id = b.id)
         + (select count(*) from inventory_observation o where o.batch_id = b.id)
         + (select count(*) from contract_observation o where o.batch_id = b.id)
         + (select count(*) from land_entry o where o.batch_id = b.id)
         + (select count(*) from project o where o.batch_id = b.id)
         + (select count(*) from project_report o where o.batch_id = b.id) as observations,
       (select count(*) from held_row h where h.batch_id = b.id) as held,
       (select count(*) from batch_row r where r.batch_id = b.id and r.outcome = 'warned') as warned_rows,
       (select count(*) from batch_row r where r.batch_id = b.id and r.outcome = 'quarantined') as quarantined_rows,
       (select count(*) from batch_row r where r.batch_id = b.id and r.outcome = 'duplicate') as duplicate_rows
     from batch b`,
];

type RecordTable = {
  readonly name: string;
  readonly key: readonly string[];
  readonly region: boolean;
  readonly columns: readonly string[];
};

/**
 * Append-only and bitemporal, as the tables of monthly feeds, and without foreign keys for the same reason. A record is
 * known by its own number within the jurisdiction; `open_from` is the first month that was not over when it became known.
 */
function recordTable({ name, key, region, columns }: RecordTable): string[] {
  return [
    `create table ${name} (
       jurisdiction text collate "C" not null,
       ${region ? 'region_id int not null,' : ''}
       known_from timestamptz not null,
       row_hash uuid not null,
       batch_id bigint not null,
       line int not null,
       simulated boolean not null,
       open_from text not null,
       ${columns.join(',\n       ')},
       primary key (jurisdiction, ${key.join(', ')}, known_from, row_hash)
     )`,
    `create index ${name}_batch on ${name} using brin (batch_id)`,
  ];
}
