import { expect, test } from 'vitest';
import {
  exactMonths,
  monthStatus,
  monthsNumber,
  monthsText,
  STATUSES,
  STATUSES_WITH_TIER,
  statusText,
  thresholdsOf,
} from '../src/sell-through.ts';
import { golden } from './golden.ts';
import { fiveTiers, mnr2024, tierRule } from './samples.ts';

type DisplayCase = {
  readonly numerator: string;
  readonly denominator: string;
  readonly tiers?: readonly string[];
  readonly text: string | null;
  readonly why: string;
};

test.each(golden<DisplayCase>('display'))('$numerator / $denominator is shown as $text: $why', (given) => {
  const tiers = given.tiers?.map((text, at) => tierRule(`T${at}`, ...text.split(' until '))) ?? mnr2024.tiers;
  const exact = { numerator: BigInt(given.numerator), denominator: BigInt(given.denominator) };
  expect(monthsText(exact, tiers)).toBe(given.text);
});

type PublishedCase = {
  readonly stock: number;
  readonly sales: number;
  readonly months: number;
  readonly published: string;
  readonly why: string;
};

test.each(golden<PublishedCase>('international'))('$stock / $sales is $published as published: $why', (given) => {
  const figures = { stockCentisqm: given.stock, soldCentisqm: given.sales, monthsPresent: given.months };
  expect(monthsText(exactMonths(figures), mnr2024.tiers)).toBe(given.published);
});

test.each([
  { stock: null, sold: 5, present: 12, status: 'NO_DATA', why: 'no stock report, whatever was sold' },
  { stock: null, sold: 0, present: 0, status: 'NO_DATA', why: 'asked before the months' },
  { stock: 0, sold: 0, present: 7, status: 'INSUFFICIENT', why: 'asked before 0/0' },
  { stock: 5, sold: -5, present: 7, status: 'INSUFFICIENT', why: 'asked before the sign of sales' },
  { stock: 5, sold: 5, present: 8, status: 'OK', why: '8 are enough' },
  { stock: 0, sold: 0, present: 8, status: 'NOT_APPLICABLE', why: 'nothing there, nothing sold' },
  { stock: 0, sold: -1, present: 12, status: 'NET_NEGATIVE', why: 'below zero even without stock' },
  { stock: 5, sold: 0, present: 12, status: 'NO_SALES', why: 'stock and no sales' },
  { stock: 0, sold: 1, present: 12, status: 'OK', why: 'sold out' },
])('$stock and $sold on $present months is $status: $why', ({ stock, sold, present, status }) => {
  expect(monthStatus(stock, sold, present, { minMonths: 8 })).toBe(status);
});

test('months of supply are kept as I·n over S, not reduced, also beyond the range of doubles', () => {
  const figures = { stockCentisqm: 9_007_199_254_740_991, soldCentisqm: 12, monthsPresent: 12 };
  expect(exactMonths(figures)).toEqual({ numerator: 108_086_391_056_891_892n, denominator: 12n });
});

test.each([
  { numerator: 1n, denominator: 3n, double: 1 / 3, why: 'the nearest double, not 9 decimals' },
  { numerator: 36n, denominator: 1n, double: 36, why: 'whole' },
  { numerator: 0n, denominator: 7n, double: 0, why: 'zero' },
  { numerator: 10n ** 20n, denominator: 3n * 10n ** 19n, double: 10 / 3, why: 'terms beyond the exact range' },
  { numerator: 10n ** 20n + 1n, denominator: 10n ** 20n, double: 1, why: 'nearest of what no double tells apart' },
  { numerator: 1n, denominator: 10n ** 22n, double: 1e-22, why: 'a tiny one' },
  { numerator: 5n, denominator: 0n, double: null, why: 'no quotient' },
  { numerator: 5n, denominator: -1n, double: null, why: 'no quotient below zero either' },
])('$numerator / $denominator as a double is $double: $why', ({ numerator, denominator, double }) => {
  expect(monthsNumber({ numerator, denominator })).toBe(double);
});

test('every status has words of its own, and the window is named', () => {
  const texts = STATUSES.map((status) => statusText(status, 12));
  expect(new Set(texts).size).toBe(STATUSES.length);
  expect(statusText('NO_SALES', 6)).toBe('∞（近6个月无成交）');
  expect(statusText('NOT_APPLICABLE', 12)).toBe('不适用（无库存无成交）');
  expect(statusText('NET_NEGATIVE', 12)).toBe('净成交为负（待人工核实）');
  expect(STATUSES_WITH_TIER).toEqual(['OK', 'NO_SALES', 'NET_NEGATIVE']);
});

test('thresholds are where tiers begin, worst first', () => {
  const months = (tiers: typeof mnr2024.tiers): string[] => thresholdsOf(tiers).map(({ numerator }) => `${numerator}`);
  expect(months(mnr2024.tiers)).toEqual(['36', '18']);
  expect(months(fiveTiers.tiers)).toEqual(['36', '18', '12', '6']);
  expect(months([tierRule('ALL')])).toEqual([]);
});
