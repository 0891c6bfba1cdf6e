import { type Kysely, sql } from 'kysely';
import { amount, recordTable, rowLedger } from './record-tables.ts';

/** What was agreed of a project beforehand, and the rest of its registration. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table project add column whitelist_state text, add column guarantee_no text, add column merged_into text collate "C"`,

  ...recordTable({
    name: 'project_schedule',
    key: ['project_no', 'kind', 'item'],
    region: false,
    columns: [
      'project_no text collate "C" not null',
      'kind text collate "C" not null',
      'item text collate "C" not null',
      'date date',
      'progress_bp bigint check (progress_bp between 0 and 10000)',
      ...['amount_fen', 'count'].map(amount),
      'document text',
    ],
  }),
  rowLedger([
    ...['contract_observation', 'land_entry', 'project', 'project_report', 'plan_progress', 'project_notice'],
    'project_schedule',
  ]),
];
