import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LIMITS } from '../../src/limits.ts';
import { withCuts } from '../../src/readers/text/cuts.ts';
import { openText } from '../../src/readers/text/open-text.ts';
import type { TableRow } from '../../src/table.ts';
import { FEED_FILES, refusal, rowsOf } from '../reading.ts';

async function read(text: string) {
  const workbook = openText(Buffer.from(text), LIMITS);
  return { delimiter: workbook.text.delimiter, rows: await rowsOf(workbook.sheets[0]) };
}

test.each([
  { why: 'commas', text: 'a,b,c\n1,2,3\n', delimiter: ',', widths: [3, 3] },
  { why: 'tabs with commas in some cells', text: 'a\tb\n1,000\t2\n3\t4,5\n', delimiter: '\t', widths: [2, 2, 2] },
  { why: 'semicolons with decimal commas', text: 'a;b;c\n1,5;2,5;3\n1,5;2,5;3\n', delimiter: ';', widths: [3, 3, 3] },
  { why: 'bars', text: 'a|b\n1|2\n', delimiter: '|', widths: [2, 2] },
  {
    why: 'titles and notes above and below have fewer cells',
    text: '标题，模拟\n单位：万平方米;2025年\na;b;c\n1;2;3\n4;5;6\n7;8;9\n填表人：某某\n',
    delimiter: ';',
    widths: [1, 2, 3, 3, 3, 3, 1],
  },
  { why: 'a padded title', text: '标题;;\na;b;c\n1;2;3\n', delimiter: ';', widths: [3, 3, 3] },
  { why: 'quotes hide what they hold', text: '"a,x";b\n"1,2,3";2\n', delimiter: ';', widths: [2, 2] },
  { why: 'one column', text: '库存\n1\n2\n', delimiter: ',', widths: [1, 1, 1] },
  {
    why: 'rows shorter and longer than the others',
    text: 'a,b,c\n1,2,3\n1,2\n1,2,3,4\n',
    delimiter: ',',
    widths: [3, 3, 2, 4],
  },
  { why: 'empty last cells are cells', text: 'a,b,c\n1,,\n,,\n2,,\n', delimiter: ',', widths: [3, 3, 3] },
])('is found: $why', async ({ text, delimiter, widths }) => {
  const { delimiter: found, rows } = await read(text);
  expect(found).toBe(delimiter);
  expect(rows.map(({ cells }) => cells.length)).toEqual(widths);
});

test.each([';', ',', '\t', '|'])('a line sep=%j is believed and is no row', async (sign) => {
  const { delimiter, rows } = await read(`sep=${sign}\r\na,b;c\td|e\r\n1${sign}2\r\n`);
  expect(delimiter).toBe(sign);
  expect(rows.map(({ row }) => row)).toEqual([2, 3]);
  expect(rows[1]?.cells).toEqual(['1', '2']);
});

test.each([
  { text: 'a;b,c\n1;2,3\n', says: ['逗号', '分号', 'semicolons'], why: 'two signs cut equally well' },
  { text: 'a\tb|c\n1\t2|3\n', says: ['制表符', '竖线'], why: 'tabs and bars' },
  { text: '县市，月份，面积\n喀什市，2025-10，1\n', says: ['分隔符不支持'], why: 'full-width commas' },
  { text: '县市、月份\n喀什市、2025-10\n', says: ['分隔符不支持'], why: 'the comma of lists' },
  { text: 'sep=#\na#b\n', says: ['“#”'], why: 'a line sep= with another sign' },
])('is refused: $why', async ({ text, says }) => {
  const error = await refusal(() => read(text));
  expect(error.code).toBe('CSV_DELIMITER');
  for (const word of says) expect(error.message).toContain(word);
});

test.each(['\n\n', ' \n\t\n', ',,,\n,,,\n', '\ufeff', 'sep=;\n;;\n'])(
  'a text with nothing in it is empty: %j',
  async (text) => {
    expect((await refusal(() => read(text))).code).toBe('FILE_EMPTY');
  },
);

test('an open quote is named by its line, whatever other signs would make of it', async () => {
  const bytes = readFileSync(join(FEED_FILES, 'bad/12_引号未闭合.csv'));
  const error = await refusal(() => rowsOf(openText(bytes, LIMITS).sheets[0]));
  expect([error.code, error.details]).toEqual(['CSV_QUOTE', { line: 6 }]);
});

test('a number alone on its line was cut off the row above', async () => {
  const row = (at: number, ...cells: string[]): TableRow => ({ place: { sheet: '', row: at }, cells });
  async function* batches() {
    yield [row(1, 'a', '1'), row(2, 'b', '2')];
    yield [row(3, '34.5'), row(4, '合计')];
  }
  const rows: TableRow[] = [];
  for await (const batch of withCuts(batches(), 2)) rows.push(...batch);
  expect(rows.map(({ place }) => place.row)).toEqual([1, 2, 3, 4]);
  expect(rows.map(({ faults }) => faults?.map(({ code }) => code))).toEqual([
    undefined,
    ['ROW_CUT'],
    undefined,
    undefined,
  ]);
});
