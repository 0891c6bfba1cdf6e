import { expect, test } from 'vitest';
import {
  DEFAULT_LAND_POLICY,
  feedFindings,
  type LandQuestion,
  landPlanOf,
  ownRemarks,
  type Plan,
  refuseParcel,
  type UnitHealth,
  unconfirmedFault,
} from '../../src/index.ts';
import { HOUSING, withLand } from './support.ts';

const SOUND: UnitHealth = {
  state: 'fresh',
  month: '2025-10',
  due: '2025-11-10',
  months: [],
  since: null,
  outdated: false,
  incomplete: false,
};

test.each<[string, Partial<UnitHealth>, string[], string[]]>([
  ['sound figures say nothing', {}, [], []],
  ['a late report is said', { state: 'late', months: ['2025-10'] }, [], ['FEED_LATE']],
  ['an incomplete one is said before its lateness', { state: 'late', incomplete: true }, [], ['FEED_PARTIAL']],
  ['stale figures are no basis', { state: 'late', outdated: true, months: ['2025-08'] }, ['FEED_STALE'], []],
  ['refused ones are disputed, however old', { state: 'refused', outdated: true }, ['FEED_DISPUTED'], []],
])('%s', (_, health, faults, remarks) => {
  const found = feedFindings('sales', '麦盖提县', { ...SOUND, ...health });
  expect([found.faults.map(({ code }) => code), found.remarks.map(({ code }) => code)]).toEqual([faults, remarks]);
  for (const { zh } of found.faults) expect(zh).toMatch(/^麦盖提县网签数据/u);
});

test('an alert that waits is named by what people call it, one of another program by its kind', () => {
  expect(unconfirmedFault('甲县', 'TIER_SUSPEND').zh).toContain('“暂停供地”');
  expect(unconfirmedFault('甲县', 'NEWER_KIND').zh).toContain('“NEWER_KIND”');
});

test('a contract speaks louder than an announcement', () => {
  const codes = (...kinds: string[]) => ownRemarks(kinds.map((kind) => ({ kind }))).map(({ code }) => code);
  expect([codes(), codes('reserved'), codes('reserved', 'confirmed')]).toEqual([
    [],
    ['PARCEL_COUNTED'],
    ['PARCEL_CONTRACTED'],
  ]);
});

const use = DEFAULT_LAND_POLICY.uses.find((one) => one.use === HOUSING);
if (use === undefined) throw new Error('the default rules know commercial housing');
const QUESTION: LandQuestion = {
  regionCode: 'A',
  regionName: '甲县',
  parcelNo: 'P',
  use,
  areaSqm: 1000,
  shareBp: null,
  date: '2025-11-01',
};

test('a parcel of another unit, of no ledger where rules ask for one, or smaller than what is asked', () => {
  const refused = (policy: typeof DEFAULT_LAND_POLICY, ...parcels: { own: boolean; areaSqm: number | null }[]) => {
    try {
      refuseParcel(QUESTION, policy, parcels);
      return null;
    } catch (error) {
      return error instanceof Error && 'code' in error ? `${String(error.code)} ${error.message}` : error;
    }
  };
  const [allow, refuse] = [withLand({ unknownParcel: 'warn' }), withLand({ unknownParcel: 'refuse' })];
  const [mine, theirs] = [
    { own: true, areaSqm: 1000 },
    { own: false, areaSqm: 1000 },
  ];
  expect([refused(allow), refused(refuse, mine), refused(refuse, { own: true, areaSqm: null })]).toEqual([
    null,
    null,
    null,
  ]);
  expect(refused(refuse)).toMatch(/^PARCEL_UNKNOWN/u);
  expect(refused(allow, theirs)).toMatch(/^PARCEL_OTHER_UNIT .*登记在其他单元/u);
  expect(refused(allow, mine, theirs)).toMatch(/^PARCEL_OTHER_UNIT .*同时登记在两个单元/u);
  expect(refused(allow, { own: true, areaSqm: 999 })).toMatch(/^AREA_OVER_PARCEL/u);
});

test('the plan of the year, by the column of the use; nothing where none speaks of it', () => {
  const table = {
    columns: [
      { name: 'homes', title: '商品住房', unit: 'unit' },
      { name: 'land', title: HOUSING, unit: 'hectare' },
    ],
    rows: [
      { regionCode: 'A', cells: [{ amount: 5 }, { amount: 34_000 }] },
      { regionCode: 'B', cells: [{ amount: 5 }, { amount: null }] },
    ],
  };
  const plans = [{ year: 2025, tables: [table] }] as unknown as Plan[]; // safe: only what is read here
  const asked = (given: Partial<LandQuestion>) =>
    landPlanOf(plans, { ...QUESTION, ...given }, { policy: DEFAULT_LAND_POLICY, usedSqm: 7 });
  expect(asked({})).toEqual({ targetSqm: 34_000, usedSqm: 7 });
  expect([asked({ regionCode: 'B' }), asked({ regionCode: 'C' }), asked({ date: '2024-11-01' })]).toEqual([
    null,
    null,
    null,
  ]);
});
