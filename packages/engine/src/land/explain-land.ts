import {
  canonicalJson,
  decideLand as decide,
  type LandBasis,
  type LandDecision,
  type LandQuestion,
  type QuotaLine,
  type Rulebook,
  yearOf,
} from '@quhua/core';
import { getLandDecision, getRuleSnapshot, type LandDecisionRecord, listLandLines } from '@quhua/storage';
import type { Engine } from '../engine.ts';
import { type Decided, decideNow, type LandCheck, presentDecision, storeDecision } from './decide-land.ts';
import { type QuotaLineView, viewLine } from './lines.ts';

type StoredBasis = LandBasis & { readonly simulated: boolean; readonly lines?: readonly QuotaLine[] };

export type LandExplanation = LandCheck & {
  readonly decidedAt: string;
  readonly by: string;
  readonly purpose: LandDecisionRecord['purpose'];
  readonly lines: readonly QuotaLineView[];
  /** Whether the stored inputs give the stored answer again. */
  readonly derivedAgain: boolean;
};

/** A stored decision as it was made. Errors: not_found/DECISION_NOT_FOUND. */
export async function recallDecision(engine: Engine, id: number): Promise<Decided> {
  return toDecided(engine, await getLandDecision(engine.database.db, engine.config.jurisdiction.code, id));
}

async function toDecided(engine: Engine, record: LandDecisionRecord): Promise<Decided> {
  const { simulated, lines, ...basis } = record.basis as StoredBasis; // safe: written by storeDecision only
  return {
    id: record.id,
    question: record.question as LandQuestion, // safe: as above
    decision: record.decision as LandDecision, // safe: as above
    rulebook: await ruleOf(engine, record.ruleHash),
    at: record.at,
    asOf: record.asOf,
    found: {
      basis,
      regionId: record.regionId,
      assessmentId: null,
      account: record.account,
      lines: lines ?? null,
      closed: false,
      takenOver: false,
      simulated,
    },
  };
}

/** Rules by their hash never change: one read for each. */
const rules = new Map<string, Rulebook>();
async function ruleOf(engine: Engine, hash: string): Promise<Rulebook> {
  const known = rules.get(hash);
  if (known !== undefined) return known;
  const rulebook = await getRuleSnapshot<Rulebook>(engine.database.db, hash);
  rules.set(hash, rulebook);
  return rulebook;
}

/**
 * A stored decision with the lines that it rests on, derived again from its stored inputs under the rules of its time.
 *
 * Errors: not_found/DECISION_NOT_FOUND.
 */
export async function explainLand(engine: Engine, id: number): Promise<LandExplanation> {
  const record = await getLandDecision(engine.database.db, engine.config.jurisdiction.code, id);
  const decided = await toDecided(engine, record);
  const again = decide(decided.question, decided.found.basis, decided.rulebook);
  return {
    ...presentDecision(decided),
    decidedAt: record.at.toISOString(),
    by: record.by,
    purpose: record.purpose,
    lines: (await linesOf(engine, decided)).map(viewLine),
    derivedAgain: canonicalJson(again) === canonicalJson(decided.decision),
  };
}

/** The lines that a decision rests on: those of its account's version, or those that were derived for it. */
export async function linesOf(
  { database }: Engine,
  { found, question }: Pick<Decided, 'found' | 'question'>,
): Promise<readonly QuotaLine[]> {
  if (found.lines !== null) return found.lines;
  if (found.account === null) return [];
  const lines = await listLandLines(database.db, [found.account]);
  return lines.filter(({ year }) => year === yearOf(question.date));
}

export type LandRecheck = {
  readonly before: LandCheck;
  readonly now: LandCheck;
  readonly same: boolean;
  /** What differs, in words. */
  readonly differences: readonly string[];
};

/** Asks a stored question again, with what is known today and the rules of today; the new answer is stored too. */
export async function recheckLand(
  engine: Engine,
  { id, by }: { readonly id: number; readonly by: string },
): Promise<LandRecheck> {
  const before = await recallDecision(engine, id);
  const { question } = before;
  const undecided = await decideNow(engine, {
    region: question.regionCode,
    parcel: question.parcelNo,
    use: question.use.use,
    area: String(question.areaSqm),
    ...(question.shareBp === null ? {} : { residentialShare: String(question.shareBp / 10_000) }),
    date: question.date,
  });
  const newId = await storeDecision(engine, engine.database.db, { ...undecided, by, purpose: 'recheck' });
  const [then, now] = [presentDecision(before), presentDecision({ ...undecided, id: newId })];
  const differences = differencesOf(then, now);
  return { before: then, now, same: differences.length === 0, differences };
}

function differencesOf(before: LandCheck, now: LandCheck): string[] {
  const compared: readonly (readonly [string, unknown, unknown])[] = [
    ['结论', before.decision, now.decision],
    ['规则', before.rule.citation, now.rule.citation],
    ['档次', before.tier, now.tier],
    ['评估月份', before.assessment?.month ?? null, now.assessment?.month ?? null],
    ['去化周期', before.assessment?.monthsOfSupplyText ?? null, now.assessment?.monthsOfSupplyText ?? null],
    ['竣工', before.quota.completed, now.quota.completed],
    ['收回', before.quota.recovered, now.quota.recovered],
    ['预留', before.quota.reserved, now.quota.reserved],
    ['确认', before.quota.confirmed, now.quota.confirmed],
    ['剩余', before.quota.remaining, now.quota.remaining],
    ['最多可供', before.largestAllowed, now.largestAllowed],
  ];
  return compared
    .filter(([, a, b]) => a !== b)
    .map(([what, a, b]) => `${what}：原为 ${String(a ?? '—')}，现为 ${String(b ?? '—')}`);
}
