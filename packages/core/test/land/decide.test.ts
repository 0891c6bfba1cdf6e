import { expect, test } from 'vitest';
import { type LandAnswer, type LandBasis, NO_QUOTA, tierOf } from '../../src/index.ts';
import { assessmentOf, fiveTiers, mnr2024, tierRule } from '../samples.ts';
import { decide, FAULT, FREE, type Given, monthsOf, quotaOf, RECOVERED, SUSPENDED } from './asking.ts';
import { EXEMPT_USE, VILLAGE } from './support.ts';

type Case = Given & { answer: LandAnswer; reasons: string[]; largest: number | null; changes?: string[]; why: string };
test.each<Case>([
  {
    basis: { assessment: SUSPENDED },
    answer: 'SUSPENDED',
    reasons: ['TIER_SUSPEND'],
    largest: 0,
    changes: ['SELL_TO_LEAVE', 'SELL_TO_FREE'],
    why: 'over 36 months nothing new is sold, quota or not',
  },
  {
    basis: { assessment: monthsOf(3600, 'SUSPEND') },
    answer: 'SUSPENDED',
    reasons: ['TIER_SUSPEND'],
    largest: 0,
    changes: ['SELL_TO_LEAVE', 'SELL_TO_FREE'],
    why: 'a suspended unit at exactly 36 stays suspended',
  },
  {
    basis: { assessment: monthsOf(3600) },
    answer: 'WITHIN_QUOTA',
    reasons: ['TIER_SWAP', 'QUOTA_ENOUGH'],
    largest: 3000,
    changes: [],
    why: 'exactly 36 without a suspension before it is not over 36',
  },
  {
    basis: { assessment: monthsOf(1801) },
    answer: 'WITHIN_QUOTA',
    reasons: ['TIER_SWAP', 'QUOTA_ENOUGH'],
    largest: 3000,
    changes: [],
    why: 'just over 18',
  },
  {
    basis: { assessment: monthsOf(1800), quota: NO_QUOTA },
    answer: 'ALLOWED',
    reasons: ['TIER_FREE'],
    largest: null,
    changes: ['ROOM'],
    why: 'exactly 18 is free, without any quota',
  },
  {
    question: { areaSqm: 3000 },
    answer: 'WITHIN_QUOTA',
    reasons: ['TIER_SWAP', 'QUOTA_ENOUGH'],
    largest: 3000,
    changes: [],
    why: 'all of what is left',
  },
  {
    question: { areaSqm: 3001 },
    answer: 'OVER_QUOTA',
    reasons: ['TIER_SWAP', 'QUOTA_SHORT'],
    largest: 3000,
    changes: ['REVITALISE', 'SMALLER', 'SELL_TO_FREE'],
    why: 'one ㎡ more than is left',
  },
  {
    basis: { quota: quotaOf({ completed: 1000, confirmed: 1000 }) },
    answer: 'OVER_QUOTA',
    reasons: ['TIER_SWAP', 'QUOTA_SHORT'],
    largest: 0,
    changes: ['REVITALISE', 'SELL_TO_FREE'],
    why: 'nothing is left',
  },
  {
    basis: { quota: quotaOf({ completed: 500, recovered: 400, carried: 100, reserved: 0 }) },
    answer: 'WITHIN_QUOTA',
    reasons: ['TIER_SWAP', 'QUOTA_ENOUGH'],
    largest: 1000,
    why: 'completed, recovered and carried count together',
  },
  {
    basis: { quota: quotaOf({ completed: 1000, reserved: 1000 }) },
    parcel: { ownSqm: 1000 },
    answer: 'WITHIN_QUOTA',
    reasons: ['TIER_SWAP', 'QUOTA_ENOUGH'],
    largest: 1000,
    why: 'what the parcel holds already is not counted against it',
  },
  {
    question: { areaSqm: 1000, shareBp: 7000 },
    basis: { quota: quotaOf({ completed: 700 }) },
    answer: 'WITHIN_QUOTA',
    reasons: ['TIER_SWAP', 'QUOTA_ENOUGH'],
    largest: 1000,
    why: 'mixed use by its residential share',
  },
  {
    question: { areaSqm: 1000, shareBp: 7000 },
    basis: { quota: quotaOf({ completed: 700 }) },
    land: { mixedUse: 'whole' },
    answer: 'OVER_QUOTA',
    reasons: ['TIER_SWAP', 'QUOTA_SHORT'],
    largest: 700,
    why: 'or whole, by the setting',
  },
  {
    question: { useName: EXEMPT_USE },
    basis: { assessment: SUSPENDED },
    answer: 'EXEMPT',
    reasons: ['USE_EXEMPT'],
    largest: null,
    why: 'affordable housing in a suspended unit',
  },
  {
    question: { useName: EXEMPT_USE },
    basis: { assessment: null, faults: [FAULT] },
    answer: 'EXEMPT',
    reasons: ['USE_EXEMPT'],
    largest: null,
    why: 'and without any figures',
  },
  {
    question: { useName: VILLAGE, shareBp: 0 },
    basis: { assessment: SUSPENDED },
    answer: 'EXEMPT',
    reasons: ['USE_EXEMPT'],
    largest: null,
    why: 'village land of which nothing is sold as housing',
  },
  {
    question: { useName: VILLAGE, shareBp: 1 },
    basis: { assessment: SUSPENDED },
    answer: 'SUSPENDED',
    reasons: ['TIER_SUSPEND'],
    largest: 0,
    why: 'the least share of housing is bound',
  },
  {
    question: { shareBp: 0 },
    basis: { assessment: SUSPENDED },
    land: { mixedUse: 'whole' },
    answer: 'SUSPENDED',
    reasons: ['TIER_SUSPEND'],
    largest: 0,
    why: 'where mixed use counts whole a share of 0 exempts nothing',
  },
  {
    basis: { assessment: FREE },
    parcel: RECOVERED,
    answer: 'SUSPENDED',
    reasons: ['PARCEL_RECOVERED_THIS_YEAR'],
    largest: 0,
    changes: [],
    why: 'a parcel recovered this year, even in a free unit',
  },
  {
    basis: { assessment: FREE },
    parcel: RECOVERED,
    land: { recoveredThisYear: 'warn' },
    answer: 'ALLOWED',
    reasons: ['TIER_FREE'],
    largest: null,
    why: 'only warned of, by the setting',
  },
  {
    parcel: RECOVERED,
    land: { recoveredThisYear: 'allow' },
    answer: 'WITHIN_QUOTA',
    reasons: ['TIER_SWAP', 'QUOTA_ENOUGH'],
    largest: 3000,
    why: 'not minded at all, by the setting',
  },
  {
    question: { useName: EXEMPT_USE },
    parcel: RECOVERED,
    answer: 'EXEMPT',
    reasons: ['USE_EXEMPT'],
    largest: null,
    why: 'a recovered parcel may carry affordable housing',
  },
  {
    basis: { assessment: null },
    answer: 'NO_BASIS',
    reasons: ['NO_ASSESSMENT'],
    largest: null,
    changes: ['NEW_DATA'],
    why: 'never yes for lack of data',
  },
  {
    basis: { assessment: { ...monthsOf(1000), month: '2025-09' } as LandBasis['assessment'] },
    answer: 'ALLOWED',
    reasons: ['TIER_FREE'],
    largest: null,
    why: 'two months old is allowed',
  },
  {
    basis: { assessment: { ...monthsOf(1000), month: '2025-08' } as LandBasis['assessment'] },
    answer: 'NO_BASIS',
    reasons: ['ASSESSMENT_OLD'],
    largest: null,
    changes: ['NEW_DATA'],
    why: 'three months old is too old',
  },
  {
    basis: { assessment: { ...monthsOf(1000), month: '2024-12' } as LandBasis['assessment'] },
    question: { date: '2025-02-28' },
    answer: 'ALLOWED',
    reasons: ['TIER_FREE'],
    largest: null,
    why: 'months are counted over the turn of the year',
  },
  {
    basis: { assessment: FREE, faults: [FAULT] },
    answer: 'NO_BASIS',
    reasons: ['FEED_STALE'],
    largest: null,
    changes: ['NEW_DATA'],
    why: 'a stale feed',
  },
  {
    basis: { assessment: null, faults: [FAULT, { ...FAULT, code: 'FEED_DISPUTED' }] },
    answer: 'NO_BASIS',
    reasons: ['NO_ASSESSMENT', 'FEED_STALE', 'FEED_DISPUTED'],
    largest: null,
    changes: ['NEW_DATA'],
    why: 'everything that is amiss is said',
  },
  {
    basis: { assessment: { ...monthsOf(1000), tier: null } as LandBasis['assessment'] },
    answer: 'NO_BASIS',
    reasons: ['NO_TIER'],
    largest: null,
    why: 'an assessment without a tier',
  },
  {
    basis: { assessment: SUSPENDED },
    parcel: { announced: { date: '2025-02-01', landSupply: 'free' } },
    answer: 'SUSPENDED',
    reasons: ['TIER_SUSPEND'],
    largest: 0,
    why: 'announced while free is bound all the same, by default',
  },
  {
    basis: { assessment: SUSPENDED },
    parcel: { announced: { date: '2025-02-01', landSupply: 'free' } },
    land: { announcedBefore: 'grandfathered' },
    answer: 'ALLOWED',
    reasons: ['ANNOUNCED_BEFORE'],
    largest: null,
    why: 'or left alone, by the setting',
  },
  {
    basis: { assessment: SUSPENDED },
    parcel: { announced: { date: '2025-02-01', landSupply: 'swap' } },
    land: { announcedBefore: 'grandfathered' },
    answer: 'SUSPENDED',
    reasons: ['TIER_SUSPEND'],
    largest: 0,
    why: 'announced while limited is bound',
  },
  {
    basis: { assessment: SUSPENDED },
    parcel: { announced: { date: '2025-02-01', landSupply: null } },
    land: { announcedBefore: 'grandfathered' },
    answer: 'SUSPENDED',
    reasons: ['TIER_SUSPEND'],
    largest: 0,
    why: 'announced at a time of which nothing is known is bound',
  },
])('$answer: $why', ({ answer, reasons, largest, changes, ...given }) => {
  const decision = decide(given);
  expect(decision).toMatchObject({ answer, largestSqm: largest });
  expect(decision.reasons.map(({ code }) => code)).toEqual(reasons);
  if (changes !== undefined) expect(decision.changes.map(({ code }) => code)).toEqual(changes);
  for (const { text, citation } of decision.reasons)
    expect([text, citation].every((said) => said.length > 3)).toBe(true);
});

test('what would change the answer is exact', () => {
  const suspended = decide({ basis: { assessment: monthsOf(3600, 'SUSPEND') } });
  // 3,600 ㎡ over 100 ㎡ a month: 0.01 ㎡ sold brings it below 36, (3600 − 1800)/2.5 = 720 ㎡ to 18.
  expect(suspended.changes.map(({ code, netSalesCentisqm }) => [code, netSalesCentisqm])).toEqual([
    ['SELL_TO_LEAVE', 1],
    ['SELL_TO_FREE', 720_00],
  ]);
  const over = decide({ question: { areaSqm: 3001 } });
  expect(over.changes.map(({ code, landSqm }) => [code, landSqm])).toEqual([
    ['REVITALISE', 1],
    ['SMALLER', 3000],
    ['SELL_TO_FREE', null],
  ]);
  expect(over.changes[2]?.netSalesCentisqm).toBe(280_00);
  expect(decide({ basis: { assessment: FREE } }).changes[0]).toMatchObject({
    code: 'ROOM',
    netSalesCentisqm: null,
    stockCentisqm: 300_00,
  });
});

test('more homes than there are cannot be sold: what no sale changes is not offered', () => {
  const assessment = monthsOf(3601, null, { soldCentisqm: 0, status: 'NO_SALES' });
  for (const { netSalesCentisqm } of decide({ basis: { assessment } }).changes)
    expect(netSalesCentisqm).toBeLessThanOrEqual(360_100);
  const negative = monthsOf(1, null, { soldCentisqm: -1_000_000, status: 'NET_NEGATIVE', tier: 'SUSPEND' });
  expect(decide({ basis: { assessment: negative } })).toMatchObject({ answer: 'SUSPENDED', changes: [] });
});

test('the largest area of an overdrawn account is nothing, and the remaining area says by how much', () => {
  const decision = decide({ basis: { quota: quotaOf({ completed: 10, confirmed: 25 }) } });
  expect(decision).toMatchObject({ answer: 'OVER_QUOTA', quotaSqm: 1000, remainingSqm: -15, largestSqm: 0 });
  expect(decision.changes[0]).toMatchObject({ code: 'REVITALISE', landSqm: 1015 });
});

test('older rules decide by what their tiers mean for land, whatever they are called', () => {
  const figures = { stockCentisqm: 3600_00, soldCentisqm: 1200_00, monthsPresent: 12 };
  const { tier, landSupply } = tierOf(figures, fiveTiers.tiers, null);
  const assessment = { ...assessmentOf({ ...figures, tier, landSupply }), asOf: '2025-11-06T02:00:00.000Z' };
  expect(decide({ basis: { assessment } }, fiveTiers).answer).toBe(
    landSupply === 'suspended' ? 'SUSPENDED' : 'ALLOWED',
  );
  const always = { ...mnr2024, tiers: [{ ...tierRule('ALL'), landSupply: 'swap' as const }] };
  expect(decide({ basis: { assessment: { ...assessment, tier: 'ALL' } } }, always).answer).toBe('WITHIN_QUOTA');
});
