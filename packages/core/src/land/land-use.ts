import { AppError } from '../errors.ts';
import { matchingKey } from '../jurisdiction.ts';
import type { LandPolicy, LandUseRule } from './policy.ts';

/** A residential share in hundredths of a percent: 10,000 is all of it. */
export type ShareBp = number;
export const WHOLE_BP = 10_000;

/** The rule of a land use as a person or a file writes it, or undefined. For matching only: what was written is kept. */
export function findLandUse(text: string, { uses }: Pick<LandPolicy, 'uses'>): LandUseRule | undefined {
  const key = matchingKey(text);
  return uses.find(({ use, words }) => [use, ...words].some((word) => matchingKey(word) === key));
}

/** Errors: invalid/LAND_USE_UNKNOWN with the uses that there are. */
export function getLandUse(text: string, policy: Pick<LandPolicy, 'uses'>): LandUseRule {
  const found = findLandUse(text, policy);
  if (found !== undefined) return found;
  const known = policy.uses.map(({ use }) => use).join('、');
  const message = `不认识的用途“${text}”：可用 ${known}；其他写法可加到规则的 land.uses 中 / unknown land use`;
  throw new AppError('invalid', 'LAND_USE_UNKNOWN', message);
}

/**
 * What of a parcel's area counts against the quota: up to the next ㎡, so that it is never too little.
 *
 * Units: whole ㎡ in and out. Missing: without a share all of it counts.
 */
export function quotaAreaOf(areaSqm: number, use: LandUseRule, share: ShareBp | null, policy: LandPolicy): number {
  if (use.control === 'exempt') return 0;
  if (share === null || policy.mixedUse === 'whole') return areaSqm;
  return Number((BigInt(areaSqm) * BigInt(share) + BigInt(WHOLE_BP - 1)) / BigInt(WHOLE_BP));
}

/** What of a completed or recovered parcel adds to the quota: down to the whole ㎡, so that it is never too much. */
export function revitalisedAreaOf(
  areaSqm: number,
  use: LandUseRule,
  share: ShareBp | null,
  policy: LandPolicy,
): number {
  if (!use.revitalises) return 0;
  if (share === null || policy.mixedUse === 'whole') return areaSqm;
  return Number((BigInt(areaSqm) * BigInt(share)) / BigInt(WHOLE_BP));
}

/** The largest area whose quota area does not exceed `remaining`; null without a limit. Units: whole ㎡. */
export function largestAreaWithin(remaining: number, share: ShareBp | null, { mixedUse }: LandPolicy): number | null {
  if (remaining <= 0) return 0;
  if (share === null || mixedUse === 'whole') return remaining;
  return share === 0 ? null : Number((BigInt(remaining) * BigInt(WHOLE_BP)) / BigInt(share));
}
