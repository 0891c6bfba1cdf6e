import type { FeedName, Month } from '@quhua/core';
import { sql } from 'kysely';
import type { Db } from './database.ts';
import { FEED_TABLES, withdrawnBy } from './feed-tables.ts';

export type ReportRequest = { readonly jurisdiction: string; readonly feed: FeedName; readonly month: Month };

/** Codes of the regions of which a feed's month is known. */
export async function listReported(db: Db, { jurisdiction, feed, month }: ReportRequest): Promise<Set<string>> {
  const { rows } = await sql<{ code: string }>`
    select distinct r.code from region r join ${sql.table(FEED_TABLES[feed].table)} o on o.region_id = r.id
    where r.jurisdiction = ${jurisdiction} and o.month = ${month} and not o.period_open and not ${withdrawnBy(null)}
  `.execute(db);
  return new Set(rows.map((row) => row.code));
}

/** Whether anything was ever received of a feed. */
export async function hasReported(db: Db, jurisdiction: string, feed: FeedName): Promise<boolean> {
  const row = await db
    .selectFrom('feed_state')
    .select('feed')
    .where('jurisdiction', '=', jurisdiction)
    .where('feed', '=', feed)
    .executeTakeFirst();
  return row !== undefined;
}
