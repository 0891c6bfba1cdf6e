import type { Month, MonthlyFeed } from '@quhua/core';
import { sql } from 'kysely';
import type { Db } from './database.ts';
import { FEED_TABLES, withdrawnBy } from './feed-tables.ts';

export type HistoryRequest = {
  readonly feed: MonthlyFeed;
  readonly regionIds: readonly number[];
  readonly from: Month;
  readonly to: Month;
  /** What became known at this instant or later is left out: two files of one instant do not see each other. */
  readonly before: Date;
};

/** Figures of one unit and month, in the order of the feed's columns; null is missing. */
export type HistoryMonth = { readonly month: Month; readonly figures: readonly (number | null)[] };

/**
 * What was known before an instant of units' months, newest revision of each, months that were over then only.
 *
 * Shapes: by region; one row a unit crosses the wire, a country's two years are some thousand of them.
 * Concurrency: one statement; reads only.
 */
export async function* listFigureHistory(
  db: Db,
  { feed, regionIds, from, to, before }: HistoryRequest,
): AsyncGenerator<{ readonly regionId: number; readonly months: readonly HistoryMonth[] }> {
  const { table, columns } = FEED_TABLES[feed];
  const names = columns.map(({ name }) => name);
  const text = sql.raw(['month', ...names.map((name) => `coalesce(${name}::text, '')`)].join(` || ',' || `));
  const { rows } = await sql<{ region_id: number; history: string }>`
    select region_id, string_agg(${text}, ';') as history
    from (
      select distinct on (o.region_id, o.month) o.region_id, o.month, ${sql.raw(names.map((name) => `o.${name}`).join(', '))}
      from ${sql.table(table)} o
      where o.region_id = any(${regionIds}::int[]) and o.month between ${from} and ${to}
        and not o.period_open and o.known_from < ${before} and not ${withdrawnBy(before)}
      order by o.region_id, o.month, o.known_from desc, o.row_hash desc
    ) newest
    group by region_id
  `.execute(db);
  for (const { region_id: regionId, history } of rows) yield { regionId, months: history.split(';').map(toMonth) };
}

function toMonth(line: string): HistoryMonth {
  const [month = '', ...cells] = line.split(',');
  return { month, figures: cells.map((cell) => (cell === '' ? null : Number(cell))) }; // safe: a safe integer by the column's check
}

/**
 * Net sales of units before a month: what was signed less what was cancelled, of all that was known before an instant.
 *
 * Units: centisqm. Missing: units without any are left out.
 */
export async function listEarlierNetSales(
  db: Db,
  { regionIds, from, before }: Pick<HistoryRequest, 'regionIds' | 'from' | 'before'>,
): Promise<Map<number, number>> {
  const { rows } = await sql<{ region_id: number; net: number }>`
    select region_id, sum(signed_centisqm - cancelled_centisqm)::bigint as net
    from (
      select distinct on (o.region_id, o.month) o.region_id, o.signed_centisqm, o.cancelled_centisqm
      from sales_observation o
      where o.region_id = any(${regionIds}::int[]) and o.month < ${from}
        and not o.period_open and o.known_from < ${before} and not ${withdrawnBy(before)}
      order by o.region_id, o.month, o.known_from desc, o.row_hash desc
    ) newest
    group by region_id having sum(signed_centisqm - cancelled_centisqm) is not null
  `.execute(db);
  return new Map(rows.map((row) => [row.region_id, row.net]));
}
