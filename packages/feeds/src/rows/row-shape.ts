import { foldCell } from '../cell-text.ts';
import type { Limits } from '../limits.ts';
import type { Mapping } from '../mapping.ts';
import { columnLetters } from '../reasons.ts';
import type { TableRow } from '../table.ts';
import { type RowDraft, say } from './row-draft.ts';
import type { RowKinds } from './row-kinds.ts';

type Shape = { readonly mapping: Mapping; readonly limits: Limits; readonly read: ReadonlySet<number> };

/** What is wrong with a cell that nobody reads is no matter, unless other rows are in it. */
const HIDES_ROWS = 'CELL_SWALLOWS_ROWS';
const NUMBERISH = /^[\d.,:/\-年月日]+$/u;

/** Columns of a table that are read at all. */
export function readsOf({ regions, month, year, unit, records }: Mapping): ReadonlySet<number> {
  const keys = [...regions, month, year, unit].flatMap((column) => (column === null ? [] : [column.index]));
  return new Set([...keys, ...records.flatMap(({ values }) => values.map(({ index }) => index))]);
}

/** Says what is wrong with a row as such, before any cell of it is read. */
export function checkShape(draft: RowDraft, { mapping, limits, read }: Shape): void {
  const { cells, faults } = draft.row;
  const { header } = mapping;
  for (const fault of faults ?? []) {
    if (fault.column === undefined) say(draft, undefined, fault);
    else if (read.has(fault.column) || fault.code === HIDES_ROWS)
      say(draft, { header: header[fault.column] ?? '', index: fault.column }, fault);
  }
  checkWidth(draft, mapping);
  for (let at = 0; at < cells.length; at += 1) {
    const length = cells[at]?.length ?? 0;
    if (length <= limits.cellChars) continue;
    const zh = `单元格有${length}个字符，超过${limits.cellChars}个，不像数据；请核对引号和换行，或改短`;
    const en = `a cell of ${length} characters, ${limits.cellChars} are allowed`;
    say(draft, { header: header[at] ?? '', index: at }, { code: 'CELL_TOO_LONG', zh, en });
  }
}

function checkWidth(draft: RowDraft, { header, nameless, strictWidth }: Mapping): void {
  const { cells, place } = draft.row;
  if (strictWidth && cells.length !== header.length) {
    const zh = `应有${header.length}列，实有${cells.length}列；请检查是否缺列、多逗号，或千分位数字没有加引号`;
    say(draft, undefined, { code: 'ROW_SHAPE', zh, en: `${cells.length} cells where the header has ${header.length}` });
  }
  const beyond = strictWidth ? -1 : cells.findIndex((cell, at) => at >= header.length && cell.trim() !== '');
  const stray = nameless.find((at) => (cells[at] ?? '').trim() !== '') ?? (beyond < 0 ? undefined : beyond);
  if (stray === undefined) return;
  const name = place.sheet === '' ? `第${stray + 1}列` : `${columnLetters(stray)}列`;
  const zh = `${name}没有表头却有内容；请补表头或清空该列`;
  const en = `column ${stray + 1} has no header, but this row has something in it`;
  say(draft, undefined, { code: 'ROW_SHAPE', zh, en });
}

/** Whether a row that does not fit the table is a line of words under it: one cell of text, or a note as such. */
export function isStray({ cells, faults }: TableRow, { strictWidth, header }: Mapping, kinds: RowKinds): boolean {
  const said = cells.filter((cell) => cell.trim() !== '');
  if ((faults?.length ?? 0) > 0 || said.length > 2 || (strictWidth && cells.length > header.length)) return false;
  const words = said.every((cell) => !NUMBERISH.test(foldCell(cell)));
  const row = { cells: said, place: { sheet: '', row: 0 } };
  return words && kinds.isNote(row, { region: false, key: false, ownKey: false });
}
