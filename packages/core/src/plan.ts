import { readArea, readDecimal } from './area.ts';
import { matchingKey } from './jurisdiction.ts';
import type { QuotaEvent } from './land/policy.ts';
import type { Ratio } from './ratio.ts';

/** What a column of a plan table counts. Units: wan-sqm is kept in centisqm, hectare in whole ㎡, homes (套) as they are. */
export const PLAN_UNITS = ['wan-sqm', 'hectare', 'homes'] as const;
export type PlanUnit = (typeof PLAN_UNITS)[number];

/** Units of targets that stand in the plan's text: beside those of tables also 户 and 个, kept as they are. */
export const TARGET_UNITS = [...PLAN_UNITS, 'households', 'count'] as const;
export type TargetUnit = (typeof TARGET_UNITS)[number];

/**
 * Where it is read off how much of a target is done: areas newly permitted for presale, entries of the land ledger, guaranteed
 * projects whose completion is filed, or what units report themselves.
 */
export const DONE_FROM = ['permits', 'land', 'projects-delivered', 'progress'] as const;
export type DoneFrom = (typeof DONE_FROM)[number];
export type DoneSource =
  | { readonly from: Exclude<DoneFrom, 'land'> }
  /** `at`: the step at which land counts as supplied. */
  | { readonly from: 'land'; readonly uses: readonly string[]; readonly at: QuotaEvent };

export type PlanColumn = {
  readonly name: string;
  readonly title: string;
  readonly unit: PlanUnit;
  /** Left out: its sums, or nothing, say what is done. */
  readonly done?: DoneSource;
};

/** A target that stands in the plan's text and in no table. Units: `amount` as `PlanCell`. */
export type PlanTarget = {
  readonly id: string;
  readonly title: string;
  readonly unit: TargetUnit;
  readonly amount: number;
  /** The plan's own words. */
  readonly source: string;
  /** Null: the whole area's. */
  readonly regionCode: string | null;
  readonly done: DoneSource;
};

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
  readonly targets: readonly PlanTarget[];
  /** Within so many percent of the target beside the calendar, something is on pace. */
  readonly pace: { readonly withinPercent: number };
  readonly signals: PlanSignalSettings;
};

/**
 * Which oddities of a plan somebody should look at; none of them is an error. `why`: the reason of the setting.
 *
 * Shapes: columns by name.
 */
export type PlanSignalSettings = {
  /** Less planned housing for each ㎡ of planned land than this. `far`: floor area ratio for what the land could carry. */
  readonly landPerHousing: {
    readonly housing: string;
    readonly land: string;
    readonly below: Ratio;
    readonly far: Ratio;
    readonly why: string;
  } | null;
  /** Homes that are larger on average than so many ㎡. */
  readonly homeSize: readonly {
    readonly homes: string;
    readonly area: string;
    readonly above: Ratio;
    readonly why: string;
  }[];
  /** Every cell of a unit's line in a table is `-`: none planned, or not reported. */
  readonly blankRow: { readonly why: string } | null;
};

export const NO_SIGNALS: PlanSignalSettings = { landPerHousing: null, homeSize: [], blankRow: null };

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

const SCALES: Readonly<Record<TargetUnit, number>> = { 'wan-sqm': 6, hectare: 4, homes: 0, households: 0, count: 0 };
/** How people write the unit. */
export const TARGET_UNIT_TEXT: Readonly<Record<TargetUnit, string>> = {
  'wan-sqm': '万㎡',
  hectare: '公顷',
  homes: '套',
  households: '户',
  count: '个',
};

/** The cell that a printed text stands for, or null if it is neither a number of that unit nor `-`. */
export function readPlanCell(printed: string, unit: TargetUnit): PlanCell | null {
  if (printed === '-' || printed === '—') return { printed, amount: null };
  const reading = unit === 'wan-sqm' ? readArea(printed, unit) : readDecimal(printed, { scale: SCALES[unit] });
  return 'fault' in reading ? null : { printed, amount: reading.value };
}

/** An amount in the unit in which its column is printed: 92,020,000 centisqm is `92.02`. */
export function formatPlanAmount(amount: number, unit: TargetUnit): string {
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

/** What a plan wants done: a column of a table, or a target of its text. */
export type PlanItem = {
  readonly id: string;
  readonly title: string;
  readonly unit: TargetUnit;
  /** Null: a printed sum, or nothing says what is done. */
  readonly done: DoneSource | null;
};

/** Everything that a plan sets, in its order. */
export function planItems({ tables, targets }: Pick<Plan, 'tables' | 'targets'>): PlanItem[] {
  const columns = tables.flatMap((table) => table.columns);
  return [
    ...columns.map(({ name, title, unit, done = null }) => ({ id: name, title, unit, done })),
    ...targets.map(({ id, title, unit, done }) => ({ id, title, unit, done })),
  ];
}

/** Whether a report's word for an item means this one: its id, or its title however it is spaced. */
export function isPlanItem({ id, title }: Pick<PlanItem, 'id' | 'title'>, word: string): boolean {
  const key = matchingKey(word);
  return key === matchingKey(id) || key === matchingKey(title);
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
