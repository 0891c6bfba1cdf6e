import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import {
  DEFAULT_LAND_POLICY,
  findLandUse,
  getLandUse,
  largestAreaWithin,
  quotaAreaOf,
  revitalisedAreaOf,
} from '../../src/index.ts';
import { shareOf } from './oracle.ts';
import { EXEMPT_USE, HOUSING, VILLAGE, withLand } from './support.ts';

const housing = getLandUse(HOUSING, DEFAULT_LAND_POLICY);
const village = getLandUse(VILLAGE, DEFAULT_LAND_POLICY);
const exempt = getLandUse(EXEMPT_USE, DEFAULT_LAND_POLICY);
const other = getLandUse('其他住宅用地', DEFAULT_LAND_POLICY);
const whole = withLand({ mixedUse: 'whole' });

test.each([
  { text: '商品住宅用地', use: HOUSING, why: 'its own name' },
  { text: ' 商品 住宅用地 ', use: HOUSING, why: 'blanks fold' },
  { text: '商住用地', use: HOUSING, why: 'a word that people use' },
  { text: '保租房用地', use: EXEMPT_USE, why: 'another' },
  { text: '城中村用地', use: VILLAGE, why: 'needs a share' },
  { text: '工业用地', use: undefined, why: 'nobody knows whether it is controlled' },
  { text: '', use: undefined, why: 'nothing is no use' },
])('“$text” is $use: $why', ({ text, use }) => {
  expect(findLandUse(text, DEFAULT_LAND_POLICY)?.use).toBe(use);
});

test('an unknown use is refused with those that there are', () => {
  expect(() => getLandUse('工业用地', DEFAULT_LAND_POLICY)).toThrowError(
    expect.objectContaining({ code: 'LAND_USE_UNKNOWN', message: expect.stringContaining(HOUSING) }),
  );
});

test.each([
  { area: 1000, use: housing, share: null, quota: 1000, adds: 1000, why: 'without a share all of it' },
  { area: 1000, use: housing, share: 10_000, quota: 1000, adds: 1000, why: 'a share of 1 is all of it' },
  { area: 1000, use: housing, share: 0, quota: 0, adds: 0, why: 'a share of 0 is nothing' },
  { area: 1000, use: housing, share: 7000, quota: 700, adds: 700, why: 'a share that comes out whole' },
  {
    area: 1001,
    use: housing,
    share: 7000,
    quota: 701,
    adds: 700,
    why: '700.7: never too little taken, nor too much added',
  },
  { area: 1, use: housing, share: 1, quota: 1, adds: 0, why: 'the least share of the least area takes a whole ㎡' },
  {
    area: 1000,
    use: village,
    share: 3000,
    quota: 300,
    adds: 0,
    why: 'village land takes quota but revitalises nothing',
  },
  { area: 1000, use: exempt, share: null, quota: 0, adds: 0, why: 'exempt land neither takes nor adds' },
  {
    area: 1000,
    use: other,
    share: null,
    quota: 1000,
    adds: 0,
    why: 'other residential land is held to be housing, its completion is not',
  },
])('$area ㎡ of $use.use, share $share, takes $quota and adds $adds: $why', ({ area, use, share, quota, adds }) => {
  expect(quotaAreaOf(area, use, share, DEFAULT_LAND_POLICY)).toBe(quota);
  expect(revitalisedAreaOf(area, use, share, DEFAULT_LAND_POLICY)).toBe(adds);
});

test('where mixed use counts whole, a share changes nothing, not even a share of 0', () => {
  for (const share of [null, 0, 1, 7000, 10_000]) {
    expect(quotaAreaOf(1001, housing, share, whole)).toBe(1001);
    expect(revitalisedAreaOf(1001, housing, share, whole)).toBe(1001);
    expect(largestAreaWithin(700, share, whole)).toBe(700);
  }
});

test.each([
  { remaining: 700, share: null, largest: 700, why: 'ground for ground' },
  { remaining: 700, share: 7000, largest: 1000, why: 'exactly' },
  { remaining: 701, share: 7000, largest: 1001, why: '700.7 of 1,001 ㎡ take 701' },
  { remaining: 0, share: 7000, largest: 0, why: 'nothing is left' },
  { remaining: 0, share: 0, largest: 0, why: 'nothing is left, whatever the share' },
  { remaining: -5, share: null, largest: 0, why: 'overdrawn' },
  { remaining: 5, share: 0, largest: null, why: 'takes nothing, so there is no limit' },
])('of $remaining ㎡ at a share of $share at most $largest pass: $why', ({ remaining, share, largest }) => {
  expect(largestAreaWithin(remaining, share, DEFAULT_LAND_POLICY)).toBe(largest);
});

const area = fc.integer({ min: 1, max: 1_000_000_000 });
const share = fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: null });

test('what is taken and what is added are the shares as exact fractions, rounded to the careful side', () => {
  const check = fc.property(area, share, (sqm, bp) => {
    expect(BigInt(quotaAreaOf(sqm, housing, bp, DEFAULT_LAND_POLICY))).toBe(shareOf(sqm, bp, true));
    expect(BigInt(revitalisedAreaOf(sqm, housing, bp, DEFAULT_LAND_POLICY))).toBe(shareOf(sqm, bp, false));
    expect(quotaAreaOf(sqm, housing, bp, whole)).toBe(sqm);
  });
  fc.assert(check, runs(2_000));
});

test('the largest area passes, and one ㎡ more does not', () => {
  const check = fc.property(area, fc.integer({ min: 1, max: 10_000 }), (remaining, bp) => {
    const largest = largestAreaWithin(remaining, bp, DEFAULT_LAND_POLICY) ?? -1;
    expect(largest).toBeGreaterThanOrEqual(remaining);
    expect(shareOf(largest, bp, true)).toBeLessThanOrEqual(BigInt(remaining));
    expect(shareOf(largest + 1, bp, true)).toBeGreaterThan(BigInt(remaining));
  });
  fc.assert(check, runs(2_000));
});
