import { FEED_NAMES } from '@quhua/core';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { quarantineCsv, quarantineHead, quarantineLine, templateCsv } from '../src/index.ts';
import { codesOf, fileOf, lines, REGIONS, readAll } from './support.ts';

const reasons = [{ code: 'NUM_FORMAT', column: '网签面积（㎡）', message: '第2行“网签面积（㎡）”列：“约1”不是数字' }];
const row = (...raw: string[]) => ({ line: 2, outcome: 'quarantined', reasons, raw }) as const;

test('refused rows come back whole, with line, code and reason in front', () => {
  const text = quarantineCsv(
    [row('喀什市', '2025-10', '约1'), row('a,b', 'say "x"', 'two\nlines')],
    ['县市', '月份', '网签面积（㎡）'],
  );
  expect(text.startsWith('\ufeff原行号,问题代码,说明,县市,月份,网签面积（㎡）\r\n')).toBe(true);
  expect(parse(text, { bom: true })).toEqual([
    ['原行号', '问题代码', '说明', '县市', '月份', '网签面积（㎡）'],
    ['2', 'NUM_FORMAT', reasons[0]?.message, '喀什市', '2025-10', '约1'],
    ['2', 'NUM_FORMAT', reasons[0]?.message, 'a,b', 'say "x"', 'two\nlines'],
  ]);
  expect(quarantineCsv([row('x')], ['y'])).toBe(quarantineHead(['y']) + quarantineLine(row('x')));
});

test.each([
  '=1+1',
  '+1',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  ' =1',
  '＝1',
  '－2+3',
  '＠x',
  "=cmd|' /C calc'!A0",
  '-1-2',
])('no spreadsheet runs %j', (cell) => {
  const [, cells] = parse(quarantineCsv([row(cell)], ['x']), { bom: true });
  expect(cells?.[3]).toBe(`'${cell}`);
});

test.each(['-12.30', '-1,234.5', '12', '-', '--', '－', '—', '喀什市', "'=1", '2025-10'])(
  '%j is left as it is',
  (cell) => {
    const [, cells] = parse(quarantineCsv([row(cell)], ['x']), { bom: true });
    expect(cells?.[3]).toBe(cell);
  },
);

test('corrected and sent in again, the refused rows are taken', async () => {
  const first = await readAll(
    fileOf(lines('县市,月份,网签面积（㎡）', '喀什市,2025-10,1', '沙车县,2025-10,2', '疏附县,2025-10,约3')),
  );
  const answer = quarantineCsv(first.ledger.values(), first.plan.header);
  const corrected = answer.replace(/,沙车县,/u, ',莎车县,').replace(/,约3\r/u, ',3\r');
  const second = await readAll(fileOf(corrected));
  expect(codesOf(second.notes)).toEqual(['BASIS_NET']);
  expect(second.counts).toMatchObject({ total: 2, accepted: 2 });
  expect(second.rows.map(({ regionCode, figures }) => [regionCode, figures[0]])).toEqual([
    ['653125', 200],
    ['653121', 300],
  ]);
});

test.each(FEED_NAMES)('the template of %s stores nothing as it is, and is taken when filled in', async (feed) => {
  const template = templateCsv(feed, REGIONS, '2025-10');
  const untouched = await readAll(fileOf(template));
  expect(untouched.plan.feed).toBe(feed);
  expect(untouched.counts).toMatchObject({ total: 0, empty: REGIONS.length });
  const filled = template.replace(
    /(?<=2025-10)(?<blanks>,+)\r/gu,
    (commas) => `${commas.replaceAll(/,/gu, ',7').slice(0, -1)}\r`,
  );
  const { counts, notes, rows } = await readAll(fileOf(filled));
  expect(counts).toMatchObject({ total: REGIONS.length, accepted: REGIONS.length, empty: 0 });
  expect(notes).toEqual([]);
  expect(rows.map(({ regionCode }) => regionCode)).toEqual(REGIONS.map(({ code }) => code));
});
