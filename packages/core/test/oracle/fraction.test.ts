import { expect, test } from 'vitest';
import { fraction, fractionOf, order, reduced } from './fraction.ts';

test('equal fractions are equal whatever their terms', () => {
  expect(order({ top: 111n, bottom: 37n }, { top: 3n, bottom: 1n })).toBe(0);
  expect(order({ top: -7n, bottom: 2n }, { top: -10n, bottom: 3n })).toBe(-1);
  expect(order({ top: 22n, bottom: 7n }, { top: 355n, bottom: 113n })).toBe(1);
});

test('texts are fractions only if they are plain digits with an inner point', () => {
  expect(fractionOf('6.50')).toEqual({ top: 650n, bottom: 100n });
  for (const text of ['', '.5', '5.', '1.2.3', '-1', '1e3', ' 1', '１']) expect(fractionOf(text)).toBeNull();
});

test('lowest terms keep the sign above the line', () => {
  expect(reduced(fraction(-6n, -4n))).toEqual({ top: 3n, bottom: 2n });
  expect(reduced(fraction(6n, -4n))).toEqual({ top: -3n, bottom: 2n });
  expect(reduced(fraction(0n, 5n))).toEqual({ top: 0n, bottom: 1n });
});
