import { type Kysely, sql } from 'kysely';

/** What people said of a project's case: append-only, the newest word holds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table project_case (
     id bigint generated always as identity primary key,
     jurisdiction text collate "C" not null,
     project_no text collate "C" not null,
     state text not null check (state in ('supervised', 'delivered', 'defused', 'automatic')),
     on_day date not null,
     at timestamptz not null,
     by_person text not null,
     reason text not null check (reason <> ''),
     document text
   )`,
  `create index project_case_project on project_case (jurisdiction, project_no, id)`,
];
