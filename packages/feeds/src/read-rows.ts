import { type LedgerRow, type MonthlyRow, NO_ROWS, type RowCounts, type RowReason } from '@quhua/core';
import { type CheckContext, createRowChecker, type RowReading } from './check-row.ts';
import { conflictReason, metBefore } from './conflicts.ts';
import { createKeyTable, type KeyTable } from './key-table.ts';
import type { Mapping } from './mapping.ts';
import { duplicateReason, note, refused } from './reasons.ts';
import type { Table } from './table.ts';
import { createTotalCheck } from './totals.ts';
import type { FeedChunk } from './types.ts';

/** What one reading of the rows has found so far; final at its end. */
export type RowRun = { readonly counts: { -readonly [K in keyof RowCounts]: number }; readonly notes: RowReason[] };

type Work = {
  readonly run: RowRun;
  readonly mapping: Mapping;
  readonly limits: CheckContext['limits'];
  readonly check: (row: RowReading['row']) => RowReading;
  readonly keys: KeyTable;
  /** Rows that are not blank, and the totals among them. */
  rows: number;
  totals: number;
};
type Chunk = { readonly rows: MonthlyRow[]; readonly ledger: LedgerRow[]; readonly revokedLines: number[] };

export function newRun(): RowRun {
  return { counts: { ...NO_ROWS }, notes: [] };
}

/**
 * Checked rows of a mapped table.
 *
 * Shapes: one pass; only a file with conflicts or totals is gone through again, so that nothing but keys and figures is kept in memory.
 * Errors: invalid/TOO_MANY_ROWS, and whatever the table's reader finds on the way.
 */
export function* readRows(table: Table, mapping: Mapping, context: CheckContext & { readonly run: RowRun }) {
  const check = createRowChecker(mapping, context);
  const keys = createKeyTable(mapping.figures.length);
  const { run, limits } = context;
  const work: Work = { run, mapping, limits, check, keys, rows: 0, totals: 0 };
  for (const batch of table.rows()) {
    const chunk = emptyChunk();
    for (const row of batch) take(check(row), chunk, work);
    if (hasAny(chunk)) yield chunk satisfies FeedChunk;
  }
  if (work.totals > 0 || keys.conflicts.size > 0) yield* review(table, work);
  if (run.counts.total === 0) {
    run.notes.push(
      note('FILE_NO_FIGURES', '文件中没有一行有数字，什么也没有存入 / no row holds any figure, nothing is stored'),
    );
  }
}

function emptyChunk(): Chunk {
  return { rows: [], ledger: [], revokedLines: [] };
}

function hasAny({ rows, ledger, revokedLines }: Chunk): boolean {
  return rows.length + ledger.length + revokedLines.length > 0;
}

/** First pass: everything that a row and the rows before it settle. */
function take(reading: RowReading, chunk: Chunk, work: Work): void {
  if (reading.kind === 'blank') return;
  work.rows += 1;
  if (work.rows > work.limits.rows) throw tooManyRows(work.limits.rows);
  if (reading.kind === 'total') work.totals += 1;
  else if (reading.kind === 'empty') work.run.counts.empty += 1;
  else takeRecord(reading, chunk, work);
}

function takeRecord(reading: RowReading, chunk: Chunk, { run, keys, mapping }: Work): void {
  const { counts } = run;
  const { key, row, figures, reasons } = reading;
  counts.total += 1;
  const seen = key < 0 ? undefined : keys.see(key, row.line, reading.refused ? null : figures);
  if (reading.refused) {
    counts.quarantined += 1;
    chunk.ledger.push(ledgerRow(reading, 'quarantined', reasons));
  } else if (seen?.kind === 'same') {
    counts.duplicate += 1;
    const again = duplicateReason('ROW_DUPLICATE', row.line, seen.line);
    chunk.ledger.push(ledgerRow(reading, 'duplicate', [...reasons, again]));
  } else if (seen?.kind === 'other') {
    counts.quarantined += 1;
    const reason = conflictReason(reading, seen.line, { first: keys.firstFigures(key), mapping });
    chunk.ledger.push(ledgerRow(reading, 'quarantined', [...reasons, reason]));
  } else {
    chunk.rows.push({ line: row.line, regionCode: reading.regionCode, month: reading.month, figures });
    if (reasons.length === 0) counts.accepted += 1;
    else {
      counts.warned += 1;
      chunk.ledger.push(ledgerRow(reading, 'warned', reasons));
    }
  }
}

/** Second pass: rows that were taken before a later one contradicted them, and the totals. */
function* review(table: Table, { check, keys, mapping, run }: Work): Generator<FeedChunk, void, undefined> {
  const { counts } = run;
  const totals = createTotalCheck(mapping);
  const taken = new Set<number>();
  for (const batch of table.rows()) {
    const chunk = emptyChunk();
    for (const row of batch) {
      const reading = check(row);
      if (reading.kind === 'record') totals.add(reading);
      if (reading.kind === 'total') run.notes.push(...totals.compare(reading));
      const found = keys.conflicts.get(reading.key);
      if (reading.refused || found === undefined || row.line >= found) continue;
      const before = taken.has(reading.key) ? 'duplicate' : reading.reasons.length > 0 ? 'warned' : 'accepted';
      taken.add(reading.key);
      counts[before] -= 1;
      counts.quarantined += 1;
      chunk.revokedLines.push(row.line);
      chunk.ledger.push(ledgerRow(reading, 'quarantined', [...reading.reasons, metBefore(reading, found)]));
    }
    if (hasAny(chunk)) yield chunk;
  }
}

function ledgerRow({ row }: RowReading, outcome: LedgerRow['outcome'], reasons: readonly RowReason[]): LedgerRow {
  return { line: row.line, outcome, reasons, raw: row.cells.map(storable) };
}

/** PostgreSQL keeps every character but NUL: it is shown by its picture. */
function storable(cell: string): string {
  return cell.includes('\u0000') ? cell.replaceAll('\u0000', '\u2400') : cell;
}

function tooManyRows(most: number) {
  return refused('TOO_MANY_ROWS', `数据超过${most}行，请分成几个文件 / more than ${most} rows: split the file`, {
    most,
  });
}
