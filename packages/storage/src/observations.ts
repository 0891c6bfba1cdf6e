import {
  earlierMonth,
  type FeedName,
  type Month,
  monthIndex,
  monthOf,
  monthRange,
  netSales,
  stockOf,
  type UnitSeries,
} from '@quhua/core';
import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';
import { FEED_TABLES, withdrawnBy } from './feed-tables.ts';

export type MergeInput = {
  readonly feed: FeedName;
  readonly batchId: number;
  readonly jurisdiction: string;
  readonly knownFrom: Date;
  readonly simulated: boolean;
  /** First month that was not over at `knownFrom`: its figures are kept and take no part in assessments. */
  readonly firstOpenMonth: Month;
  /** `stage`: `ingest_stage`. `held`: the batch's rows in `held_row`. */
  readonly source: 'stage' | 'held';
};

/**
 * Turns checked rows into observations and marks what has to be derived again; returns how many were stored.
 *
 * Shapes: a row that says the same of the same key at the same instant as one already there is not stored again.
 * Concurrency: idempotent; waits for an assessment of the same units that is under way.
 */
export async function mergeObservations({ sql: db }: Tx, input: MergeInput): Promise<number> {
  const { feed, batchId, knownFrom, simulated, firstOpenMonth, source } = input;
  const { table, figures } = FEED_TABLES[feed];
  const columns = sql.raw(figures.join(', '));
  const from =
    source === 'stage'
      ? sql`select line, region_id, month, ${columns} from ingest_stage`
      : sql`select line, region_id, month, ${sql.raw(figures.map((name, at) => `figures[${at + 1}] as ${name}`).join(', '))}
            from held_row where batch_id = ${batchId}`;
  const { numAffectedRows } = await sql`
    insert into ${sql.table(table)}
      (region_id, month, known_from, row_hash, batch_id, line, simulated, period_open, ${columns})
    select region_id, month, ${knownFrom}, md5(row(${columns})::text)::uuid, ${batchId}, line, ${simulated},
      month >= ${firstOpenMonth}, ${columns}
    from (${from}) s
    on conflict do nothing
  `.execute(db);
  await markBatchDue(db, input);
  return Number(numAffectedRows ?? 0);
}

/** Units whose visible figures a batch changes have to be derived again from the first month that it changes. */
async function markBatchDue(db: Db, { feed, batchId, jurisdiction }: MergeInput): Promise<void> {
  const { table } = FEED_TABLES[feed];
  await sql`
    with changed as (
      select n.region_id, min(n.month) as month, max(n.month) as latest
      from ${sql.table(table)} n
      where n.batch_id = ${batchId} and not n.period_open and n.row_hash is distinct from (
        select o.row_hash from ${sql.table(table)} o
        where o.region_id = n.region_id and o.month = n.month and o.batch_id <> ${batchId} and not o.period_open
          and not ${withdrawnBy(null)}
        order by o.known_from desc, o.row_hash desc limit 1
      )
      group by n.region_id
    ), state as (
      insert into feed_state (jurisdiction, feed, latest_month)
      select ${jurisdiction}, ${feed}, max(latest) from changed having max(latest) is not null
      on conflict (jurisdiction, feed) do update set latest_month = greatest(feed_state.latest_month, excluded.latest_month)
    )
    insert into assess_due (region_id, month_from) select region_id, month from changed order by region_id
    on conflict (region_id) do update set month_from = least(assess_due.month_from, excluded.month_from)
  `.execute(db);
}

/** Rows of the stage that were already known, to the letter and the instant. */
export async function listStageDuplicates({ sql: db }: Tx, feed: FeedName, batchId: number): Promise<number[]> {
  const { table } = FEED_TABLES[feed];
  const { rows } = await sql<{ line: number }>`
    select s.line from ingest_stage s
    where not exists (select 1 from ${sql.table(table)} o
      where o.region_id = s.region_id and o.month = s.month and o.batch_id = ${batchId} and o.line = s.line)
    order by s.line
  `.execute(db);
  return rows.map((row) => row.line);
}

/**
 * Lines of a batch that say otherwise of a key than another batch of the very same instant. Which of the two is believed
 * is decided by content; that it had to be is worth a warning.
 */
export async function listSameInstant(
  { sql: db }: Tx,
  { feed, batchId, jurisdiction, knownFrom }: MergeInput,
): Promise<number[]> {
  const { table } = FEED_TABLES[feed];
  const twin = await db
    .selectFrom('batch')
    .select('id')
    .where('jurisdiction', '=', jurisdiction)
    .where('feed', '=', feed)
    .where('known_from', '=', knownFrom)
    .where('id', '<>', batchId)
    .limit(1)
    .executeTakeFirst();
  if (twin === undefined) return [];
  const { rows } = await sql<{ line: number }>`
    select n.line from ${sql.table(table)} n
    where n.batch_id = ${batchId} and exists (select 1 from ${sql.table(table)} o
      where o.region_id = n.region_id and o.month = n.month and o.known_from = n.known_from and o.batch_id <> ${batchId}
        and not ${withdrawnBy(null)})
    order by n.line
  `.execute(db);
  return rows.map((row) => row.line);
}

/** Takes lines out of the stage: rows that a later row of the same file contradicted. */
export async function dropStaged({ sql: db }: Tx, lines: readonly number[]): Promise<void> {
  if (lines.length === 0) return;
  await sql`delete from ingest_stage where line = any(${lines}::int[])`.execute(db);
}

/** Keeps checked rows of a file that is held for a person; nothing becomes known. */
export async function holdStaged({ sql: db }: Tx, feed: FeedName, batchId: number): Promise<void> {
  const columns = sql.raw(FEED_TABLES[feed].figures.join(', '));
  await sql`
    insert into held_row (batch_id, line, region_id, month, figures)
    select ${batchId}, line, region_id, month, array[${columns}] from ingest_stage
  `.execute(db);
}

export type SeriesRequest = {
  /** Which units, each from which month on. */
  readonly wanted: readonly { readonly regionId: number; readonly from: Month }[];
  readonly to: Month;
  readonly asOf: Date;
  readonly stock: 'narrow' | 'broad';
};

/**
 * What was known at `asOf` of each unit's months: newest revision of each, net sales and stock.
 *
 * Shapes: one series for each wanted unit, from its `from` to `to`, without gaps; a month nobody had reported by
 * `asOf` is null, never zero. Concurrency: reads only; rows are never changed.
 */
export async function loadSeries(db: Db, request: SeriesRequest): Promise<Map<number, UnitSeries>> {
  const last = monthIndex(request.to);
  const series = new Map<
    number,
    { -readonly [K in keyof UnitSeries]: UnitSeries[K] extends readonly (infer T)[] ? T[] : UnitSeries[K] }
  >();
  for (const { regionId, from } of request.wanted) {
    const first = monthIndex(from);
    const length = Math.max(0, last - first + 1);
    series.set(regionId, {
      first,
      netSalesCentisqm: new Array<number | null>(length).fill(null),
      stockCentisqm: new Array<number | null>(length).fill(null),
      simulated: new Array<boolean>(length).fill(false),
    });
  }
  for (const feed of ['sales', 'inventory'] as const) {
    for (const row of await listNewest(db, feed, request)) {
      const unit = series.get(row.region_id);
      if (unit === undefined) continue;
      const at = monthIndex(row.month) - unit.first;
      if (feed === 'sales') unit.netSalesCentisqm[at] = netSales(row.figures);
      else unit.stockCentisqm[at] = stockOf(row.figures, request.stock);
      if (row.simulated) unit.simulated[at] = true;
    }
  }
  return series;
}

type NewestRow = { region_id: number; month: string; simulated: boolean; figures: (number | null)[] };

async function listNewest(db: Db, feed: FeedName, { wanted, to, asOf, stock }: SeriesRequest): Promise<NewestRow[]> {
  const { table, figures } = FEED_TABLES[feed];
  const read = figures.slice(0, feed === 'sales' ? 2 : 5).map((name) => `o.${name}`);
  const needed = feed === 'inventory' && stock === 'broad' ? [...read.slice(0, 2), ...read.slice(4)] : read.slice(0, 2);
  // A later report with a gap does not take away a figure that is known: missing is not a correction.
  const complete = sql.raw(needed.map((name) => `${name} is not null`).join(' and '));
  const used = sql.raw(`array[${read.join(', ')}]`);
  const first = wanted.map((unit) => unit.from).reduce(earlierMonth, to);
  // One step down the key's index for each unit and month: a month that was restated a hundred times costs no more.
  const { rows } = await sql<NewestRow>`
    select w.region_id, m.month, n.simulated, n.figures
    from unnest(${wanted.map((unit) => unit.regionId)}::int[], ${wanted.map((unit) => unit.from)}::text[])
      as w(region_id, from_month)
    join unnest(${monthRange(first, to)}::text[]) as m(month) on m.month >= w.from_month
    cross join lateral (
      select o.simulated, ${used} as figures from ${sql.table(table)} o
      where o.region_id = w.region_id and o.month = m.month
        and not o.period_open
        and ${complete}
        and o.known_from <= ${asOf} -- never let a replay see a later revision
        and not ${withdrawnBy(asOf)}
      order by o.known_from desc, o.row_hash desc -- same instant: content decides, never the order of arrival
      limit 1
    ) n
  `.execute(db);
  return rows;
}

/** First month of each unit that anything was known of by `asOf`. */
export async function listFirstMonths(db: Db, regionIds: readonly number[], asOf: Date): Promise<Map<number, Month>> {
  const { rows } = await sql<{ region_id: number; month: string }>`
    select r.region_id, least(
      (select min(o.month) from sales_observation o where o.region_id = r.region_id and o.known_from <= ${asOf}),
      (select min(o.month) from inventory_observation o where o.region_id = r.region_id and o.known_from <= ${asOf})
    ) as month
    from unnest(${regionIds}::int[]) as r(region_id)
  `.execute(db);
  return new Map(rows.filter((row) => row.month !== null).map((row) => [row.region_id, row.month]));
}

/** Newest month that any feed of a jurisdiction has reported and that was over then. */
export async function findLatestMonth(db: Db, jurisdiction: string): Promise<Month | undefined> {
  const rows = await db
    .selectFrom('feed_state')
    .select('latest_month')
    .where('jurisdiction', '=', jurisdiction)
    .execute();
  const latest = rows
    .map((row) => row.latest_month)
    .sort()
    .at(-1);
  return latest === undefined ? undefined : monthOf(monthIndex(latest));
}
