import type { FeedColumn, FeedName, FeedValue } from '@quhua/core';
import type { ValueColumn } from '../mapping.ts';
import { type Fault, shown } from '../reasons.ts';

/** Shapes: null is missing; NaN is a cell that says something else than a usable value, and then `fault` tells. */
export type ValueReading = { readonly value: FeedValue; readonly fault?: Fault };

/** How the cells of one column are read. */
export type CellFormat = {
  readonly feed: FeedName;
  readonly column: FeedColumn;
  /** Of the header, or of the row; null where neither says. */
  readonly unit: ValueColumn['unit'];
  /** The unit stands in the file, and is not merely what canonical headers mean. */
  readonly stated: boolean;
  /** Bound of an area in a large unit. */
  readonly plausibleCentisqm: number;
  readonly today: string;
};

/** Reads one cell. Shapes: `type` is a `CellType`, empty where all are text. */
export type ReadCell = (text: string, type: string) => ValueReading;

/**
 * A column's way of reading.
 *
 * Shapes: plain digits may be read by `readPlain` with `scale` if they come to no more than `most`; -1 where they may not.
 * `isValue` is true only of texts that `read` would take as they stand; it need not be of all of them.
 */
export type CellReader = {
  readonly read: ReadCell;
  readonly isValue: (text: string, type: string) => boolean;
  readonly scale: number;
  readonly most: number;
};

/** Of columns whose texts never are their values. */
export function never(): boolean {
  return false;
}

export const MISSING: ValueReading = { value: null };
const ERRORS = /^#(?:REF!|DIV\/0!|VALUE!|NAME\?|NUM!|NULL!|N\/A|SPILL!|CALC!|GETTING_DATA)$/iu;

export function refusedCell(fault: Fault): ValueReading {
  return { value: Number.NaN, fault };
}

export function bad(code: Fault['code'], zh: string, en: string): ValueReading {
  return refusedCell({ code, zh, en });
}

export function controlled(text: string): ValueReading {
  return bad('CHAR_CONTROL', `${shown(text)}含有控制字符，请删除`, `${shown(text)} holds control characters`);
}

/** A cell that shows a formula's error and no value; undefined for any other. */
export function formulaError(folded: string): ValueReading | undefined {
  if (!folded.startsWith('#') || !ERRORS.test(folded)) return undefined;
  return bad('CELL_ERROR', `单元格是公式错误 ${folded}，请在原表中改正`, `the cell is the formula error ${folded}`);
}

/** Whether a value was refused. */
export function isRefused(value: FeedValue): boolean {
  return typeof value === 'number' && Number.isNaN(value);
}
