// Random reports of one unit with gaps, and the same facts as src takes them.
import type { UnitSeries } from '../../src/assess.ts';
import { monthAfter, monthBefore, type OracleTier, type Reports } from './decide.ts';
import type { Random } from './random.ts';

export type Unit = { readonly months: readonly string[]; readonly reports: Reports };

/** 1 to 60 months; stock is often exactly what puts steady sales on a threshold, so that hysteresis decides. */
export function randomUnit(random: Random, tiers: readonly OracleTier[]): Unit {
  const months = monthsFrom(
    `${random.int(1990, 2030)}-${String(random.int(1, 12)).padStart(2, '0')}`,
    random.int(1, 60),
  );
  const gaps = random.pick([0, 0.02, 0.1, 0.4]);
  const base = random.pick([0, 12, 1_000, 123_456_789]);
  const net = new Map<string, bigint>();
  const stock = new Map<string, bigint>();
  for (const month of months) {
    if (!random.chance(gaps)) net.set(month, randomNet(random, base));
    if (!random.chance(gaps)) stock.set(month, randomStock(random, base, tiers));
  }
  return { months, reports: { net, stock } };
}

export function randomNet(random: Random, base: number): bigint {
  if (random.chance(0.03)) return BigInt(-random.int(0, base * 20));
  return BigInt(random.chance(0.9) ? base : random.int(0, base * 2));
}

export function randomStock(random: Random, base: number, tiers: readonly OracleTier[]): bigint {
  if (random.chance(0.05)) return 0n;
  const boundaries = tiers.flatMap(({ entry, exit }) => [entry, exit]).filter((boundary) => boundary !== null);
  if (boundaries.length === 0 || random.chance(0.2)) return BigInt(random.int(0, base * 60));
  const { top, bottom } = random.pick(boundaries).months;
  const exact = (top * BigInt(base)) / bottom + BigInt(random.pick([0, 0, 0, 1, -1]));
  return exact < 0n ? 0n : exact;
}

export function monthsFrom(first: string, count: number): string[] {
  const months = [first];
  while (months.length < count) months.push(monthAfter(months.at(-1) ?? first));
  return months;
}

/** The months and two more on either side, of which nobody reported anything. */
export function widened(months: readonly string[]): string[] {
  const first = months[0] ?? '2000-01';
  return monthsFrom(monthBefore(monthBefore(first)), months.length + 4);
}

/** What src takes: lists without gaps, null where nothing was reported. */
export function seriesOf({ months, reports }: Unit): UnitSeries {
  const [year = 0, number = 0] = (months[0] ?? '').split('-').map(Number);
  const listed = (facts: ReadonlyMap<string, bigint>): (number | null)[] =>
    months.map((month) => {
      const fact = facts.get(month);
      return fact === undefined ? null : Number(fact);
    });
  return {
    first: year * 12 + number - 1,
    netSalesCentisqm: listed(reports.net),
    stockCentisqm: listed(reports.stock),
    simulated: months.map(() => false),
  };
}

/** The same unit with one month's sales or stock reported anew, reported at last, or taken back. */
export function restated(random: Random, unit: Unit, month: string, tiers: readonly OracleTier[]): Unit {
  const net = new Map(unit.reports.net);
  const stock = new Map(unit.reports.stock);
  const base = Number(net.get(month) ?? 1_000n);
  const change = { net: random.int(1, 4), stock: random.int(1, 4) };
  if (change.net < 3) net.set(month, randomNet(random, Math.abs(base)));
  if (change.net === 3) net.delete(month);
  if (change.stock < 3) stock.set(month, randomStock(random, Math.abs(base), tiers));
  if (change.stock === 3) stock.delete(month);
  return { months: unit.months, reports: { net, stock } };
}
