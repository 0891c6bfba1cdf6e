import {
  type Assessment,
  addMonths,
  dayAt,
  type LandQuestion,
  type LandSupply,
  landPolicyOf,
  type Rulebook,
  supplyLookup,
} from '@quhua/core';
import { deriveAssessments } from '../derive.ts';
import type { Engine } from '../engine.ts';

export type KnownTier = {
  readonly question: Pick<LandQuestion, 'regionCode' | 'date'>;
  readonly rulebook: Rulebook;
  readonly asOf: Date;
};

/** Newest assessment with a tier of the months that were over on a day, as it follows from what was known at an instant. */
export async function deriveNewest(
  engine: Engine,
  { question, rulebook, asOf }: KnownTier,
): Promise<Assessment | null> {
  const to = addMonths(question.date.slice(0, 7), -1);
  const from = addMonths(to, -landPolicyOf(rulebook).assessmentMaxAgeMonths - 12);
  for await (const { assessments } of deriveAssessments(engine, {
    rulebook,
    from,
    to,
    asOf,
    codes: [question.regionCode],
  })) {
    return assessments.findLast(({ tier }) => tier !== null) ?? null;
  }
  return null;
}

type SupplyOn = (day: string) => LandSupply | null;

/** First month of which a tier can be asked for. */
const FIRST = '1950-01';

/**
 * What the tier of each unit meant for land on a day, as it follows from what was known at an instant.
 *
 * Missing: empty where the settings do not ask for it.
 */
export async function supplyKnownAt(
  engine: Engine,
  { rulebook, codes, asOf }: { readonly rulebook: Rulebook; readonly codes: readonly string[]; readonly asOf: Date },
): Promise<ReadonlyMap<string, SupplyOn>> {
  const found = new Map<string, SupplyOn>();
  if (landPolicyOf(rulebook).announcedBefore === 'bound') return found;
  const to = dayAt(asOf, engine.config.jurisdiction.timezone).slice(0, 7);
  for await (const { code, assessments } of deriveAssessments(engine, { rulebook, from: FIRST, to, asOf, codes })) {
    found.set(code, supplyLookup(assessments, rulebook));
  }
  return found;
}
