import type { RowReason } from '@quhua/core';
import { refusesRow } from '../codes.ts';
import { type Fault, type FaultColumn, reasonAt } from '../reasons.ts';
import type { TableRow } from '../table.ts';

/** A record while it is read: what has been said of it so far. */
export type RowDraft = { readonly row: TableRow; readonly reasons: RowReason[]; refused: boolean };

/** Says something of a record. Shapes: without a column the row as a whole is meant. */
export function say(draft: RowDraft, column: FaultColumn | undefined, fault: Fault): void {
  const origin = column === undefined ? undefined : draft.row.originOf?.(column.index);
  draft.reasons.push(
    origin === undefined || column === undefined
      ? reasonAt(draft.row.place, column, fault)
      : reasonAt(origin.place, { header: column.header, index: origin.index }, fault),
  );
  if (refusesRow(fault.code)) draft.refused = true;
}
