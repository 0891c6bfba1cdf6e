import * as XLSX from '@e965/xlsx';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import { LIMITS } from '../../src/limits.ts';
import { openXlsx } from '../../src/readers/xlsx/open-xlsx.ts';
import { sheetsOf } from '../reading.ts';

/** What a cell is written as, and how it must come out. */
type Case = { readonly cell: XLSX.CellObject; readonly text: string; readonly type: string };

const TEXTS = ['喀什市', ' 疏附 县 ', 'a\nb', '<&>"\'', '=1+1', '𠮷', '١٢٣', '0', '   x', 'ـ'];
const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }));
const written = text
  .filter((value) => value !== '' && !/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(value))
  .map((value): Case => ({ cell: { t: 's', v: value }, text: value, type: 's' }));
const figure = fc
  .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 6 }))
  .map(([units, decimals]): Case => {
    const value = units / 10 ** decimals;
    return { cell: { t: 'n', v: value }, text: decimalText(value), type: 'n' };
  });
const truth = fc
  .boolean()
  .map((value): Case => ({ cell: { t: 'b', v: value }, text: value ? 'TRUE' : 'FALSE', type: 'b' }));
const error = fc
  .constantFrom<[number, string]>([0x07, '#DIV/0!'], [0x17, '#REF!'], [0x2a, '#N/A'], [0x1d, '#NAME?'])
  .map(([v, shown]): Case => ({ cell: { t: 'e', v }, text: shown, type: 'e' }));
const day = fc.integer({ min: 61, max: 80_000 }).map((serial): Case => {
  const date = new Date(Date.UTC(1899, 11, 30) + serial * 86_400_000).toISOString().slice(0, 10);
  return { cell: { t: 'n', v: serial, z: 'yyyy"年"m"月"d"日"' }, text: date, type: 'd' };
});
const month = day.map(({ cell, text: date, type }): Case => {
  return { cell: { ...cell, z: 'yyyy"年"m"月"' }, text: date.slice(0, 7), type };
});
const cases = fc.oneof(written, figure, truth, error, day, month, fc.constant(null));
const books = fc.array(
  fc.record({ rows: fc.array(fc.array(cases, { maxLength: 8 }), { maxLength: 12 }), hidden: fc.boolean() }),
  { minLength: 1, maxLength: 4 },
);

/** The shortest decimal text of a double, without exponent: figures here have at most 6 decimals. */
function decimalText(value: number): string {
  const short = String(value);
  return short.includes('e') ? value.toFixed(9).replace(/0+$/u, '') : Object.is(value, -0) ? '0' : short;
}

test('workbooks of another writer come out as they were written', async () => {
  await fc.assert(
    fc.asyncProperty(books, fc.boolean(), fc.boolean(), async (sheets, sst, compression) => {
      const book = XLSX.utils.book_new();
      book.Workbook = { Sheets: [] };
      sheets.forEach(({ rows, hidden }, at) => {
        const sheet: XLSX.WorkSheet = { '!ref': 'A1:H12' };
        rows.forEach((row, r) => {
          row.forEach((one, c) => {
            if (one !== null) sheet[XLSX.utils.encode_cell({ r, c })] = { ...one.cell };
          });
        });
        XLSX.utils.book_append_sheet(book, sheet, `第${at}`);
        book.Workbook?.Sheets?.push({ name: `第${at}`, Hidden: hidden && at > 0 ? 1 : 0 });
      });
      const bytes: Buffer = XLSX.write(book, { type: 'buffer', bookType: 'xlsx', bookSST: sst, compression });
      const workbook = await openXlsx(bytes, LIMITS);
      expect(workbook.sheets.map(({ hidden }) => hidden)).toEqual(sheets.map(({ hidden }, at) => hidden && at > 0));
      const found = await sheetsOf(workbook);
      expect(found.map(({ rows }) => rows.map(bare))).toEqual(sheets.map(({ rows }) => expected(rows)));
    }),
    runs(150),
  );
});

function bare({ row, cells, types }: { row: number; cells: readonly string[]; types?: string }) {
  return { row, cells, types };
}

function expected(rows: readonly (readonly (Case | null)[])[]) {
  return rows.flatMap((row, at) => {
    const end = row.findLastIndex((one) => one !== null) + 1;
    const cells = row.slice(0, end);
    if (end === 0) return [];
    return [
      { row: at + 1, cells: cells.map((one) => one?.text ?? ''), types: cells.map((one) => one?.type ?? '.').join('') },
    ];
  });
}
