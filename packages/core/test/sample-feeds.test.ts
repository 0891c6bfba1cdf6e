// The simulated sample feeds (模拟数据) against assessments that were computed apart from this code base.
import { expect, test } from 'vitest';
import { formatCentisqm, readArea } from '../src/area.ts';
import { type Assessment, assessSeries, type UnitSeries } from '../src/assess.ts';
import { netSales, stockOf } from '../src/feed.ts';
import { monthIndex, monthRange } from '../src/month.ts';
import { exactMonths, monthsNumber, monthsText } from '../src/sell-through.ts';
import { cell, readFixture } from './fixtures.ts';
import { mnr2024 } from './samples.ts';

const FROM = '2022-11';
const TO = '2025-10';
const months = monthRange(FROM, TO);

type Row = Record<string, string>;

function centisqm(text: string): number | null {
  if (text === '') return null;
  const reading = readArea(text, 'sqm');
  if ('fault' in reading) throw new Error(`${text}: ${reading.fault}`);
  return reading.value;
}

/** One figure a month from the rows of a unit; null where there is no row. */
function monthly(rows: readonly Row[], figureOf: (row: Row) => number | null): (number | null)[] {
  const byMonth = new Map(rows.map((row) => [cell(row, 'month'), figureOf(row)]));
  return months.map((month) => byMonth.get(month) ?? null);
}

function seriesOf(code: string, sales: readonly Row[], inventory: readonly Row[]): UnitSeries {
  const own = (rows: readonly Row[]): Row[] => rows.filter((row) => cell(row, 'region_code') === code);
  const figures = (row: Row, names: readonly string[]): (number | null)[] =>
    names.map((name) => centisqm(cell(row, name)));
  return {
    first: monthIndex(FROM),
    netSalesCentisqm: monthly(own(sales), (row) => netSales(figures(row, ['signed_area', 'cancelled_area']))),
    stockCentisqm: monthly(own(inventory), (row) =>
      stockOf(figures(row, ['presale_unsold_area', 'completed_unsold_area']), 'narrow'),
    ),
    simulated: months.map(() => true),
  };
}

function flag(value: boolean | null): string {
  return value === null ? '' : value ? '1' : '0';
}

/** An assessment in the columns of the fixture. */
function rowOf(code: string, name: string, assessment: Assessment): Row {
  const { stockCentisqm, soldCentisqm, monthsPresent, status } = assessment;
  const exact =
    stockCentisqm === null || status === 'INSUFFICIENT'
      ? null
      : exactMonths({ stockCentisqm, soldCentisqm, monthsPresent });
  const quotient = exact === null ? null : monthsNumber(exact);
  return {
    month: assessment.month,
    region_code: code,
    region_name: name,
    status,
    tier: assessment.tier ?? '',
    previous_tier: assessment.previousTier ?? '',
    numerator: exact?.numerator.toString() ?? '',
    denominator: exact?.denominator.toString() ?? '',
    months_of_supply: quotient?.toFixed(6) ?? '',
    months_of_supply_text: exact === null ? '' : (monthsText(exact, mnr2024.tiers) ?? ''),
    stock: stockCentisqm === null ? '' : formatCentisqm(stockCentisqm),
    sold: formatCentisqm(soldCentisqm),
    months_present: String(monthsPresent),
    provisional: flag(assessment.provisional),
    stock_grew: flag(assessment.stockGrew),
  };
}

const wanted = readFixture('feeds/assessment-all.csv');
const sales = readFixture('feeds/sales.csv');
const inventory = readFixture('feeds/inventory.csv');
const units = new Map(wanted.map((row) => [cell(row, 'region_code'), cell(row, 'region_name')]));

test('all 468 assessments of the sample feeds agree in every column', () => {
  const rows: Row[] = [];
  for (const [code, name] of units) {
    const range = { from: FROM, to: TO, previousTier: null };
    const assessments = assessSeries(seriesOf(code, sales, inventory), mnr2024, range);
    expect(assessments.every(({ simulated }) => simulated)).toBe(true);
    rows.push(...assessments.map((assessment) => rowOf(code, name, assessment)));
  }
  const order = (row: Row): string => `${row.month} ${row.region_code}`;
  expect(rows.length).toBe(468);
  const sorted = (list: readonly Row[]): Row[] => [...list].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  expect(sorted(rows)).toEqual(sorted(wanted));
});

test('the last month alone agrees when only the tier before it is known', () => {
  const october = readFixture('feeds/assessment-2025-10.csv');
  expect(october.length).toBe(13);
  for (const row of october) {
    const code = cell(row, 'region_code');
    const previousTier = cell(row, 'previous_tier') === '' ? null : cell(row, 'previous_tier');
    const [last] = assessSeries(seriesOf(code, sales, inventory), mnr2024, { from: TO, to: TO, previousTier });
    if (last === undefined) throw new Error('no month');
    expect(rowOf(code, cell(row, 'region_name'), last)).toEqual(row);
  }
});

test('month by month, each from the tier that the month before left, is the same fold', () => {
  for (const code of units.keys()) {
    const series = seriesOf(code, sales, inventory);
    const whole = assessSeries(series, mnr2024, { from: FROM, to: TO, previousTier: null });
    let previousTier: string | null = null;
    for (const [at, month] of months.entries()) {
      const [one] = assessSeries(series, mnr2024, { from: month, to: month, previousTier });
      expect(one).toEqual(whole[at]);
      previousTier = one?.tier ?? previousTier;
    }
  }
});
