import { expect, test } from 'vitest';
import { hectareText, type LandBasis, nearThresholds } from '../../src/index.ts';
import { mnr2024 } from '../samples.ts';
import { decide, type Given, monthsOf, quotaOf, RECOVERED, SUSPENDED } from './asking.ts';
import { EXEMPT_USE } from './support.ts';

type Warned = Given & { warnings: string[]; why: string };
test.each<Warned>([
  { warnings: [], why: 'nothing to say' },
  {
    basis: { assessment: monthsOf(2500, null, { provisional: true, monthsPresent: 12 }) },
    warnings: ['PROVISIONAL'],
    why: 'few months',
  },
  { basis: { assessment: monthsOf(2500, null, { stockGrew: true }) }, warnings: ['STOCK_GREW'], why: 'stock grew' },
  {
    basis: { assessment: monthsOf(2500, null, { status: 'NET_NEGATIVE' }) },
    warnings: ['NET_NEGATIVE'],
    why: 'waits for a person',
  },
  { basis: { assessment: monthsOf(3600) }, warnings: ['NEAR_THRESHOLD'], why: 'on the threshold' },
  {
    basis: { assessment: { ...monthsOf(2500), month: '2025-09' } as LandBasis['assessment'] },
    warnings: ['ASSESSMENT_AGED'],
    why: 'not last month’s',
  },
  { parcel: { known: false }, warnings: ['PARCEL_UNKNOWN'], why: 'the ledger does not hold the parcel' },
  {
    parcel: RECOVERED,
    land: { recoveredThisYear: 'warn' },
    warnings: ['PARCEL_RECOVERED_THIS_YEAR'],
    why: 'recovered this year, where that is only warned of',
  },
  { parcel: RECOVERED, land: { recoveredThisYear: 'allow' }, warnings: [], why: 'and where nobody minds' },
  { basis: { plan: { targetSqm: 5000, usedSqm: 4000 } }, warnings: [], why: 'exactly the plan' },
  { basis: { plan: { targetSqm: 5000, usedSqm: 4001 } }, warnings: ['PLAN_USED_UP'], why: 'one ㎡ over the plan' },
  { basis: { plan: { targetSqm: 5000, usedSqm: 5000 } }, warnings: ['PLAN_USED_UP'], why: 'the plan is used up' },
  {
    basis: { plan: { targetSqm: 5000, usedSqm: 5000 }, assessment: SUSPENDED },
    warnings: ['NEAR_THRESHOLD'],
    why: 'nobody asks for the plan of a suspended unit',
  },
  { basis: { quota: quotaOf({ completed: 10, confirmed: 11 }) }, warnings: ['QUOTA_OVERDRAWN'], why: 'overdrawn' },
  {
    basis: { remarks: [{ code: 'FEED_LATE', text: '迟报' }] },
    warnings: ['FEED_LATE'],
    why: 'what was found elsewhere',
  },
  {
    question: { useName: EXEMPT_USE },
    basis: { assessment: monthsOf(3600), remarks: [{ code: 'FEED_LATE', text: '迟报' }] },
    parcel: { known: false },
    warnings: ['FEED_LATE'],
    why: 'exempt land rests on no figures',
  },
])('warnings $warnings: $why', ({ warnings, ...given }) => {
  expect(decide(given).warnings.map(({ code }) => code)).toEqual(warnings);
});

test.each([
  { stock: 3500, near: ['36'], why: 'exactly one month below' },
  { stock: 3499, near: [], why: 'a little more than one month below' },
  { stock: 3600, near: ['36'], why: 'on it' },
  { stock: 3700, near: ['36'], why: 'exactly one month above' },
  { stock: 3701, near: [], why: 'a little more than one month above' },
  { stock: 1700, near: ['18'], why: 'the other threshold' },
  { stock: 1901, near: [], why: 'between them' },
])('$stock months in hundredths stand within a month of $near: $why', ({ stock, near }) => {
  const figures = { stockCentisqm: stock, soldCentisqm: 1200, monthsPresent: 12, status: 'OK' } as const;
  expect(nearThresholds(figures, mnr2024)).toEqual(near);
  expect(nearThresholds({ ...figures, status: 'NO_SALES' }, mnr2024)).toEqual([]);
  expect(nearThresholds({ ...figures, stockCentisqm: null }, mnr2024)).toEqual([]);
});

test.each([
  [0, '0.0000'],
  [1, '0.0001'],
  [12_000, '1.2000'],
  [-15, '-0.0015'],
  [123_456_789, '12345.6789'],
])('%i ㎡ are %s 公顷', (sqm, text) => {
  expect(hectareText(sqm)).toBe(text);
});
