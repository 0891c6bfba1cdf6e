import { formatRatio, type Ratio } from './ratio.ts';
import type { Condition, Definition, TierRule } from './rulebook.ts';
import type { Figures } from './tier.ts';

/** What can be said of a unit's month before any tier is. */
export const STATUSES = ['NO_DATA', 'INSUFFICIENT', 'NOT_APPLICABLE', 'NET_NEGATIVE', 'NO_SALES', 'OK'] as const;
export type Status = (typeof STATUSES)[number];

/** Statuses of a month that has a tier. */
export const STATUSES_WITH_TIER: readonly Status[] = ['OK', 'NO_SALES', 'NET_NEGATIVE'];

/**
 * Status of a month, in the order in which reasons not to give a figure are asked.
 *
 * Missing: `stockCentisqm` null means that nobody reported the stock of the month: never 0.
 * Source: METHODS.md §2.
 */
export function monthStatus(
  stockCentisqm: number | null,
  soldCentisqm: number,
  monthsPresent: number,
  { minMonths }: Pick<Definition, 'minMonths'>,
): Status {
  if (stockCentisqm === null) return 'NO_DATA';
  if (monthsPresent < minMonths) return 'INSUFFICIENT';
  if (stockCentisqm === 0 && soldCentisqm === 0) return 'NOT_APPLICABLE';
  if (soldCentisqm < 0) return 'NET_NEGATIVE';
  return soldCentisqm === 0 ? 'NO_SALES' : 'OK';
}

/** Months of supply as an exact fraction I·n / S in 0.01 ㎡, not reduced. */
export type ExactMonths = { readonly numerator: bigint; readonly denominator: bigint };

export function exactMonths({ stockCentisqm, soldCentisqm, monthsPresent }: Figures): ExactMonths {
  return { numerator: BigInt(stockCentisqm) * BigInt(monthsPresent), denominator: BigInt(soldCentisqm) };
}

/** The nearest double, for charts and JSON only; null where there is no positive quotient. */
export function monthsNumber({ numerator, denominator }: ExactMonths): number | null {
  if (denominator <= 0n) return null;
  const doubles = [Number(numerator), Number(denominator)] as const;
  // Two exact doubles have the nearest double as their quotient; larger integers go through 40 decimals.
  if (doubles.every(Number.isSafeInteger)) return doubles[0] / doubles[1];
  const rest = ((numerator % denominator) * 10n ** 40n) / denominator;
  return Number(`${numerator / denominator}.${rest.toString().padStart(40, '0')}`);
}

/**
 * Months of supply for people: 1 decimal, half up; where rounding hides the side of a threshold it is said.
 * `36.04` against 36 is `36.0（>36）`, `35.96` is `36.0（<36）`; `6.543` against 6.54 is `6.5（>6.54）`.
 */
export function monthsText(exact: ExactMonths, tiers: readonly TierRule[]): string | null {
  const { numerator, denominator } = exact;
  if (denominator <= 0n) return null;
  const tenths = (numerator * 20n + denominator) / (denominator * 2n);
  const shown = `${tenths / 10n}.${tenths % 10n}`;
  const hidden = new Set<string>();
  for (const months of boundariesOf(tiers)) {
    const side = sideOf(numerator, denominator, months);
    if (side !== sideOf(tenths, 10n, months)) hidden.add(`${side}${formatRatio(months)}`);
  }
  return hidden.size === 0 ? shown : `${shown}（${[...hidden].join('，')}）`;
}

function sideOf(numerator: bigint, denominator: bigint, months: Ratio): '>' | '=' | '<' {
  const difference = numerator * months.denominator - months.numerator * denominator;
  return difference > 0n ? '>' : difference < 0n ? '<' : '=';
}

/** What stands where a month has no quotient. */
export function statusText(status: Status, window: number): string {
  switch (status) {
    case 'NO_DATA':
      return '数据不足（缺当月库存）';
    case 'INSUFFICIENT':
      return '数据不足（月数不够）';
    case 'NOT_APPLICABLE':
      return '不适用（无库存无成交）';
    case 'NO_SALES':
      return `∞（近${window}个月无成交）`;
    case 'NET_NEGATIVE':
      return '净成交为负（待人工核实）';
    case 'OK':
      return '正常';
  }
}

/** The numbers of months that a rulebook's tiers begin at, from worst to best. */
export function thresholdsOf(tiers: readonly TierRule[]): Ratio[] {
  return tiers.flatMap(({ when }) => monthsIn(when));
}

/** Where tiers begin, and where running ones end. */
function boundariesOf(tiers: readonly TierRule[]): Ratio[] {
  return tiers.flatMap(({ when, until }) => [...monthsIn(when), ...monthsIn(until)]);
}

function monthsIn(condition: Condition | undefined): Ratio[] {
  return condition === undefined || condition.kind === 'always' ? [] : [condition.months];
}
