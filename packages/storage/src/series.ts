import {
  type ContractCohort,
  type Definition,
  earlierMonth,
  type Month,
  type MonthlyFeed,
  monthIndex,
  monthOf,
  monthRange,
  netSales,
  rollUpContracts,
  stockOf,
  type UnitSeries,
} from '@quhua/core';
import { sql } from 'kysely';
import { listContractCohorts } from './contract-cohorts.ts';
import type { Db } from './database.ts';
import { FEED_TABLES, withdrawnBy } from './feed-tables.ts';

export type SeriesRequest = {
  /** Which units, each from which month on. */
  readonly wanted: readonly { readonly regionId: number; readonly from: Month }[];
  readonly to: Month;
  readonly asOf: Date;
  readonly definition: Pick<Definition, 'stock' | 'basis' | 'sales'>;
};

type Series = { -readonly [K in keyof UnitSeries]: UnitSeries[K] extends readonly (infer T)[] ? T[] : UnitSeries[K] };

/**
 * What was known at `asOf` of each unit's months: newest revision of each, net sales and stock.
 *
 * Shapes: one series for each wanted unit, from its `from` to `to`, without gaps; a month nobody had reported by
 * `asOf` is null, never zero. Sales come from reports and from contracts rolled up, in the definition's order.
 * Concurrency: reads only; rows are never changed.
 */
export async function loadSeries(db: Db, request: SeriesRequest): Promise<Map<number, UnitSeries>> {
  const { definition, to } = request;
  const last = monthIndex(to);
  const series = new Map<number, Series>();
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
  for (const row of await listNewest(db, 'sales', request)) putSales(series, row, netSales(row.figures));
  for (const [regionId, cohorts] of await listContractCohorts(db, request)) {
    putContracts(series, { regionId, cohorts, definition });
  }
  for (const row of await listNewest(db, 'inventory', request)) {
    const unit = series.get(row.region_id);
    if (unit === undefined) continue;
    const at = monthIndex(row.month) - unit.first;
    unit.stockCentisqm[at] = stockOf(row.figures, definition.stock);
    if (row.simulated) unit.simulated[at] = true;
  }
  return series;
}

type Sales = { readonly region_id: number; readonly month: Month; readonly simulated: boolean };

function putSales(
  series: ReadonlyMap<number, Series>,
  { region_id, month, simulated }: Sales,
  net: number | null,
): void {
  const unit = series.get(region_id);
  const at = unit === undefined ? -1 : monthIndex(month) - unit.first;
  if (unit === undefined || at < 0 || at >= unit.netSalesCentisqm.length) return;
  unit.netSalesCentisqm[at] = net;
  unit.simulated[at] = simulated;
}

type Contracts = {
  readonly regionId: number;
  readonly cohorts: readonly ContractCohort[];
  readonly definition: SeriesRequest['definition'];
};

/** Months of contracts fill what reports leave open, or go before them where the definition says so. */
function putContracts(series: ReadonlyMap<number, Series>, { regionId, cohorts, definition }: Contracts): void {
  const unit = series.get(regionId);
  if (unit === undefined) return;
  for (const { month, simulated, netCentisqm } of rollUpContracts(cohorts, definition.basis ?? 'event')) {
    const isReported = (unit.netSalesCentisqm[monthIndex(month) - unit.first] ?? null) !== null;
    if (isReported && definition.sales !== 'contracts') continue;
    putSales(series, { region_id: regionId, month, simulated }, netCentisqm);
  }
}

type NewestRow = { region_id: number; month: string; simulated: boolean; figures: (number | null)[] };

async function listNewest(
  db: Db,
  feed: MonthlyFeed,
  { wanted, to, asOf, definition }: SeriesRequest,
): Promise<NewestRow[]> {
  const { table, columns } = FEED_TABLES[feed];
  const read = columns.slice(0, feed === 'sales' ? 2 : 5).map(({ name }) => `o.${name}`);
  const broad = feed === 'inventory' && definition.stock === 'broad';
  const needed = broad ? [...read.slice(0, 2), ...read.slice(4)] : read.slice(0, 2);
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
      (select min(o.month) from inventory_observation o where o.region_id = r.region_id and o.known_from <= ${asOf}),
      (select to_char(min(o.signed_on), 'YYYY-MM') from contract_observation o
        where o.region_id = r.region_id and o.known_from <= ${asOf})
    ) as month
    from unnest(${regionIds}::int[]) as r(region_id)
  `.execute(db);
  return new Map(rows.filter((row) => row.month !== null).map((row) => [row.region_id, row.month]));
}

/** Feeds whose months are assessed. */
const ASSESSED_FEEDS = ['sales', 'inventory', 'contracts'] as const;

/** Newest month that any assessed feed of a jurisdiction has reported and that was over then. */
export async function findLatestMonth(db: Db, jurisdiction: string): Promise<Month | undefined> {
  const rows = await db
    .selectFrom('feed_state')
    .select('latest_month')
    .where('jurisdiction', '=', jurisdiction)
    .where('feed', 'in', ASSESSED_FEEDS)
    .execute();
  const latest = rows
    .map((row) => row.latest_month)
    .sort()
    .at(-1);
  return latest === undefined ? undefined : monthOf(monthIndex(latest));
}
