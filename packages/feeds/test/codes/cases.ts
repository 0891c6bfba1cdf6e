import type { FeedContext } from '../../src/index.ts';
import { CONTEXT, lines } from '../support.ts';
import { type BookPart, buildSheet, escaped, type SheetPart } from '../xlsx/build-xlsx.ts';

export const HEAD = 'region_code,month,signed_area,cancelled_area';
export const ROW = '653101,2025-10,10.00,0.00';

/** A CSV of sales with canonical headers. */
export function sales(...rows: string[]): string {
  return lines(HEAD, ...rows);
}

/** Contracts as text, from their number on. */
export function contracts(...rows: string[]): string {
  return lines('contract_no,region_code,project,signed_on,cancelled_on,area,price_total', ...rows);
}

/** A workbook of one sheet, `数据`, of text cells; what begins with `<c` is a cell as it stands in the file. */
export function bookOf(grid: readonly (readonly string[])[], book: BookPart & SheetPart = {}): Buffer {
  return buildSheet(rowsOf(grid), { name: '数据', ...book });
}

/** Rows as a sheet has them. */
export function rowsOf(grid: readonly (readonly string[])[]): string {
  return grid.map((cells, at) => `<row r="${at + 1}">${cells.map(cellXml).join('')}</row>`).join('');
}

function cellXml(text: string): string {
  return text.startsWith('<c') ? text : `<c t="inlineStr"><is><t>${escaped(text)}</t></is></c>`;
}

/** The header and the first row of sales in a workbook. */
export const SALES_GRID = [
  ['县市', '月份', '网签面积（㎡）', '撤销面积（㎡）'],
  ['喀什市', '2025-10', '10', '0'],
];

export function within(limits: FeedContext['limits']): FeedContext {
  return { ...CONTEXT, limits: { ...limits } };
}

/** A file that is refused. `says` is what a person must be told: what, where and what to do. */
export type FileCase = {
  readonly code: string;
  readonly bytes: Buffer;
  readonly says: readonly string[];
  readonly context?: FeedContext;
};

/** A file of which one row, or the file as a whole, is said something. `line` is that of the row, 2 unless told. */
export type RowCase = {
  readonly code: string;
  readonly content: string | Buffer;
  readonly says: readonly string[];
  readonly line?: number;
  readonly column?: string;
  readonly context?: FeedContext;
};
