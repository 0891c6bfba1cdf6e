import {
  citationOf,
  decideLand as decide,
  formatCentisqm,
  type LandAnswer,
  type LandBasis,
  type LandDecision,
  type LandQuestion,
  landPolicyOf,
  parcelKey,
  type QuotaSums,
  type Rulebook,
  yearOf,
} from '@quhua/core';
import { type Db, type DecisionPurpose, ruleSnapshot, saveLandDecision, saveRuleSnapshot } from '@quhua/storage';
import { type PresentedFigures, presentFigures } from '../assessments-of.ts';
import { type Engine, refuseFuture, ruleInForce } from '../engine.ts';
import { type FoundBasis, loadBasis } from './basis.ts';
import { type LandAsk, readQuestion } from './question.ts';

/** An answer as the CLI and the API give it. Units: land in whole ㎡, homes in ㎡ with 2 decimals, both as decimal text. */
export type LandCheck = {
  readonly id: string;
  readonly decision: LandAnswer;
  readonly conclusion: string;
  readonly region: string;
  readonly regionName: string;
  readonly parcel: string;
  readonly use: string;
  readonly area: string;
  readonly residentialShare: string | null;
  readonly date: string;
  readonly asOf: string;
  readonly tier: string | null;
  readonly rule: {
    readonly id: string;
    readonly title: string;
    readonly number: string;
    readonly clause: string | null;
    readonly citation: string;
  };
  readonly quota: {
    readonly year: number;
    readonly carried: string;
    readonly completed: string;
    readonly recovered: string;
    readonly reserved: string;
    readonly confirmed: string;
    readonly remaining: string;
  };
  /** Quota that this sale takes. */
  readonly quotaArea: string;
  readonly largestAllowed: string | null;
  readonly reasons: LandDecision['reasons'];
  readonly warnings: LandDecision['warnings'];
  readonly assessment: CheckedAssessment | null;
  readonly changes: readonly {
    readonly code: string;
    readonly text: string;
    readonly netSales: string | null;
    readonly stock: string | null;
    readonly land: string | null;
  }[];
  readonly simulated: boolean;
};

export type CheckedAssessment = PresentedFigures & {
  readonly month: string;
  readonly definition: string;
  readonly asOf: string;
};

export type CheckInput = LandAsk & { readonly asOf?: Date; readonly by: string };

/** A decision with everything that it was made from. */
export type Decided = {
  readonly id: number;
  readonly question: LandQuestion;
  readonly found: FoundBasis;
  readonly decision: LandDecision;
  readonly rulebook: Rulebook;
  /** When it was decided; of an answer as of an instant, that instant stands in `asOf`. */
  readonly at: Date;
  readonly asOf: Date | null;
};

/**
 * Answers “may this parcel be sold now?” and stores the answer with its proof.
 *
 * Errors: invalid/… of `readQuestion` and `loadBasis` for a question that cannot be answered; nothing is stored then.
 */
export async function checkLand(engine: Engine, input: CheckInput): Promise<LandCheck> {
  const undecided = await decideNow(engine, input);
  const id = await storeDecision(engine, engine.database.db, { ...undecided, by: input.by, purpose: 'check' });
  return presentDecision({ ...undecided, id });
}

/** A decision that is not stored yet. */
export type Unstored = Omit<Decided, 'id'>;

/** Reads the question, loads its basis and decides; stores nothing. Errors: as `checkLand`. */
export async function decideNow(engine: Engine, input: Omit<CheckInput, 'by'>): Promise<Unstored> {
  const rulebook = ruleInForce(engine);
  const asOf = input.asOf === undefined ? null : refuseFuture(engine, input.asOf);
  const question = readQuestion(engine, input, landPolicyOf(rulebook));
  const found = await loadBasis(engine, { question, rulebook, asOf });
  const decision = decide(question, found.basis, rulebook);
  return { question, found, decision, rulebook, at: engine.now(), asOf };
}

export type Storable = Unstored & { readonly by: string; readonly purpose: DecisionPurpose };

/** Stores a decision, on its own or as part of a transaction; returns its id. */
export async function storeDecision(
  engine: Engine,
  db: Db,
  { question, found, decision, rulebook, at, asOf, by, purpose }: Storable,
): Promise<number> {
  const { code: jurisdiction } = engine.config.jurisdiction;
  return saveLandDecision(db, {
    jurisdiction,
    regionId: found.regionId,
    parcelKey: parcelKey(question.parcelNo),
    purpose,
    answer: decision.answer,
    date: question.date,
    asOf,
    at,
    by,
    ruleHash: await keepRule(engine.database.db, rulebook),
    account: found.account,
    question,
    basis: { ...found.basis, simulated: found.simulated, ...(found.lines === null ? {} : { lines: found.lines }) },
    decision,
  });
}

/** Rules that this process has stored already: they change with the configuration only. */
const kept = new WeakMap<Rulebook, Promise<string>>();
export function keepRule(db: Db, rulebook: Rulebook): Promise<string> {
  const found = kept.get(rulebook);
  if (found !== undefined) return found;
  const snapshot = ruleSnapshot(rulebook);
  const storing = saveRuleSnapshot(db, snapshot).then(() => snapshot.hash);
  kept.set(rulebook, storing);
  storing.catch(() => kept.delete(rulebook));
  return storing;
}

/** The answer as people and programs read it. */
export function presentDecision({ id, question, found, decision, rulebook, at, asOf }: Decided): LandCheck {
  const { basis } = found;
  return {
    id: String(id),
    decision: decision.answer,
    conclusion: decision.conclusion,
    region: question.regionCode,
    regionName: question.regionName,
    parcel: question.parcelNo,
    use: question.use.use,
    area: String(question.areaSqm),
    residentialShare: shareText(question.shareBp),
    date: question.date,
    asOf: (asOf ?? at).toISOString(),
    tier: basis.assessment?.tier ?? null,
    rule: {
      id: rulebook.id,
      title: rulebook.title,
      number: rulebook.number,
      clause: rulebook.clause ?? null,
      citation: citationOf(rulebook),
    },
    quota: presentQuota(yearOf(question.date), basis.quota),
    quotaArea: String(decision.quotaSqm),
    largestAllowed: decision.largestSqm === null ? null : String(decision.largestSqm),
    reasons: decision.reasons,
    warnings: decision.warnings,
    assessment: basis.assessment === null ? null : presentAssessment(basis.assessment, rulebook),
    changes: decision.changes.map(({ code, text, netSalesCentisqm, stockCentisqm, landSqm }) => ({
      code,
      text,
      netSales: netSalesCentisqm === null ? null : formatCentisqm(netSalesCentisqm),
      stock: stockCentisqm === null ? null : formatCentisqm(stockCentisqm),
      land: landSqm === null ? null : String(landSqm),
    })),
    simulated: found.simulated,
  };
}

export function presentQuota(
  year: number,
  { carried, completed, recovered, reserved, confirmed, remaining }: QuotaSums,
): LandCheck['quota'] {
  return {
    year,
    carried: String(carried),
    completed: String(completed),
    recovered: String(recovered),
    reserved: String(reserved),
    confirmed: String(confirmed),
    remaining: String(remaining),
  };
}

function presentAssessment(assessment: NonNullable<LandBasis['assessment']>, rulebook: Rulebook): CheckedAssessment {
  const { month, asOf } = assessment;
  return { month, ...presentFigures(assessment, rulebook), definition: rulebook.definition.id, asOf };
}

/** Share as decimal text: 7,000 is `0.7`. */
export function shareText(shareBp: number | null): string | null {
  return shareBp === null ? null : String(shareBp / 10_000);
}
