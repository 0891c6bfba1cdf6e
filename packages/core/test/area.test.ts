import { expect, test } from 'vitest';
import { type AreaUnit, formatCentisqm, formatWanSqm, readArea, readDecimal, safeInteger } from '../src/area.ts';

test.each<{ text: string; unit: AreaUnit; value: number; why: string }>([
  { text: '12345.67', unit: 'sqm', value: 1_234_567, why: '0.01 ㎡ is the unit' },
  { text: '12.34', unit: 'wan-sqm', value: 12_340_000, why: '1 万㎡ is 1,000,000' },
  { text: '0.000001', unit: 'wan-sqm', value: 1, why: 'the finest 万㎡ there is' },
  { text: '1', unit: 'hectare', value: 1_000_000, why: '1 公顷 is 10,000 ㎡' },
  { text: '15', unit: 'mu', value: 1_000_000, why: '15 亩 are 1 公顷' },
  { text: '0.3', unit: 'mu', value: 20_000, why: '0.3 亩 is exactly 200 ㎡' },
  { text: '1,234.56', unit: 'sqm', value: 123_456, why: 'complete grouping by three' },
  { text: '12,345,678', unit: 'sqm', value: 1_234_567_800, why: 'several groups' },
  { text: '0.30', unit: 'sqm', value: 30, why: 'not 29.999999999999996' },
  { text: '1.10', unit: 'wan-sqm', value: 1_100_000, why: '1.1 * 1e6 is 1100000.0000000002 in doubles' },
  { text: '007.5', unit: 'sqm', value: 750, why: 'leading zeros say nothing' },
  { text: '5.10000', unit: 'sqm', value: 510, why: 'zeros at the end need no rounding' },
  { text: '0', unit: 'sqm', value: 0, why: 'a true zero' },
  { text: '-0.00', unit: 'sqm', value: 0, why: 'negative zero is zero' },
  { text: '90071992547409.91', unit: 'sqm', value: Number.MAX_SAFE_INTEGER, why: 'the largest exact integer' },
])('$text $unit is $value: $why', ({ text, unit, value }) => {
  const reading = readArea(text, unit);
  expect(reading).toEqual({ value });
  expect('value' in reading && Object.is(reading.value, -0)).toBe(false);
});

test.each<{ text: string; unit: AreaUnit; fault: string; why: string }>([
  { text: '', unit: 'sqm', fault: 'NUM_FORMAT', why: 'nothing is missing, not zero' },
  { text: ' 1', unit: 'sqm', fault: 'NUM_FORMAT', why: 'blanks are the reader’s to take off' },
  { text: '1 234', unit: 'sqm', fault: 'NUM_FORMAT', why: 'blank as separator' },
  { text: '+1', unit: 'sqm', fault: 'NUM_FORMAT', why: 'no plus' },
  { text: '--1', unit: 'sqm', fault: 'NUM_FORMAT', why: 'two signs' },
  { text: '-', unit: 'sqm', fault: 'NUM_FORMAT', why: 'a dash means missing, which is decided before' },
  { text: '1e3', unit: 'sqm', fault: 'NUM_FORMAT', why: 'no exponent' },
  { text: '1e309', unit: 'sqm', fault: 'NUM_FORMAT', why: 'no infinity' },
  { text: '0x10', unit: 'sqm', fault: 'NUM_FORMAT', why: 'no hexadecimal' },
  { text: '1_000', unit: 'sqm', fault: 'NUM_FORMAT', why: 'no underscores' },
  { text: '.5', unit: 'sqm', fault: 'NUM_FORMAT', why: 'a digit before the point' },
  { text: '5.', unit: 'sqm', fault: 'NUM_FORMAT', why: 'and one after it' },
  { text: '1.2.3', unit: 'sqm', fault: 'NUM_FORMAT', why: 'one point' },
  { text: '１２３', unit: 'sqm', fault: 'NUM_FORMAT', why: 'full width is normalised before' },
  { text: '١٢٣', unit: 'sqm', fault: 'NUM_FORMAT', why: 'other digits' },
  { text: '12.34万', unit: 'sqm', fault: 'NUM_FORMAT', why: 'units are the reader’s' },
  { text: 'NaN', unit: 'sqm', fault: 'NUM_FORMAT', why: 'not a number' },
  { text: '1,23', unit: 'sqm', fault: 'NUM_FORMAT', why: 'partial grouping' },
  { text: '1234,567', unit: 'sqm', fault: 'NUM_FORMAT', why: 'first group too long' },
  { text: '1,234,56', unit: 'sqm', fault: 'NUM_FORMAT', why: 'last group too short' },
  { text: ',123', unit: 'sqm', fault: 'NUM_FORMAT', why: 'no first group' },
  { text: '1.234,5', unit: 'sqm', fault: 'NUM_FORMAT', why: 'comma after the point' },
  { text: '0,123', unit: 'sqm', fault: 'NUM_FORMAT', why: 'that would be a decimal comma' },
  { text: '1'.repeat(300), unit: 'sqm', fault: 'NUM_FORMAT', why: '300 digits' },
  { text: '1'.repeat(31), unit: 'sqm', fault: 'NUM_FORMAT', why: 'over 30 characters' },
  { text: '1'.repeat(30), unit: 'sqm', fault: 'NUM_RANGE', why: '30 are read, and too large' },
  { text: '90071992547409.92', unit: 'sqm', fault: 'NUM_RANGE', why: 'one more than the largest' },
  { text: '-90071992547409.92', unit: 'sqm', fault: 'NUM_RANGE', why: 'also below zero' },
  { text: '0.001', unit: 'sqm', fault: 'NUM_PRECISION', why: 'finer than 0.01 ㎡' },
  { text: '0.0000001', unit: 'wan-sqm', fault: 'NUM_PRECISION', why: 'likewise in 万㎡' },
  { text: '1', unit: 'mu', fault: 'NUM_PRECISION', why: '1 亩 is 666.666… ㎡' },
  { text: '-1', unit: 'sqm', fault: 'NUM_NEGATIVE', why: 'below zero where it may not be' },
])('$text $unit is refused as $fault: $why', ({ text, unit, fault }) => {
  expect(readArea(text, unit)).toEqual({ fault });
});

test.each([
  { text: '1.5', scale: 2, value: 150, why: 'scaled by 100' },
  { text: '12', scale: 0, value: 12, why: 'a count' },
  { text: '12.0', scale: 0, value: 12, why: 'a whole number, however it is written' },
  { text: '-3', scale: 0, value: -3, why: 'below zero where it may be' },
])('$text at scale $scale is $value: $why', ({ text, scale, value }) => {
  expect(readDecimal(text, { scale, negative: true })).toEqual({ value });
});

test('half a home is refused', () => {
  expect(readDecimal('3.5', { scale: 0 })).toEqual({ fault: 'NUM_PRECISION' });
});

test.each([
  { centisqm: 1_234_567, sqm: '12345.67', wan: '1.23', why: 'down' },
  { centisqm: 1_235_000, sqm: '12350.00', wan: '1.24', why: 'half up' },
  { centisqm: 0, sqm: '0.00', wan: '0.00', why: 'zero' },
  { centisqm: -0, sqm: '0.00', wan: '0.00', why: 'negative zero' },
  { centisqm: 5, sqm: '0.05', wan: '0.00', why: 'small' },
  { centisqm: -5, sqm: '-0.05', wan: '0.00', why: 'no minus before a zero' },
  { centisqm: -1_234_567, sqm: '-12345.67', wan: '-1.23', why: 'below zero' },
  { centisqm: 995_000, sqm: '9950.00', wan: '1.00', why: 'carries over' },
])('$centisqm is $sqm ㎡ and $wan 万㎡: $why', ({ centisqm, sqm, wan }) => {
  expect(formatCentisqm(centisqm)).toBe(sqm);
  expect(formatWanSqm(centisqm)).toBe(wan);
});

test('万㎡ are shown with as many decimals as asked for', () => {
  expect(formatWanSqm(1_500_000, 0)).toBe('2');
  expect(formatWanSqm(1_499_999, 0)).toBe('1');
  expect(formatWanSqm(1_499_999, 6)).toBe('1.499999');
});

test('a sum outside the exact range is refused by name', () => {
  expect(safeInteger(Number.MAX_SAFE_INTEGER, '合计')).toBe(Number.MAX_SAFE_INTEGER);
  for (const value of [Number.MAX_SAFE_INTEGER + 1, Number.NaN, Number.POSITIVE_INFINITY, 0.5]) {
    expect(() => safeInteger(value, '合计')).toThrowError(/合计/u);
  }
});
