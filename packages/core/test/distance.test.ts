import { expect, test } from 'vitest';
import { distancesOf } from '../src/distance.ts';
import type { TierRule } from '../src/rulebook.ts';
import { golden } from './golden.ts';
import { fiveTiers, mnr2024, tierRule } from './samples.ts';

type DistanceCase = {
  readonly rule?: 'fiveTiers';
  readonly tiers?: readonly string[];
  readonly stock: number;
  readonly sold: number;
  readonly months: number;
  readonly tier: string | null;
  readonly distances: readonly (readonly [threshold: string, sell: number | null, room: number | null])[];
  readonly why: string;
};

function tiersOf({ rule, tiers }: DistanceCase): readonly TierRule[] {
  if (tiers !== undefined) {
    return [...tiers.map((text, at) => tierRule(`T${at}`, ...text.split(' until '))), tierRule('REST')];
  }
  return rule === 'fiveTiers' ? fiveTiers.tiers : mnr2024.tiers;
}

test.each(golden<DistanceCase>('distance'))('$stock / $sold on $months months in $tier: $why', (given) => {
  const figures = { stockCentisqm: given.stock, soldCentisqm: given.sold, monthsPresent: given.months };
  const wanted = given.distances.map(([threshold, sell, room]) => ({
    threshold,
    sellCentisqm: sell,
    roomCentisqm: room,
  }));
  expect(distancesOf(figures, tiersOf(given), given.tier)).toEqual(wanted);
});

test('a rule of one tier has no distances', () => {
  const figures = { stockCentisqm: 5, soldCentisqm: 5, monthsPresent: 12 };
  expect(distancesOf(figures, [tierRule('ALL')], 'ALL')).toEqual([]);
});

test('a distance beyond the exact range is refused, never rounded', () => {
  const figures = { stockCentisqm: 1, soldCentisqm: 9_007_199_254_740_991, monthsPresent: 8 };
  expect(() => distancesOf(figures, mnr2024.tiers, 'FREE')).toThrowError(
    expect.objectContaining({ code: 'NUM_RANGE' }),
  );
});

test('distances at the size of the whole country are exact', () => {
  const figures = { stockCentisqm: 100_000_000_000_001, soldCentisqm: 30_000_000_000_000, monthsPresent: 12 };
  expect(distancesOf(figures, mnr2024.tiers, 'SUSPEND')[0]?.sellCentisqm).toBe(2_500_000_000_001);
});
