import { isBlank } from '../table.ts';
import type { Sheet, SheetRow } from '../workbook.ts';

/** Tables, titles and notes are looked for in so many rows of a sheet; longer sheets hold one table. */
export const SCANNED_ROWS = 3_000;

/**
 * The beginning of a sheet, or all of it.
 *
 * Shapes: `rows` are those in which anything stands. `sheet` is the one that was scanned, only that whoever reads its rows first
 * goes on where the scan stopped. `close` gives up what is held for that; idempotent.
 */
export type Scan = {
  readonly sheet: Sheet;
  readonly rows: readonly SheetRow[];
  readonly whole: boolean;
  readonly close: () => Promise<void>;
};

type Batches = AsyncGenerator<readonly SheetRow[], void, undefined>;

export async function scanSheet(sheet: Sheet): Promise<Scan> {
  const rows: SheetRow[] = [];
  const begun: (readonly SheetRow[])[] = [];
  const stream = sheet.rows();
  for (let next = await stream.next(); next.done !== true; next = await stream.next()) {
    begun.push(next.value);
    for (const row of next.value) {
      if (isBlank(row.cells)) continue;
      if (rows.length >= SCANNED_ROWS) return { ...goingOn(sheet, begun, stream), rows, whole: false };
      rows.push(row);
    }
  }
  return { sheet, rows, whole: true, close: () => Promise.resolve() };
}

/** Not read anew: V8 compiles a reader that was made once better than one that was made twice, and all later rows are slower. */
function goingOn(sheet: Sheet, begun: (readonly SheetRow[])[], stream: Batches): Pick<Scan, 'sheet' | 'close'> {
  let isHeld = true;
  const rows = (): Batches => {
    if (!isHeld) return sheet.rows();
    isHeld = false;
    return continued(begun, stream);
  };
  const close = async () => {
    if (isHeld) await stream.return();
    isHeld = false;
  };
  return { sheet: { ...sheet, rows }, close };
}

async function* continued(begun: (readonly SheetRow[])[], stream: Batches): Batches {
  try {
    for (let batch = begun.shift(); batch !== undefined; batch = begun.shift()) yield batch;
    yield* stream;
  } finally {
    await stream.return();
  }
}
