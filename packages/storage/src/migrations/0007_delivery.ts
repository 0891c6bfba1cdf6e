import { type Kysely, sql } from 'kysely';
import { amount, recordTable, rowLedger } from './record-tables.ts';

/** Delivery risk: more of a project's registration, and dated facts beside its reports. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table project add column promoted_name text, add column permit_no text, add column escrow_bank text`,

  ...recordTable({
    name: 'project_notice',
    key: ['notice_no'],
    region: false,
    columns: [
      'notice_no text collate "C" not null',
      'project_no text collate "C" not null',
      'date date not null',
      'kind text not null',
      ...['amount_fen', 'count'].map(amount),
      'document text',
    ],
  }),
  `create index project_notice_project on project_notice (jurisdiction, project_no)`,
  rowLedger(['contract_observation', 'land_entry', 'project', 'project_report', 'plan_progress', 'project_notice']),
];
