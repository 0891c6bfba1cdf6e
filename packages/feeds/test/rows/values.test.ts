import { type AreaUnit, FEEDS, type FeedName, readArea, readDecimal } from '@quhua/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import { LIMITS } from '../../src/limits.ts';
import { readPlain, roundInUnit, withoutFloatNoise } from '../../src/rows/decimal.ts';
import { readMonth as readMonthCell } from '../../src/rows/months.ts';
import { cellReader } from '../../src/rows/read-cells.ts';
import type { CellFormat } from '../../src/rows/value-reading.ts';
import { areaUnitOf } from '../../src/units.ts';
import { TODAY } from './support.ts';

const formatOf = (feed: FeedName, name: string, unit: CellFormat['unit'] = null): CellFormat => {
  const column = FEEDS[feed].columns.find((one) => one.name === name);
  if (column === undefined) throw new Error(`${feed} has no ${name}`);
  return { feed, column, unit, stated: false, plausibleCentisqm: LIMITS.plausibleCentisqm, today: TODAY };
};
const sqm = formatOf('sales', 'signed_area', 'sqm');
const stated = (unit: AreaUnit): CellFormat => ({ ...sqm, unit, stated: true });
const count = formatOf('sales', 'signed_units');
const readFigure = (text: string, format: CellFormat) => cellReader(format).read(text, '');
const readMonth = (text: string, today: string) => readMonthCell(text, { today, year: null, numeric: false });

test.each([
  '2025-10',
  '2025/10',
  '2025.10',
  '202510',
  '2025年10月',
  '2025年10月份',
  ' 2025-10 ',
  '２０２５－１０',
  '２０２５年１０月',
  '2025-10-31',
  '2025/10/31',
  '2025.10.31',
  '2025年10月31日',
  '二〇二五年十月',
  '二零二五年十月份',
  '2025 年 10 月',
  '２０２５年１０月３１日',
  '2025-10-31 00:00:00',
])('%s is October 2025', (text) => {
  expect(readMonth(text, TODAY)).toMatchObject({ month: '2025-10' });
  expect(readMonth(text, TODAY).fault).toBeUndefined();
});

test.each([
  ['2025-3', '2025-03'],
  ['2025.3', '2025-03'],
  ['2024/2/29', '2024-02'],
  ['2023-02-28', '2023-02'],
  ['1900-01', '1900-01'],
])('%s is %s', (text, month) => {
  expect(readMonth(text, TODAY)).toMatchObject({ month });
});

test.each([
  ['2025-13', 'DATE_INVALID'],
  ['2025-00', 'DATE_INVALID'],
  ['202513', 'DATE_INVALID'],
  ['2023/2/29', 'DATE_INVALID'],
  ['2025-02-30', 'DATE_INVALID'],
  ['2025-10-00', 'DATE_INVALID'],
  ['0025-10', 'DATE_INVALID'],
  ['2025.1', 'DATE_AMBIGUOUS'],
  ['2025-10-01', 'DATE_NOT_MONTH_END'],
  ['2024-02-28', 'DATE_NOT_MONTH_END'],
  ['25-10', 'DATE_FORMAT'],
  ['10/2025', 'DATE_FORMAT'],
  ['2025-10/31', 'DATE_FORMAT'],
  ['20251031', 'DATE_FORMAT'],
  ['45931', 'DATE_FORMAT'],
  ['10月', 'DATE_FORMAT'],
  ['25年3月', 'DATE_FORMAT'],
  ['上月', 'DATE_FORMAT'],
  ['1-10月', 'PERIOD_CUMULATIVE'],
  ['2025年1—10月', 'PERIOD_CUMULATIVE'],
  ['2025年累计', 'PERIOD_CUMULATIVE'],
  ['三季度', 'PERIOD_CUMULATIVE'],
  ['二〇二五年十三月', 'DATE_INVALID'],
  ['Oct-25', 'DATE_FORMAT'],
  ['٢٠٢٥-١٠', 'DATE_FORMAT'],
  ['2025-1０x', 'DATE_FORMAT'],
  ['—', 'KEY_MISSING'],
  ['2025-11', 'PERIOD_OPEN'],
  ['2025-12', 'PERIOD_FUTURE'],
])('%s is %s', (text, code) => {
  expect(readMonth(text, TODAY).fault?.code).toBe(code);
});

test.each(['', ' ', '-', '—', '－', '/', '／', '无', 'N/A', 'n/a', 'null', '——', '\u3000', '\u200b'])(
  '“%s” is missing, not 0',
  (text) => {
    expect(readFigure(text, sqm)).toEqual({ value: null });
  },
);

test.each([
  ['0', 0],
  ['0.00', 0],
  ['1,234.56', 123_456],
  ['１，２３４．５６', 123_456],
  [' 12.30 ', 1_230],
  ['12.34万㎡', 12_340_000],
  ['12.34 万平方米', 12_340_000],
  ['12.34m²', 1_234],
  ['12.34m2', 1_234],
  ['3亩', 200_000],
  ['0.30000000000000004', 30],
  ['12345678901234.56', 1_234_567_890_123_456],
])('“%s” in a column of ㎡ is %d', (text, value) => {
  expect(readFigure(text, sqm)).toEqual({ value });
});

test.each([
  ['8.200647', 'wan-sqm', 8_200_647],
  ['8.200647000000001', 'wan-sqm', 8_200_647],
  ['1.5', 'hectare', 1_500_000],
  ['15', 'mu', 1_000_000],
  ['12.34万㎡', 'wan-sqm', 12_340_000],
] as const)('“%s” in %s is %d', (text, unit, value) => {
  expect(readFigure(text, stated(unit))).toEqual({ value });
});

test.each([
  ['734', 734],
  ['734.00', 734],
  ['1,234', 1_234],
  ['734套', 734],
  ['12户', 12],
])('“%s” counts %d', (text, value) => {
  expect(readFigure(text, count)).toEqual({ value });
});

test.each([
  '1e3',
  '1E309',
  '0x10',
  '1_000',
  '1 234',
  "1'234",
  '12万',
  '1.2.3',
  '1,23.4',
  '1,2345',
  ',123',
  '12.',
  '.5',
  '+5',
  '--5',
  '约12',
  '一百',
  '12²',
  '①',
  '½',
  '٣',
  '१२',
  '1\u200b2',
  '12.34元',
  '12%',
  '=1+1',
  'NaN',
  'Infinity',
  '(12)',
  '12-',
  '万㎡',
  '1．2．3',
  '12，3',
])('“%s” is not a number', (text) => {
  expect(readFigure(text, sqm).fault?.code).toBe('NUM_FORMAT');
  expect(readFigure(text, count).fault?.code).toBe('NUM_FORMAT');
});

test.each([
  ['1.005', 101, '+0.005㎡'],
  ['1.004', 100, '-0.004㎡'],
  ['0.00000001', 0, '±0.000001㎡'],
  ['1亩', 66_667, '+0.003333㎡'],
])('“%s” is rounded half up to %d', (text, value, added) => {
  const reading = readFigure(text, sqm);
  expect(reading).toMatchObject({ value, fault: { code: 'NUM_ROUNDED' } });
  expect(reading.fault?.zh).toContain(added);
});

test('a signed column takes what is below zero, and rounds it away from zero', () => {
  const adjustment = formatOf('inventory', 'adjustment_area', 'sqm');
  expect(readFigure('-12.30', adjustment)).toEqual({ value: -1_230 });
  expect(readFigure('-1.005', adjustment)).toMatchObject({ value: -101, fault: { code: 'NUM_ROUNDED' } });
  expect(readFigure('-12.30', sqm).fault?.code).toBe('SALES_NEGATIVE');
});

test.each([
  ['0.30000000000000004', '0.300000000000000'],
  ['8.200647000000001', '8.20064700000000'],
  ['0.9999999999999999', '1.000000000000000'],
  ['734.0000000000001', '734.000000000000'],
  ['1234567890.12', '1234567890.12'],
  ['0.123456789012345678', '0.123456789012345678'],
])('the noise of a double: %s becomes %s', (text, clean) => {
  expect(withoutFloatNoise(text)).toBe(clean);
});

/** Texts around the edges of what a number is. */
const numberish = fc.oneof(
  fc.stringMatching(/^\d{1,12}(\.\d{1,8})?$/u),
  fc.stringMatching(/^-?\d{0,18}[.,]?\d{0,9}$/u),
  fc.string({ unit: fc.constantFrom('0', '1', '9', '.', ',', '-', 'e', ' ', '万', '㎡'), maxLength: 12 }),
);

test('plain digits read as core reads them, or are left to it', () => {
  fc.assert(
    fc.property(numberish, fc.constantFrom(0, 2, 6), (text, scale) => {
      const plain = readPlain(text, scale);
      if (plain >= 0) expect({ value: plain }).toEqual(readDecimal(text, { scale }));
    }),
    runs(50_000),
  );
});

test('the short way and the long way give one figure', () => {
  fc.assert(
    fc.property(numberish, fc.constantFrom('sqm', 'wan-sqm', 'hectare', 'mu'), (text, unit) => {
      const { read, scale, most } = cellReader(stated(unit));
      const plain = scale < 0 ? -1 : readPlain(text, scale);
      if (plain >= 0 && plain <= most) expect(read(text, '')).toEqual({ value: plain });
    }),
    runs(50_000),
  );
});

test('INV-21: no text becomes a figure that core does not read from it', () => {
  fc.assert(
    fc.property(fc.oneof(numberish, fc.string({ maxLength: 20 })), (text) => {
      const { value, fault } = readFigure(text, sqm);
      if (value === null || fault !== undefined) return;
      const folded = text
        .normalize('NFKC')
        .trim()
        .replaceAll(/[\u200b-\u200d\u2060\ufeff]/gu, '');
      const [, number = folded, unit = 'sqm'] = /^(-?[\d.,]+)\s*([^\d.,].*)$/u.exec(folded) ?? [];
      const exact = readArea(number, areaUnitOf(unit) ?? 'sqm', { negative: true });
      const cleaned = readArea(withoutFloatNoise(number), areaUnitOf(unit) ?? 'sqm', { negative: true });
      expect([exact, cleaned]).toContainEqual({ value });
    }),
    runs(50_000),
  );
});

test('rounding is exact: at most half of 0.01 ㎡ is added, ties go up', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 18n), fc.integer({ min: 3, max: 12 }), (digits, decimals) => {
      const text = digits.toString().padStart(decimals + 1, '0');
      const written = `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
      const grain = { shownPer: 100n, unit: '㎡', finest: '0.01㎡' };
      const { value } = roundInUnit(written, { numerator: 100n, denominator: 1n }, grain);
      const unit = 10n ** BigInt(decimals - 2);
      const twice = 2n * (value * unit - digits);
      expect(twice > -unit && twice <= unit).toBe(true);
    }),
    runs(5_000),
  );
});
