import type { FeedName, Month, MonthlyFeed } from '@quhua/core';
import { sql } from 'kysely';
import type { Db } from './database.ts';
import { FEED_TABLES, withdrawnBy } from './feed-tables.ts';

/** Figures without which a month is no report for an assessment. */
const NEEDED: Readonly<Record<MonthlyFeed, readonly string[]>> = {
  sales: ['signed_centisqm', 'cancelled_centisqm'],
  inventory: ['presale_unsold_centisqm', 'completed_unsold_centisqm'],
};

export type ReportsRequest = {
  readonly jurisdiction: string;
  readonly feed: MonthlyFeed;
  readonly from: Month;
  /** Stock by the broad definition needs the unpermitted area too. */
  readonly broad: boolean;
};

export type ReportedMonths = {
  readonly complete: readonly Month[];
  /** Reported, and a needed figure is missing. */
  readonly partial: readonly Month[];
  /** When the newest of them became known. */
  readonly lastKnown: Date;
};

/** Which months are known of each unit, by its code. Missing: a unit that reported nothing since `from`. */
export async function listReportedMonths(
  db: Db,
  { jurisdiction, feed, from, broad }: ReportsRequest,
): Promise<Map<string, ReportedMonths>> {
  const needed = [...NEEDED[feed], ...(feed === 'inventory' && broad ? ['unpermitted_centisqm'] : [])];
  const whole = sql.raw(needed.map((name) => `o.${name} is not null`).join(' and '));
  const { rows } = await sql<{ code: string; complete: string[]; partial: string[]; last_known: Date }>`
    with newest as (
      select distinct on (o.region_id, o.month) r.code, o.month, o.known_from, (${whole}) as whole
      from region r join ${sql.table(FEED_TABLES[feed].table)} o on o.region_id = r.id
      where r.jurisdiction = ${jurisdiction} and o.month >= ${from} and not o.period_open and not ${withdrawnBy(null)}
      order by o.region_id, o.month, o.known_from desc, o.row_hash desc
    )
    select code, coalesce(array_agg(month order by month) filter (where whole), '{}') as complete,
      coalesce(array_agg(month order by month) filter (where not whole), '{}') as partial, max(known_from) as last_known
    from newest group by code
  `.execute(db);
  return new Map(
    rows.map(({ code, complete, partial, last_known }) => [code, { complete, partial, lastKnown: last_known }]),
  );
}

/**
 * Which months the reports on projects speak of, by the code of the projects' region; partial where one of its projects
 * is missing. A report of the first half of a month speaks of the month before; a completed project owes none.
 *
 * Missing: a region that has no project on the list, and one of which nothing was reported since `from`: an entry of no months.
 */
export async function listProjectReportMonths(
  db: Db,
  jurisdiction: string,
  from: Month,
): Promise<Map<string, ReportedMonths>> {
  const { rows } = await sql<{ code: string; complete: string[]; partial: string[]; last_known: Date | null }>`
    with report as (
      select o.project_no, to_char(o.report_date - 15, 'YYYY-MM') as month, o.known_from, o.completion_filed
      from project_report o where o.jurisdiction = ${jurisdiction} and not ${withdrawnBy(null)}
    ), listed as (
      select distinct on (o.project_no) o.project_no, o.region_id from project o
      where o.jurisdiction = ${jurisdiction} and not ${withdrawnBy(null)}
      order by o.project_no, o.known_from desc, o.row_hash desc
    ), owing as (
      select l.*, count(*) over (partition by l.region_id) as projects from listed l
      where not exists (select 1 from report q where q.project_no = l.project_no and q.completion_filed = 1)
    ), months as (
      select w.region_id, w.projects, q.month, count(distinct q.project_no) as reported, max(q.known_from) as known_from
      from owing w left join report q on q.project_no = w.project_no and q.month >= ${from}
      group by w.region_id, w.projects, q.month
    )
    select r.code, coalesce(array_agg(m.month order by m.month) filter (where m.month is not null and reported = projects), '{}') as complete,
      coalesce(array_agg(m.month order by m.month) filter (where m.month is not null and reported < projects), '{}') as partial,
      max(m.known_from) as last_known
    from months m join region r on r.id = m.region_id group by r.code
  `.execute(db);
  return new Map(
    rows.map(({ code, complete, partial, last_known }) => [
      code,
      { complete, partial, lastKnown: last_known ?? new Date(0) },
    ]),
  );
}

/** When the newest file of each feed that was taken in became known. Missing: feeds of which none was. */
export async function listArrivals(db: Db, jurisdiction: string): Promise<Map<FeedName, Date>> {
  const { rows } = await sql<{ feed: FeedName; at: Date }>`
    select o.feed, max(o.known_from) as at from batch o left join batch_event w on w.batch_id = o.id and w.event = 'withdrawn'
    where o.jurisdiction = ${jurisdiction} and o.status = 'accepted' and o.feed is not null and w.id is null
      and o.accepted + o.warned + o.duplicate > 0
    group by o.feed
  `.execute(db);
  return new Map(rows.map(({ feed, at }) => [feed, at]));
}

/** A file of which something did not become known. */
export type Refused = {
  readonly feed: FeedName | null;
  readonly fileName: string;
  readonly whole: boolean;
  readonly at: Date;
  /** Codes of the regions whose rows are held. */
  readonly held: readonly string[];
  /** Cells of its quarantined rows. */
  readonly quarantined: readonly (readonly string[])[];
};

/** Quarantined rows that are looked into, of all files together. */
const MOST_ROWS = 5_000;

/**
 * Files since then that were refused, are held or had rows quarantined, newest first.
 *
 * Missing: those that were withdrawn, and those of whose name a later one was taken in whole.
 */
export async function listRefused(db: Db, jurisdiction: string, since: Date): Promise<Refused[]> {
  const { rows } = await sql<{
    feed: FeedName | null;
    file_name: string;
    status: string;
    known_from: Date;
    held: string[];
    quarantined: string[][];
  }>`
    with refused as (
      select b.* from batch b left join batch_event w on w.batch_id = b.id and w.event = 'withdrawn'
      where b.jurisdiction = ${jurisdiction} and b.known_from >= ${since} and w.id is null
        and (b.status in ('rejected', 'held') or b.quarantined > 0)
        and not exists (select 1 from batch later where later.jurisdiction = b.jurisdiction
          and later.file_name = b.file_name and later.id > b.id and later.status = 'accepted' and later.quarantined = 0)
    ), cells as (
      select r.batch_id, jsonb_agg(r.raw) as rows from (
        select q.batch_id, q.raw from refused b join batch_row q on q.batch_id = b.id
        where b.status = 'accepted' and q.outcome = 'quarantined' order by q.batch_id desc limit ${MOST_ROWS}
      ) r group by r.batch_id
    )
    select b.feed, b.file_name, b.status, b.known_from, coalesce(c.rows, '[]'::jsonb) as quarantined,
      array(select distinct g.code from held_row h join region g on g.id = h.region_id where h.batch_id = b.id) as held
    from refused b left join cells c on c.batch_id = b.id order by b.known_from desc, b.id desc
  `.execute(db);
  return rows.map((row) => ({
    feed: row.feed,
    fileName: row.file_name,
    whole: row.status !== 'accepted',
    at: row.known_from,
    held: row.held,
    quarantined: row.quarantined,
  }));
}
