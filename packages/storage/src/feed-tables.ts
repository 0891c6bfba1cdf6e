import { type ColumnType, FEED_NAMES, FEEDS, type FeedColumn, type FeedName, isMonthlyFeed } from '@quhua/core';
import { type RawBuilder, sql } from 'kysely';

const TABLES = {
  sales: 'sales_observation',
  inventory: 'inventory_observation',
  contracts: 'contract_observation',
  land: 'land_entry',
  projects: 'project',
  'project-reports': 'project_report',
  'plan-progress': 'plan_progress',
  'project-notices': 'project_notice',
  'project-schedule': 'project_schedule',
} as const satisfies Record<FeedName, string>;

export type StoredColumn = {
  readonly name: string;
  readonly type: 'bigint' | 'smallint' | 'date' | 'text';
};

/**
 * Where a feed's observations live.
 *
 * Shapes: `columns` in the order of the feed's columns in core's `FEEDS`; `key` tells one record from another, for a
 * feed of records within its jurisdiction; `months` are dates, or the month, whose figures a row makes.
 */
export type FeedTable = {
  readonly table: (typeof TABLES)[FeedName];
  readonly monthly: boolean;
  readonly region: boolean;
  readonly key: readonly string[];
  readonly columns: readonly StoredColumn[];
  readonly months: readonly string[];
};

/** Days whose months a record counts in. */
const EVENT_DAYS: Readonly<Record<Exclude<FeedName, 'sales' | 'inventory'>, readonly string[]>> = {
  contracts: ['signed_on', 'cancelled_on'],
  land: ['date'],
  projects: [],
  'project-reports': ['report_date'],
  'plan-progress': ['report_date'],
  'project-notices': ['date'],
  'project-schedule': [], // what was agreed for a day is no figure of its month
};

const SQL_TYPES: Readonly<Partial<Record<ColumnType, StoredColumn['type']>>> = {
  day: 'date',
  text: 'text',
  kind: 'text',
  flag: 'smallint',
};

export const FEED_TABLES = Object.fromEntries(FEED_NAMES.map((feed) => [feed, tableOf(feed)])) as Readonly<
  Record<FeedName, FeedTable>
>; // safe: one entry for each name

function tableOf(feed: FeedName): FeedTable {
  const { columns, key, region } = FEEDS[feed];
  const monthly = isMonthlyFeed(feed);
  return {
    table: TABLES[feed],
    monthly,
    region,
    key: monthly ? ['region_id', 'month'] : key.map((name) => (name === 'region' ? 'region_id' : name)),
    columns: columns.map((column) => ({ name: storedName(column), type: SQL_TYPES[column.type] ?? 'bigint' })),
    months: monthly ? ['month'] : EVENT_DAYS[feed],
  };
}

/** The unit of what is stored stands in the column's name. */
function storedName({ name, type }: FeedColumn): string {
  switch (type) {
    case 'area':
      return name === 'area' ? 'area_centisqm' : name.replace(/_area$/u, '_centisqm');
    case 'land':
      return `${name}_sqm`;
    case 'money':
      return `${name}_fen`;
    case 'percent':
      return name.replace(/_pct$/u, '_bp');
    default:
      return name;
  }
}

/** Names of a feed's value columns for a statement, each with a prefix. */
export function columnList({ columns }: FeedTable, prefix = ''): RawBuilder<unknown> {
  return sql.raw(columns.map(({ name }) => prefix + name).join(', '));
}

/** Whether row `o` of a feed's table is of the same record as row `s`, which holds the key's columns. */
export function sameRecord({ monthly, key }: FeedTable, jurisdiction: string, s = 's'): RawBuilder<boolean> {
  const keys = sql.raw(key.map((name) => `o.${name} = ${s}.${name}`).join(' and '));
  return monthly ? sql`${keys}` : sql`o.jurisdiction = ${jurisdiction} and ${keys}`;
}

/** The month, as text, in which a column of `FeedTable.months` falls. */
export function monthOfColumn(name: string, row: string): string {
  return name === 'month' ? `${row}.month` : `to_char(${row}.${name}, 'YYYY-MM')`;
}

/** Whether the batch of row `o` was withdrawn by then (`null`: by now); a later withdrawal does not reach back. */
export function withdrawnBy(asOf: Date | null): RawBuilder<boolean> {
  const until = asOf === null ? sql`now()` : sql`${asOf}`;
  return sql`exists (select 1 from batch_event w
    where w.batch_id = o.batch_id and w.event = 'withdrawn' and w.at <= ${until})`;
}
