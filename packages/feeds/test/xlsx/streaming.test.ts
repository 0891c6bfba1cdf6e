import { expect, test } from 'vitest';
import { LIMITS } from '../../src/limits.ts';
import { openXlsx } from '../../src/readers/xlsx/open-xlsx.ts';
import { refusal, rowsOf } from '../reading.ts';
import { buildSheet, buildXlsx, partsOf } from './build-xlsx.ts';
import { buildZip } from './build-zip.ts';

const ROWS = 60_000;
const rowXml = (row: number) =>
  `<row r="${row}"><c r="A${row}" t="s"><v>${row % 2}</v></c><c r="B${row}"><v>${row}.5</v></c><c r="C${row}" t="inlineStr"><is><t>喀什市第${row}行</t></is></c></row>`;
const rows = Array.from({ length: ROWS }, (_, at) => rowXml(at + 1)).join('');
const merges = '<mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>';
const outline = { before: '<cols><col min="2" max="2" hidden="1"/></cols>', after: merges };
const strings = ['<t>双</t>', '<t>单</t>'];
const large = buildSheet(rows, { ...outline, strings });

test('a large sheet comes in batches, again and again, its merged cells known before', async () => {
  const { sheets } = await openXlsx(large, LIMITS);
  const [sheet] = sheets;
  expect(sheet?.merges).toEqual([{ top: 0, left: 0, bottom: 0, right: 2 }]);
  expect(sheet?.hiddenColumns).toEqual([1]);
  for (const _ of [1, 2]) {
    let count = 0;
    for await (const batch of sheet?.rows() ?? []) {
      expect(batch.length).toBeLessThanOrEqual(3_000);
      for (const row of batch) {
        count += 1;
        if (row.row !== count || row.cells[2] !== `喀什市第${count}行` || row.types !== 'sns') expect(row).toBe(count);
      }
    }
    expect(count).toBe(ROWS);
  }
});

test.each([
  { prefix: 'x', why: 'under a prefix' },
  { prefix: 'a-very-long-prefix.of_its.own', why: 'under a long prefix' },
])('a large sheet is read the same $why', async ({ prefix }) => {
  const [sheet] = (await openXlsx(buildSheet(rows, { ...outline, strings, prefix }), LIMITS)).sheets;
  expect(sheet?.merges).toHaveLength(1);
  expect(sheet?.hiddenColumns).toEqual([1]);
  expect(await rowsOf(sheet)).toHaveLength(ROWS);
});

test.each([
  { after: merges.replace('"A1:C1"', "'A1:C1'"), why: 'single quotes' },
  { after: `<autoFilter ref="A1:C9"/>${merges}<pageMargins left="1"/>`, why: 'neighbours' },
  {
    after: merges.replace('<mergeCell ', '<mergeCell\n   xml:space="preserve" '),
    why: 'other attributes, another line',
  },
])('merged cells behind a large sheet are found: $why', async ({ after }) => {
  const [sheet] = (await openXlsx(buildSheet(rows, { after, strings }), LIMITS)).sheets;
  expect(sheet?.merges).toEqual([{ top: 0, left: 0, bottom: 0, right: 2 }]);
});

test.each([
  { from: '</sheetData>', to: '</sheetData\n >', why: 'a blank in the end tag' },
  { from: '<mergeCells', to: '<!-- <mergeCell ref="A5:C9"/> --><mergeCells', why: 'a comment that shows some' },
  {
    from: '</mergeCells>',
    to: `${'<mergeCell ref="A2:B2"/>'.replace('"A2', '\t"A2')}</mergeCells>`,
    why: 'a tab before the area',
  },
  { from: 'ref="A1:C1"', to: 'ref="&#65;1:C1"', why: 'a letter written as its number' },
])('merged cells that are written oddly are found or the sheet is refused, never lost: $why', async ({ from, to }) => {
  const parts = partsOf({ sheets: [{ rows, ...outline }], strings });
  const odd = String(parts['xl/worksheets/sheet1.xml']).replace(from, () => to);
  const [whole] = (
    await openXlsx(buildXlsx({ sheets: [{}], strings, parts: { 'xl/worksheets/sheet1.xml': odd } }), LIMITS)
  ).sheets;
  const found = await rowsOf(whole).catch((error: unknown) => refusal(() => Promise.reject(error)));
  if (!Array.isArray(found)) return expect(found.code).toBe('XLSX_XML');
  const expected = [{ top: 0, left: 0, bottom: 0, right: 2 }];
  if (to.includes('A2')) expected.push({ top: 1, left: 0, bottom: 1, right: 1 });
  expect(whole?.merges).toEqual(expected);
});

test('text in a large sheet that looks like its end, or like merged cells, is text', async () => {
  const last = `<row r="${ROWS + 1}"><c t="inlineStr"><is><t>&lt;/sheetData>&lt;mergeCell ref="A1:B2"/></t></is></c><c t="inlineStr"><is><t><![CDATA[</sheetData><mergeCells><mergeCell ref="A1:B9"/></mergeCells>]]></t></is></c></row>`;
  const [sheet] = (await openXlsx(buildSheet(rows + last, { ...outline, strings }), LIMITS)).sheets;
  const found = await rowsOf(sheet).catch((error: unknown) => refusal(() => Promise.reject(error)));
  if (Array.isArray(found)) expect(sheet?.merges).toEqual([{ top: 0, left: 0, bottom: 0, right: 2 }]);
  else expect(found.code).toBe('XLSX_XML');
});

test('a large sheet left in the middle is let go, and can be read again', async () => {
  const { sheets } = await openXlsx(large, LIMITS);
  const before = process.getActiveResourcesInfo().length;
  for (let time = 0; time < 20; time += 1) {
    for await (const batch of sheets[0]?.rows() ?? []) {
      expect(batch[0]?.row).toBe(1);
      break;
    }
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before);
  expect(await rowsOf(sheets[0])).toHaveLength(ROWS);
});

test('a large sheet that is damaged near its end is refused when that is reached', async () => {
  const broken = rows.replace(`<row r="${ROWS}">`, '<row>></raw>');
  const { sheets } = await openXlsx(buildSheet(broken, { strings }), LIMITS);
  expect((await refusal(() => rowsOf(sheets[0]))).code).toBe('XLSX_XML');
});

test('a large sheet that is not compressed comes in pieces too', async () => {
  const parts = partsOf({ sheets: [{ rows, ...outline }], strings });
  const bytes = buildZip(Object.entries(parts).map(([name, data]) => ({ name, data, stored: true })));
  const [sheet] = (await openXlsx(bytes, LIMITS)).sheets;
  let most = 0;
  for await (const batch of sheet?.rows() ?? []) most = Math.max(most, batch.length);
  expect(most).toBeLessThanOrEqual(3_000);
});

test('small sheets without number are not all kept', async () => {
  const some = rows.slice(0, 3_000_000);
  const whole = some.slice(0, some.lastIndexOf('<row '));
  const sheets = Array.from({ length: 12 }, () => ({ rows: whole }));
  const bytes = buildXlsx({ sheets, strings });
  const memory = process.memoryUsage().heapUsed;
  const workbook = await openXlsx(bytes, LIMITS);
  globalThis.gc?.();
  expect(process.memoryUsage().heapUsed - memory).toBeLessThan(150 * 1024 * 1024);
  const counts = [];
  for (const sheet of workbook.sheets) counts.push((await rowsOf(sheet)).length);
  expect(new Set(counts).size).toBe(1);
});
