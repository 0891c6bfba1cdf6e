import type { AreaUnit, FeedColumn, FeedDefinition } from '@quhua/core';

/** A key column: the unit's code or name, the month, or the unit of measure. */
export type KeyColumn = { readonly index: number; readonly header: string };

export type FigureColumn = {
  readonly column: FeedColumn;
  /** Place in the row, or -1 if the file has no such column. */
  readonly index: number;
  readonly header: string;
  readonly unit: AreaUnit | null;
  /** The unit stands in the header. */
  readonly stated: boolean;
  /** What every row holds if the file has no such column. */
  readonly absent: 0 | null;
};

/**
 * Where a table keeps what a feed wants: what every way of finding columns ends in, and all that the checks see.
 *
 * Shapes: `figures` has one entry per column of the feed, in the feed's order.
 */
export type Mapping = {
  readonly feed: FeedDefinition;
  /** As many cells as every row must have. */
  readonly header: readonly string[];
  readonly regions: readonly KeyColumn[];
  readonly month: KeyColumn;
  readonly unit: KeyColumn | null;
  readonly figures: readonly FigureColumn[];
  /** Columns without any header: nothing may stand in them. */
  readonly nameless: readonly number[];
};
