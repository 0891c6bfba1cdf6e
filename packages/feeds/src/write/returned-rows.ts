import type { LedgerRow, RowReason } from '@quhua/core';
import type { PlannedTable, ReadPlan } from '../types.ts';

/** What a workbook of refused rows is made of. `ledger` may hold other rows too: only quarantined ones go back. */
export type Returned = {
  readonly plan: ReadPlan;
  readonly ledger: readonly LedgerRow[];
  /** As it was received. */
  readonly fileName: string;
  readonly jurisdiction: { readonly code: string; readonly name: string };
  /** Number of the batch, if it was stored. */
  readonly batch?: string;
};

/** A physical row of the sender's file, with every reason for which one of its records was refused. */
export type ReturnedRow = {
  readonly row: number;
  readonly raw: readonly string[];
  readonly reasons: readonly RowReason[];
};

/** Refused rows of one table, in the file's order. */
export type ReturnedTable = { readonly table: PlannedTable; readonly rows: readonly ReturnedRow[] };

type Draft = { row: number; raw: readonly string[]; reasons: RowReason[] };

/** Refused rows by table and row. Shapes: tables without any are left out; rows that are not quarantined are passed over. */
export function returnedTables(plan: ReadPlan, ledger: Iterable<LedgerRow>): ReturnedTable[] {
  const found = plan.tables.map((table) => ({ table, rows: new Map<number, Draft>() }));
  const newestFirst = [...found].sort((a, b) => firstLine(b.table) - firstLine(a.table));
  for (const { line, outcome, reasons, raw } of ledger) {
    if (outcome !== 'quarantined') continue;
    const home = newestFirst.find(({ table }) => firstLine(table) <= line) ?? newestFirst.at(-1);
    if (home === undefined) continue;
    const row = rowOf(home.table, line);
    const draft = home.rows.get(row);
    if (draft === undefined) home.rows.set(row, { row, raw, reasons: [...reasons] });
    else draft.reasons.push(...reasons);
  }
  return found
    .filter(({ rows }) => rows.size > 0)
    .map(({ table, rows }) => ({ table, rows: [...rows.values()].sort((a, b) => a.row - b.row) }));
}

/** The number of the first record that may be the table's: `base + (row - 1) × records + 1`. */
function firstLine({ base, records, data }: PlannedTable): number {
  return base + (data.from - 1) * records + 1;
}

/** The row of the sheet in which a record stands. */
function rowOf({ base, records }: PlannedTable, line: number): number {
  return Math.floor((line - base - 1) / records) + 1;
}

/** How many records were refused for each reason, the most frequent first. Shapes: a record with two reasons counts in both. */
export function reasonCounts(ledger: Iterable<LedgerRow>): Count[] {
  const counts = new Map<string, number>();
  for (const { outcome, reasons } of ledger) {
    if (outcome !== 'quarantined') continue;
    for (const code of new Set(reasons.map((reason) => reason.code))) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts].map(([code, records]) => ({ code, records })).sort(byCount);
}

type Count = { readonly code: string; readonly records: number };

function byCount(a: Count, b: Count): number {
  return b.records - a.records || (a.code < b.code ? -1 : 1);
}
