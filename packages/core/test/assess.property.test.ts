import { expect, test } from 'vitest';
import { type Assessment, assessSeries, historyMonths, type UnitSeries } from '../src/assess.ts';
import { monthIndex } from '../src/month.ts';
import { decideAll, monthBefore, type OracleMonth } from './oracle/decide.ts';
import { forSeeds, type Random } from './oracle/random.ts';
import { type RulePair, randomRule } from './oracle/rules.ts';
import { randomUnit, restated, seriesOf, type Unit, widened } from './oracle/series.ts';

/** An assessment in the oracle's terms, its mask checked against what was reported. */
function asOracle(assessment: Assessment, { reports }: Unit, window: number): OracleMonth {
  let mask = 0n;
  let month = assessment.month;
  for (let back = 0n; back < BigInt(window); back += 1n) {
    if (reports.net.has(month)) mask |= 1n << back;
    month = monthBefore(month);
  }
  if (BigInt(assessment.presentMask) !== mask) expect(BigInt(assessment.presentMask)).toBe(mask);
  return {
    month: assessment.month,
    status: assessment.status,
    tier: assessment.tier,
    before: assessment.previousTier,
    land: assessment.landSupply,
    stock: assessment.stockCentisqm === null ? null : BigInt(assessment.stockCentisqm),
    sold: BigInt(assessment.soldCentisqm),
    present: assessment.monthsPresent,
    provisional: assessment.provisional,
    grew: assessment.stockGrew,
  };
}

// Texts are compared first: deep equality of 150,000 months would take most of the suite's time.

function sameMonths(got: readonly OracleMonth[], wanted: readonly OracleMonth[]): void {
  const text = (one: OracleMonth): string =>
    `${one.month}${one.status}${one.tier}${one.before}${one.land} ${one.stock} ${one.sold} ${one.present}${one.provisional}${one.grew}`;
  if (got.map(text).join() !== wanted.map(text).join()) expect(got).toEqual(wanted);
}

function sameAssessments(got: readonly Assessment[], wanted: readonly Assessment[]): void {
  if (JSON.stringify(got) !== JSON.stringify(wanted)) expect(got).toEqual(wanted);
}

function assessAll(unit: Unit, rule: RulePair, months: readonly string[]): Assessment[] {
  const range = { from: months[0] ?? '', to: months.at(-1) ?? '', previousTier: null };
  return assessSeries(seriesOf(unit), rule.src, range);
}

function agree(assessments: readonly Assessment[], unit: Unit, rule: RulePair, months: readonly string[]): void {
  const decided = decideAll(rule.oracle, unit.reports, months);
  sameMonths(
    assessments.map((one) => asOracle(one, unit, rule.oracle.window)),
    decided,
  );
}

/** Only what the live path loads: the history that `historyMonths` asks for, and the months from `from` on. */
function cutTo(series: UnitSeries, rule: RulePair, from: string): UnitSeries {
  const skip = Math.max(0, monthIndex(from) - historyMonths(rule.src) - series.first);
  return {
    first: series.first + skip,
    netSalesCentisqm: series.netSalesCentisqm.slice(skip),
    stockCentisqm: series.stockCentisqm.slice(skip),
    simulated: series.simulated.slice(skip),
  };
}

function checkRestatement(random: Random, unit: Unit, rule: RulePair, months: readonly string[]): void {
  const before = assessAll(unit, rule, months);
  const at = random.int(0, unit.months.length - 1);
  const month = unit.months[at] ?? '';
  const corrected = restated(random, unit, month, rule.oracle.tiers);
  const after = assessAll(corrected, rule, months);
  agree(after, corrected, rule, months);
  const place = months.indexOf(month);
  sameAssessments(after.slice(0, place), before.slice(0, place));
  const previousTier = after[place]?.previousTier ?? null;
  const range = { from: month, to: months.at(-1) ?? '', previousTier };
  sameAssessments(assessSeries(cutTo(seriesOf(corrected), rule, month), rule.src, range), after.slice(place));
}

test('the fold over 3,000 random series agrees with the oracle month by month, also after a month is restated', () => {
  const statuses = new Map<string, number>();
  let months = 0;
  let kept = 0;
  forSeeds(3_000, (random) => {
    const rule = randomRule(random);
    const unit = randomUnit(random, rule.oracle.tiers);
    const range = widened(unit.months);
    const assessments = assessAll(unit, rule, range);
    agree(assessments, unit, rule, range);
    checkRestatement(random, unit, rule, range);
    months += 2 * range.length;
    for (const { status, tier, previousTier } of assessments) {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (tier === null && previousTier !== null) kept += 1;
    }
  });
  expect(months).toBeGreaterThan(150_000);
  expect(kept).toBeGreaterThan(1_000);
  expect([...statuses.keys()].sort()).toEqual(
    ['INSUFFICIENT', 'NET_NEGATIVE', 'NOT_APPLICABLE', 'NO_DATA', 'NO_SALES', 'OK'].sort(),
  );
  for (const count of statuses.values()) expect(count).toBeGreaterThan(500);
});
