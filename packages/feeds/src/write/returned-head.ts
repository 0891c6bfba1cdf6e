import type { PlannedTable } from '../types.ts';
import type { Merge } from '../workbook.ts';
import { RETURNED_HEADERS } from './our-headers.ts';
import type { OutCell } from './sheet-writer.ts';

/** What stands above the refused rows of a table: the sender's own title, unit line and header, and our three columns. */
export type ReturnedHead = {
  readonly rows: readonly (readonly OutCell[])[];
  /** 0-based, the first row of `rows` being 0. */
  readonly merges: readonly Merge[];
  /** Rows of the header among `rows`, 0-based and inclusive. */
  readonly header: { readonly from: number; readonly to: number };
};

const MARK = '模拟';
const SIMULATED_TITLE = '模拟数据';

/** Shapes: `ours` is the first of our columns, behind everything of the sender's; `mark` if the sheet must still say 模拟. */
export function headOf(table: PlannedTable, ours: number, mark: boolean): ReturnedHead {
  const { head } = table;
  const first = headerRow(table, table.header.from);
  const last = headerRow(table, table.header.to);
  const rows = head.map((cells, row) => {
    const inHeader = row >= first && row <= last;
    const own: OutCell[] = cells.map((value) => ({ value, style: inHeader ? 'head' : 'note', format: '@' }));
    if (!inHeader) return own;
    const gap = Array.from({ length: Math.max(0, ours - own.length) }, () => null);
    const labels = RETURNED_HEADERS.map((value): OutCell => ({ value: row === first ? value : null, style: 'head' }));
    return [...own, ...gap, ...labels];
  });
  const merges = [...keptMerges(table), ...labelMerges(ours, first, last)];
  const whole = { rows, merges, header: { from: first, to: last } };
  return mark ? marked(whole, first > 0) : whole;
}

export function saysSimulated({ head }: PlannedTable): boolean {
  return head.some((cells) => cells.some((cell) => cell.includes(MARK)));
}

/** Place in `head` of a row of the header: whatever stands above, the head ends with the header's last row. */
function headerRow({ head, header }: PlannedTable, row: number): number {
  return Math.max(0, Math.min(head.length - 1 - (header.to - row), head.length - 1));
}

/** Merged areas that lie within the head and hide nothing. */
function keptMerges({ head, merges }: PlannedTable): Merge[] {
  return merges.filter((merge) => merge.top >= 0 && merge.bottom < head.length && hidesNothing(merge, head));
}

function hidesNothing({ top, left, bottom, right }: Merge, head: PlannedTable['head']): boolean {
  const shown = head[top]?.[left] ?? '';
  return head
    .slice(top, bottom + 1)
    .every((cells) => cells.slice(left, right + 1).every((cell) => cell === '' || cell === shown));
}

/** In a header of two rows and more our words reach down, like those of a column without levels. */
function labelMerges(ours: number, top: number, bottom: number): Merge[] {
  if (top === bottom) return [];
  return RETURNED_HEADERS.map((_, at) => ({ top, left: ours + at, bottom, right: ours + at }));
}

/** A file that is simulated by its name or its notes must say so in what is sent back as well. */
function marked(head: ReturnedHead, titled: boolean): ReturnedHead {
  const [title, ...others] = head.rows;
  const at = titled ? (title?.findIndex((cell) => textOf(cell) !== '') ?? -1) : -1;
  if (title === undefined || at < 0) return pushedDown(head);
  const cell: OutCell = { value: `${textOf(title[at])}（${SIMULATED_TITLE}）`, style: 'note', format: '@' };
  return { ...head, rows: [title.map((own, column) => (column === at ? cell : own)), ...others] };
}

function pushedDown({ rows, merges, header }: ReturnedHead): ReturnedHead {
  return {
    rows: [[{ value: SIMULATED_TITLE, style: 'note' }], ...rows],
    merges: merges.map((merge) => ({ ...merge, top: merge.top + 1, bottom: merge.bottom + 1 })),
    header: { from: header.from + 1, to: header.to + 1 },
  };
}

function textOf(cell: OutCell | undefined): string {
  const value = typeof cell === 'object' && cell !== null ? cell.value : cell;
  return value === null || value === undefined ? '' : String(value);
}
