import { expect, test } from 'vitest';
import { ceilDiv, floorDiv, formatRatio, parseRatio } from '../src/ratio.ts';

test.each([
  { text: '36', numerator: 36n, denominator: 1n, shortest: '36', why: 'whole' },
  { text: '6.5', numerator: 65n, denominator: 10n, shortest: '6.5', why: '65/10' },
  { text: '36.0', numerator: 360n, denominator: 10n, shortest: '36', why: 'equal to 36' },
  { text: '036', numerator: 36n, denominator: 1n, shortest: '36', why: 'leading zero' },
  { text: '100', numerator: 100n, denominator: 1n, shortest: '100', why: 'zeros before the point stay' },
  { text: '100.50', numerator: 10050n, denominator: 100n, shortest: '100.5', why: 'zeros at the end go' },
  { text: '0.000000001', numerator: 1n, denominator: 1_000_000_000n, shortest: '0.000000001', why: '9 decimals' },
  { text: '0', numerator: 0n, denominator: 1n, shortest: '0', why: 'zero' },
  { text: '0.0', numerator: 0n, denominator: 10n, shortest: '0', why: 'zero with a decimal' },
  {
    text: '999999999999999',
    numerator: 999_999_999_999_999n,
    denominator: 1n,
    shortest: '999999999999999',
    why: '15 digits',
  },
])('$text is $numerator/$denominator: $why', ({ text, numerator, denominator, shortest }) => {
  expect(parseRatio(text)).toEqual({ numerator, denominator });
  expect(formatRatio({ numerator, denominator })).toBe(shortest);
});

test.each([
  '',
  ' 36',
  '36 ',
  '-36',
  '+36',
  '3.6e1',
  '36.',
  '.5',
  '1.2.3',
  '36,5',
  '1,000',
  '３６',
  'Infinity',
  '0x24',
  '36\n',
  '1234567890123456',
  '1.1234567890',
])('"%s" is not a number of months', (text) => {
  expect(() => parseRatio(text)).toThrowError(expect.objectContaining({ kind: 'invalid', code: 'RATIO_FORMAT' }));
});

test('division rounds down and up on both sides of zero', () => {
  for (let a = -30; a <= 30; a += 1) {
    for (let b = 1; b <= 7; b += 1) {
      expect(floorDiv(BigInt(a), BigInt(b))).toBe(BigInt(Math.floor(a / b)));
      expect(ceilDiv(BigInt(a), BigInt(b))).toBe(BigInt(Math.ceil(a / b)));
    }
  }
});
