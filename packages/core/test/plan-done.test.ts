import { describe, expect, test } from 'vitest';
import type { LandEntry } from '../src/land/ledger.ts';
import type { DoneSource, TargetUnit } from '../src/plan.ts';
import { addDone, type Done, type DoneFacts, doneOf, factsByRegion } from '../src/plan-done.ts';
import { entry, NO_FACTS, project, report } from './plan-facts.ts';

type Asked = { readonly done: DoneSource; readonly unit?: TargetUnit; readonly date?: string };

function done(facts: Partial<DoneFacts>, { done: source, unit = 'wan-sqm', date = '2025-10-31' }: Asked): Done {
  const own = factsByRegion({ ...NO_FACTS, ...facts })('甲');
  const item = { id: 'it', title: '公租房', unit, done: source };
  return doneOf(item, { facts: own, period: { year: 2025, date }, regionCode: '甲' });
}

const whats = ({ missing }: Done): string[] => missing.map(({ what }) => what);

describe('areas permitted', () => {
  const permits = { done: { from: 'permits' } } as const;
  const months = (...list: readonly (readonly [string, number])[]) => ({
    permits: list.map(([month, centisqm]) => ({ regionCode: '甲', month, centisqm, simulated: month === '2025-02' })),
  });

  test('add up from January to the newest month that is over and reported', () => {
    const facts = months(['2024-12', 7], ['2025-01', 10], ['2025-02', 0], ['2025-03', 5], ['2026-01', 9]);
    expect(done(facts, permits)).toEqual({ amount: 15, through: '2025-03-31', missing: [], simulated: true });
  });

  test('a month left out in between makes it at least so much', () => {
    const result = done(months(['2025-01', 10], ['2025-04', 5]), permits);
    expect(result).toMatchObject({ amount: 15, through: '2025-04-30' });
    expect(whats(result)).toEqual(['新批准预售面积缺2025年2月、2025年3月']);
  });

  test('a month that was not over on the day does not count', () => {
    const facts = months(['2025-01', 10], ['2025-02', 5]);
    expect(done(facts, { ...permits, date: '2025-02-27' })).toMatchObject({ amount: 10, through: '2025-01-31' });
    expect(done(facts, { ...permits, date: '2025-02-28' })).toMatchObject({ amount: 15, through: '2025-02-28' });
    const early = done(facts, { ...permits, date: '2025-01-30' });
    expect([early.amount, ...whats(early)]).toEqual([null, '2025年1月还没有结束']);
  });

  test('of a unit that reports nothing nothing is known, least of all 0', () => {
    const result = done({ permits: [{ regionCode: '乙', month: '2025-01', centisqm: 9, simulated: false }] }, permits);
    expect(result).toMatchObject({ amount: null, through: null });
    expect(result.missing).toEqual([{ regionCode: '甲', feed: 'inventory', what: '2025年的新批准预售面积未报' }]);
    expect(done(months(['2025-01', 0]), permits).amount).toBe(0);
  });
});

describe('land supplied', () => {
  const uses = ['商品住宅用地', '商住用地'];
  const land = { done: { from: 'land', uses, at: 'contracted' }, unit: 'hectare' } as const;
  const ledger = (...entries: readonly LandEntry[]) => ({ land: entries, landKnownOn: '2025-11-06' });
  const amount = (...entries: readonly LandEntry[]) => done(ledger(...entries), land).amount;

  test('counts at the step that is set, never at another, and only what happened in the year by the day', () => {
    const life = ['announced 地1 2025-01-05 90', 'sold 地1 2025-02-05 95', 'contracted 地1 2025-03-05 100'].map((one) =>
      entry(`甲 ${one}`),
    );
    expect(amount(...life)).toBe(100);
    expect(amount(...life.slice(0, 2))).toBe(0);
    const sold = { ...land, done: { ...land.done, at: 'sold' } } as const;
    expect(done(ledger(...life), sold).amount).toBe(95);
    expect(amount(entry('甲 contracted 地1 2024-12-31 100'), entry('甲 contracted 地2 2025-11-01 100'))).toBe(0);
    expect(amount(entry('甲 contracted 地1 2025-01-01 1'), entry('甲 contracted 地2 2025-10-31 2'))).toBe(3);
  });

  test('a parcel counts once, by its last contract; an ended one not; one that was taken back and sold anew twice', () => {
    const first = entry('甲 contracted 地1 2025-03-05 100');
    expect(
      amount(first, entry('甲 contracted 地 1 2025-04-05 0', { parcelNo: '地 1', areaSqm: 80, date: '2025-04-05' })),
    ).toBe(80);
    expect(amount(first, entry('甲 withdrawn 地1 2025-04-05 100'))).toBe(0);
    expect(amount(first, entry('甲 withdrawn 地1 2025-11-05 100'))).toBe(100);
    const again = [entry('甲 recovered 地1 2025-05-05 100'), entry('甲 contracted 地1 2025-06-05 60')];
    expect(amount(first, ...again)).toBe(160);
    expect(amount(first, entry('甲 completed 地1 2025-07-05 100'))).toBe(100);
  });

  test('counts the uses of its column, however they are spaced, and of a mixed parcel the residential share', () => {
    expect(amount(entry('甲 contracted 地1 2025-03-05 100', { landUse: '公租房用地' }))).toBe(0);
    expect(amount(entry('甲 contracted 地1 2025-03-05 100', { landUse: '商 住用地' }))).toBe(100);
    expect(amount(entry('甲 contracted 地1 2025-03-05 101', { shareBp: 6_650 }))).toBe(67); // 67.165, never too much
  });

  test('nothing contracted is 0 where the ledger knows the unit, and unknown where it does not', () => {
    expect(done(ledger(entry('甲 completed 地9 2023-03-05 100')), land)).toMatchObject({ amount: 0, missing: [] });
    expect(whats(done(ledger(entry('乙 contracted 地9 2025-03-05 100')), land))).toEqual([
      '住宅用地台账中没有任何记录',
    ]);
    expect(done(NO_FACTS, land).amount).toBeNull();
  });

  test('speaks of no day after the ledger was last heard of, and of no year before', () => {
    const entries = [entry('甲 contracted 地1 2025-03-05 100')];
    expect(done({ land: entries, landKnownOn: '2025-06-30' }, land).through).toBe('2025-06-30');
    expect(done({ land: entries, landKnownOn: '2025-11-06' }, land).through).toBe('2025-10-31');
    expect(whats(done({ land: entries, landKnownOn: '2024-12-31' }, land))).toEqual([
      '住宅用地台账没有2025年报来的数据',
    ]);
  });
});

describe('guaranteed projects', () => {
  const projects = { done: { from: 'projects-delivered' }, unit: 'count' } as const;
  const of = (...list: readonly ReturnType<typeof project>[]) =>
    done({ projects: list, projectsReportedOn: '2025-10-31' }, projects);

  test('count once their completion is filed, however long ago that was said', () => {
    const result = of(
      project('甲', '2025-10-31', true),
      project('甲', '2025-01-31', true),
      project('甲', '2025-10-31'),
    );
    expect(result).toEqual({ amount: 2, through: '2025-10-31', missing: [], simulated: false });
  });

  test('an open one of which the newest month is not in may be completed by now', () => {
    const result = of(
      project('甲', '2025-10-31', true),
      project('甲', '2025-09-30'),
      project('甲', null),
      project('乙', null),
    );
    expect([result.amount, ...whats(result)]).toEqual([1, '2个保交房项目缺2025年10月的月报']);
  });

  test('a unit without projects has delivered 0; without any report nothing is known', () => {
    expect(of()).toMatchObject({ amount: 0, missing: [] });
    expect(done({ projects: [project('甲', null)] }, projects)).toMatchObject({
      amount: null,
      missing: [{ regionCode: null, feed: 'project-reports' }],
    });
  });
});

describe('what units report', () => {
  const progress = { done: { from: 'progress' }, unit: 'homes' } as const;
  const of = (...list: readonly ReturnType<typeof report>[]) => done({ progress: list }, progress);

  test('the newest report of the year up to the day holds, cumulative as it is', () => {
    const reports = ['2025-09-30', '2025-10-31', '2025-11-30', '2024-12-31'].map((day, at) =>
      report(`甲 公租房 ${day}`, { units: at * 10 }),
    );
    expect(of(...reports)).toEqual({ amount: 10, through: '2025-10-31', missing: [], simulated: false });
  });

  test('by id or title, of the same unit, with a figure in the unit of the item', () => {
    expect(of(report('甲 IT 2025-10-31', { units: 5 })).amount).toBe(5);
    expect(of(report('甲 公租房 2025-10-31', { item: '公 租 房', units: 6 })).amount).toBe(6);
    expect(of(report('甲 公租房套数 2025-10-31', { units: 5 })).amount).toBeNull();
    expect(of(report('乙 公租房 2025-10-31', { units: 5 })).amount).toBeNull();
    expect(of(report('甲 公租房 2025-10-31', { centisqm: 5, sqm: 6 })).amount).toBeNull();
    const facts = { progress: [report('甲 公租房 2025-10-31', { units: 4, centisqm: 5, sqm: 6 })] };
    const amounts = (['homes', 'households', 'count', 'wan-sqm', 'hectare'] as const).map(
      (unit) => done(facts, { ...progress, unit }).amount,
    );
    expect(amounts).toEqual([4, 4, 4, 5, 6]);
  });

  test('a newer report without the figure does not take the older one away; two of one day: the one known last', () => {
    const older = report('甲 公租房 2025-09-30', { units: 5 });
    expect(of(older, report('甲 公租房 2025-10-31', { centisqm: 9 }))).toMatchObject({
      amount: 5,
      through: '2025-09-30',
    });
    const late = report('甲 it 2025-09-30', { units: 7, knownFrom: '2025-11-07T00:00:00.000Z' });
    expect([of(older, late).amount, of(late, older).amount]).toEqual([7, 7]);
  });

  test('a reported 0 is a 0, silence is not', () => {
    expect(of(report('甲 公租房 2025-10-31', { units: 0 })).amount).toBe(0);
    const silent = of();
    expect([silent.amount, ...whats(silent)]).toEqual([null, '“公租房”的完成数未报']);
  });
});

describe('sums', () => {
  const part = (amount: number | null, through: string | null, owed = true) => ({
    done: {
      amount,
      through,
      missing: amount === null ? [{ regionCode: '甲', feed: 'land' as const, what: 'x' }] : [],
      simulated: amount === 3,
    },
    owed,
    regionCode: '甲',
  });

  test('add what is known, as of the newest day; who is silent or behind that day makes it at least so much', () => {
    const sum = addDone([part(1, '2025-10-31'), part(3, '2025-09-30'), part(null, null)], 'land');
    expect(sum).toMatchObject({ amount: 4, through: '2025-10-31', simulated: true });
    expect(whats(sum)).toEqual(['最近一次数据截至2025-09-30', 'x']);
  });

  test('a part of which nothing is planned is not owed, and still counts', () => {
    expect(
      addDone([part(1, '2025-10-31'), part(2, '2025-09-30', false), part(null, null, false)], 'land'),
    ).toMatchObject({
      amount: 3,
      missing: [],
    });
  });

  test('of nothing known nothing is known; the same lack is said once', () => {
    expect(addDone([part(null, null), part(null, null)], 'land')).toMatchObject({
      amount: null,
      through: null,
      missing: [{ what: 'x' }],
    });
    expect(addDone([], 'land').amount).toBeNull();
  });
});
