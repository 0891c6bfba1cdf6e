import type { PermittedMonth, ProgressReport, ProjectState } from '@quhua/core';
import { sql } from 'kysely';
import type { Db } from './database.ts';
import { withdrawnBy } from './feed-tables.ts';

/** A part of a year, both days included, as known at an instant. */
export type DoneRequest = {
  readonly jurisdiction: string;
  readonly from: string;
  readonly to: string;
  readonly asOf: Date;
};

/**
 * Areas newly permitted for presale in months of a period, the newest report of each that gives the figure.
 *
 * Missing: months that nobody reported, whose reports leave the figure out, or that were not over when they were reported.
 */
export async function listPermitted(db: Db, { jurisdiction, from, to, asOf }: DoneRequest): Promise<PermittedMonth[]> {
  const { rows } = await sql<PermittedMonth>`
    select distinct on (o.region_id, o.month) r.code as "regionCode", o.month, o.newly_permitted_centisqm as centisqm, o.simulated
    from region r join inventory_observation o on o.region_id = r.id
    where r.jurisdiction = ${jurisdiction} and o.month between ${from.slice(0, 7)} and ${to.slice(0, 7)}
      and o.newly_permitted_centisqm is not null and not o.period_open and o.known_from <= ${asOf} and not ${withdrawnBy(asOf)}
    order by o.region_id, o.month, o.known_from desc, o.row_hash desc
  `.execute(db);
  return rows;
}

/** What units reported of the year's plan in a period: the newest version of each report. Shapes: by unit, item and day. */
export async function listPlanProgress(
  db: Db,
  { jurisdiction, from, to, asOf }: DoneRequest,
): Promise<ProgressReport[]> {
  const { rows } = await sql<Omit<ProgressReport, 'knownFrom'> & { readonly knownFrom: Date }>`
    select p.*, r.code as "regionCode" from (
      select distinct on (o.region_id, o.item, o.report_date) o.region_id, o.item, o.report_date as "reportedOn",
        o.done_units as units, o.done_centisqm as centisqm, o.done_land_sqm as sqm, o.known_from as "knownFrom", o.simulated
      from plan_progress o
      where o.jurisdiction = ${jurisdiction} and o.report_date between ${from}::date and ${to}::date
        and o.known_from <= ${asOf} and not ${withdrawnBy(asOf)}
      order by o.region_id, o.item, o.report_date, o.known_from desc, o.row_hash desc
    ) p join region r on r.id = p.region_id
    order by r.code collate "C", p.item, p."reportedOn"
  `.execute(db);
  return rows.map(({ regionCode, item, reportedOn, units, centisqm, sqm, knownFrom, simulated }) => {
    return { regionCode, item, reportedOn, units, centisqm, sqm, knownFrom: knownFrom.toISOString(), simulated };
  });
}

/**
 * Projects on the list, each with its newest report up to a day that says whether completion is filed.
 *
 * Missing: `reportedOn` null without any such report; a project that reports and is not listed is not there.
 */
export async function listProjectStates(
  db: Db,
  { jurisdiction, to, asOf }: Omit<DoneRequest, 'from'>,
): Promise<ProjectState[]> {
  const known = sql`o.jurisdiction = ${jurisdiction} and o.known_from <= ${asOf} and not ${withdrawnBy(asOf)}`;
  const { rows } = await sql<ProjectState>`
    with listed as (
      select distinct on (o.project_no) o.project_no, o.region_id, o.simulated, o.merged_into from project o
      where ${known} order by o.project_no, o.known_from desc, o.row_hash desc
    ), report as (
      select distinct on (o.project_no, o.report_date) o.project_no, o.report_date, o.completion_filed, o.simulated
      from project_report o where ${known} and o.report_date <= ${to}::date
      order by o.project_no, o.report_date, o.known_from desc, o.row_hash desc
    ), newest as (
      select distinct on (project_no) * from report where completion_filed is not null order by project_no, report_date desc
    )
    select l.project_no as "projectNo", r.code as "regionCode", n.report_date as "reportedOn",
      coalesce(n.completion_filed = 1, false) as completed, l.simulated or coalesce(n.simulated, false) as simulated
    from listed l join region r on r.id = l.region_id left join newest n on n.project_no = l.project_no
    where l.merged_into is null -- it is counted under the number under which it goes on
    order by l.project_no
  `.execute(db);
  return rows;
}

/** When the newest part of the land ledger became known; null without any. */
export async function findLandKnown(db: Db, jurisdiction: string, asOf: Date): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select max(o.known_from) as at from land_entry o
    where o.jurisdiction = ${jurisdiction} and o.known_from <= ${asOf} and not ${withdrawnBy(asOf)}
  `.execute(db);
  return rows[0]?.at ?? null;
}
