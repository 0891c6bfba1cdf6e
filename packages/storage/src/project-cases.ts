import type { CaseEvent } from '@quhua/core';
import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';
import type { ProjectsRequest } from './projects.ts';

/** A person's word about a project, as stored. */
export type StoredCase = CaseEvent & { readonly id: number; readonly at: Date };

/** What people said of projects up to an instant. Shapes: by project number; a project's words in the order in which they were said. */
export async function listProjectCases(
  db: Db,
  { jurisdiction, asOf, projectNos }: ProjectsRequest,
): Promise<Map<string, StoredCase[]>> {
  const known = asOf === null ? sql`true` : sql`at <= ${asOf}`;
  const among = projectNos === undefined ? sql`true` : sql`project_no = any(${projectNos}::text[])`;
  const { rows } = await sql<StoredCase & { readonly projectNo: string }>`
    select id, project_no as "projectNo", state, on_day as "on", at, by_person as "by", reason, document
    from project_case where jurisdiction = ${jurisdiction} and ${known} and ${among} order by project_no, id
  `.execute(db);
  const found = new Map<string, StoredCase[]>();
  for (const { projectNo, ...one } of rows) {
    const list = found.get(projectNo) ?? [];
    list.push(one);
    found.set(projectNo, list);
  }
  return found;
}

export type NewCase = CaseEvent & { readonly jurisdiction: string; readonly projectNo: string; readonly at: Date };

/** Keeps a person's word. Concurrency: the caller holds the projects (`lockProjects`). */
export async function saveProjectCase({ sql: db }: Tx, word: NewCase): Promise<void> {
  const { jurisdiction, projectNo, state, on, at, by, reason, document } = word;
  await sql`
    insert into project_case (jurisdiction, project_no, state, on_day, at, by_person, reason, document)
    values (${jurisdiction}, ${projectNo}, ${state}, ${on}, ${at}, ${by}, ${reason}, ${document})
  `.execute(db);
}

/** Holds the projects of a jurisdiction until the end of the transaction: their alerts and words are changed by one at a time. */
export async function lockProjects({ sql: db }: Tx, jurisdiction: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`projects/${jurisdiction}`}, 0))`.execute(db);
}
