import { expect, test } from 'vitest';
import { exactMonths, monthsNumber, monthsText } from '../src/sell-through.ts';
import { type Figures, tierOf } from '../src/tier.ts';
import { type Case, drawn, randomCase, rulesOf } from './oracle/cases.ts';
import { placeOf, type Supply, supplyOf, textOf } from './oracle/decide.ts';
import { forSeeds } from './oracle/random.ts';

let running = 0;

function oracleSupply({ stockCentisqm, soldCentisqm, monthsPresent }: Figures): Supply {
  return supplyOf(BigInt(stockCentisqm), BigInt(soldCentisqm), monthsPresent);
}

function checkTier({ rule, figures, before }: Case): void {
  const supply = oracleSupply(figures);
  const place = placeOf(rule.oracle.tiers, supply, before);
  const tier = tierOf(figures, rule.src.tiers, before);
  if (tier.tier !== rule.oracle.tiers[place]?.name) {
    expect({ ...figures, before, tiers: rule.oracle.tiers, tier: tier.tier }).toEqual(rule.oracle.tiers[place]?.name);
  }
  if (place !== placeOf(rule.oracle.tiers, supply, null)) running += 1;
}

function checkShown({ rule, figures }: Case): void {
  const supply = oracleSupply(figures);
  const exact = exactMonths(figures);
  expect(monthsText(exact, rule.src.tiers)).toBe(textOf(supply, rule.oracle.tiers));
  const double = monthsNumber(exact);
  if (supply === 'endless') expect(double).toBeNull();
  else expect(double).toBeCloseTo(Number(supply.top) / Number(supply.bottom), 9);
}

test('the tier of 160,000 random cases, ties and their neighbours included, is the oracle’s', () => {
  forSeeds(160, (random, seed) => {
    const rules = rulesOf(seed);
    for (let at = 0; at < 1_000; at += 1) checkTier(randomCase(random, rules));
  });
  expect(drawn.cases).toBe(160_000);
  expect(drawn.ties).toBeGreaterThan(40_000);
  expect(drawn.byOne).toBeGreaterThan(40_000);
  expect(drawn.notPositive).toBeGreaterThan(10_000);
  expect(drawn.empty).toBeGreaterThan(3_000);
  expect(drawn.fewMonths).toBeGreaterThan(30_000);
  expect(running).toBeGreaterThan(2_000);
});

test('the shown figure and its notes on hidden sides are the oracle’s in 30,000 cases', () => {
  forSeeds(30, (random, seed) => {
    const rules = rulesOf(seed);
    for (let at = 0; at < 1_000; at += 1) checkShown(randomCase(random, rules));
  });
});
