import { safeInteger } from './area.ts';
import { ceilDiv, floorDiv, formatRatio } from './ratio.ts';
import type { Condition, TierRule } from './rulebook.ts';
import type { Figures } from './tier.ts';

/** How far a unit is from one threshold. Units: centisqm; the one that does not apply is null. */
export type Distance = {
  readonly threshold: string;
  /** Least extra net sales, leaving stock and entering sales, that bring the unit to the better side. */
  readonly sellCentisqm: number | null;
  /** Most new stock that keeps the unit on the better side. */
  readonly roomCentisqm: number | null;
};

type Boundary = Exclude<Condition, { kind: 'always' }>;

/**
 * Distance to every threshold of a rulebook, worst first.
 *
 * Shapes: one entry per tier that has a threshold. `tier` is the tier that the figures were given, so that a suspension
 * that runs on at exactly 36 is on the worse side of 36. The better side of a threshold: a milder tier than the one that
 * begins there. Without a tier, or with one that these rules do not have, neither distance applies.
 * Errors: invalid/NUM_RANGE if a distance leaves the exact range.
 * Source: METHODS.md §4.
 */
export function distancesOf(figures: Figures, tiers: readonly TierRule[], tier: string | null): Distance[] {
  const current = tiers.findIndex((rule) => rule.tier === tier);
  const until = tiers[current]?.until;
  return tiers.flatMap(({ when }, at): Distance[] => {
    if (when.kind === 'always') return [];
    const threshold = formatRatio(when.months);
    if (current === -1) return [{ threshold, sellCentisqm: null, roomCentisqm: null }];
    if (current > at) return [{ threshold, sellCentisqm: null, roomCentisqm: roomUnder(when, figures) }];
    // The running tier's own way out also stands before every milder one.
    const wayOut = until === undefined || until.kind === 'always' ? 0 : sellBelow(until, figures);
    return [{ threshold, sellCentisqm: Math.max(sellBelow(when, figures), wayOut), roomCentisqm: null }];
  });
}

/** Most y for which `over` or `atLeast` still does not hold with stock I + y: (I + y)·n ≤ T·S, or < T·S. */
function roomUnder({ kind, months }: Boundary, { stockCentisqm, soldCentisqm, monthsPresent }: Figures): number {
  const n = BigInt(monthsPresent) * months.denominator;
  const slack = months.numerator * BigInt(soldCentisqm) - BigInt(stockCentisqm) * n;
  return exact(kind === 'over' ? floorDiv(slack, n) : ceilDiv(slack, n) - 1n);
}

/**
 * Least x for which `over` or `atLeast` no longer holds, or `under` or `atMost` does, with stock I − x and sales S + x:
 * (I − x)·n ≤ T·(S + x), or < where T itself is not enough.
 */
function sellBelow({ kind, months }: Boundary, { stockCentisqm, soldCentisqm, monthsPresent }: Figures): number {
  const n = BigInt(monthsPresent) * months.denominator;
  const excess = BigInt(stockCentisqm) * n - months.numerator * BigInt(soldCentisqm);
  const strict = kind === 'atLeast' || kind === 'under';
  const step = n + months.numerator;
  return exact(strict ? floorDiv(excess, step) + 1n : ceilDiv(excess, step));
}

function exact(centisqm: bigint): number {
  return safeInteger(Number(centisqm), '离界线的距离');
}
