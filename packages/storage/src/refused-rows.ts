import type { LedgerRow, RowReason } from '@quhua/core';
import type { Db } from './database.ts';

export type RefusedRow = { readonly line: number; readonly reasons: readonly RowReason[] };

/** A batch's first quarantined rows, in file order. */
export function listRefusedRows(db: Db, batchId: number, limit: number): Promise<RefusedRow[]> {
  return listFirstRows(db, batchId, { outcome: 'quarantined', limit });
}

export type FirstRows = { readonly outcome: LedgerRow['outcome']; readonly limit: number };

/** A batch's first rows of one outcome that was not simply accepted, in file order. */
export async function listFirstRows(db: Db, batchId: number, { outcome, limit }: FirstRows): Promise<RefusedRow[]> {
  const rows = await db
    .selectFrom('batch_row')
    .select(['line', 'reasons'])
    .where('batch_id', '=', batchId)
    .where('outcome', '=', outcome)
    .orderBy('line')
    .limit(limit)
    .execute();
  return rows.map(({ line, reasons }) => ({ line, reasons: reasons as RowReason[] })); // safe: written by insertLedgerRows only
}
