import type { CellObject, ColInfo, RowInfo, WorkSheet } from '@e965/xlsx';
import type { CellFault, CellType, Merge, SheetRow } from '../../workbook.ts';
import { formatOf, type NumberCell, numberCell, plainDecimal } from '../number-format.ts';
import { isErrorText, NO_VALUE } from './ods-content.ts';

/** Rows in one answer. */
const BATCH_ROWS = 1_000;
const ERRORS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [0x00, '#NULL!'],
  [0x07, '#DIV/0!'],
  [0x0f, '#VALUE!'],
  [0x17, '#REF!'],
  [0x1d, '#NAME?'],
  [0x24, '#NUM!'],
  [0x2a, '#N/A'],
  [0x2b, '#GETTING_DATA'],
]);
const NOTHING: ReadCell = { text: '', type: '.' };

type ReadCell = {
  readonly text: string;
  readonly type: CellType;
  readonly shown?: string;
  readonly fault?: Omit<CellFault, 'column'>;
};

/** Cells of a sheet as the library keeps them: by row and column, with holes. */
type Cells = readonly (readonly (CellObject | undefined)[] | undefined)[];

/** What is known of a sheet besides its cells. */
export type SheetFacts = {
  readonly date1904: boolean;
  readonly isRowHidden: (row: number) => boolean;
};

/** A sheet whose rows with anything in them are known. Shapes: `filled` are row numbers from 0, in order. */
export type HeldSheet = { readonly cells: Cells; readonly filled: readonly number[]; readonly facts: SheetFacts };

/** Takes a sheet of the library: only rows that exist are looked at, however large the sheet says it is. */
export function holdSheet(sheet: WorkSheet, facts: SheetFacts): HeldSheet {
  const cells: Cells = sheet['!data'] ?? [];
  const filled: number[] = [];
  cells.forEach((row, at) => {
    if (row !== undefined && row.length > 0) filled.push(at);
  });
  return { cells, filled, facts };
}

export function mergesOf(sheet: WorkSheet): Merge[] {
  return (sheet['!merges'] ?? []).map(({ s, e }) => ({ top: s.r, left: s.c, bottom: e.r, right: e.c }));
}

/** Shapes: indices below `most`, in order. */
export function hiddenIndices(infos: readonly (ColInfo | RowInfo | undefined)[] | undefined, most: number): number[] {
  const found: number[] = [];
  infos?.slice(0, most).forEach((info, at) => {
    if (info?.hidden === true) found.push(at);
  });
  return found;
}

/** About a thousand rows, from the filled row number `from` on. */
export function rowsFrom({ cells, filled, facts }: HeldSheet, from: number): { rows: SheetRow[]; next: number | null } {
  const rows: SheetRow[] = [];
  const to = Math.min(filled.length, from + BATCH_ROWS);
  for (let at = from; at < to; at += 1) {
    const index = filled[at] ?? 0;
    const row = toRow(cells[index] ?? [], index, facts);
    if (row !== undefined) rows.push(row);
  }
  return { rows, next: to < filled.length ? to : null };
}

/** Column of the last cell that says something, or -1. */
export function lastColumn({ cells, filled }: HeldSheet): number {
  let last = -1;
  for (const index of filled) {
    const row = cells[index] ?? [];
    let at = row.length - 1;
    while (at > last && !says(row[at])) at -= 1;
    last = Math.max(last, at);
  }
  return last;
}

function says(cell: CellObject | undefined): boolean {
  return cell !== undefined && cell.t !== 'z' && cell.v !== undefined && cell.v !== '';
}

function toRow(line: readonly (CellObject | undefined)[], index: number, facts: SheetFacts): SheetRow | undefined {
  const cells: string[] = [];
  let types = '';
  const shown = new Map<number, string>();
  const faults: CellFault[] = [];
  let end = line.length;
  while (end > 0 && !says(line[end - 1])) end -= 1;
  for (let column = 0; column < end; column += 1) {
    const cell = readCell(line[column], facts.date1904);
    cells.push(cell.text);
    types += cell.type;
    if (cell.shown !== undefined) shown.set(column, cell.shown);
    if (cell.fault !== undefined) faults.push({ column, ...cell.fault });
  }
  if (cells.every((text) => text.trim() === '') && faults.length === 0) return undefined;
  return {
    row: index + 1,
    cells,
    types,
    ...(shown.size > 0 ? { shown } : {}),
    ...(facts.isRowHidden(index) ? { hidden: true } : {}),
    ...(faults.length > 0 ? { faults } : {}),
  };
}

function readCell(cell: CellObject | undefined, date1904: boolean): ReadCell {
  if (cell === undefined || !says(cell)) return NOTHING;
  if (cell.t === 'n') return readNumber(cell, date1904);
  if (cell.t === 'b') return { text: cell.v === true ? 'TRUE' : 'FALSE', type: 'b' };
  if (cell.t === 'e') return { text: ERRORS.get(cell.v) ?? '#ERROR!', type: 'e' };
  const text = String(cell.v);
  if (text === NO_VALUE) return { text: '', type: '.', fault: noValue() };
  return { text, type: isErrorText(text) ? 'e' : 's' };
}

/** A double is what the file holds: its shortest text is the figure that was typed. */
function readNumber(cell: CellObject, date1904: boolean): NumberCell | ReadCell {
  const plain = plainDecimal(String(cell.v));
  if (plain === undefined) return { text: '#NUM!', type: 'e' };
  return numberCell(plain, formatOf(typeof cell.z === 'string' ? cell.z : 'General'), date1904);
}

function noValue(): Omit<CellFault, 'column'> {
  return {
    code: 'CELL_FORMULA_NO_VALUE',
    zh: '单元格是公式，但文件里没有保存计算结果；请在 Excel 或 WPS 中打开、重新计算并保存后再报',
    en: 'a formula without its result: open, calculate and save the file',
  };
}
