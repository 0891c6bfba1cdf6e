import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openFeed } from '../src/index.ts';
import { CONTEXT, codesOf, fileOf, gb18030, lines, readAll, refusalOf, runs } from './support.ts';

const BOM = '\ufeff';
const ENCODERS = {
  'utf-8': (text: string) => Buffer.from(text),
  'utf-8-bom': (text: string) => Buffer.from(BOM + text),
  gb18030,
  'utf-16le': (text: string) => Buffer.from(BOM + text, 'utf16le'),
  'utf-16be': (text: string) => Buffer.from(BOM + text, 'utf16le').swap16(),
} as const;
type Name = keyof typeof ENCODERS;
const NAMES = Object.keys(ENCODERS) as Name[]; // safe: the keys are written above

const record = fc.record({
  region: fc.constantFrom('喀什市', '疏附县', '塔什库尔干', '653125', '经开区'),
  month: fc.constantFrom('2025-09', '2025年8月', '2025/07/31'),
  area: fc.nat(99_999_999).map((centisqm) => (centisqm / 100).toFixed(2)),
  note: fc.constantFrom('', '备注', '含,逗号', '引"号"', '两\n行', '四字节无'),
});
const layout = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t'),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  quoteAll: fc.boolean(),
  lastLineEnd: fc.boolean(),
});

test('INV-20: one table in any encoding, delimiter, quoting and line end gives the same rows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 1, maxLength: 8 }),
      layout,
      fc.constantFrom(...NAMES),
      async (records, look, name) => {
        const table = [
          ['县市', '月份', '网签面积（㎡）', '备注'],
          ...records.map(({ region, month, area, note }) => [region, month, area, note]),
        ];
        const plain = await readAll({
          name: '月报.csv',
          bytes: Buffer.from(written(table, { delimiter: ',', lineEnd: '\n', quoteAll: false, lastLineEnd: true })),
        });
        const other = await readAll({ name: '月报.csv', bytes: ENCODERS[name](written(table, look)) });
        expect(other.plan.encoding).toBe(name);
        expect({ rows: other.rows, counts: other.counts, ledger: other.ledger }).toEqual({
          rows: plain.rows,
          counts: plain.counts,
          ledger: plain.ledger,
        });
      },
    ),
    runs(500),
  );
});

type Look = { delimiter: string; lineEnd: string; quoteAll: boolean; lastLineEnd: boolean };

function written(table: string[][], { delimiter, lineEnd, quoteAll, lastLineEnd }: Look): string {
  const cell = (text: string) => (quoteAll || /[",;\t\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return table.map((row) => row.map(cell).join(delimiter)).join(lineEnd) + (lastLineEnd ? lineEnd : '');
}

test.each(NAMES)('a file longer than any buffer is the same in %s', async (name) => {
  const rows = Array.from(
    { length: 16_000 },
    (_, at) =>
      `塔什库尔干塔吉克自治县,${1900 + (Math.floor(at / 12) % 120)}-${(at % 12) + 1},${at}.25,${'注'.repeat(at % 30)}`,
  );
  const text = lines(
    '县市,月份,网签面积（㎡）,备注',
    ...rows.slice(0, 1_400),
    ...rows.slice(0, 14_600).map((row) => `${row}，再`),
  );
  const bytes = ENCODERS[name](text);
  expect(bytes.length).toBeGreaterThan(3 * 256 * 1_024);
  const { rows: taken, counts } = await readAll({ name: '月报.csv', bytes });
  const reference = await readAll(fileOf(text));
  expect(taken).toEqual(reference.rows);
  expect(counts).toEqual(reference.counts);
});

test('an old end-of-text mark is no row', async () => {
  const { counts } = await readAll(fileOf('region_code,month,signed_area\n653101,2025-10,1\n\u001a'));
  expect(counts).toMatchObject({ total: 1, accepted: 1 });
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
  const error = await refusalOf({
    name: '月报.csv',
    bytes: Buffer.concat([bytes, Buffer.from(bad), Buffer.from('\n')]),
  });
  expect(error.code).toBe('ENC_INVALID');
  const [place] = (error.details as { places: { line: number; encoding: string; byte: number }[] }).places; // safe: ENC_INVALID has them
  expect(place).toMatchObject({ line, encoding });
  expect((place?.byte ?? 0) - bytes.length).toBeOneOf([0, 1, 2]); // half a character shows when the next byte comes
});

test('a bad byte in mid-file is found while reading, after rows were given', async () => {
  const good = gb18030(lines('县市,月份,网签面积（㎡）', ...Array.from({ length: 30_000 }, () => '喀什市,2025-10,1')));
  const reading = openFeed({ name: '月报.csv', bytes: Buffer.concat([good, Buffer.from([0xff, 0xff])]) }, CONTEXT);
  const given: number[] = [];
  const readThrough = async () => {
    for await (const { rows, ledger } of reading.chunks()) given.push(rows.length + ledger.length);
  };
  await expect(readThrough()).rejects.toMatchObject({ kind: 'invalid', code: 'ENC_INVALID' });
  expect(given.length).toBeGreaterThan(1);
});

test.each(NAMES)('模拟 is found in %s, and in the name of a file', async (name) => {
  const rows = Array.from({ length: 20_000 }, () => '喀什市,2025-10,1,');
  const real = lines('县市,月份,网签面积（㎡）,备注', ...rows);
  expect((await readAll({ name: '月报.csv', bytes: ENCODERS[name](real) })).plan.simulated).toBe(false);
  expect((await readAll({ name: '模拟月报.csv', bytes: ENCODERS[name](real) })).plan.simulated).toBe(true);
  const marked = await readAll({ name: '月报.csv', bytes: ENCODERS[name](`${real}喀什市,2025-10,1,模拟数据\n`) });
  expect(marked.plan.simulated).toBe(true);
  expect(codesOf(marked.notes)).toContain('SIMULATED');
  expect(marked.notes[0]?.message).toContain('第20002行');
});
