import { expect, test } from 'vitest';
import { SCANNED_ROWS, scanSheet } from '../../src/tables/sheet-scan.ts';
import type { Sheet, SheetRow } from '../../src/workbook.ts';

/** A sheet of `count` rows that counts its readings, and those that were ended. */
function sheetOf(count: number, batch: number) {
  const seen = { begun: 0, ended: 0 };
  const rows = Array.from(
    { length: count },
    (_, at): SheetRow => ({ row: at + 1, cells: at % 5 === 3 ? [' '] : ['1'] }),
  );
  const sheet: Sheet = {
    name: '表',
    hidden: false,
    hiddenColumns: [2],
    merges: [],
    rows: async function* () {
      seen.begun += 1;
      try {
        for (let at = 0; at < rows.length; at += batch) yield rows.slice(at, at + batch);
      } finally {
        seen.ended += 1;
      }
    },
  };
  return { sheet, rows, seen };
}

async function allOf(sheet: Sheet): Promise<SheetRow[]> {
  const all: SheetRow[] = [];
  for await (const batch of sheet.rows()) all.push(...batch);
  return all;
}

test.each([1, 7, 1_000, 9_000])(
  'batches of %i: the scanned sheet has the rows of the sheet, whoever reads them',
  async (batch) => {
    const { sheet, rows, seen } = sheetOf(8_000, batch);
    const scan = await scanSheet(sheet);
    expect(scan.whole).toBe(false);
    expect(scan.rows).toEqual(rows.filter(({ cells }) => cells[0] === '1').slice(0, SCANNED_ROWS));
    expect(scan.sheet).toMatchObject({ name: '表', hiddenColumns: [2] });
    expect(await allOf(scan.sheet)).toEqual(rows);
    expect(seen).toEqual({ begun: 1, ended: 1 });
    expect(await allOf(scan.sheet)).toEqual(rows);
    expect(seen).toEqual({ begun: 2, ended: 2 });
  },
);

test('two readers at once each have all rows', async () => {
  const { sheet, rows } = sheetOf(8_000, 500);
  const scan = await scanSheet(sheet);
  const [one, other] = await Promise.all([allOf(scan.sheet), allOf(scan.sheet)]);
  expect(one).toEqual(rows);
  expect(other).toEqual(rows);
});

test('a reading that is given up, before its first row or later, ends the one underneath', async () => {
  const { sheet, rows, seen } = sheetOf(8_000, 500);
  const scan = await scanSheet(sheet);
  await scan.close();
  await scan.close();
  expect(seen).toEqual({ begun: 1, ended: 1 });
  expect(await allOf(scan.sheet)).toEqual(rows);
  const again = await scanSheet(sheet);
  for await (const batch of again.sheet.rows()) if (batch.length > 0) break;
  await again.close();
  expect(seen).toEqual({ begun: 3, ended: 3 });
});

test('a short sheet is read anew', async () => {
  const { sheet, rows, seen } = sheetOf(40, 500);
  const scan = await scanSheet(sheet);
  expect(scan).toMatchObject({ whole: true });
  expect(await allOf(scan.sheet)).toEqual(rows);
  await scan.close();
  expect(seen).toEqual({ begun: 2, ended: 2 });
});
