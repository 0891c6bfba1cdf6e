import { FEEDS, type FeedName } from '@quhua/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import { LIMITS } from '../../src/limits.ts';
import { cellReader } from '../../src/rows/read-cells.ts';
import type { CellFormat } from '../../src/rows/value-reading.ts';
import { TODAY } from './support.ts';

const formatOf = (feed: FeedName, name: string): CellFormat => {
  const column = FEEDS[feed].columns.find((one) => one.name === name);
  if (column === undefined) throw new Error(`${feed} has no ${name}`);
  return { feed, column, unit: null, stated: false, plausibleCentisqm: LIMITS.plausibleCentisqm, today: TODAY };
};
const signed = cellReader(formatOf('contracts', 'signed_on'));
const delivery = cellReader(formatOf('projects', 'contract_delivery_on'));
const scheduled = cellReader(formatOf('project-schedule', 'date'));
const noticed = cellReader(formatOf('project-notices', 'date'));
const mergedInto = cellReader(formatOf('projects', 'merged_into'));
const contractNo = cellReader(formatOf('contracts', 'contract_no'));
const name = cellReader(formatOf('projects', 'name'));

test.each([
  '2025-03-07',
  '2025/3/7',
  '2025.3.7',
  '20250307',
  '2025年3月7日',
  '2025年03月07号',
  '2025 年 3 月 7 日',
  '二〇二五年三月七日',
  '二零二五年三月七日',
  '２０２５－０３－０７',
  ' 2025-3-7 ',
  '2025-03-07 23:30:00',
  '2025/3/7 8:05',
  '2025-03-07T23:30:00+08:00',
  '2025-03-06T16:00:00Z',
  '2025-03-06 21:00:00.000-0500',
])('“%s” is 7 March 2025', (text) => {
  expect(signed.read(text, '')).toEqual({ value: '2025-03-07' });
});

test.each([
  ['2025-02-30', 'DATE_INVALID'],
  ['2025-02-29', 'DATE_INVALID'],
  ['2025-13-01', 'DATE_INVALID'],
  ['2025-00-01', 'DATE_INVALID'],
  ['2025-3-32', 'DATE_INVALID'],
  ['2025-03-07 25:00', 'DATE_INVALID'],
  ['1899-12-31', 'DATE_INVALID'],
  ['25-03-07', 'DATE_FORMAT'],
  ['3/7/2025', 'DATE_FORMAT'],
  ['2025-03/07', 'DATE_FORMAT'],
  ['2025-03', 'DATE_FORMAT'],
  ['三月七日', 'DATE_FORMAT'],
  ['45941', 'DATE_FORMAT'],
  ['#VALUE!', 'CELL_ERROR'],
  ['2025-03-07\u0001', 'CHAR_CONTROL'],
  ['2025-11-07', 'PERIOD_FUTURE'],
  ['2099-12-31', 'PERIOD_FUTURE'],
])('“%s” is refused: %s', (text, code) => {
  expect(signed.read(text, '').fault?.code).toBe(code);
});

test('a bare number in a spreadsheet may be a serial, and is told so', () => {
  expect(signed.read('45941', 'n').fault?.zh).toContain('日期序号');
  expect(signed.read('20250307', 'n')).toEqual({ value: '2025-03-07' });
});

test('a delivery may lie ahead; a placeholder is told', () => {
  expect(delivery.read('2026-10-31', '')).toEqual({ value: '2026-10-31' });
  expect(delivery.read('2099-12-31', '')).toMatchObject({ value: '2099-12-31', fault: { code: 'DATE_PLACEHOLDER' } });
  expect(delivery.read('9999-12-31', '').fault?.code).toBe('DATE_PLACEHOLDER');
});

test('what is agreed may lie ahead, what has happened may not', () => {
  expect(scheduled.read('2026-10-31', '')).toEqual({ value: '2026-10-31' });
  expect(noticed.read('2026-10-31', '').fault?.code).toBe('PERIOD_FUTURE');
});

test('the number of another project is read as its own column reads it', () => {
  expect(mergedInto.read(' ＫＳ－０１ ', '')).toEqual({ value: 'KS-01' });
  expect(mergedInto.read('6.5E+17', '').fault?.code).toBe('CODE_FORMAT');
});

test('every day of the calendar is read in every form, and no other', () => {
  const digits = '〇一二三四五六七八九';
  const chinese = (value: number) =>
    value < 10
      ? digits[value]
      : `${value < 20 ? '' : digits[Math.floor(value / 10)]}十${value % 10 === 0 ? '' : digits[value % 10]}`;
  fc.assert(
    fc.property(
      fc.integer({ min: 1990, max: 2025 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 31 }),
      (y, m, d) => {
        const [mm, dd] = [String(m).padStart(2, '0'), String(d).padStart(2, '0')];
        const iso = `${y}-${mm}-${dd}`;
        const real = new Date(`${iso}T00:00:00Z`);
        const exists = !Number.isNaN(real.getTime()) && real.toISOString().slice(0, 10) === iso && iso <= TODAY;
        const year = [...String(y)].map((char) => digits[char.charCodeAt(0) - 48]).join('');
        const forms = [
          iso,
          `${y}/${m}/${d}`,
          `${y}${mm}${dd}`,
          `${y}年${m}月${d}日`,
          `${year}年${chinese(m)}月${chinese(d)}日`,
        ];
        for (const form of forms) {
          const { value } = signed.read(form, '');
          if (exists) expect(value).toBe(iso);
          else expect(value).toBeNaN();
        }
      },
    ),
    runs(3_000),
  );
});

test.each([
  "=cmd|' /C calc'!A0",
  '@SUM(1+1)*模拟项目',
  '+模拟开发企业07',
  '-2+3',
  '喀什·古城',
  '联通',
  "'; DROP TABLE alerts;--",
  'قەشقەر',
])('the name “%s” is kept as it stands', (text) => {
  expect(name.read(text, '')).toEqual({ value: text });
});

test('names: composed, without blanks at the ends; missing is missing', () => {
  expect(name.read(' Cafe\u0301 ', '')).toEqual({ value: 'Caf\u00e9' });
  for (const text of ['', '-', '—', '无', '/']) expect(name.read(text, '')).toEqual({ value: null });
});

test.each([
  ['x'.repeat(201), 'CELL_TOO_LONG'],
  ['名\u001b[2J', 'CHAR_CONTROL'],
  ['#REF!', 'CELL_ERROR'],
  ['\ufffd什项目', 'ENC_MOJIBAKE'],
  ['鍠€浠€甯傛ā鎷', 'ENC_MOJIBAKE'],
])('the name “%s” is refused: %s', (text, code) => {
  expect(name.read(text, '').fault?.code).toBe(code);
});

test.each([
  ['WQ31012022110001', 'WQ31012022110001'],
  [' WQ 3101 ', 'WQ3101'],
  ['ＷＱ３１０１', 'WQ3101'],
  ['网签〔2025〕001号', '网签〔2025〕001号'],
  ['202510310001', '202510310001'],
  ['6531012025103100001', '6531012025103100001'],
])('the number “%s” of a contract is %s', (text, value) => {
  expect(contractNo.read(text, '')).toEqual({ value });
});

test.each([
  ['6.53101E+17', ''],
  ['653101202510310000', 'n'],
  ['WQ31А1', ''],
])('the number “%s” was changed on its way', (text, type) => {
  expect(contractNo.read(text, type).fault?.code).toBe('CODE_FORMAT');
});
