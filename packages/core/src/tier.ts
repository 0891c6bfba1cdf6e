import { AppError } from './errors.ts';
import type { Condition, TierRule } from './rulebook.ts';

/** Stock at month end, net sales summed over the months present of the window, and how many those are. */
export type Figures = { readonly stockCentisqm: number; readonly soldCentisqm: number; readonly monthsPresent: number };

/**
 * Tier of one unit's month; a unit already in a tier that has `until` leaves it only when `until` holds.
 *
 * Shapes: `tiers` from worst to best, the last `always`; the first that holds wins.
 * Missing: never reaches here; NO_DATA, INSUFFICIENT and NOT_APPLICABLE are decided before (`monthStatus`).
 * Errors: invalid/RULEBOOK_NOT_TOTAL if no tier holds (`checkRulebook` refuses such rules).
 * Source: METHODS.md §3; worked examples in test/golden/tier.json.
 */
export function tierOf(figures: Figures, tiers: readonly TierRule[], previous: string | null): TierRule {
  for (const rule of tiers) {
    const running = rule.tier === previous && rule.until !== undefined && !holds(rule.until, figures);
    if (running || holds(rule.when, figures)) return rule;
  }
  throw new AppError(
    'invalid',
    'RULEBOOK_NOT_TOTAL',
    '规则的最后一个档次必须是 always / the last tier must be `always`',
  );
}

/**
 * Whether months of supply stand in that relation to a threshold.
 * Compares stock·n with T·sales, never their quotient: no rounding, and zero or negative sales count as over every T.
 */
export function holds(condition: Condition, { stockCentisqm, soldCentisqm, monthsPresent }: Figures): boolean {
  if (condition.kind === 'always') return true;
  const { numerator, denominator } = condition.months;
  const stock = BigInt(stockCentisqm) * BigInt(monthsPresent) * denominator;
  const limit = numerator * BigInt(soldCentisqm);
  if (condition.kind === 'over') return stock > limit;
  if (condition.kind === 'atLeast') return stock >= limit;
  return condition.kind === 'under' ? stock < limit : stock <= limit;
}
