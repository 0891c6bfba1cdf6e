import type { FeedName } from '@quhua/core';
import { sql } from 'kysely';
import type { Db } from './database.ts';
import { FEED_TABLES } from './feed-tables.ts';
import { knownTo, type ProjectsRequest, type Traced } from './projects.ts';

/** A version of a project's registration. */
export type ProjectVersion = Traced & {
  readonly name: string;
  readonly promotedName: string | null;
  readonly developer: string | null;
  readonly contractDeliveryOn: string | null;
  readonly knownFrom: Date;
};

/** Every version of one project's registration that was not withdrawn by then, oldest first: what it was called, and when that was known. */
export async function listProjectVersions(
  db: Db,
  request: Omit<ProjectsRequest, 'projectNos'> & { readonly projectNo: string },
): Promise<ProjectVersion[]> {
  const { projectNo, ...all } = request;
  const { rows } = await sql<ProjectVersion>`
    select o.name, o.promoted_name as "promotedName", o.developer, o.contract_delivery_on as "contractDeliveryOn",
      o.known_from as "knownFrom", o.batch_id as "batchId", o.line, o.simulated
    from project o where ${knownTo({ ...all, projectNos: [projectNo] })} order by o.known_from, o.row_hash
  `.execute(db);
  return rows;
}

/** Numbers that reports, notices or schedules speak of, listed or not. Shapes: in their order. */
export async function listReportedProjects(db: Db, request: Omit<ProjectsRequest, 'projectNos'>): Promise<string[]> {
  const { rows } = await sql<{ readonly projectNo: string }>`
    select distinct o.project_no as "projectNo" from (
      select jurisdiction, project_no, known_from, batch_id from project_report
      union all select jurisdiction, project_no, known_from, batch_id from project_notice
      union all select jurisdiction, project_no, known_from, batch_id from project_schedule
    ) o where ${knownTo(request)} order by o.project_no
  `.execute(db);
  return rows.map(({ projectNo }) => projectNo);
}

const FEEDS_OF_PROJECTS = [
  'projects',
  'project-reports',
  'project-notices',
  'project-schedule',
] as const satisfies readonly FeedName[];
export type ProjectFeed = (typeof FEEDS_OF_PROJECTS)[number];

/** Whether a feed says something of guaranteed-delivery projects. */
export function isProjectFeed(feed: FeedName | null): feed is ProjectFeed {
  return FEEDS_OF_PROJECTS.some((one) => one === feed);
}

/** The projects that rows of a batch speak of, withdrawn or not; a notice that it took from another project speaks of that one too. */
export async function listBatchProjects(db: Db, feed: ProjectFeed, batchId: number): Promise<string[]> {
  const table = sql.table(FEED_TABLES[feed].table);
  const left =
    feed === 'project-notices'
      ? sql`union select p.project_no from project_notice p join project_notice o using (jurisdiction, notice_no) where o.batch_id = ${batchId}`
      : sql``;
  const { rows } = await sql<{ readonly project_no: string }>`
    select distinct o.project_no from ${table} o where o.batch_id = ${batchId} ${left} order by 1
  `.execute(db);
  return rows.map(({ project_no }) => project_no);
}
