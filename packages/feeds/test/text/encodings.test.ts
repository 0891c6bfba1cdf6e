import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import { LIMITS } from '../../src/limits.ts';
import { openText } from '../../src/readers/text/open-text.ts';
import type { Encoding } from '../../src/types.ts';
import { gb18030, refusal, rowsOf } from '../reading.ts';

const BOM = '\ufeff';
const ENCODERS = {
  'utf-8': (text: string) => Buffer.from(text),
  'utf-8-bom': (text: string) => Buffer.from(BOM + text),
  gb18030,
  'utf-16le': (text: string) => Buffer.from(BOM + text, 'utf16le'),
  'utf-16be': (text: string) => Buffer.from(BOM + text, 'utf16le').swap16(),
} as const satisfies Record<Encoding, (text: string) => Buffer>;
const NAMES = Object.keys(ENCODERS) as Encoding[]; // safe: the keys are written above

const UNMARKED = {
  'utf-16le': (text: string) => Buffer.from(text, 'utf16le'),
  'utf-16be': (text: string) => Buffer.from(text, 'utf16le').swap16(),
} as const;
type Unmarked = keyof typeof UNMARKED;

async function read(bytes: Buffer, encoding?: Encoding) {
  const workbook = openText(bytes, LIMITS, encoding === undefined ? {} : { encoding });
  return { text: workbook.text, rows: await rowsOf(workbook.sheets[0]) };
}

const record = fc.record({
  region: fc.constantFrom('喀什市', '疏附县', '塔什库尔干', '653125', '经开区', '上一上一上'),
  month: fc.constantFrom('2025-09', '2025年8月', '2025/07/31'),
  area: fc.nat(99_999_999).map((centisqm) => (centisqm / 100).toFixed(2)),
  note: fc.constantFrom('', '备注', '含,逗号', '引"号"', '两\n行', '四字节无', '分;号|竖\t线'),
});
const layout = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  quoteAll: fc.boolean(),
  lastLineEnd: fc.boolean(),
  sep: fc.boolean(),
});
type Look = { delimiter: string; lineEnd: string; quoteAll: boolean; lastLineEnd: boolean; sep: boolean };

function written(table: readonly string[][], { delimiter, lineEnd, quoteAll, lastLineEnd, sep }: Look): string {
  const cell = (text: string) => (quoteAll || /[",;|\t\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = table.map((row) => row.map(cell).join(delimiter));
  return (sep ? [`sep=${delimiter}`, ...lines] : lines).join(lineEnd) + (lastLineEnd ? lineEnd : '');
}

const anyTable = fc
  .array(record, { minLength: 1, maxLength: 8 })
  .map((records) => [
    ['县市', '月份', '网签面积（㎡）', '备注'],
    ...records.map(({ region, month, area, note }) => [region, month, area, note]),
  ]);

test('INV-20: one table in any encoding, delimiter, quoting and line end gives the same cells', async () => {
  await fc.assert(
    fc.asyncProperty(anyTable, layout, fc.constantFrom(...NAMES), async (table, look, name) => {
      const { text, rows } = await read(ENCODERS[name](written(table, look)));
      expect([text.encoding, text.delimiter]).toEqual([name, look.delimiter]);
      expect(rows.map(({ cells }) => cells)).toEqual(table);
    }),
    runs(1_000),
  );
});

test('UTF-16 without a mark is read, in both byte orders', async () => {
  await fc.assert(
    fc.asyncProperty(anyTable, layout, fc.constantFrom<Unmarked>('utf-16le', 'utf-16be'), async (table, look, name) => {
      const { text, rows } = await read(UNMARKED[name](written(table, look)));
      expect(text.encoding).toBe(name);
      expect(rows.map(({ cells }) => cells)).toEqual(table);
    }),
    runs(1_000),
  );
});

test.each([
  { bytes: Buffer.from('县市,备注\n喀什市,\u0000\n'), encoding: 'utf-8', why: 'one NUL in a short file' },
  { bytes: Buffer.from('a,b\n1,\u0000\n2,3\n'), encoding: 'utf-8', why: 'one NUL in ASCII' },
  { bytes: gb18030('县市,备注\n喀什市,\u0000\n'), encoding: 'gb18030', why: 'one NUL in GB18030' },
])('a stray NUL makes no UTF-16: $why', async ({ bytes, encoding }) => {
  expect((await read(bytes)).text.encoding).toBe(encoding);
});

test('bytes that are text in both byte orders are refused', async () => {
  const bytes = Buffer.from('一乏'.repeat(20), 'utf16le'); // the other way round: N低
  expect((await refusal(() => read(bytes))).code).toBe('ENC_UTF16_NO_BOM');
});

test('the same bytes are read in a stated encoding, with the lines as they are', async () => {
  const bytes = gb18030('县市,月份\n喀什市,2025-10\n');
  expect((await read(bytes, 'gb18030')).rows.map(({ row, cells }) => [row, ...cells])).toEqual([
    [1, '县市', '月份'],
    [2, '喀什市', '2025-10'],
  ]);
  expect((await read(Buffer.from(`${BOM}a,b\n1,2`), 'utf-8')).rows[0]?.cells).toEqual(['a', 'b']);
  expect((await refusal(() => read(bytes, 'utf-8'))).code).toBe('ENC_INVALID');
});

test.each(NAMES)('a file longer than any buffer is the same in %s, twice', async (name) => {
  const lines = Array.from(
    { length: 20_000 },
    (_, at) => `塔什库尔干塔吉克自治县,2025-${(at % 12) + 1},${at}.25,${'注'.repeat(at % 30)}`,
  );
  const bytes = ENCODERS[name](`县市,月份,网签面积（㎡）,备注\n${lines.join('\n')}\n`);
  expect(bytes.length).toBeGreaterThan(3 * 256 * 1_024);
  const { sheets } = openText(bytes, LIMITS);
  const [rows, again] = [await rowsOf(sheets[0]), await rowsOf(sheets[0])];
  expect(rows.map(({ cells }) => cells.join(',')).slice(1)).toEqual(lines);
  expect(rows.map(({ row }) => row)).toEqual(rows.map((_, at) => at + 1));
  expect(again).toEqual(rows);
});

test('an old end-of-text mark is no row', async () => {
  expect((await read(Buffer.from('a,b\n1,2\n\u001a'))).rows).toHaveLength(2);
});

test.each([
  {
    why: 'in a file with a mark',
    bytes: Buffer.from(`${BOM}县市,月份\n喀什市,`),
    bad: [0xc4],
    line: 2,
    encoding: 'utf-8',
  },
  {
    why: 'far down',
    bytes: Buffer.from(`县市,月份,网签面积（㎡）\n${'喀什市,2025-10,1\n'.repeat(30_000)}`),
    bad: [0xff],
    line: 30_002,
    encoding: 'utf-8',
  },
  {
    why: 'in GB18030',
    bytes: gb18030(`县市,月份,网签面积（㎡）\n${'喀什市,2025-10,1\n'.repeat(30_000)}`),
    bad: [0xff, 0xff],
    line: 30_002,
    encoding: 'gb18030',
  },
  {
    why: 'half a pair in UTF-16',
    bytes: Buffer.from(`${BOM}县市,月份\n\n`, 'utf16le'),
    bad: [0x00, 0xdc],
    line: 3,
    encoding: 'utf-16le',
  },
])('a bad byte is named by its line: $why', async ({ bytes, bad, line, encoding }) => {
  const error = await refusal(() => read(Buffer.concat([bytes, Buffer.from(bad), Buffer.from('\n')])));
  expect(error.code).toBe('ENC_INVALID');
  const [place] = (error.details as { places: { line: number; encoding: string; byte: number }[] }).places; // safe: ENC_INVALID has them
  expect(place).toMatchObject({ line, encoding });
  expect((place?.byte ?? 0) - bytes.length).toBeOneOf([0, 1, 2]); // half a character shows when the next byte comes
});

test('a bad byte in mid-file is found while reading, after rows were given', async () => {
  const good = gb18030(`县市,月份\n${'喀什市,2025-10\n'.repeat(40_000)}`);
  const { sheets } = openText(Buffer.concat([good, Buffer.from([0xff, 0xff])]), LIMITS);
  let given = 0;
  const readThrough = async () => {
    for await (const batch of sheets[0]?.rows() ?? []) given += batch.length;
  };
  await expect(readThrough()).rejects.toMatchObject({ kind: 'invalid', code: 'ENC_INVALID' });
  expect(given).toBeGreaterThan(2_000);
});
