import type { RegionLookup, SavedMapping } from '@quhua/core';
import { foldCell, isMissing } from '../cell-text.ts';
import type { SheetRow } from '../workbook.ts';
import type { ContextText } from './context-texts.ts';
import { isOnlyUnits, unitsOf } from './unit-texts.ts';

/** What is known around a header when its table is settled. */
export type SettleContext = {
  readonly texts: readonly ContextText[];
  readonly saved: SavedMapping | undefined;
  readonly lookup: RegionLookup;
  /** Name of the whole area: in a title it names none of its units. */
  readonly jurisdiction: string;
  readonly strictWidth: boolean;
  /** Rows under the header, as far as they were looked at. */
  readonly rows: readonly SheetRow[];
  /** Whether every figure of a column that was looked at carries its unit, as `12.34万㎡` does. */
  readonly cellsSayUnit: (index: number) => boolean;
  /** Columns that any table of the file has: what one lacks, another may give. */
  readonly given: ReadonlySet<string>;
};

const WITH_UNIT = /^-?[\d.,，]+\s*(?<unit>[^\d\s.,，].*)$/u;

export function cellsSayUnit(rows: readonly SheetRow[], index: number): boolean {
  const cells = rows.map(({ cells: row }) => foldCell(row[index] ?? '')).filter((cell) => !isMissing(cell));
  const figures = cells.filter((cell) => /^-?\d/u.test(cell));
  return figures.length > 0 && figures.every((cell) => isOnlyUnits(unitsOf(WITH_UNIT.exec(cell)?.groups?.unit ?? '?')));
}
