// The rules of the design, §4 and §5, written down once more from the text, on fractions and calendar months.
import { type Fraction, fraction, order, wholeAndRest } from './fraction.ts';

export type Entry = { readonly word: 'over' | 'atLeast'; readonly months: Fraction; readonly text: string };
export type Exit = { readonly word: 'under' | 'atMost'; readonly months: Fraction; readonly text: string };
/** From worst to best; the last has no entry: it is for everything else. */
export type OracleTier = {
  readonly name: string;
  readonly land: 'suspended' | 'swap' | 'free';
  readonly entry: Entry | null;
  readonly exit: Exit | null;
};
export type OracleRule = {
  readonly window: number;
  readonly atLeastMonths: number;
  readonly provisionalUnder: number;
  readonly tiers: readonly OracleTier[];
};

/** Months of supply: a fraction, or `endless` where nothing was sold on balance. */
export type Supply = Fraction | 'endless';

export function supplyOf(stock: bigint, sold: bigint, present: number): Supply {
  return sold <= 0n ? 'endless' : fraction(stock * BigInt(present), sold);
}

export function entered({ word, months }: Entry, supply: Supply): boolean {
  if (supply === 'endless') return true;
  const side = order(supply, months);
  return side > 0 || (side === 0 && word === 'atLeast');
}

export function left({ word, months }: Exit, supply: Supply): boolean {
  if (supply === 'endless') return false;
  const side = order(supply, months);
  return side < 0 || (side === 0 && word === 'atMost');
}

/** Place of the tier in the rule: the first that is entered, or that was running and is not left. */
export function placeOf(tiers: readonly OracleTier[], supply: Supply, before: string | null): number {
  let place = 0;
  for (const { name, entry, exit } of tiers) {
    if (entry === null || entered(entry, supply)) return place;
    if (name === before && exit !== null && !left(exit, supply)) return place;
    place += 1;
  }
  throw new Error('no tier');
}

/** 1 decimal, half up, and every boundary of which the rounded figure does not show the side. */
export function textOf(supply: Supply, tiers: readonly OracleTier[]): string | null {
  if (supply === 'endless') return null;
  const [tenths, rest] = wholeAndRest({ top: supply.top * 10n, bottom: supply.bottom });
  const rounded = rest * 2n >= supply.bottom ? tenths + 1n : tenths;
  const notes: string[] = [];
  for (const { entry, exit } of tiers) {
    for (const boundary of [entry, exit]) {
      if (boundary === null) continue;
      const true_ = order(supply, boundary.months);
      if (true_ === order(fraction(rounded, 10n), boundary.months)) continue;
      const note = `${true_ > 0 ? '>' : true_ < 0 ? '<' : '='}${boundary.text}`;
      if (!notes.includes(note)) notes.push(note);
    }
  }
  const shown = `${rounded / 10n}.${rounded % 10n}`;
  return notes.length === 0 ? shown : `${shown}（${notes.join('，')}）`;
}

/** What was reported, by calendar month; a month that is not in a map was not reported. */
export type Reports = { readonly net: ReadonlyMap<string, bigint>; readonly stock: ReadonlyMap<string, bigint> };

export type OracleMonth = {
  readonly month: string;
  readonly status: string;
  readonly tier: string | null;
  readonly before: string | null;
  readonly land: string | null;
  readonly stock: bigint | null;
  readonly sold: bigint;
  readonly present: number;
  readonly provisional: boolean | null;
  readonly grew: boolean | null;
};

/** Every month from the first to the last, each from all that was reported before it. */
export function decideAll(rule: OracleRule, reports: Reports, months: readonly string[]): OracleMonth[] {
  let before: string | null = null;
  const decided: OracleMonth[] = [];
  for (const month of months) {
    const one = decideMonth(rule, reports, month, before);
    decided.push(one);
    if (one.tier !== null) before = one.tier;
  }
  return decided;
}

export function decideMonth(rule: OracleRule, reports: Reports, month: string, before: string | null): OracleMonth {
  const stock = reports.stock.get(month) ?? null;
  let sold = 0n;
  let present = 0;
  let at = month;
  for (let step = 0; step < rule.window; step += 1) {
    const net = reports.net.get(at);
    if (net !== undefined) {
      sold += net;
      present += 1;
    }
    at = monthBefore(at);
  }
  const facts = { month, before, stock, sold, present };
  const nothing = { ...facts, tier: null, land: null, grew: null };
  if (stock === null) return { ...nothing, status: 'NO_DATA', provisional: null };
  if (present < rule.atLeastMonths) return { ...nothing, status: 'INSUFFICIENT', provisional: null };
  const provisional = present < rule.provisionalUnder;
  if (stock === 0n && sold === 0n) return { ...nothing, status: 'NOT_APPLICABLE', provisional };
  const tier = rule.tiers[placeOf(rule.tiers, supplyOf(stock, sold, present), before)];
  if (tier === undefined) throw new Error('no tier');
  const status = sold < 0n ? 'NET_NEGATIVE' : sold === 0n ? 'NO_SALES' : 'OK';
  const grew = tier.land === 'swap' ? stockGrew(reports.stock, month, stock) : null;
  return { ...facts, status, provisional, tier: tier.name, land: tier.land, grew };
}

function stockGrew(stocks: ReadonlyMap<string, bigint>, month: string, stock: bigint): boolean | null {
  const year = Number(month.slice(0, 4)) - 1;
  const references = [stocks.get(`${year}${month.slice(4)}`), stocks.get(`${year}-12`)];
  const known = references.filter((reference) => reference !== undefined);
  return known.length === 0 ? null : known.some((reference) => stock > reference);
}

const monthsBefore = new Map<string, string>();

export function monthBefore(month: string): string {
  const known = monthsBefore.get(month);
  if (known !== undefined) return known;
  const [year = 0, number = 0] = month.split('-').map(Number);
  const before = number === 1 ? `${year - 1}-12` : `${year}-${String(number - 1).padStart(2, '0')}`;
  monthsBefore.set(month, before);
  return before;
}

export function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}
