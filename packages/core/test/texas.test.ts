// Published months of inventory of Texas areas: the one long public series of a 12-month sell-through figure.
import { expect, test } from 'vitest';
import { type Assessment, assessSeries, type UnitSeries } from '../src/assess.ts';
import { type Month, monthIndex, monthRange } from '../src/month.ts';
import type { Rulebook } from '../src/rulebook.ts';
import { exactMonths, monthsText } from '../src/sell-through.ts';
import { cell, readFixture } from './fixtures.ts';
import { mnr2024, tierRule } from './samples.ts';

const FROM = '2000-01';
const TO = '2015-07';
const months = monthRange(FROM, TO);

type Row = Record<string, string>;
type Area = { readonly series: UnitSeries; readonly published: ReadonlyMap<Month, string> };

function areasOf(rows: readonly Row[]): Map<string, Area> {
  const byArea = Map.groupBy(rows, (row) => cell(row, 'area'));
  return new Map([...byArea].map(([area, own]) => [area, areaOf(own)]));
}

function areaOf(rows: readonly Row[]): Area {
  const byMonth = new Map(rows.map((row) => [`${cell(row, 'year')}-${cell(row, 'month').padStart(2, '0')}`, row]));
  const column = (name: string): (number | null)[] =>
    months.map((month) => {
      const text = byMonth.get(month)?.[name] ?? '';
      return text === '' ? null : Number(text);
    });
  const published = months.flatMap((month): [Month, string][] => {
    const text = byMonth.get(month)?.inventory ?? '';
    return text === '' ? [] : [[month, text]];
  });
  return {
    series: {
      first: monthIndex(FROM),
      netSalesCentisqm: column('sales'),
      stockCentisqm: column('listings'),
      simulated: months.map(() => false),
    },
    published: new Map(published),
  };
}

/** Window, least months and thresholds are what this rulebook says: 6.5 balanced, over 9 falling prices (TAMU). */
function rulebook(window: number, minMonths: number): Rulebook {
  return {
    ...mnr2024,
    id: `tamu-${window}`,
    definition: { id: `sales-${window}m`, stock: 'narrow', window, minMonths, provisionalBelow: window },
    tiers: [tierRule('FALLING', 'over 9'), tierRule('AMPLE', 'over 6.5'), tierRule('TIGHT')],
  };
}

/** |I·n/S − published| ≤ 0.05, with the published figure as tenths: |20·I·n − 2·tenths·S| ≤ S. */
function isWithin(assessment: Assessment, published: string): boolean {
  const { stockCentisqm, soldCentisqm, monthsPresent } = assessment;
  if (stockCentisqm === null || soldCentisqm <= 0) return false;
  const { numerator, denominator } = exactMonths({ stockCentisqm, soldCentisqm, monthsPresent });
  const [whole = '', tenth = '0'] = published.split('.');
  const difference = 20n * numerator - 2n * BigInt(`${whole}${tenth}`) * denominator;
  return (difference < 0n ? -difference : difference) <= denominator;
}

type Count = {
  full: number;
  partial: number;
  within: number;
  equal: number;
  insufficient: number;
  unexplained: number;
};

/** Counts from `from` on: before, the window reaches back to where the table begins. */
function compare(rule: Rulebook, from: Month, absentIsZero = false): Count {
  const count: Count = { full: 0, partial: 0, within: 0, equal: 0, insufficient: 0, unexplained: 0 };
  for (const { series, published } of areasOf(readFixture('texas-public.csv')).values()) {
    const net = absentIsZero ? series.netSalesCentisqm.map((sales) => sales ?? 0) : series.netSalesCentisqm;
    const range = { from, to: TO, previousTier: null };
    for (const assessment of assessSeries({ ...series, netSalesCentisqm: net }, rule, range)) {
      countOne(count, assessment, series, published.get(assessment.month));
    }
  }
  return count;
}

function countOne(count: Count, assessment: Assessment, series: UnitSeries, published: string | undefined): void {
  if (assessment.status === 'INSUFFICIENT') {
    count.insufficient += 1;
    if (published !== undefined) count.unexplained += 1;
  }
  if (assessment.tier === null) return;
  if (published === undefined) {
    count.unexplained += 1;
    return;
  }
  const at = monthIndex(assessment.month) - series.first;
  const complete = series.netSalesCentisqm.slice(at - 11, at + 1).every((sales) => sales !== null);
  count[complete ? 'full' : 'partial'] += 1;
  if (isWithin(assessment, published)) count.within += 1;
  if (shown(assessment) === (published.includes('.') ? published : `${published}.0`)) count.equal += 1;
}

function shown({ stockCentisqm, soldCentisqm, monthsPresent }: Assessment): string | null {
  return monthsText(exactMonths({ stockCentisqm: stockCentisqm ?? 0, soldCentisqm, monthsPresent }), []);
}

/** The first month of which the table holds a whole window. */
const WHOLE = '2000-12';

test('every published figure with 12 or with 8 to 11 months present lies within 0.05, and none has fewer', () => {
  expect(compare(rulebook(12, 8), WHOLE)).toEqual({
    full: 3_543,
    partial: 42,
    within: 3_585,
    equal: 3_584, // 6.25 exactly, published as 6.2
    insufficient: 19,
    unexplained: 0,
  });
});

test('a missing month counted as 0 agrees with no published figure', () => {
  const { partial, within, full } = compare(rulebook(12, 8), WHOLE, true);
  expect(partial).toBeGreaterThanOrEqual(42);
  expect(within).toBe(full);
});

test.each([11, 13, 6])(
  'a window of %i months gives other figures: the agreement comes from the rulebook’s 12',
  (window) => {
    const { full, partial, within } = compare(rulebook(window, 6), WHOLE);
    expect(within / (full + partial)).toBeLessThan(0.5);
  },
);

test('tiers follow the published figures, at the thresholds that the rulebook names', () => {
  const tiers = new Map<string, number>();
  for (const { series, published } of areasOf(readFixture('texas-public.csv')).values()) {
    for (const { month, tier } of assessSeries(series, rulebook(12, 8), { from: WHOLE, to: TO, previousTier: null })) {
      const figure = Number(published.get(month) ?? 'NaN');
      if (tier === null || [6.5, 9].includes(figure)) continue; // rounding hides the side
      expect(tier).toBe(figure > 9 ? 'FALLING' : figure > 6.5 ? 'AMPLE' : 'TIGHT');
      tiers.set(tier, (tiers.get(tier) ?? 0) + 1);
    }
  }
  for (const tier of ['TIGHT', 'AMPLE', 'FALLING']) expect(tiers.get(tier) ?? 0).toBeGreaterThan(100);
});
