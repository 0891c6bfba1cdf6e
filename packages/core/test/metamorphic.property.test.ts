import { expect, test } from 'vitest';
import { formatCentisqm, formatWanSqm, readArea } from '../src/area.ts';
import { type Assessment, assessSeries, type UnitSeries } from '../src/assess.ts';
import { distancesOf } from '../src/distance.ts';
import { monthIndex } from '../src/month.ts';
import { checkRulebook, type Rulebook } from '../src/rulebook.ts';
import { exactMonths, monthsNumber, monthsText } from '../src/sell-through.ts';
import { type Figures, tierOf } from '../src/tier.ts';
import { type Case, randomCase, rulesOf } from './oracle/cases.ts';
import { forSeeds, type Random } from './oracle/random.ts';
import { randomRule } from './oracle/rules.ts';
import { randomUnit, seriesOf, widened } from './oracle/series.ts';
import { mnr2024, steadySeries } from './samples.ts';

function forCases(seeds: number, perSeed: number, check: (one: Case, random: Random) => void): void {
  forSeeds(seeds, (random, seed) => {
    const rules = rulesOf(seed);
    for (let at = 0; at < perSeed; at += 1) check(randomCase(random, rules), random);
  });
}

/** 0 is the worst tier of the rule. */
function placeIn({ rule, before }: Case, figures: Figures): number {
  return rule.src.tiers.indexOf(tierOf(figures, rule.src.tiers, before));
}

function allMonths(series: UnitSeries, rulebook: Rulebook, months: readonly string[]): Assessment[] {
  return assessSeries(series, rulebook, { from: months[0] ?? '', to: months.at(-1) ?? '', previousTier: null });
}

test('stock and sales times the same number change neither tier nor figure', () => {
  forCases(20, 500, (one, random) => {
    const { stockCentisqm, soldCentisqm, monthsPresent } = one.figures;
    if (Math.max(stockCentisqm, Math.abs(soldCentisqm)) > 1e11) return;
    const by = random.int(2, 9_000);
    const scaled = { stockCentisqm: stockCentisqm * by, soldCentisqm: soldCentisqm * by, monthsPresent };
    expect(placeIn(one, scaled)).toBe(placeIn(one, one.figures));
    const { tiers } = one.rule.src;
    expect(monthsText(exactMonths(scaled), tiers)).toBe(monthsText(exactMonths(one.figures), tiers));
  });
});

test('an area written in 万㎡, ㎡ or hectares is the same area', () => {
  forSeeds(2_000, (random) => {
    const centisqm = random.int(0, 10_000_000) * 100;
    const sqm = readArea(formatCentisqm(centisqm), 'sqm');
    expect(sqm).toEqual({ value: centisqm });
    expect(readArea(formatWanSqm(centisqm, 6), 'wan-sqm')).toEqual(sqm);
    expect(readArea(formatWanSqm(centisqm, 6), 'hectare')).toEqual(sqm);
  });
});

test('more stock is never milder and more sales are never stricter', () => {
  forCases(40, 500, (one, random) => {
    const { stockCentisqm, soldCentisqm, monthsPresent } = one.figures;
    const more = random.pick([1, random.int(1, 100), random.int(1, 10_000_000)]);
    const place = placeIn(one, one.figures);
    expect(placeIn(one, { stockCentisqm: stockCentisqm + more, soldCentisqm, monthsPresent })).toBeLessThanOrEqual(
      place,
    );
    if (stockCentisqm === 0 && soldCentisqm + more === 0) return;
    const sold = { stockCentisqm, soldCentisqm: soldCentisqm + more, monthsPresent };
    expect(placeIn(one, sold)).toBeGreaterThanOrEqual(place);
  });
});

test('no figures in range make anything throw, be NaN or land outside the rule', () => {
  const extremes = [0, 1, 2, 12, 36, 99_999_999, 1e12 - 1, 1e12, 1e14];
  for (const stockCentisqm of extremes) {
    for (const soldCentisqm of [...extremes, ...extremes.map((value) => -value)]) {
      for (const monthsPresent of [1, 8, 12, 24]) {
        const figures = { stockCentisqm, soldCentisqm, monthsPresent };
        const { tier } = tierOf(figures, mnr2024.tiers, 'SUSPEND');
        expect(['SUSPEND', 'SWAP', 'FREE']).toContain(tier);
        const double = monthsNumber(exactMonths(figures));
        expect(double === null || Number.isFinite(double)).toBe(true);
        for (const { sellCentisqm, roomCentisqm } of distancesOf(figures, mnr2024.tiers, tier)) {
          expect(Number.isSafeInteger(sellCentisqm ?? roomCentisqm)).toBe(true);
        }
      }
    }
  }
});

test('with sales reports taken away a month has no tier or says that it is provisional: never a milder one unmarked', () => {
  let milder = 0;
  forSeeds(1_500, (random) => {
    const series = steadySeries('2024-01', 24, random.int(1_000, 60_000), 1_000);
    const net = series.netSalesCentisqm.map(() => random.int(0, 3_000));
    const range = { from: '2025-12', to: '2025-12', previousTier: random.pick(['SUSPEND', 'SWAP', 'FREE', null]) };
    const [whole] = assessSeries({ ...series, netSalesCentisqm: net }, mnr2024, range);
    const holes: (number | null)[] = [...net];
    for (let count = random.int(1, 6); count > 0; count -= 1) holes[random.int(12, 23)] = null;
    const [less] = assessSeries({ ...series, netSalesCentisqm: holes }, mnr2024, range);
    if (whole === undefined || less === undefined) throw new Error('no month');
    const place = (tier: string | null): number => mnr2024.tiers.findIndex((rule) => rule.tier === tier);
    if (less.tier !== null && place(less.tier) > place(whole.tier)) milder += 1;
    expect(less.tier === null ? less.status : less.provisional).toBe(less.tier === null ? 'INSUFFICIENT' : true);
  });
  expect(milder).toBeGreaterThan(0); // a mean over fewer months may be milder: hence the mark
});

test('a month without a stock report has no tier, and a month that sold nothing is not one without a report', () => {
  const series = steadySeries('2024-01', 24, 20_000, 1_000);
  const at = (change: Partial<UnitSeries>): Assessment | undefined =>
    assessSeries({ ...series, ...change }, mnr2024, { from: '2025-12', to: '2025-12', previousTier: null })[0];
  const last = (value: number | null): (number | null)[] => [...series.stockCentisqm.slice(0, 23), value];
  expect(at({ stockCentisqm: last(null) })).toMatchObject({ status: 'NO_DATA', tier: null, stockCentisqm: null });
  const missing = [...series.netSalesCentisqm.slice(0, 22), null, null];
  const zero = [...series.netSalesCentisqm.slice(0, 22), 0, 0];
  expect(at({ netSalesCentisqm: missing })).toMatchObject({ soldCentisqm: 10_000, monthsPresent: 10, tier: 'SWAP' });
  expect(at({ netSalesCentisqm: zero })).toMatchObject({ soldCentisqm: 10_000, monthsPresent: 12, provisional: false });
});

test('the same facts give the same bytes, and no input is changed', () => {
  forSeeds(300, (random) => {
    const { src, oracle } = randomRule(random);
    expect(checkRulebook(src)).toEqual([]);
    const unit = randomUnit(random, oracle.tiers);
    const series = frozen(seriesOf(unit));
    const months = widened(unit.months);
    const once = JSON.stringify(allMonths(series, src, months));
    expect(JSON.stringify(allMonths(frozen(seriesOf(unit)), src, months))).toBe(once);
  });
});

function frozen(series: UnitSeries): UnitSeries {
  for (const list of [series.netSalesCentisqm, series.stockCentisqm, series.simulated]) Object.freeze(list);
  return Object.freeze(series);
}

test('what is reported later changes no earlier month, and each tier re-derives from what its assessment holds', () => {
  forSeeds(500, (random) => {
    const { src, oracle } = randomRule(random);
    const unit = randomUnit(random, oracle.tiers);
    const series = seriesOf(unit);
    const all = allMonths(series, src, unit.months);
    const known = random.int(1, unit.months.length);
    const early: UnitSeries = {
      first: series.first,
      netSalesCentisqm: series.netSalesCentisqm.slice(0, known),
      stockCentisqm: series.stockCentisqm.slice(0, known),
      simulated: series.simulated.slice(0, known),
    };
    expect(allMonths(early, src, unit.months.slice(0, known))).toEqual(all.slice(0, known));
    for (const { tier, previousTier, stockCentisqm, soldCentisqm, monthsPresent } of all) {
      if (tier === null || stockCentisqm === null) continue;
      expect(tierOf({ stockCentisqm, soldCentisqm, monthsPresent }, src.tiers, previousTier).tier).toBe(tier);
    }
    expect(all.map(({ month }) => monthIndex(month))).toEqual(unit.months.map((_, at) => series.first + at));
  });
});
