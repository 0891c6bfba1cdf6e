import type { RowReason } from '@quhua/core';
import type { Db } from './database.ts';

export type RefusedRow = { readonly line: number; readonly reasons: readonly RowReason[] };

/** A batch's first quarantined rows, in file order. */
export async function listRefusedRows(db: Db, batchId: number, limit: number): Promise<RefusedRow[]> {
  const rows = await db
    .selectFrom('batch_row')
    .select(['line', 'reasons'])
    .where('batch_id', '=', batchId)
    .where('outcome', '=', 'quarantined')
    .orderBy('line')
    .limit(limit)
    .execute();
  return rows.map(({ line, reasons }) => ({ line, reasons: reasons as RowReason[] })); // safe: written by insertLedgerRows only
}
