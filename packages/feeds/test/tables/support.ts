import { AppError, FEEDS, type FeedRow, type LedgerRow, type RowReason, type SavedMapping } from '@quhua/core';
import { LIMITS } from '../../src/limits.ts';
import { openTables } from '../../src/open-feed.ts';
import type { FeedContext, FeedReading, ReadPlan } from '../../src/types.ts';
import type { Merge, Sheet, SheetRow, Workbook } from '../../src/workbook.ts';
import { CONTEXT } from '../support.ts';

export type Grid = readonly (readonly string[])[];
export type SheetSpec = {
  readonly name?: string;
  readonly grid: Grid;
  /** As spreadsheets write them: `A1:C1`. */
  readonly merges?: readonly string[];
  readonly hidden?: boolean;
  readonly hiddenRows?: readonly number[];
  readonly hiddenColumns?: readonly number[];
};

export function workbookOf(specs: readonly SheetSpec[]): Workbook {
  return { kind: 'xlsx', sheets: specs.map(sheetOf), notes: [], close: () => Promise.resolve() };
}

function sheetOf({
  name = 'Sheet1',
  grid,
  merges = [],
  hidden = false,
  hiddenRows = [],
  hiddenColumns = [],
}: SheetSpec): Sheet {
  const rows = grid.flatMap((cells, at): SheetRow[] => {
    const row = at + 1;
    if (cells.every((cell) => cell === '')) return [];
    return [{ row, cells, ...(hiddenRows.includes(row) ? { hidden: true as const } : {}) }];
  });
  return {
    name,
    hidden,
    hiddenColumns,
    merges: merges.map(mergeOf),
    rows: async function* () {
      yield rows;
    },
  };
}

function mergeOf(text: string): Merge {
  const [first = '', last = first] = text.split(':');
  const [a, b] = [cellOf(first), cellOf(last)];
  return { top: a.row, left: a.column, bottom: b.row, right: b.column };
}

function cellOf(text: string): { readonly row: number; readonly column: number } {
  const [, letters = '', digits = ''] = /^([A-Z]+)(\d+)$/u.exec(text) ?? [];
  const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  return { row: Number(digits) - 1, column };
}

export type Options = {
  readonly name?: string;
  readonly context?: Partial<FeedContext>;
  readonly mapping?: SavedMapping;
};

export function open(
  specs: readonly SheetSpec[],
  { name = '报表.xlsx', context = {}, mapping }: Options = {},
): Promise<FeedReading> {
  const full = { ...CONTEXT, ...context, ...(mapping === undefined ? {} : { mapping }) };
  return openTables(workbookOf(specs), { file: { name, bytes: Buffer.alloc(1) }, context: full, limits: LIMITS });
}

export type Outcome = {
  readonly plan: ReadPlan;
  /** `653101 2025-10 signed_area=1.00 …`, areas in ㎡; sorted. */
  readonly records: readonly string[];
  readonly rows: readonly FeedRow[];
  readonly ledger: readonly LedgerRow[];
  readonly notes: readonly RowReason[];
  readonly ignored: readonly string[];
};

export async function readAll(specs: readonly SheetSpec[], options: Options = {}): Promise<Outcome> {
  const reading = await open(specs, options);
  const rows = new Map<number, FeedRow>();
  const ledger = new Map<number, LedgerRow>();
  for await (const chunk of reading.chunks()) {
    for (const line of chunk.revokedLines) {
      rows.delete(line);
      ledger.delete(line);
    }
    for (const row of chunk.rows) rows.set(row.line, row);
    for (const row of chunk.ledger) ledger.set(row.line, row);
  }
  const { columns } = FEEDS[reading.plan.feed];
  const records = [...rows.values()].map(({ regionCode, month, values }) => {
    const shown = values.flatMap((value, at) =>
      value === null ? [] : [`${columns[at]?.name}=${shownValue(value, columns[at]?.type)}`],
    );
    return [regionCode, month, ...shown].filter((text) => text !== null).join(' ');
  });
  return {
    plan: reading.plan,
    records: records.sort(),
    rows: [...rows.values()],
    ledger: [...ledger.values()],
    notes: reading.notes(),
    ignored: [...reading.plan.ignored, ...reading.ignored()].map(
      ({ sheet, row, why }) => `${sheet}!${row ?? ''} ${why}`,
    ),
  };
}

function shownValue(value: number | string, type: string | undefined): string {
  return type === 'area' && typeof value === 'number' ? (value / 100).toFixed(2) : String(value);
}

/** The code and message with which opening or reading refuses. */
export async function refusal(specs: readonly SheetSpec[], options: Options = {}): Promise<AppError> {
  const error = await readAll(specs, options).then(
    () => new Error('the file was taken'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error;
  throw error;
}
