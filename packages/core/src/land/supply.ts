import { type Assessment, landSupplyOf } from '../assess.ts';
import type { LandSupply, Rulebook } from '../rulebook.ts';

/**
 * What a unit's tier meant for land on a day: that of the newest month with a tier that was over by then.
 *
 * Shapes: `assessments` of one unit in month order. Missing: null before its first tier.
 */
export function supplyLookup(
  assessments: readonly Assessment[],
  rulebook: Rulebook,
): (day: string) => LandSupply | null {
  return (day) => {
    const before = assessments.findLast(({ month, tier }) => tier !== null && month < day.slice(0, 7));
    return before === undefined ? null : landSupplyOf(rulebook, before.tier);
  };
}
