import { FEEDS, type FeedColumn, type MonthlyFeed } from '../feed.ts';

/** Columns of both monthly feeds side by side, as checks that need both see them. */
const COLUMNS: readonly FeedColumn[] = [...FEEDS.sales.columns, ...FEEDS.inventory.columns];

/** Figures of one month. */
export const WIDTH = COLUMNS.length;
const at = (name: string): number => COLUMNS.findIndex((column) => column.name === name);

export const SIGNED = at('signed_area');
export const CANCELLED = at('cancelled_area');
export const SIGNED_UNITS = at('signed_units');
export const CANCELLED_UNITS = at('cancelled_units');
export const PRESALE = at('presale_unsold_area');
export const COMPLETED = at('completed_unsold_area');
export const PRESALE_UNITS = at('presale_unsold_units');
export const COMPLETED_UNITS = at('completed_unsold_units');
export const PERMITTED = at('newly_permitted_area');
export const ADJUSTMENT = at('adjustment_area');

/** Where a feed's columns begin, and how many there are. */
export function columnsOf(feed: MonthlyFeed): { readonly from: number; readonly count: number } {
  const count = FEEDS[feed].columns.length;
  return { from: feed === 'sales' ? 0 : FEEDS.sales.columns.length, count };
}

export function nameOf(column: number): string {
  return COLUMNS[column]?.name ?? '';
}

export function isArea(column: number): boolean {
  return COLUMNS[column]?.type === 'area';
}

/**
 * What is known of one unit and what a file says of it, month by month, both feeds.
 *
 * Shapes: month `first + i` has its figures at `i × WIDTH`, its line in the file at `lines[i]`, 0 where the file says
 * nothing of it. A file's figure stands in place of a known one. Units: safe integers as stored (centisqm, homes), NaN
 * where nobody reported. The table is the check's own: it takes out what is not to be believed.
 */
export type UnitFigures = {
  readonly code: string;
  readonly name: string;
  /** The feed of the file. */
  readonly feed: MonthlyFeed;
  readonly first: number;
  readonly months: number;
  readonly figures: Float64Array;
  readonly lines: Float64Array;
  /** 1 where the file says otherwise of a month than what was known. */
  readonly revised: Uint8Array;
};

/** An empty table. */
export function noFigures(unit: Pick<UnitFigures, 'code' | 'name' | 'feed' | 'first' | 'months'>): UnitFigures {
  return {
    ...unit,
    figures: new Float64Array(unit.months * WIDTH).fill(Number.NaN),
    lines: new Float64Array(unit.months),
    revised: new Uint8Array(unit.months),
  };
}

/** A figure, or null where nobody reported it. */
export function figureAt({ figures, months }: UnitFigures, month: number, column: number): number | null {
  if (month < 0 || month >= months) return null;
  const value = figures[month * WIDTH + column] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
}

/** Net sales of a month; null unless both parts are known. */
export function netAt(unit: UnitFigures, month: number): number | null {
  const signed = figureAt(unit, month, SIGNED);
  const cancelled = figureAt(unit, month, CANCELLED);
  return signed === null || cancelled === null ? null : exact(signed - cancelled);
}

/** Saleable stock of a month; null unless both parts are known. */
export function stockAt(unit: UnitFigures, month: number): number | null {
  const presale = figureAt(unit, month, PRESALE);
  const completed = figureAt(unit, month, COMPLETED);
  return presale === null || completed === null ? null : exact(presale + completed);
}

/** A sum, or null where it has left the range in which it is exact: nothing is said of it then. */
export function exact(sum: number): number | null {
  return Number.isSafeInteger(sum) ? sum : null;
}

/** Takes a file's row out of the table: it is sent back, so nothing may lean on it. */
export function takeOut(unit: UnitFigures, month: number): void {
  const { from, count } = columnsOf(unit.feed);
  unit.figures.fill(Number.NaN, month * WIDTH + from, month * WIDTH + from + count);
}
