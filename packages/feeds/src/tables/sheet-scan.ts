import { isBlank } from '../table.ts';
import type { Sheet, SheetRow } from '../workbook.ts';

/** Tables, titles and notes are looked for in so many rows of a sheet; longer sheets hold one table. */
export const SCANNED_ROWS = 3_000;

/** The beginning of a sheet, or all of it. Shapes: `rows` are those in which anything stands. */
export type Scan = { readonly sheet: Sheet; readonly rows: readonly SheetRow[]; readonly whole: boolean };

export async function scanSheet(sheet: Sheet): Promise<Scan> {
  const rows: SheetRow[] = [];
  for await (const batch of sheet.rows()) {
    for (const row of batch) {
      if (isBlank(row.cells)) continue;
      if (rows.length >= SCANNED_ROWS) return { sheet, rows, whole: false };
      rows.push(row);
    }
  }
  return { sheet, rows, whole: true };
}
