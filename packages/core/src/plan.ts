import { readArea, readDecimal } from './area.ts';

/** What a column of a plan table counts. Units: wan-sqm is kept in centisqm, hectare in whole ㎡, homes (套) as they are. */
export const PLAN_UNITS = ['wan-sqm', 'hectare', 'homes'] as const;
export type PlanUnit = (typeof PLAN_UNITS)[number];

export type PlanColumn = { readonly name: string; readonly title: string; readonly unit: PlanUnit };

/** A column that is printed as the sum of others. */
export type PlanSum = { readonly total: string; readonly parts: readonly string[] };

/** One printed cell. Missing: `-` has no amount; it is not 0, though it adds nothing to a sum. */
export type PlanCell = { readonly printed: string; readonly amount: number | null };

export type PlanRow = { readonly regionCode: string; readonly cells: readonly PlanCell[] };

/** One table of a plan. Shapes: `cells` and `totals` in the order of `columns`; one row a unit. */
export type PlanTable = {
  readonly file: string;
  readonly title: string;
  readonly columns: readonly PlanColumn[];
  readonly sums: readonly PlanSum[];
  readonly rows: readonly PlanRow[];
  /** The printed last line. */
  readonly totals: readonly PlanCell[];
};

/** A year's housing plan. It holds no sales and no stock. */
export type Plan = {
  readonly year: number;
  readonly title: string;
  /** Where it is from, and how it was transcribed. */
  readonly source: string;
  readonly tables: readonly PlanTable[];
};

/** Which unit's row, or the printed line of totals. */
export type PlanLine = number | 'totals';
export type PlanSumFault = {
  readonly code: 'PLAN_ROW_SUM' | 'PLAN_COLUMN_SUM';
  readonly line: PlanLine;
  /** Index of the printed sum's column. */
  readonly column: number;
  /** What its parts add up to, in the unit of the column. */
  readonly expected: string;
};

const SCALES: Readonly<Record<PlanUnit, number>> = { 'wan-sqm': 6, hectare: 4, homes: 0 };

/** The cell that a printed text stands for, or null if it is neither a number of that unit nor `-`. */
export function readPlanCell(printed: string, unit: PlanUnit): PlanCell | null {
  if (printed === '-' || printed === '—') return { printed, amount: null };
  const reading = unit === 'wan-sqm' ? readArea(printed, unit) : readDecimal(printed, { scale: SCALES[unit] });
  return 'fault' in reading ? null : { printed, amount: reading.value };
}

/** An amount in the unit in which its column is printed: 92,020,000 centisqm is `92.02`. */
export function formatPlanAmount(amount: number, unit: PlanUnit): string {
  const scale = SCALES[unit];
  if (scale === 0) return amount.toString();
  const digits = amount.toString().padStart(scale + 1, '0');
  const fraction = digits.slice(-scale).replace(/0+$/u, '').padEnd(2, '0');
  return `${digits.slice(0, -scale)}.${fraction}`;
}

/**
 * Printed sums that differ from what they sum: each row's by `sums`, each column's by the line of totals.
 *
 * Shapes: empty where all agree; rows first, then columns, each from left to right.
 * Missing: `-` adds nothing, and a printed `-` is a sum of nothing.
 */
export function checkPlanSums(table: Pick<PlanTable, 'columns' | 'sums' | 'rows' | 'totals'>): PlanSumFault[] {
  const lines: readonly (readonly [PlanLine, readonly PlanCell[]])[] = [
    ...table.rows.map(({ cells }, at) => [at, cells] as const),
    ['totals', table.totals],
  ];
  return [
    ...lines.flatMap(([line, cells]) => checkRow(table, line, cells)),
    ...table.columns.flatMap((column, at) => {
      const sum = table.rows.reduce((total, { cells }) => total + amountOf(cells[at]), 0);
      if (sum === amountOf(table.totals[at])) return [];
      const expected = formatPlanAmount(sum, column.unit);
      return [{ code: 'PLAN_COLUMN_SUM' as const, line: 'totals' as const, column: at, expected }];
    }),
  ];
}

function checkRow(
  { columns, sums }: Pick<PlanTable, 'columns' | 'sums'>,
  line: PlanLine,
  cells: readonly PlanCell[],
): PlanSumFault[] {
  return sums.flatMap(({ total, parts }) => {
    const at = columns.findIndex(({ name }) => name === total);
    const column = columns[at];
    if (column === undefined) return [];
    const sum = columns.reduce(
      (rest, { name }, index) => rest + (parts.includes(name) ? amountOf(cells[index]) : 0),
      0,
    );
    if (sum === amountOf(cells[at])) return [];
    return [{ code: 'PLAN_ROW_SUM', line, column: at, expected: formatPlanAmount(sum, column.unit) }];
  });
}

function amountOf(cell: PlanCell | undefined): number {
  return cell?.amount ?? 0;
}
