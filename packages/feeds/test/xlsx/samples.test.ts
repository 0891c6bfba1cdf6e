import { readdirSync, readFileSync } from 'node:fs';
import * as XLSX from '@e965/xlsx';
import { expect, test } from 'vitest';
import { LIMITS } from '../../src/limits.ts';
import { openXlsx } from '../../src/readers/xlsx/open-xlsx.ts';
import { sheetsOf } from '../reading.ts';

const folder = new URL('../../../../test/fixtures/feeds/', import.meta.url);
const bytesOf = (group: string, name: string) => readFileSync(new URL(`${group}/${encodeURIComponent(name)}`, folder));
const UNREADABLE = /传输中断|有密码/u;
const samples = ['as-received', 'bad'].flatMap((group) =>
  readdirSync(new URL(`${group}/`, folder))
    .filter((name) => name.endsWith('.xlsx') && !UNREADABLE.test(name))
    .map((name) => ({ group, name })),
);

test('there are samples', () => {
  expect(samples.length).toBeGreaterThanOrEqual(11);
});

test.each(samples)(
  '$group/$name: sheets, merged cells and figures are those that another reader sees',
  async ({ group, name }) => {
    const bytes = bytesOf(group, name);
    const other = XLSX.read(bytes, { cellFormula: false, cellText: false, cellNF: true, cellStyles: true });
    const workbook = await openXlsx(bytes, LIMITS);
    expect(workbook.sheets.map((sheet) => sheet.name)).toEqual(other.SheetNames);
    const hidden = other.Workbook?.Sheets?.map((sheet) => (sheet.Hidden ?? 0) > 0);
    expect(workbook.sheets.map((sheet) => sheet.hidden)).toEqual(hidden);
    for (const sheet of workbook.sheets) {
      const merges = (other.Sheets[sheet.name]?.['!merges'] ?? []).map(({ s, e }) => [s.r, s.c, e.r, e.c]);
      expect(sheet.merges.map(({ top, left, bottom, right }) => [top, left, bottom, right])).toEqual(merges);
    }
    for (const { name: title, rows } of await sheetsOf(workbook)) {
      const theirs = other.Sheets[title] ?? {};
      let count = 0;
      for (const { row, cells, types = '' } of rows) {
        cells.forEach((text, c) => {
          const cell: XLSX.CellObject | undefined = theirs[XLSX.utils.encode_cell({ r: row - 1, c })];
          if (text === '') {
            expect([row, c, cell?.v ?? '']).toEqual([row, c, '']);
            return;
          }
          count += 1;
          expect([row, c, types[c] === 'd' ? 'n' : types[c]]).toEqual([row, c, cell?.t]);
          if (cell?.t === 's') expect(text).toBe(cell.v);
          if (types[c] === 'n' && !text.endsWith('%'))
            expect(BigInt(text.replace('.', ''))).toBe(BigInt(plain(cell?.v, text)));
        });
      }
      const filled = Object.keys(theirs).filter(
        (at) => !at.startsWith('!') && theirs[at]?.v !== undefined && theirs[at]?.v !== '',
      );
      expect(count).toBe(filled.length);
    }
  },
);

/** The other reader's double with as many decimals as our text has, its point left out. */
function plain(value: unknown, text: string): string {
  const decimals = text.split('.')[1]?.length ?? 0;
  return typeof value === 'number' ? value.toFixed(Math.min(decimals, 100)).replace('.', '') : 'none';
}

test('06: hidden row, column and sheet, and results of formulas', async () => {
  const workbook = await openXlsx(bytesOf('as-received', '06_2025年7-10月销售统计.xlsx'), LIMITS);
  expect(workbook.sheets.filter(({ hidden }) => hidden)).toHaveLength(1);
  expect(workbook.sheets.flatMap(({ hiddenColumns }) => hiddenColumns).length).toBeGreaterThan(0);
  const rows = (await sheetsOf(workbook)).flatMap((sheet) => sheet.rows);
  expect(rows.filter(({ hidden }) => hidden)).toHaveLength(1);
  expect(rows.flatMap(({ faults = [] }) => faults)).toEqual([]);
  expect(rows.find(({ row, cells }) => row === 5 && cells[1] === '喀什市')?.cells.slice(3, 6)).toEqual([
    '56191.139999999999',
    '9365.1900000000005',
    '65556.330000000002',
  ]);
});

test('13 has two sheets without a cell; 14 has an error in its place', async () => {
  const empty = await sheetsOf(await openXlsx(bytesOf('bad', '13_空工作簿.xlsx'), LIMITS));
  expect(empty.map(({ rows }) => rows.length)).toEqual([0, 0]);
  const broken = (await sheetsOf(await openXlsx(bytesOf('bad', '14_公式错误.xlsx'), LIMITS))).flatMap(
    ({ rows }) => rows,
  );
  expect(broken.flatMap(({ cells, types = '' }) => cells.filter((_, at) => types[at] === 'e'))).toEqual(['#REF!']);
});
