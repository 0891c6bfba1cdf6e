import type { Fault } from './reasons.ts';

/** A row as its reader found it. `faults` are the reader's own: the row is then quarantined with them. */
export type TableRow = {
  /** As a person counts, the first line is 1; the line on which the row begins. */
  readonly line: number;
  readonly cells: readonly string[];
  readonly faults?: readonly Fault[];
};

/**
 * The seam of the package: what every reader makes of its bytes, and all that the later stages see.
 *
 * Shapes: rows in the file's order and in batches, the header not among them; `rows` can be called again.
 */
export type Table = {
  readonly header: TableRow;
  readonly rows: () => Generator<readonly TableRow[], void, undefined>;
};

/** Whether nothing is written in any cell. */
export function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell === '' || cell.trim() === '');
}
