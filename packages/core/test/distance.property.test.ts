import { expect, test } from 'vitest';
import { type Distance, distancesOf } from '../src/distance.ts';
import { type Figures, tierOf } from '../src/tier.ts';
import { type Case, randomCase, rulesOf } from './oracle/cases.ts';
import { type Entry, type Exit, placeOf, supplyOf } from './oracle/decide.ts';
import { fraction, order, times } from './oracle/fraction.ts';
import { forSeeds } from './oracle/random.ts';
import { MNR_2024, type RulePair, randomRule, rulePair } from './oracle/rules.ts';

type Unit = { readonly rule: RulePair; readonly figures: Figures; readonly tier: string };
type Change = { readonly sell?: number; readonly build?: number };

/** Whether the unit, in `tier` now, is in a milder tier than that at `place` once x more is sold or y more is built. */
function better({ rule, figures, tier }: Unit, place: number, { sell = 0, build = 0 }: Change): boolean {
  const supplied = (BigInt(figures.stockCentisqm) - BigInt(sell) + BigInt(build)) * BigInt(figures.monthsPresent);
  const sold = BigInt(figures.soldCentisqm) + BigInt(sell);
  const side = ({ months }: Entry | Exit): number => order(fraction(supplied, 1n), times(months, sold));
  return rule.oracle.tiers.slice(0, place + 1).every(({ name, entry, exit }) => {
    const enters = entry !== null && (side(entry) > 0 || (side(entry) === 0 && entry.word === 'atLeast'));
    const leaves = exit === null || side(exit) < 0 || (side(exit) === 0 && exit.word === 'atMost');
    return !enters && (name !== tier || leaves);
  });
}

/** More was cancelled than there is to sell: selling everything would leave no net sales, so over every threshold. */
function outOfReach({ stockCentisqm, soldCentisqm }: Figures): boolean {
  return stockCentisqm + soldCentisqm <= 0;
}

/** What is wrong with a distance, or null. No `expect` inside the loop: a million of them would take longer than the rest. */
function faultOf(
  { threshold, sellCentisqm: sell, roomCentisqm: room }: Distance,
  unit: Unit,
  place: number,
): string | null {
  const is = (change: Change): boolean => better(unit, place, change);
  if (threshold !== unit.rule.oracle.tiers[place]?.entry?.text) return 'threshold';
  if ((sell === null) === (room === null)) return 'both or neither';
  if (room !== null) return room >= 0 && is({ build: room }) && !is({ build: room + 1 }) ? null : 'room';
  if (sell === null) return 'neither';
  if (outOfReach(unit.figures)) return sell >= unit.figures.stockCentisqm ? null : 'out of reach';
  return sell >= 1 && is({ sell }) && !is({ sell: sell - 1 }) ? null : 'sell';
}

function checkDistances({ rule, figures, before }: Case): number {
  const supply = supplyOf(BigInt(figures.stockCentisqm), BigInt(figures.soldCentisqm), figures.monthsPresent);
  const tier = rule.oracle.tiers[placeOf(rule.oracle.tiers, supply, before)]?.name ?? '';
  const distances = distancesOf(figures, rule.src.tiers, tier);
  if (distances.length !== rule.oracle.tiers.length - 1) expect(distances).toHaveLength(rule.oracle.tiers.length - 1);
  for (const [place, distance] of distances.entries()) {
    const fault = faultOf(distance, { rule, figures, tier }, place);
    if (fault !== null) expect({ fault, distance, figures, tier, place, tiers: rule.oracle.tiers }).toBeNull();
  }
  return distances.length;
}

test('every distance is the least that helps or the most that does not hurt, in 40,000 cases', () => {
  let distances = 0;
  forSeeds(40, (random, seed) => {
    const rules = rulesOf(seed);
    for (let at = 0; at < 1_000; at += 1) {
      const one = randomCase(random, rules);
      if (one.figures.stockCentisqm <= 1e14 && one.figures.soldCentisqm <= 1e14) distances += checkDistances(one);
    }
  });
  expect(distances).toBeGreaterThan(60_000);
});

test('small distances are what counting up from nothing finds', () => {
  forSeeds(1_500, (random) => {
    const rule = random.chance(0.5) ? rulePair(MNR_2024) : randomRule(random);
    const figures = { stockCentisqm: random.int(4, 90), soldCentisqm: random.int(-3, 30), monthsPresent: 12 };
    const tier = tierOf(figures, rule.src.tiers, random.pick(rule.oracle.tiers).name).tier;
    for (const [place, { sellCentisqm, roomCentisqm }] of distancesOf(figures, rule.src.tiers, tier).entries()) {
      const is = (change: Change): boolean => better({ rule, figures, tier }, place, change);
      let [sell, build] = [0, 0];
      while (sellCentisqm !== null && !is({ sell })) sell += 1;
      while (roomCentisqm !== null && is({ build: build + 1 })) build += 1;
      expect({ sell: sellCentisqm ?? 0, build: roomCentisqm ?? 0 }).toEqual({ sell, build });
    }
  });
});
