import type { LedgerRow, RowReason } from '@quhua/core';
import type { Mapping } from '../mapping.ts';
import type { TableRow } from '../table.ts';
import type { RecordReading } from './check-row.ts';
import { readDigits } from './decimal.ts';
import { FEWEST_DIGITS, isPersonalHeader, MASK, maskPersonal, type PersonalRule } from './personal.ts';
import { readsOf } from './row-shape.ts';
import { isCodeColumn } from './texts.ts';

/** How a row's own cells are kept: nothing personal, nothing that the store cannot hold. */
export type RawKeeper = {
  /** Cells of a record that was read without a fault: only what was not read can hold something personal. */
  readonly ofAccepted: (row: TableRow) => readonly string[];
  readonly ofAny: (row: TableRow) => readonly string[];
  /** Headers of columns that are masked whole. */
  readonly masked: readonly string[];
};

const FIGURES: ReadonlySet<string> = new Set(['area', 'land', 'money', 'percent', 'count']);

export function createRawKeeper(mapping: Mapping, today: string): RawKeeper {
  const { header, records } = mapping;
  const personal = new Set(header.flatMap((text, at) => (isPersonalHeader(text) ? [at] : [])));
  const read = readsOf(mapping);
  const unread = header.flatMap((_, at) => (read.has(at) || personal.has(at) ? [] : [at]));
  const columns = records.flatMap(({ values }) => values);
  const codes = new Set(columns.filter(({ column }) => isCodeColumn(column.name)).map(({ index }) => index));
  const figures = new Set(columns.filter(({ column }) => FIGURES.has(column.type)).map(({ index }) => index));
  const year = readDigits(today.slice(0, 4));
  const rules = header.map((_, at): PersonalRule => ({ code: codes.has(at), year }));
  const keep = (cell: string, at: number): string => {
    if (personal.has(at)) return cell === '' ? '' : MASK;
    if (figures.has(at) && /[.,]/u.test(cell)) return storable(cell);
    const rule = rules[at] ?? { code: codes.has(at), year };
    return storable(maskPersonal(cell, rule));
  };
  const isKept = (cell: string, at: number) => isHarmless(cell) || keep(cell, at) === cell;
  const isKeptWhole = (cells: readonly string[]) => {
    for (let nth = 0; nth < unread.length; nth += 1) {
      const at = unread[nth] ?? -1;
      if (!isKept(cells[at] ?? '', at)) return false;
    }
    return true;
  };
  return {
    masked: [...personal].map((at) => header[at] ?? ''),
    ofAny: ({ cells }) => cells.map(keep),
    ofAccepted: ({ cells }) => {
      if (personal.size === 0 && isKeptWhole(cells)) return cells;
      return cells.map((cell, at) => (read.has(at) && !personal.has(at) ? cell : keep(cell, at)));
    },
  };
}

export function ledgerRow(
  { line, row }: RecordReading,
  outcome: LedgerRow['outcome'],
  { reasons, raw }: { readonly reasons: readonly RowReason[]; readonly raw: RawKeeper },
): LedgerRow {
  return { line, outcome, reasons, raw: raw.ofAny(row) };
}

/** Most cells are too short to hold anybody's number; seen at once, as there may be many in each of a million rows. */
function isHarmless(cell: string): boolean {
  const { length } = cell;
  if (length >= FEWEST_DIGITS) return false;
  for (let at = 0; at < length; at += 1) if (cell.charCodeAt(at) === 0) return false;
  return true;
}

/** PostgreSQL keeps every character but NUL: it is shown by its picture. */
function storable(cell: string): string {
  return cell.includes('\u0000') ? cell.replaceAll('\u0000', '\u2400') : cell;
}
