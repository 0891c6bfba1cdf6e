import { formatCentisqm, type Month, type RowReason } from '@quhua/core';
import { foldCell } from './cell-text.ts';
import type { RowReading } from './check-row.ts';
import { centisqmOf15 } from './decimal.ts';
import type { FigureColumn, Mapping } from './mapping.ts';
import { note, shown } from './reasons.ts';

/** Shapes: one sum per column of the feed; NaN where a row of it could not be read. */
type Sums = { readonly values: number[]; rows: number };

/** Compares the totals that a file states with its rows. */
export type TotalCheck = {
  readonly add: (record: RowReading) => void;
  /** What is to be said of a total row; nothing if it agrees. */
  readonly compare: (total: RowReading) => RowReason[];
};

/**
 * Sums of a file's rows as printed, refused and repeated ones too.
 * A total may be of all rows so far, of those since the last total, or of its own month: it is wrong only if it is none of these.
 */
export function createTotalCheck(mapping: Mapping): TotalCheck {
  const { figures } = mapping;
  const noSums = (): Sums => ({ values: figures.map(() => 0), rows: 0 });
  const all = noSums();
  let sinceLast = noSums();
  const byMonth = new Map<Month, Sums>();
  return {
    add: (record) => {
      const month = byMonth.get(record.month) ?? noSums();
      byMonth.set(record.month, month);
      for (const sums of [all, sinceLast, month]) addRow(sums, record.figures);
    },
    compare: (total) => {
      const month = byMonth.get(total.month);
      const readings = [all, sinceLast, ...(month === undefined || total.month === '' ? [] : [month])];
      sinceLast = noSums();
      return figures.flatMap((column, at) => compareColumn(total, { column, at, readings }));
    },
  };
}

function addRow(sums: Sums, figures: readonly (number | null)[]): void {
  sums.rows += 1;
  for (let at = 0; at < sums.values.length; at += 1) {
    const sum = (sums.values[at] ?? 0) + (figures[at] ?? 0);
    sums.values[at] = Number.isSafeInteger(sum) ? sum : Number.NaN;
  }
}

type Comparison = { readonly column: FigureColumn; readonly at: number; readonly readings: readonly Sums[] };

function compareColumn(total: RowReading, { column, at, readings }: Comparison): RowReason[] {
  const stated = total.figures[at] ?? null;
  if (column.index < 0 || stated === null) return [];
  const { line } = total.row;
  const header = shown(column.header);
  const sums = readings.map(({ values, rows }) => ({ sum: values[at] ?? 0, rows }));
  const text = total.row.cells[column.index] ?? '';
  if (sums.some(({ sum, rows }) => isNear({ stated, sum, rows }, column, text))) return [];
  if (Number.isNaN(stated) || sums.some(({ sum }) => Number.isNaN(sum))) {
    const message = `第${line}行的合计${header}无法核对：有的数字读不出 / line ${line}: the total of ${header} cannot be checked`;
    return [{ ...note('TOTAL_UNCHECKED', message), column: column.header }];
  }
  const [nearest] = sums.map(({ sum }) => sum).sort((a, b) => Math.abs(stated - a) - Math.abs(stated - b));
  const sum = nearest ?? 0;
  const said = (value: number) => (column.column.type === 'area' ? `${formatCentisqm(value)}㎡` : `${value}套`);
  const zh = `第${line}行的合计${header}写的是${said(stated)}，各行之和是${said(sum)}，相差${said(stated - sum)}；请核对后重报`;
  const message = `${zh} / line ${line}: the total says ${said(stated)}, the rows add up to ${said(sum)}`;
  return [{ ...note('TOTAL_MISMATCH', message), column: column.header }];
}

type Difference = { readonly stated: number; readonly sum: number; readonly rows: number };

/** Rounded rows may miss a total by half of its last printed digit each; counts may not. */
function isNear({ stated, sum, rows }: Difference, { column, unit }: FigureColumn, text: string): boolean {
  if (stated === sum) return true;
  if (column.type === 'count' || !Number.isSafeInteger(stated) || !Number.isSafeInteger(sum)) return false;
  const decimals = /\.(?<fraction>\d+)/u.exec(foldCell(text))?.groups?.fraction?.length ?? 0;
  const difference = 2n * BigInt(Math.abs(stated - sum));
  const finest = BigInt(rows);
  const printed = centisqmOf15(unit ?? 'sqm') * finest;
  return difference <= finest || difference * 15n * 10n ** BigInt(decimals) <= printed;
}
