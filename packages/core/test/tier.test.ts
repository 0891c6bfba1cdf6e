import { expect, test } from 'vitest';
import { type AreaUnit, readArea } from '../src/area.ts';
import { AppError } from '../src/errors.ts';
import { exactMonths, monthsText } from '../src/sell-through.ts';
import { type Figures, holds, tierOf } from '../src/tier.ts';
import { golden } from './golden.ts';
import { condition } from './oracle/rules.ts';
import { fiveTiers, mnr2024, tierRule } from './samples.ts';

type TierCase = {
  readonly stock: string;
  readonly stockUnit?: AreaUnit;
  readonly sold: string;
  readonly months?: number;
  readonly before: string | null;
  readonly tier: string;
  readonly text: string | null;
  readonly why: string;
};

function centisqm(text: string, unit: AreaUnit): number {
  const reading = readArea(text, unit, { negative: true });
  if ('fault' in reading) throw new Error(`${text}: ${reading.fault}`);
  return reading.value;
}

test.each(golden<TierCase>('tier'))('$stock / $sold from $before is $tier: $why', (given) => {
  const figures: Figures = {
    stockCentisqm: centisqm(given.stock, given.stockUnit ?? 'wan-sqm'),
    soldCentisqm: centisqm(given.sold, 'wan-sqm'),
    monthsPresent: given.months ?? 12,
  };
  expect(tierOf(figures, mnr2024.tiers, given.before).tier).toBe(given.tier);
  expect(monthsText(exactMonths(figures), mnr2024.tiers)).toBe(given.text);
});

test('the float traps are traps: doubles say over 36 where the quotient is exactly 36', () => {
  expect(2.1 / (0.7 / 12)).toBeGreaterThan(36);
  expect(1.11 > 3 * 0.37).toBe(true);
  for (let hundredths = 1; hundredths <= 20_000; hundredths += 1) {
    const figures = { stockCentisqm: 3 * hundredths, soldCentisqm: hundredths, monthsPresent: 12 };
    expect(tierOf(figures, mnr2024.tiers, null).tier).toBe('SWAP');
  }
});

test.each([
  { stock: 36, from: null, to: 'STOP', why: '36 and above stops, 36 included' },
  { stock: 35, from: 'STOP', to: 'LESS', why: 'without a way out a tier ends where it begins' },
  { stock: 18, from: null, to: 'LESS', why: '18 belongs to the band above it' },
  { stock: 12, from: null, to: 'HOLD', why: '12 likewise' },
  { stock: 6, from: null, to: 'MORE', why: '6 likewise' },
  { stock: 5, from: null, to: 'MUCH_MORE', why: 'below 6' },
])('$stock months by the older five bands is $to: $why', ({ stock, from, to }) => {
  const figures = { stockCentisqm: stock, soldCentisqm: 12, monthsPresent: 12 };
  expect(tierOf(figures, fiveTiers.tiers, from).tier).toBe(to);
});

test.each([
  { text: 'over 6.5', below: false, at: false, above: true },
  { text: 'atLeast 6.5', below: false, at: true, above: true },
  { text: 'under 6.5', below: true, at: false, above: false },
  { text: 'atMost 6.5', below: true, at: true, above: false },
])('$text holds below $below, at $at, above $above', ({ text, below, at, above }) => {
  const test = (stockCentisqm: number): boolean =>
    holds(condition(text), { stockCentisqm, soldCentisqm: 24, monthsPresent: 12 });
  expect([test(12), test(13), test(14)]).toEqual([below, at, above]);
});

test('always holds, and zero or negative sales are over every threshold and under none', () => {
  expect(holds({ kind: 'always' }, { stockCentisqm: 0, soldCentisqm: 0, monthsPresent: 0 })).toBe(true);
  for (const soldCentisqm of [0, -1]) {
    const figures = { stockCentisqm: 1, soldCentisqm, monthsPresent: 12 };
    expect(holds(condition('over 999999999'), figures)).toBe(true);
    expect(holds(condition('atMost 999999999'), figures)).toBe(false);
  }
});

test('only the tier that is running is kept by its own way out', () => {
  const tiers = [tierRule('A', 'over 36', 'under 30'), tierRule('B', 'over 18', 'atMost 12'), tierRule('C')];
  const at = (stockCentisqm: number, before: string | null): string =>
    tierOf({ stockCentisqm, soldCentisqm: 12, monthsPresent: 12 }, tiers, before).tier;
  expect([at(30, 'A'), at(29, 'A'), at(30, 'B'), at(30, null)]).toEqual(['A', 'B', 'B', 'B']);
  expect([at(13, 'B'), at(12, 'B'), at(13, 'A'), at(13, 'C')]).toEqual(['B', 'C', 'C', 'C']);
  expect(at(37, 'B')).toBe('A');
});

test('rules without an `always` at the end are refused when nothing holds', () => {
  const decide = (): unknown =>
    tierOf({ stockCentisqm: 1, soldCentisqm: 1, monthsPresent: 12 }, [tierRule('A', 'over 36')], null);
  expect(decide).toThrowError(AppError);
  expect(decide).toThrowError(expect.objectContaining({ kind: 'invalid', code: 'RULEBOOK_NOT_TOTAL' }));
});
