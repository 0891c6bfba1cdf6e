import { type Kysely, sql } from 'kysely';
import { recordTable, rowLedger } from './record-tables.ts';

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

  rowLedger(['contract_observation', 'land_entry', 'project', 'project_report']),
];
