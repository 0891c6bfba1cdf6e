// Random rulebooks in two forms: the oracle's, and the one that src reads, made from the same decimal texts.
import { parseRatio } from '../../src/ratio.ts';
import type { Condition, LandSupply, Rulebook, TierRule } from '../../src/rulebook.ts';
import type { Entry, Exit, OracleRule, OracleTier } from './decide.ts';
import { type Fraction, fractionOf } from './fraction.ts';
import type { Random } from './random.ts';

export type RulePair = { readonly oracle: OracleRule; readonly src: Rulebook };

/** Tiers as `[name, land, entry, exit]`, the conditions as `over 36`. */
export type TierText = readonly [name: string, land: LandSupply, entry: string | null, exit: string | null];

export const MNR_2024: readonly TierText[] = [
  ['SUSPEND', 'suspended', 'over 36', 'under 36'],
  ['SWAP', 'swap', 'over 18', null],
  ['FREE', 'free', null, null],
];
export const FIVE_TIERS: readonly TierText[] = [
  ['STOP', 'suspended', 'atLeast 36', null],
  ['LESS', 'swap', 'atLeast 18', null],
  ['HOLD', 'free', 'atLeast 12', null],
  ['MORE', 'free', 'atLeast 6', null],
  ['MUCH_MORE', 'free', null, null],
];

type Months = { readonly window?: number; readonly minMonths?: number; readonly provisionalBelow?: number };

export function rulePair(tiers: readonly TierText[], months: Months = {}): RulePair {
  const { window = 12, minMonths = 8, provisionalBelow = 12 } = months;
  return {
    oracle: { window, atLeastMonths: minMonths, provisionalUnder: provisionalBelow, tiers: tiers.map(oracleTier) },
    src: {
      id: 'test',
      title: '测试规则',
      number: '测试〔2026〕1号',
      issued: '2026-01-01',
      effectiveFrom: '2026-01-01',
      definition: { id: `net-signed-${window}m`, stock: 'narrow', window, minMonths, provisionalBelow },
      tiers: tiers.map(srcTier),
    },
  };
}

function oracleTier([name, land, entry, exit]: TierText): OracleTier {
  const [entryWord, entryMonths] = split(entry);
  const [exitWord, exitMonths] = split(exit);
  return {
    name,
    land,
    entry: entry === null ? null : { word: entryWord as Entry['word'], ...months(entryMonths) }, // safe: TierText
    exit: exit === null ? null : { word: exitWord as Exit['word'], ...months(exitMonths) }, // safe: TierText
  };
}

function months(text: string): { months: Fraction; text: string } {
  const value = fractionOf(text);
  if (value === null) throw new Error(text);
  return { months: value, text };
}

function srcTier([tier, landSupply, entry, exit]: TierText): TierRule {
  const when: Condition = entry === null ? { kind: 'always' } : condition(entry);
  return { tier, landSupply, action: tier, when, ...(exit === null ? {} : { until: condition(exit) }) };
}

/** `over 36` as src holds it. */
export function condition(text: string): Exclude<Condition, { kind: 'always' }> {
  const [word, number] = split(text);
  return { kind: word as 'over' | 'atLeast' | 'under' | 'atMost', months: parseRatio(number) }; // safe: TierText
}

function split(text: string | null): [string, string] {
  const [word = '', number = ''] = (text ?? '').split(' ');
  return [word, number];
}

/** 1 to 5 tiers with thresholds of 0 to 3 decimals, ways out at or below the way in, and a window of 1 to 24 months. */
export function randomTiers(random: Random): TierText[] {
  const tiers: TierText[] = [];
  const decimals = random.int(0, 3);
  const unit = 10 ** decimals;
  let ceiling = random.int(unit, 48 * unit);
  const count = random.int(1, 4);
  let same = false;
  for (let at = 0; at < count && ceiling > 0; at += 1) {
    const word: string = same ? 'atLeast' : random.pick(['over', 'atLeast']);
    const entry = `${word} ${decimal(ceiling, decimals)}`;
    const exit = random.chance(0.5) ? exitBelow(random, entry, ceiling, decimals) : null;
    tiers.push([`T${at}`, random.pick(['suspended', 'swap', 'free']), entry, exit]);
    same = word === 'over' && random.chance(0.15);
    if (!same) ceiling -= random.int(1, Math.max(1, Math.floor(ceiling / 2)));
  }
  return [...tiers, ['REST', random.pick(['swap', 'free']), null, null]];
}

function exitBelow(random: Random, entry: string, ceiling: number, decimals: number): string {
  const months = random.chance(0.4) ? ceiling : random.int(1, ceiling);
  // `atMost T` out of `atLeast T` would enter again at once: no rulebook may say so.
  const strict = months === ceiling && entry.startsWith('atLeast');
  return `${strict ? 'under' : random.pick(['under', 'atMost'])} ${decimal(months, decimals)}`;
}

/** Shortest decimal text of units / 10^decimals. */
export function decimal(units: number, decimals: number): string {
  const digits = String(units).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const rest = digits.slice(digits.length - decimals);
  let end = rest.length;
  while (end > 0 && rest[end - 1] === '0') end -= 1;
  return end === 0 ? whole : `${whole}.${rest.slice(0, end)}`;
}

export function randomRule(random: Random): RulePair {
  if (random.chance(0.15)) return rulePair(MNR_2024);
  if (random.chance(0.1)) return rulePair(FIVE_TIERS);
  const window = random.chance(0.5) ? 12 : random.int(1, 24);
  const minMonths = random.int(1, window);
  return rulePair(randomTiers(random), { window, minMonths, provisionalBelow: random.int(0, window) });
}
