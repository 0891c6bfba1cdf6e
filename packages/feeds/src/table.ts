import type { Place } from './place.ts';
import type { Fault } from './reasons.ts';

export type { Place };

/** A row of a table, its merged keys filled in. `faults` are its reader's: the row is then quarantined with them. */
export type TableRow = {
  readonly place: Place;
  readonly cells: readonly string[];
  /** A `CellType` (`workbook.ts`) for each cell; left out where all are text. */
  readonly types?: string;
  /** By column, what a number's format shows where it differs from its value: for reading months, never figures. */
  readonly shown?: ReadonlyMap<number, string>;
  readonly faults?: readonly RowFault[];
  /** Of a row put together from several tables: where a column's cell stands really. Left out: in this row. */
  readonly originOf?: (index: number) => { readonly place: Place; readonly index: number } | undefined;
};

/** Shapes: `column` is 0 for A; left out where the whole row is meant. */
export type RowFault = Fault & { readonly column?: number };

/**
 * A table that was found: rows under its header, in the sheet's order and in batches, totals and notes still among them;
 * `rows` can be called again.
 */
export type Table = {
  readonly sheet: string;
  readonly rows: () => AsyncGenerator<readonly TableRow[], void, undefined>;
};

/** Whether nothing is written in any cell. */
export function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell === '' || cell.trim() === '');
}
