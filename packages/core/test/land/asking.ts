// A question about parcel P of 喀什市 in a unit at 25 months with 3,000 ㎡ of quota; whatever is given stands instead.
import {
  type Assessment,
  decideLand,
  getLandUse,
  type LandBasis,
  type LandPolicy,
  type LandQuestion,
  NO_QUOTA,
  type QuotaSums,
  type Rulebook,
  sumsOf,
  tierOf,
} from '../../src/index.ts';
import { assessmentOf, mnr2024 } from '../samples.ts';
import { HOUSING, ruleWith, withLand } from './support.ts';

/** A unit's assessment from months of supply: its tier by the rule, coming from another one or none. */
export function monthsOf(
  stock: number,
  previousTier: string | null = null,
  given: Partial<Assessment> = {},
): LandBasis['assessment'] {
  const figures = { stockCentisqm: stock * 100, soldCentisqm: 1200_00, monthsPresent: 12 };
  const { tier, landSupply } = tierOf(figures, mnr2024.tiers, previousTier);
  return {
    ...assessmentOf({ ...figures, tier, previousTier, landSupply, ...given }),
    asOf: '2025-11-06T02:00:00.000Z',
  };
}

export const SUSPENDED = monthsOf(3601);
export const SWAP = monthsOf(2500);
export const FREE = monthsOf(1500);

export function quotaOf(given: Partial<QuotaSums>): QuotaSums {
  return sumsOf({ ...NO_QUOTA, ...given });
}

export type Given = {
  readonly question?: Partial<LandQuestion> & { readonly useName?: string };
  readonly basis?: Partial<LandBasis>;
  readonly parcel?: Partial<LandBasis['parcel']>;
  readonly land?: Partial<LandPolicy>;
};

export function decide(
  { question = {}, basis = {}, parcel = {}, land = {} }: Given,
  rulebook: Rulebook = ruleWith(land),
) {
  const { useName = HOUSING, ...asked } = question;
  const use = getLandUse(useName, withLand(land));
  return decideLand(
    {
      regionCode: '653101',
      regionName: '喀什市',
      parcelNo: 'P',
      use,
      areaSqm: 1000,
      shareBp: null,
      date: '2025-11-22',
      ...asked,
    },
    {
      assessment: SWAP,
      faults: [],
      remarks: [],
      quota: quotaOf({ completed: 3000 }),
      plan: null,
      ...basis,
      parcel: { known: true, ownSqm: 0, recovered: null, announced: null, ...parcel },
    },
    rulebook,
  );
}

export const RECOVERED = { recovered: { entryNo: 'E9', date: '2025-05-01' } };
export const FAULT = { code: 'FEED_STALE', zh: '数据已过期', en: 'the feed is stale' };
