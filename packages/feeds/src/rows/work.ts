import { type FeedRow, type LedgerRow, NO_ROWS, type RowCounts, type RowReason } from '@quhua/core';
import type { MappedTable } from '../mapping.ts';
import type { Place } from '../table.ts';
import type { Ignored } from '../types.ts';
import type { RowChecker, RowContext } from './check-row.ts';
import type { Hasher } from './hashes.ts';
import type { KeyBook } from './key-book.ts';
import type { RawKeeper } from './ledger.ts';

/** What one reading of the rows has found so far; final at its end. */
export type RowRun = {
  readonly counts: { -readonly [K in keyof RowCounts]: number };
  readonly notes: RowReason[];
  /** Rows that are no records, the first hundred. */
  readonly ignored: Ignored[];
};

/** One table at work. */
export type TableWork = {
  readonly source: MappedTable;
  readonly checker: RowChecker;
  readonly raw: RawKeeper;
};

export type Work = {
  readonly run: RowRun;
  readonly context: ReadRowsContext;
  readonly tables: TableWork[];
  readonly keys: KeyBook;
  /** Rows that are not blank, and the totals among them. */
  rows: number;
  totals: number;
};

export type Chunk = { readonly rows: FeedRow[]; readonly ledger: LedgerRow[]; readonly revokedLines: number[] };

/** `hasher` is another one only in tests. */
export type ReadRowsContext = RowContext & { readonly run: RowRun; readonly hasher?: Hasher };

export function newRun(): RowRun {
  return { counts: { ...NO_ROWS }, notes: [], ignored: [] };
}

export function emptyChunk(): Chunk {
  return { rows: [], ledger: [], revokedLines: [] };
}

export function hasAny({ rows, ledger, revokedLines }: Chunk): boolean {
  return rows.length + ledger.length + revokedLines.length > 0;
}

/** Sheet and row of a line that was read before. */
export function placeOf(line: number, { tables }: Pick<Work, 'tables'>): Place {
  const source = tables.findLast(({ source: { mapping } }) => mapping.base < line)?.source;
  if (source === undefined) throw new Error(`no table holds line ${line}`);
  const { base, records } = source.mapping;
  return { sheet: source.table.sheet, row: Math.floor((line - 1 - base) / records.length) + 1 };
}
