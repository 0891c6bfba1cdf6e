import { type Kysely, sql } from 'kysely';
import { amount, recordTable, rowLedger } from './record-tables.ts';

/** What of a year's housing plan is done, as units report it: cumulative since 1 January. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  ...recordTable({
    name: 'plan_progress',
    key: ['region_id', 'item', 'report_date'],
    region: true,
    columns: [
      'item text collate "C" not null',
      'report_date date not null',
      ...['done_units', 'done_centisqm', 'done_land_sqm'].map(amount),
    ],
  }),
  rowLedger(['contract_observation', 'land_entry', 'project', 'project_report', 'plan_progress']),
];
