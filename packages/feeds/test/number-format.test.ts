import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../test/support/seeds.ts';
import {
  builtInFormat,
  dateText,
  formatOf,
  numberCell,
  percentText,
  plainDecimal,
} from '../src/readers/number-format.ts';

test.each([
  ['1.5E-3', '0.0015'],
  ['1e21', '1000000000000000000000'],
  ['-1.25e+2', '-125'],
  ['0.30000000000000004', '0.30000000000000004'],
  ['007.50', '7.5'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['-0.0', '0'],
  ['+3', '3'],
  ['5e-324', `0.${'0'.repeat(323)}5`],
])('%s is %s in plain digits', (text, plain) => {
  expect(plainDecimal(text)).toBe(plain);
});

test.each(['', '.', '-', 'NaN', 'Infinity', '1,5', '0x10', '1e999', '1e4000', ' 1', '１'])(
  '%j is no decimal',
  (text) => {
    expect(plainDecimal(text)).toBeUndefined();
  },
);

test('plain digits are exactly the double', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const plain = plainDecimal(String(value));
      expect(plain).toMatch(/^-?\d+(?:\.\d*[1-9])?$/u);
      expect(Number(plain)).toBe(value === 0 ? 0 : value);
    }),
    runs(3_000),
  );
});

test.each([
  ['0.267', '26.7%'],
  ['1', '100%'],
  ['0.07', '7%'],
  ['-0.005', '-0.5%'],
  ['12.34567', '1234.567%'],
  ['0', '0%'],
])('%s is %s', (plain, percent) => {
  expect(percentText(plain)).toBe(percent);
});

test.each([
  ['45658', 'date', false, '2025-01-01'],
  ['45658', 'month', false, '2025-01'],
  ['45658', 'year', false, '2025'],
  ['45658.354166666664', 'date', false, '2025-01-01 08:30:00'],
  ['45657.999999', 'date', false, '2025-01-01'],
  ['0.354166666666667', 'time', false, '08:30:00'],
  ['1', 'date', false, '1900-01-01'],
  ['59', 'date', false, '1900-02-28'],
  ['61', 'date', false, '1900-03-01'],
  ['2958465', 'date', false, '9999-12-31'],
  ['44196', 'date', true, '2025-01-01'],
  ['0', 'date', true, '1904-01-01'],
] as const)('day %s as %s (1904: %s) is %s', (plain, kind, date1904, text) => {
  expect(dateText(plain, kind, date1904)).toBe(text);
});

test.each(['60', '0', '-1', '0.5', '2958466', '123456789'])('day %s is none', (plain) => {
  expect(dateText(plain, 'date', false)).toBeUndefined();
  const cell = numberCell(plain, formatOf('yyyy-mm-dd'), false);
  expect([cell.text, cell.type, cell.fault?.code]).toEqual([plain, 'n', 'DATE_SERIAL']);
});

test.each([
  ['General', 'number'],
  ['G/通用格式', 'number'],
  ['0.00_);[Red](0.00)', 'number'],
  ['¥#,##0.00;¥-#,##0.00', 'number'],
  ['0.00E+00', 'number'],
  ['"年月日"0', 'number'],
  ['[Red]0', 'number'],
  ['@', 'number'],
  ['0.0%', 'percent'],
  ['"%"0', 'number'],
  ['yyyy"年"m"月"', 'month'],
  ['[$-804]yyyy\\年m\\月;@', 'month'],
  ['[DBNum1][$-804]yyyy"年"m"月"', 'month'],
  ['yyyy.mm', 'month'],
  ['mmm-yy', 'month'],
  ['e"年"m"月"', 'month'],
  ['m"月"', 'month'],
  ['yyyy', 'year'],
  ['yyyy-mm-dd', 'date'],
  ['m"月"d"日"', 'date'],
  ['yyyy-mm-dd hh:mm:ss', 'date'],
  ['yyyy-mm hh:mm', 'month'],
  ['[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy', 'date'],
  ['aaaa', 'date'],
  ['h:mm:ss', 'time'],
  ['mm:ss.0', 'time'],
  ['[h]:mm', 'time'],
  ['上午/下午h"时"mm"分"', 'time'],
  ['h:mm AM/PM', 'time'],
])('%s shows a %s', (code, kind) => {
  expect(formatOf(code).kind).toBe(kind);
});

test.each([
  [14, 'date'],
  [17, 'month'],
  [57, 'month'],
  [27, 'month'],
  [31, 'date'],
  [10, 'percent'],
  [46, 'time'],
  [4, 'number'],
  [49, 'number'],
  [163, 'number'],
])('format %i of spreadsheets shows a %s', (id, kind) => {
  expect(formatOf(builtInFormat(id)).kind).toBe(kind);
});

test.each([
  ['2025.1', '0.00', '2025.10'],
  ['2025.1', '0.00_ ', '2025.10'],
  ['7', '0"月"', '7月'],
  ['7', '"2025年"0"月"', '2025年7月'],
  ['42', '00000', '00042'],
  ['2025.12', '0.00', undefined],
  ['2025.123', '0.00', undefined],
  ['12.5', '#,##0.00', undefined],
  ['12', '[>=10]0"月";0', undefined],
  ['123000', '0!.0,"万"', undefined],
  ['12', '0"万"', undefined],
  ['-7', '0"月"', undefined],
])('people see %s under %s as %s', (plain, code, shown) => {
  expect(numberCell(plain, formatOf(code), false)).toEqual({
    text: plain,
    type: 'n',
    ...(shown === undefined ? {} : { shown }),
  });
});
