import type { AreaUnit, FeedColumn, FeedDefinition, MoneyUnit, Month, Region } from '@quhua/core';
import type { Table } from './table.ts';

/** A key column: the unit's code or name, the month, or the unit of measure. */
export type KeyColumn = { readonly index: number; readonly header: string };

/** `percent`: 95 and 95% are 95 %. `fraction`: 0.95 is 95 %. */
export type PercentScale = 'percent' | 'fraction';

export type ValueColumn = {
  readonly column: FeedColumn;
  /** Place in the row, or -1 if the file has no such column. */
  readonly index: number;
  readonly header: string;
  /** Of an area, land, money or percent column; null where each row or cell gives its own. */
  readonly unit: AreaUnit | MoneyUnit | PercentScale | null;
  /** The unit stands in the file or a saved mapping, and is not merely what canonical headers mean. */
  readonly stated: boolean;
  /** What every row holds if the file has no such column. */
  readonly absent: 0 | null;
};

/**
 * One record of a row. Most tables have one; a table with months (or units) as columns has one for each.
 *
 * Shapes: `month` and `region` where the header, a title or a name settles them, else null and a column does;
 * `values` has one entry per column of the feed, in the feed's order.
 */
export type RecordPlan = {
  readonly month: Month | null;
  readonly region: Region | null;
  readonly values: readonly ValueColumn[];
};

/** Where a table keeps what a feed wants: what every way of finding columns ends in, and all that the checks see. */
export type Mapping = {
  readonly feed: FeedDefinition;
  /** The header of each column, levels joined by `>`; empty where none stands. */
  readonly header: readonly string[];
  /** A text file's rows must have as many cells as the header; a sheet's may end earlier. */
  readonly strictWidth: boolean;
  readonly regions: readonly KeyColumn[];
  readonly month: KeyColumn | null;
  /** Year and month in two columns: `month` is then the month's. */
  readonly year: KeyColumn | null;
  readonly unit: KeyColumn | null;
  readonly records: readonly RecordPlan[];
  /** Columns without any header: nothing may stand in them. */
  readonly nameless: readonly number[];
  /** Line number of a row's record: `base + (row - 1) × records + record`, the first record being 1. */
  readonly base: number;
};

/** A table and how it is read; the tables of one file are all of one feed, in the file's order. */
export type MappedTable = { readonly table: Table; readonly mapping: Mapping };
