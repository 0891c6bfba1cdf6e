import { safeInteger } from './area.ts';
import type { Month } from './month.ts';

/** How a column's text is read. Units: area → centisqm, count → whole number. */
export type ColumnType = 'area' | 'count';

export type FeedColumn = {
  readonly name: string;
  readonly type: ColumnType;
  /** A file without this column is refused. */
  readonly required?: true;
  /** A value below zero is a fact, not a fault. */
  readonly signed?: true;
};

/** A monthly feed: one record per unit and month. */
export type FeedDefinition = {
  readonly name: FeedName;
  readonly title: string;
  readonly columns: readonly FeedColumn[];
};

export const FEED_NAMES = ['sales', 'inventory'] as const;
export type FeedName = (typeof FEED_NAMES)[number];

/** The canonical columns of each feed, in the order in which figures are stored. Source: design, feeds. */
export const FEEDS: Readonly<Record<FeedName, FeedDefinition>> = {
  sales: {
    name: 'sales',
    title: '商品住房网签',
    columns: [
      { name: 'signed_area', type: 'area', required: true },
      { name: 'cancelled_area', type: 'area' },
      { name: 'signed_units', type: 'count' },
      { name: 'cancelled_units', type: 'count' },
    ],
  },
  inventory: {
    name: 'inventory',
    title: '商品住房库存',
    columns: [
      { name: 'presale_unsold_area', type: 'area', required: true },
      { name: 'completed_unsold_area', type: 'area', required: true },
      { name: 'presale_unsold_units', type: 'count' },
      { name: 'completed_unsold_units', type: 'count' },
      { name: 'unpermitted_area', type: 'area' },
      { name: 'newly_permitted_area', type: 'area' },
      { name: 'adjustment_area', type: 'area', signed: true },
    ],
  },
};

/** A record that passed every check. Shapes: `figures` in the order of the feed's columns; null is missing, never 0. */
export type MonthlyRow = {
  /** Line (or row) in the file, as a person counts: the first line is 1. */
  readonly line: number;
  readonly regionCode: string;
  readonly month: Month;
  readonly figures: readonly (number | null)[];
};

/** Why a row was not simply taken in. */
export type RowReason = { readonly code: string; readonly column?: string; readonly message: string };
export type RowOutcome = 'warned' | 'quarantined' | 'duplicate';

/** What became of a row that was not simply accepted; the row itself is kept whole. */
export type LedgerRow = {
  readonly line: number;
  readonly outcome: RowOutcome;
  readonly reasons: readonly RowReason[];
  readonly raw: readonly string[];
};

/** total = accepted + warned + quarantined + duplicate, exactly; `empty` records hold no figure and are counted apart. */
export type RowCounts = {
  readonly total: number;
  readonly accepted: number;
  readonly warned: number;
  readonly quarantined: number;
  readonly duplicate: number;
  readonly empty: number;
};

export const NO_ROWS: RowCounts = { total: 0, accepted: 0, warned: 0, quarantined: 0, duplicate: 0, empty: 0 };

/** Net sales of a month. Missing: null if either figure is; a month with half a report is not a report. */
export function netSales(figures: readonly (number | null)[]): number | null {
  const [signed = null, cancelled = null] = figures;
  return signed === null || cancelled === null ? null : signed - cancelled;
}

/**
 * Saleable stock of a month by definition.
 *
 * Missing: null if any part of it is: a sum of what happens to be there would be too low.
 * Errors: invalid/NUM_RANGE if the sum leaves the exact range.
 */
export function stockOf(figures: readonly (number | null)[], kind: 'narrow' | 'broad'): number | null {
  const [presale = null, completed = null, , , unpermitted = null] = figures;
  if (presale === null || completed === null) return null;
  if (kind === 'narrow') return safeInteger(presale + completed, '可售面积');
  return unpermitted === null ? null : safeInteger(presale + completed + unpermitted, '可售面积（广义）');
}
