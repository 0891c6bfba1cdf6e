import type { Month, MonthlyFeed, RowReason } from '@quhua/core';
import { sql } from 'kysely';
import type { Db } from './database.ts';
import { FEED_TABLES, withdrawnBy } from './feed-tables.ts';

export type WarningsRequest = {
  readonly jurisdiction: string;
  readonly regionIds: readonly number[];
  readonly from: Month;
  readonly to: Month;
  readonly asOf: Date;
};

export type WarnedMonth = {
  readonly regionId: number;
  readonly feed: MonthlyFeed;
  readonly month: Month;
  readonly fileName: string;
  readonly reasons: readonly RowReason[];
};

/** What a report must hold to be the one that is assessed. */
const NEEDED: Readonly<Record<MonthlyFeed, readonly string[]>> = {
  sales: ['signed_centisqm', 'cancelled_centisqm'],
  inventory: ['presale_unsold_centisqm', 'completed_unsold_centisqm'],
};

/**
 * What was said of the figures that were in force at `asOf`: reasons of warned rows whose observation nothing newer has
 * replaced and no withdrawal has taken back.
 *
 * Shapes: by region, feed and month. Concurrency: reads only; costs one look where no file was ever warned.
 */
export async function listWarnings(db: Db, request: WarningsRequest): Promise<WarnedMonth[]> {
  const { jurisdiction, regionIds, asOf } = request;
  if (regionIds.length === 0) return [];
  const { rows } = await sql<{ id: number; feed: MonthlyFeed }>`
    select id, feed from batch
    where jurisdiction = ${jurisdiction} and warned > 0 and feed = any(${Object.keys(NEEDED)}::text[]) and known_from <= ${asOf}
  `.execute(db);
  const found: WarnedMonth[] = [];
  for (const feed of ['inventory', 'sales'] as const) {
    const batches = rows.filter((row) => row.feed === feed).map(({ id }) => id);
    if (batches.length > 0) found.push(...(await listOfFeed(db, feed, { ...request, batches })));
  }
  return found;
}

type OfFeed = WarningsRequest & { readonly batches: readonly number[] };

async function listOfFeed(db: Db, feed: MonthlyFeed, { regionIds, from, to, asOf, batches }: OfFeed) {
  const { table } = FEED_TABLES[feed];
  const complete = (alias: string) => sql.raw(NEEDED[feed].map((name) => `${alias}.${name} is not null`).join(' and '));
  const { rows } = await sql<{ region_id: number; month: Month; file_name: string; reasons: RowReason[] }>`
    select n.region_id, n.month, b.file_name, r.reasons
    from ${sql.table(table)} n
    join batch_row r on r.batch_id = n.batch_id and r.line = n.line and r.outcome = 'warned'
    join batch b on b.id = n.batch_id
    where n.region_id = any(${regionIds}::int[]) and n.month between ${from} and ${to} and n.batch_id = any(${batches}::bigint[])
      and not n.period_open and ${complete('n')} and n.row_hash = (
        select o.row_hash from ${sql.table(table)} o
        where o.region_id = n.region_id and o.month = n.month and not o.period_open and ${complete('o')}
          and o.known_from <= ${asOf} and not ${withdrawnBy(asOf)}
        order by o.known_from desc, o.row_hash desc limit 1
      ) and n.known_from = (
        select max(o.known_from) from ${sql.table(table)} o
        where o.region_id = n.region_id and o.month = n.month and not o.period_open and ${complete('o')}
          and o.known_from <= ${asOf} and not ${withdrawnBy(asOf)}
      )
    order by n.region_id, n.month
  `.execute(db);
  return rows.map((row) => ({
    regionId: row.region_id,
    feed,
    month: row.month,
    fileName: row.file_name,
    reasons: row.reasons,
  }));
}
