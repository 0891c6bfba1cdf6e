// Random figures of one month under random rules, most of them on a boundary or 0.01 ㎡ beside it.
import type { Figures } from '../../src/tier.ts';
import type { OracleTier } from './decide.ts';
import { createRandom, type Random } from './random.ts';
import { FIVE_TIERS, MNR_2024, type RulePair, randomRule, rulePair } from './rules.ts';

export type Case = { readonly rule: RulePair; readonly figures: Figures; readonly before: string | null };

/** How many of each kind were drawn, so that a test can say what it tried. */
export const drawn = { cases: 0, ties: 0, byOne: 0, notPositive: 0, empty: 0, fewMonths: 0 };

/** Figures exactly on a boundary of the rule, or 0.01 ㎡ beside it: S a multiple of n·q, I the same multiple of p. */
function onBoundary(random: Random, tiers: readonly OracleTier[]): Figures {
  const boundaries = tiers.flatMap(({ entry, exit }) => [entry, exit]).filter((boundary) => boundary !== null);
  const { top, bottom } = random.pick(boundaries).months;
  const monthsPresent = random.chance(0.5) ? 12 : random.int(1, 24);
  const factor = factorOf(random, Math.max(Number(top), Number(bottom) * monthsPresent));
  const stock = Number(top) * factor;
  const sold = Number(bottom) * monthsPresent * factor;
  const off = random.pick([0, 0, 1, -1]);
  if (off === 0) drawn.ties += 1;
  else drawn.byOne += 1;
  return random.chance(0.5)
    ? { stockCentisqm: Math.max(0, stock + off), soldCentisqm: sold, monthsPresent }
    : { stockCentisqm: stock, soldCentisqm: sold + off, monthsPresent };
}

/** Small, as a prefecture has, or so large that the products that are compared fit no double. */
function factorOf(random: Random, unit: number): number {
  const size = random.int(1, 10);
  if (size <= 3) return random.int(1, 9);
  if (size <= 8) return random.int(1, 100_000_000);
  const most = Math.floor(9_000_000_000_000_000 / unit);
  return random.int(Math.floor(most / 2), most);
}

function anywhere(random: Random): Figures {
  const most = random.pick([10, 1_000, 10_000_000, 1_000_000_000_000, 100_000_000_000_000]);
  const sold = random.chance(0.25) ? random.pick([0, -1, -random.int(1, most)]) : random.int(0, most);
  return {
    stockCentisqm: random.chance(0.1) ? 0 : random.int(0, most),
    soldCentisqm: sold,
    monthsPresent: random.int(1, 24),
  };
}

export function randomCase(random: Random, rules: readonly RulePair[]): Case {
  const rule = random.pick(rules);
  const { tiers } = rule.oracle;
  const some = tiers.length > 1 && random.chance(0.6) ? onBoundary(random, tiers) : anywhere(random);
  // Nothing in stock and nothing sold is NOT_APPLICABLE: it never reaches a tier.
  const figures = some.stockCentisqm === 0 && some.soldCentisqm === 0 ? { ...some, stockCentisqm: 1 } : some;
  const before = random.pick([null, ...tiers.map((tier) => tier.name), random.pick(tiers).name, 'GONE']);
  drawn.cases += 1;
  if (figures.soldCentisqm <= 0) drawn.notPositive += 1;
  if (figures.stockCentisqm === 0) drawn.empty += 1;
  if (figures.monthsPresent < 12) drawn.fewMonths += 1;
  return { rule, figures, before };
}

export function rulesOf(seed: number): RulePair[] {
  const random = createRandom(seed);
  return [rulePair(MNR_2024), rulePair(FIVE_TIERS), ...Array.from({ length: 40 }, () => randomRule(random))];
}
