import type { Month, RowReason } from '@quhua/core';
import type { Place } from './place.ts';
import { reasonAt } from './reasons.ts';
import type { ReadPlan } from './types.ts';

/** A record of a file: its line and, of a table with months as columns, its month. */
export type RecordAt = { readonly line: number; readonly month: Month | null };
export type Said = { readonly code: string; readonly zh: string; readonly en: string };

/** What somebody else found in a record that was read, with its sheet, row and header. Shapes: `column` null means the whole row. */
export function reasonAtLine(plan: ReadPlan, { line, month }: RecordAt, column: string | null, said: Said): RowReason {
  const table = plan.tables.findLast(({ base }) => base < line);
  const place: Place =
    table === undefined
      ? { sheet: '', row: line }
      : { sheet: table.sheet, row: Math.floor((line - 1 - table.base) / table.records) + 1 };
  const named = (table?.columns ?? []).filter(({ name }) => name === column);
  const found = named.find((one) => one.month === month) ?? named[0];
  return reasonAt(place, found === undefined ? undefined : { header: found.header, index: found.position - 1 }, said);
}
