import { expect, test } from 'vitest';
import type { LandEntry } from '../src/land/ledger.ts';
import type { DoneSource, Plan, PlanTarget } from '../src/plan.ts';
import type { DoneFacts } from '../src/plan-done.ts';
import { type PlanProgress, planWatch } from '../src/plan-watch.ts';
import { cell, readFixture } from './fixtures.ts';
import { entry, NO_FACTS, project, report } from './plan-facts.ts';
import { EMPTY_PLAN, printed, table2025, tableOf } from './plans.ts';

const PROGRESS: DoneSource = { from: 'progress' };
const land = (...uses: readonly string[]): DoneSource => ({ from: 'land', uses, at: 'contracted' });
const column = (name: string, done?: DoneSource) => ({
  name,
  title: name,
  unit: 'homes' as const,
  ...(done ? { done } : {}),
});

function watch(plan: Partial<Plan>, facts: Partial<DoneFacts>, date = '2025-10-31') {
  return planWatch({
    plan: { ...EMPTY_PLAN, ...plan },
    facts: { ...NO_FACTS, ...facts },
    date,
    regionCodes: ['甲', '乙', '丙'],
  });
}

const line = ({ id, regionCode, target, result, pace }: PlanProgress) =>
  `${id} ${regionCode ?? '*'} ${target ?? '-'} ${result.missing.length > 0 && result.amount !== null ? '>=' : ''}${result.amount ?? '?'} ${pace}`;

test('a column: the area first, then its units; a dash only where something is done, a silent unit unknown', () => {
  const table = tableOf(
    [column('a', PROGRESS)],
    [
      ['甲', '100'],
      ['乙', '-'],
      ['丙', '60'],
      ['', '160'],
    ],
  );
  const one = (region: string, units: number) => report(`${region} a 2025-10-31`, { units });
  const lines = (...facts: readonly ReturnType<typeof report>[]) =>
    watch({ tables: [table] }, { progress: facts }).items.map(line);
  expect(lines()).toEqual(['a * 160 ? NO_DATA', 'a 甲 100 ? NO_DATA', 'a 丙 60 ? NO_DATA']);
  expect(lines(one('甲', 80))).toEqual(['a * 160 >=80 INCOMPLETE', 'a 甲 100 80 ON_PACE', 'a 丙 60 ? NO_DATA']);
  expect(lines(one('甲', 80), one('乙', 90))).toEqual([
    'a * 160 >=170 DONE',
    'a 甲 100 80 ON_PACE',
    'a 乙 - 90 NOT_PLANNED',
    'a 丙 60 ? NO_DATA',
  ]);
  expect(lines(one('甲', 80), one('丙', 0))).toEqual(['a * 160 80 BEHIND', 'a 甲 100 80 ON_PACE', 'a 丙 60 0 BEHIND']);
});

test('a printed sum is done as its parts are; a column of which nothing says what is done is unknown', () => {
  const table = tableOf(
    [column('a', PROGRESS), column('b', PROGRESS), column('sum'), column('lone')],
    [
      ['甲', '100', '-', '100', '5'],
      ['乙', '50', '50', '100', '-'],
      ['', '150', '50', '200', '5'],
    ],
    { sums: [{ total: 'sum', parts: ['a', 'b'] }] },
  );
  const progress = [report('甲 a 2025-10-31', { units: 90 }), report('乙 a 2025-10-31', { units: 50 })];
  const { items } = watch({ tables: [table] }, { progress });
  expect(items.filter(({ id }) => id === 'sum' || id === 'lone').map(line)).toEqual([
    'sum * 200 >=140 INCOMPLETE',
    'sum 甲 100 90 ON_PACE',
    'sum 乙 100 >=50 INCOMPLETE',
    'lone * 5 ? NO_DATA',
    'lone 甲 5 ? NO_DATA',
  ]);
  const readOff = new Map(items.map(({ id, readOff: source }) => [id, source]));
  expect(readOff.get('sum')).toBe('合计：a＋b');
  expect(readOff.get('lone')).toContain('没有写明');
});

const target = (more: Partial<PlanTarget>): PlanTarget => ({
  id: 't',
  title: '老旧小区',
  unit: 'count',
  amount: 99,
  source: '2025年计划改造老旧小区99个',
  regionCode: null,
  done: PROGRESS,
  ...more,
});

test('a target of the text: of one unit, or of all of them, with the plan’s own words', () => {
  const progress = [report('甲 t 2025-10-31', { units: 40 }), report('乙 老旧小区 2025-10-31', { units: 50 })];
  const [whole, own] = watch(
    { targets: [target({}), target({ id: 'own', title: '本县', regionCode: '丙' })] },
    { progress },
  ).items;
  expect([whole, own].map((one) => one && line(one))).toEqual(['t * 99 >=90 ON_PACE', 'own 丙 99 ? NO_DATA']);
  expect(whole).toMatchObject({ table: null, clause: '2025年计划改造老旧小区99个' });
  expect(whole?.result.missing).toEqual([{ regionCode: '丙', feed: 'plan-progress', what: '“老旧小区”的完成数未报' }]);
});

test('guaranteed projects of the whole area', () => {
  const delivered = target({ done: { from: 'projects-delivered' }, amount: 3 });
  const projects = [project('甲', '2025-10-31', true), project('乙', '2025-10-31'), project('乙', '2025-08-31')];
  expect(watch({ targets: [delivered] }, { projects, projectsReportedOn: '2025-10-31' }).items.map(line)).toEqual([
    't * 3 >=1 INCOMPLETE',
  ]);
  expect(
    watch({ targets: [delivered] }, { projects: projects.slice(0, 2), projectsReportedOn: '2025-10-31' }).items.map(
      line,
    ),
  ).toEqual(['t * 3 1 BEHIND']);
});

test('pace is measured at the day of which the figure speaks, not at the day that is asked for', () => {
  const facts = { progress: [report('甲 t 2025-06-30', { units: 50 })] };
  const [item] = watch({ targets: [target({ regionCode: '甲' })] }, facts, '2025-12-31').items;
  expect(item).toMatchObject({ pace: 'ON_PACE', elapsed: { day: 181, days: 365 } });
  expect(watch({ targets: [target({ regionCode: '甲' })] }, {}, '2025-12-31').items[0]?.elapsed).toEqual({
    day: 365,
    days: 365,
  });
});

test('what belongs to no item is named, not counted: reports of the year by the day, and land of unknown uses', () => {
  const table = tableOf(
    [{ ...column('ha', land('商品住宅用地')), unit: 'hectare' }],
    [
      ['甲', '1.00'],
      ['', '1.00'],
    ],
  );
  const { items, unmatched } = watch(
    { tables: [table], targets: [target({})] },
    {
      progress: ['t', '棚改', '棚 改', 'ha']
        .map((item) => report('甲 _ 2025-10-31', { item, units: 1 }))
        .concat(report('甲 x 2024-10-31'), report('甲 y 2025-11-01')),
      land: [
        entry('甲 contracted 地1 2025-02-02 5', { landUse: '安置用地' }),
        entry('甲 announced 地2 2025-02-02 5', { landUse: '工业用地' }),
      ],
      landKnownOn: '2025-11-06',
    },
  );
  expect(unmatched.map(({ feed, what }) => `${feed} ${what}`)).toEqual([
    'plan-progress “棚改”不是本年计划中由报表填报的项目，没有计入',
    'plan-progress “ha”不是本年计划中由报表填报的项目，没有计入',
    'land 甲 contracted 地1 2025-02-02 5 地1用途“安置用地”不在计划的各列中，没有计入',
  ]);
  expect(items[0]?.result.amount).toBe(0);
});

test('the printed plan of 2025 against the sample feeds, by fractions of whole numbers', () => {
  const sample = {
    tables: [
      table2025('table1', { commercial_housing_area_wan_sqm: { from: 'permits' } }),
      table2025('table3', { commercial_ha: land('商品住宅用地') }),
    ],
  };
  const permits = readFixture('feeds/inventory.csv').map((row) => ({
    regionCode: cell(row, 'region_code'),
    month: cell(row, 'month'),
    centisqm: Number(cell(row, 'newly_permitted_area').replace('.', '')),
    simulated: true,
  }));
  const ledger = readFixture('feeds/land.csv').map(
    (row): LandEntry => ({
      ...entry(
        [
          cell(row, 'region_code'),
          cell(row, 'kind'),
          cell(row, 'parcel_no'),
          cell(row, 'date'),
          cell(row, 'area'),
        ].join(' '),
      ),
      entryNo: cell(row, 'entry_no'),
      landUse: cell(row, 'land_use'),
    }),
  );
  const facts = { permits, land: ledger, landKnownOn: '2025-11-06' };
  const { items } = planWatch({
    plan: { ...EMPTY_PLAN, ...sample },
    facts: { ...NO_FACTS, ...facts },
    date: '2025-10-31',
    regionCodes: [],
  });
  const paces = new Map(items.map((item) => [`${item.id} ${item.regionCode ?? ''}`, item]));

  const balance = new Map(
    readFixture('feeds/land-balance.csv').map((row) => [cell(row, 'region_code'), cell(row, 'contracted')]),
  );
  for (const [code = '', , housing = '', hectares = '-'] of printed('table1')
    .slice(1)
    .map((row, at) => [...row, printed('table3')[at + 1]?.[3] ?? '-'])) {
    const own = permits.filter(
      ({ regionCode, month }) => (code === '' || regionCode === code) && month.startsWith('2025'),
    );
    const done = own.reduce((sum, { centisqm }) => sum + BigInt(centisqm), 0n);
    const wanted = BigInt(housing.replace('.', '')) * 10_000n; // 0.01 万㎡ is 100 ㎡
    const permitted = paces.get(`commercial_housing_area_wan_sqm ${code}`);
    expect([permitted?.result.amount, permitted?.target]).toEqual([Number(done), Number(wanted)]);
    expect(permitted?.pace, code).toBe(paceByHand(done, wanted));
    if (hectares === '-') continue;
    const contracted =
      code === ''
        ? [...balance.values()].reduce((sum, area) => sum + BigInt(area), 0n)
        : BigInt(balance.get(code) ?? '0');
    const supplied = paces.get(`commercial_ha ${code}`);
    expect(supplied?.result.amount, code).toBe(Number(contracted));
    expect(supplied?.pace, code).toBe(paceByHand(contracted, BigInt(hectares.replace('.', '')) * 100n));
  }
});

/** On 31 October: done/wanted against 304/365, ten points either way, over the common denominator 10 · 365 · wanted. */
function paceByHand(done: bigint, wanted: bigint): string {
  if (wanted === 0n) return 'NOT_PLANNED';
  if (done >= wanted) return 'DONE';
  const [share, low, high] = [done * 3650n, wanted * (3040n - 365n), wanted * (3040n + 365n)];
  return share < low ? 'BEHIND' : share > high ? 'AHEAD' : 'ON_PACE';
}
