import type { RowReason } from '@quhua/core';
import { refusesRow } from '../codes.ts';
import { type Fault, type FaultColumn, reasonAt } from '../reasons.ts';
import type { TableRow } from '../table.ts';

/** A record while it is read: what has been said of it so far. */
export type RowDraft = { readonly row: TableRow; readonly reasons: RowReason[]; refused: boolean };

/** Says something of a record. Shapes: without a column the row as a whole is meant. */
export function say(draft: RowDraft, column: FaultColumn | undefined, fault: Fault): void {
  draft.reasons.push(reasonAt(draft.row.place, column, fault));
  if (refusesRow(fault.code)) draft.refused = true;
}
