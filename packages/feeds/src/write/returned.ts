import type { PlannedTable, ReadPlan } from '../types.ts';
import type { Merge } from '../workbook.ts';
import { metaSheet, RETURNED_VERSION } from './meta.ts';
import { LOST_CELL } from './our-headers.ts';
import { columnOf, reasonTexts } from './reason-text.ts';
import { headOf, saysSimulated } from './returned-head.ts';
import { type Returned, type ReturnedRow, type ReturnedTable, returnedTables } from './returned-rows.ts';
import { explanationSheet, summarySheet } from './returned-sheets.ts';
import { namesOf } from './sheet-names.ts';
import { type OutCell, type OutColumn, type OutSheet, writeWorkbook } from './sheet-writer.ts';

/** Above this many refused rows a workbook is too heavy to open and a CSV file is written. */
export const MOST_RETURNED_ROWS = 20_000;

const ROWS_SHEET = '退回行';
const OUR_WIDTHS = [44, 18, 44] as const;
const NARROWEST = 10;
const WIDEST = 28;
const SHAPE_CODES: ReadonlySet<string> = new Set(['ROW_SHAPE', 'ROW_CUT']);

/**
 * Refused rows for people to correct and send again.
 *
 * Shapes: one sheet for each of the sender's sheets that has any, under the sender's own title and header; the sender's cells as
 * text, what is wrong in red, then 原因, 位置 and 怎么改, which are not read; then 汇总 and 说明. Text that a spreadsheet would run
 * is neutralised; a reader takes that off again (`restored`) in a file whose `metaOf` says `returned`.
 */
export function returnedWorkbook(returned: Returned): Promise<Buffer> {
  const { plan, ledger, fileName, jurisdiction, batch } = returned;
  const tables = returnedTables(plan, ledger);
  const bySheet = [...Map.groupBy(tables, ({ table }) => table.sheet)];
  const names = namesOf([...bySheet.map(([sheet]) => (sheet === '' ? ROWS_SHEET : sheet)), '汇总', '说明']);
  const rows = bySheet.map(([, group], at) => rowsSheet(names[at] ?? ROWS_SHEET, group, plan));
  const summary = { ...summarySheet(returned, tables), name: names.at(-2) ?? '汇总' };
  const explanation = { ...explanationSheet(returned), name: names.at(-1) ?? '说明' };
  const meta = metaSheet({
    kind: 'returned',
    feed: plan.feed,
    version: RETURNED_VERSION,
    jurisdiction: jurisdiction.code,
    file: fileName,
    batch: batch ?? null,
    notRead: [summary.name, explanation.name],
  });
  return writeWorkbook(`${withoutEnding(fileName)} 退回行`, [...rows, summary, explanation, meta]);
}

/** `原名_退回3行.xlsx`. */
export function returnedFileName(fileName: string, count: number): string {
  return `${withoutEnding(fileName)}_退回${count}行.xlsx`;
}

/** The name without the ending that says what kind of file it was. */
export function withoutEnding(fileName: string): string {
  return fileName.replace(/\.(?:csv|tsv|txt|xls[xmb]?|et|ods)$/iu, '');
}

function rowsSheet(name: string, group: readonly ReturnedTable[], plan: ReadPlan): OutSheet {
  const ours = Math.max(...group.map(widthOf));
  const rows: (readonly OutCell[])[] = [];
  const merges: Merge[] = [];
  let first: { header: { from: number; to: number }; end: number } | null = null;
  const mark = plan.simulated && !group.some(({ table }) => saysSimulated(table));
  for (const { table, rows: refused } of group) {
    if (rows.length > 0) rows.push([]);
    const head = headOf(table, ours, mark && rows.length === 0);
    const at = rows.length;
    merges.push(...head.merges.map((merge) => ({ ...merge, top: merge.top + at, bottom: merge.bottom + at })));
    first ??= { header: head.header, end: head.rows.length };
    rows.push(...head.rows, ...refused.map((row) => rowCells(row, table, { ours, text: plan.kind === 'text' })));
  }
  const columns = columnsOf(group, ours);
  if (first === null) return { name, rows, columns };
  return { name, rows, columns, merges, freeze: { rows: first.end, columns: 0 }, printTitle: first.header };
}

/** How many columns the sender's own cells take. */
function widthOf({ table, rows }: ReturnedTable): number {
  const own = rows.reduce((most, { raw }) => Math.max(most, raw.length), 0);
  return Math.max(1, own, ...table.head.map((cells) => cells.length), ...table.columns.map(({ position }) => position));
}

type RowLayout = { readonly ours: number; readonly text: boolean };

function rowCells({ row, raw, reasons }: ReturnedRow, table: PlannedTable, { ours, text }: RowLayout): OutCell[] {
  const wrong = new Set<number>();
  let whole = false;
  for (const reason of reasons) {
    const column = columnOf(reason) ?? plannedColumn(table, reason.column);
    if (column === undefined) whole = true;
    else wrong.add(column);
  }
  const short = text && reasons.some(({ code }) => SHAPE_CODES.has(code));
  const lost = short ? (table.head.at(-1)?.length ?? 0) : 0;
  const own = Array.from({ length: ours }, (_, column): OutCell => {
    const value = raw[column] ?? (column < lost ? LOST_CELL : '');
    if (wrong.has(column) || value === LOST_CELL) return { value, style: 'wrong', format: '@' };
    return whole && column < raw.length ? { value, style: 'suspect', format: '@' } : value;
  });
  const { why, where, fix } = reasonTexts(reasons, { sheet: table.sheet, row });
  return [...own, why, where, fix];
}

function plannedColumn({ columns }: PlannedTable, header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const named = columns.filter((column) => column.header === header);
  return named.length === 1 && named[0] !== undefined ? named[0].position - 1 : undefined;
}

function columnsOf(group: readonly ReturnedTable[], ours: number): OutColumn[] {
  const heads = group.map(({ table }) => table.head.at(-1) ?? []);
  const own = Array.from({ length: ours }, (_, column): OutColumn => {
    const longest = Math.max(...heads.map((cells) => (cells[column] ?? '').length));
    return { width: Math.min(WIDEST, Math.max(NARROWEST, longest * 2 + 2)), style: 'text', format: '@' };
  });
  return [...own, ...OUR_WIDTHS.map((width): OutColumn => ({ width, style: 'ours' }))];
}
