import {
  type AreaUnit,
  centisqmIn,
  FEN_SCALE,
  type FeedValue,
  type MoneyUnit,
  type Month,
  type RowReason,
  type UnitSize,
} from '@quhua/core';
import { foldCell } from '../cell-text.ts';
import type { Mapping, ValueColumn } from '../mapping.ts';
import { columnLetters, note, placeText, shown } from '../reasons.ts';
import type { RecordReading } from './check-row.ts';
import { valueText } from './conflicts.ts';

/** Shapes: one entry per column of the feed; a sum is NaN where a row of it could not be read; `decimals`: the most that a row prints. */
type Sums = { readonly values: number[]; readonly decimals: number[]; rows: number };

/** Compares the totals that a table states with its rows. */
export type TotalCheck = {
  readonly add: (record: RecordReading) => void;
  readonly total: (total: RecordReading) => void;
  /** What is to be said of the totals; nothing of those that agree. Once, when all rows are in. */
  readonly end: () => RowReason[];
};

/** Total rows that are still to be compared with what follows them; a table with more has no totals but chaos. */
const MOST_OPEN = 2_000;
const SUMMED: ReadonlySet<string> = new Set(['area', 'land', 'money', 'count']);

type Open = { readonly total: RecordReading; readonly at: readonly number[]; readonly readings: readonly Sums[] };

/**
 * Sums of a table's records as printed, refused and repeated ones too, for one record of each row.
 * A total may be of all rows so far, of those since the last total or until the next one, of its own month, or of the whole table:
 * it is wrong only if it is none of these.
 */
export function createTotalCheck({ records }: Mapping, record: number): TotalCheck {
  const columns = records[record]?.values ?? [];
  const noSums = (): Sums => ({ values: columns.map(() => 0), decimals: columns.map(() => 0), rows: 0 });
  const all = noSums();
  let sinceLast = noSums();
  const byMonth = new Map<Month, Sums>();
  const open: Open[] = [];
  return {
    add: (reading) => {
      const month = byMonth.get(reading.month) ?? noSums();
      byMonth.set(reading.month, month);
      for (const sums of [all, sinceLast, month]) addRow(sums, reading, columns);
    },
    total: (total) => {
      const month = total.month === '' ? undefined : byMonth.get(total.month);
      const so = [copyOf(all), sinceLast, ...(month === undefined ? [] : [copyOf(month)])];
      sinceLast = noSums();
      const at = columns.flatMap((column, index) => (agrees(total, { column, index }, so) ? [] : [index]));
      if (at.length > 0 && open.length < MOST_OPEN) open.push({ total, at, readings: [...so, sinceLast] });
    },
    end: () =>
      open.flatMap(({ total, at, readings }) => {
        const month = total.month === '' ? undefined : byMonth.get(total.month);
        const whole = [...readings, all, ...(month === undefined ? [] : [month])];
        return at.flatMap((index) => compareColumn(total, index, { columns, readings: whole }));
      }),
  };
}

function copyOf({ values, decimals, rows }: Sums): Sums {
  return { values: [...values], decimals: [...decimals], rows };
}

function addRow(sums: Sums, { values, row }: RecordReading, columns: readonly ValueColumn[]): void {
  sums.rows += 1;
  for (let at = 0; at < columns.length; at += 1) {
    const column = columns[at];
    if (column === undefined || !SUMMED.has(column.column.type)) continue;
    const sum = (sums.values[at] ?? 0) + numberOf(values[at]);
    sums.values[at] = Number.isSafeInteger(sum) ? sum : Number.NaN;
    const decimals = decimalsOf(row.cells[column.index] ?? '');
    if (decimals > (sums.decimals[at] ?? 0)) sums.decimals[at] = decimals;
  }
}

function numberOf(value: FeedValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function decimalsOf(text: string): number {
  const point = text.indexOf('.');
  if (point >= 0 || text.includes('．'))
    return /\.(?<fraction>\d+)/u.exec(foldCell(text))?.groups?.fraction?.length ?? 0;
  return 0;
}

type Column = { readonly column: ValueColumn; readonly index: number };

function agrees(total: RecordReading, { column, index }: Column, readings: readonly Sums[]): boolean {
  const stated = total.values[index] ?? null;
  if (column.index < 0 || !SUMMED.has(column.column.type) || typeof stated !== 'number') return true;
  const decimals = decimalsOf(total.row.cells[column.index] ?? '');
  return readings.some(({ values, decimals: printed, rows }) =>
    isNear({ stated, sum: values[index] ?? 0, rows, decimals, printed: printed[index] ?? 0 }, column),
  );
}

function compareColumn(
  total: RecordReading,
  index: number,
  { columns, readings }: { columns: readonly ValueColumn[]; readings: readonly Sums[] },
): RowReason[] {
  const column = columns[index];
  const stated = total.values[index] ?? null;
  if (column === undefined || typeof stated !== 'number' || agrees(total, { column, index }, readings)) return [];
  const sums = readings.filter(({ rows }) => rows > 0).map(({ values }) => values[index] ?? 0);
  const { sheet, row } = total.row.place;
  const { zh: place, en } = placeText(total.row.place);
  const letters = columnLetters(column.index);
  const at = sheet === '' ? place : `${place}${letters}列`;
  const header = shown(column.header);
  const where = sheet === '' ? {} : { cell: `${sheet}!${letters}${row}` };
  if (Number.isNaN(stated) || sums.some(Number.isNaN)) {
    const message = `${at}的合计${header}无法核对：有的数字读不出；请先改正那些数字 / ${en}: the total of ${header} cannot be checked`;
    return [{ ...note('TOTAL_UNCHECKED', message), column: column.header, ...where }];
  }
  const [sum = 0] = sums.sort((a, b) => Math.abs(stated - a) - Math.abs(stated - b));
  const said = (value: number) => valueText(value, column);
  const zh = `${at}的合计${header}写的是${said(stated)}，各行之和是${said(sum)}，相差${said(stated - sum)}；请核对后重报`;
  const message = `${zh} / ${en}: the total says ${said(stated)}, the rows add up to ${said(sum)}`;
  return [{ ...note('TOTAL_MISMATCH', message), column: column.header, ...where }];
}

type Difference = {
  readonly stated: number;
  readonly sum: number;
  readonly rows: number;
  /** Decimals that the total prints, and the most that a row does. */
  readonly decimals: number;
  readonly printed: number;
};

/** Rounded rows may miss a total by half of the last printed digit each, of theirs or the total's; counts may not. */
function isNear({ stated, sum, rows, decimals, printed }: Difference, column: ValueColumn): boolean {
  if (stated === sum) return true;
  if (column.column.type === 'count' || !Number.isSafeInteger(stated) || !Number.isSafeInteger(sum)) return false;
  const twice = 2n * BigInt(Math.abs(stated - sum));
  if (twice <= BigInt(rows)) return true;
  const { numerator, denominator } = sizeOf(column);
  const own = 10n ** BigInt(decimals);
  const theirs = 10n ** BigInt(printed);
  const [fine, count] = [denominator * own, BigInt(rows)];
  if (twice * fine <= numerator * count) return true;
  return twice * fine * theirs <= numerator * (count * own + theirs);
}

/** How much of what is stored one printed unit is. */
function sizeOf({ column, unit }: ValueColumn): UnitSize {
  if (column.type === 'money') {
    const scale = FEN_SCALE[(unit ?? 'yuan') as MoneyUnit]; // safe: the unit of a money column is one of money
    return { numerator: 10n ** BigInt(scale), denominator: 1n };
  }
  const { numerator, denominator } = centisqmIn((unit ?? 'sqm') as AreaUnit); // safe: as above, of area
  return column.type === 'land' ? { numerator, denominator: denominator * 100n } : { numerator, denominator };
}
