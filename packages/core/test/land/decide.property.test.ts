import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import {
  decideLand,
  getLandUse,
  type LandAnswer,
  type LandBasis,
  type LandPolicy,
  type LandQuestion,
  type LandSupply,
  sumsOf,
  tierOf,
} from '../../src/index.ts';
import { assessmentOf, mnr2024 } from '../samples.ts';
import { shareOf } from './oracle.ts';
import { EXEMPT_USE, HOUSING, ruleWith, VILLAGE, withLand } from './support.ts';

const YES: readonly LandAnswer[] = ['ALLOWED', 'WITHIN_QUOTA', 'EXEMPT'];

const lands = fc.record({
  recoveredThisYear: fc.constantFrom('refuse' as const, 'warn' as const, 'allow' as const),
  mixedUse: fc.constantFrom('residential-share' as const, 'whole' as const),
  announcedBefore: fc.constantFrom('bound' as const, 'grandfathered' as const),
  assessmentMaxAgeMonths: fc.integer({ min: 1, max: 3 }),
});

const assessments = fc
  .record({
    months: fc.oneof(fc.integer({ min: 0, max: 6000 }), fc.constantFrom(1799, 1800, 1801, 3599, 3600, 3601)),
    previousTier: fc.constantFrom(null, 'SUSPEND', 'SWAP', 'FREE'),
    month: fc.constantFrom('2025-10', '2025-10', '2025-09', '2025-08', '2025-07'),
  })
  .map(({ months, previousTier, month }) => {
    const figures = { stockCentisqm: months * 7, soldCentisqm: 12 * 700, monthsPresent: 12 };
    const { tier, landSupply } = tierOf(figures, mnr2024.tiers, previousTier);
    return { ...assessmentOf({ ...figures, tier, previousTier, landSupply, month }), asOf: '2025-11-06T02:00:00.000Z' };
  });

const sqm = fc.integer({ min: 0, max: 5000 });
const bases = fc.record<LandBasis>({
  assessment: fc.option(assessments, { nil: null, freq: 8 }),
  faults: fc
    .array(fc.constantFrom('FEED_STALE', 'FEED_DISPUTED', 'UNIT_UNCONFIRMED'), { maxLength: 1 })
    .map((codes) => codes.map((code) => ({ code, zh: '数据存疑', en: 'in doubt' }))),
  remarks: fc.constant([]),
  quota: fc.record({ carried: sqm, completed: sqm, recovered: sqm, reserved: sqm, confirmed: sqm }).map(sumsOf),
  parcel: fc.record({
    known: fc.boolean(),
    ownSqm: fc.oneof(fc.constant(0), sqm),
    recovered: fc.option(fc.constant({ entryNo: 'E9', date: '2025-05-01' }), { nil: null, freq: 2 }),
    announced: fc.option(
      fc.record({
        date: fc.constant('2025-02-01'),
        landSupply: fc.constantFrom<LandSupply | null>('free', 'swap', null),
      }),
      { nil: null, freq: 2 },
    ),
  }),
  plan: fc.constant(null),
});

const questions = fc.record({
  use: fc.constantFrom(HOUSING, HOUSING, HOUSING, VILLAGE, EXEMPT_USE),
  areaSqm: fc.integer({ min: 1, max: 9000 }),
  shareBp: fc.option(fc.constantFrom(0, 1, 3333, 7000, 10_000), { nil: null }),
});

type Asked = { readonly use: string; readonly areaSqm: number; readonly shareBp: number | null };

function questionOf({ use, ...rest }: Asked, policy: LandPolicy): LandQuestion {
  return {
    ...rest,
    use: getLandUse(use, policy),
    regionCode: '653101',
    regionName: '喀什市',
    parcelNo: 'P',
    date: '2025-11-22',
  };
}

/** The answer as a person reads it off the notice and the settings, the first that applies. */
function answerOf({ use, areaSqm, shareBp }: Asked, basis: LandBasis, land: Partial<LandPolicy>): LandAnswer {
  const takes = use === EXEMPT_USE ? 0n : shareOf(areaSqm, land.mixedUse === 'whole' ? null : shareBp, true);
  if (takes === 0n) return 'EXEMPT';
  if (basis.parcel.recovered !== null && land.recoveredThisYear === 'refuse') return 'SUSPENDED';
  if (basis.faults.length > 0 || basis.assessment === null) return 'NO_BASIS';
  const { stockCentisqm, soldCentisqm, previousTier, month } = basis.assessment;
  if (11 - Number(month.slice(5)) > (land.assessmentMaxAgeMonths ?? 0)) return 'NO_BASIS';
  const stock = BigInt(stockCentisqm ?? 0) * 12n;
  const sold = BigInt(soldCentisqm);
  if (stock <= 18n * sold && !(previousTier === 'SUSPEND' && stock >= 36n * sold)) return 'ALLOWED';
  const left = land.announcedBefore === 'grandfathered' && basis.parcel.announced?.landSupply === 'free';
  if (left) return 'ALLOWED';
  if (stock > 36n * sold || (stock === 36n * sold && previousTier === 'SUSPEND')) return 'SUSPENDED';
  const { carried, completed, recovered, reserved, confirmed } = basis.quota;
  return takes <= BigInt(carried + completed + recovered - reserved - confirmed + basis.parcel.ownSqm)
    ? 'WITHIN_QUOTA'
    : 'OVER_QUOTA';
}

test('every answer is the one that a person reads off the notice', () => {
  const seen = new Map<LandAnswer, number>();
  const check = fc.property(questions, bases, lands, (asked, basis, land) => {
    const decision = decideLand(questionOf(asked, withLand(land)), basis, ruleWith(land));
    expect(decision.answer).toBe(answerOf(asked, basis, land));
    seen.set(decision.answer, (seen.get(decision.answer) ?? 0) + 1);
  });
  fc.assert(check, runs(6_000));
  for (const answer of ['ALLOWED', 'WITHIN_QUOTA', 'OVER_QUOTA', 'SUSPENDED', 'EXEMPT', 'NO_BASIS'] as const) {
    expect(seen.get(answer)).toBeGreaterThan(100);
  }
});

test('without an assessment, or with any fault, nothing but exempt land is ever allowed', () => {
  const check = fc.property(questions, bases, lands, fc.boolean(), (asked, basis, land, absent) => {
    const fault = { code: 'FEED_STALE', zh: '数据已过期', en: 'stale' };
    const unfit = absent ? { ...basis, assessment: null } : { ...basis, faults: [...basis.faults, fault] };
    const { answer } = decideLand(questionOf(asked, withLand(land)), unfit, ruleWith(land));
    const isRefused = basis.parcel.recovered !== null && land.recoveredThisYear === 'refuse';
    if (answer !== 'EXEMPT') expect(answer).toBe(isRefused ? 'SUSPENDED' : 'NO_BASIS');
    else expect(asked.use === EXEMPT_USE || (asked.shareBp === 0 && land.mixedUse === 'residential-share')).toBe(true);
  });
  fc.assert(check, runs(2_000));
});

test('asked again with the largest area the answer is yes, with one ㎡ more it is no', () => {
  let limits = 0;
  const check = fc.property(questions, bases, lands, (asked, basis, land) => {
    const again = (areaSqm: number) =>
      decideLand(questionOf({ ...asked, areaSqm }, withLand(land)), { ...basis, faults: [] }, ruleWith(land));
    const { answer, largestSqm } = again(asked.areaSqm);
    if (answer !== 'WITHIN_QUOTA' && answer !== 'OVER_QUOTA') return;
    limits += 1;
    if (largestSqm === null) throw new Error('a limited answer names its limit');
    if (largestSqm > 0) expect(again(largestSqm).answer).toBe('WITHIN_QUOTA');
    expect(again(largestSqm + 1).answer).toBe('OVER_QUOTA');
    expect(asked.areaSqm <= largestSqm).toBe(answer === 'WITHIN_QUOTA');
  });
  fc.assert(check, runs(4_000));
  expect(limits).toBeGreaterThan(300);
});

test('once what was named is completed or recovered, the answer is yes', () => {
  const check = fc.property(questions, bases, (asked, basis) => {
    const first = decideLand(questionOf(asked, withLand({})), basis, ruleWith({}));
    const missing = first.changes.find(({ code }) => code === 'REVITALISE')?.landSqm;
    if (missing == null) return;
    const { remaining: _, ...sums } = basis.quota;
    const decided = (more: number) => {
      const quota = sumsOf({ ...sums, recovered: sums.recovered + more });
      return decideLand(questionOf(asked, withLand({})), { ...basis, quota }, ruleWith({})).answer;
    };
    expect(decided(missing)).toBe('WITHIN_QUOTA');
    expect(decided(missing - 1)).toBe('OVER_QUOTA');
  });
  fc.assert(check, runs(2_000));
});

test('more sold never turns a yes into a no, and a yes is one of three answers', () => {
  const check = fc.property(questions, bases, lands, sqm, (asked, basis, land, more) => {
    const before = decideLand(questionOf(asked, withLand(land)), basis, ruleWith(land));
    const { remaining: _, ...sums } = basis.quota;
    const quota = sumsOf({ ...sums, completed: sums.completed + more });
    const after = decideLand(questionOf(asked, withLand(land)), { ...basis, quota }, ruleWith(land));
    if (YES.includes(before.answer)) expect(after.answer).toBe(before.answer);
  });
  fc.assert(check, runs(2_000));
});
