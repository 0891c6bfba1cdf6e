import {
  AppError,
  canonicalJson,
  crossesQuotaLimit,
  hectareText,
  type LandAnswer,
  landPolicyOf,
  parcelKey,
  yearOf,
} from '@quhua/core';
import { findReservationByKey, type LandReservation, type Reserved, reserveQuota, type Tx } from '@quhua/storage';
import { type Engine, ruleInForce } from '../engine.ts';
import {
  type CheckInput,
  type Decided,
  decideNow,
  keepRule,
  type LandCheck,
  presentDecision,
  storeDecision,
  type Unstored,
} from './decide-land.ts';
import { recallDecision } from './explain-land.ts';
import { instantAfter, lockUnit, settleCarried } from './locked-accounts.ts';
import { invalid, readQuestion } from './question.ts';
import { watchLand } from './watch-land.ts';

/** A reservation as the CLI and the API show it. Units: whole ㎡ as decimal text. */
export type ReservationView = {
  readonly id: string;
  readonly key: string;
  readonly status: LandReservation['status'];
  readonly parcel: string;
  readonly area: string;
  readonly quotaArea: string;
  readonly confirmedArea: string | null;
  readonly date: string;
  readonly createdAt: string;
  readonly expiresAt: string;
};
export type ReserveInput = Omit<CheckInput, 'asOf'> & { readonly key: string };
export type ReserveResult = LandCheck & { readonly reservation: ReservationView | null };

/** Answers under which quota may be taken. */
const YES: readonly LandAnswer[] = ['ALLOWED', 'WITHIN_QUOTA', 'EXEMPT'];
/** Refusals that mean: look again. */
const AGAIN: readonly string[] = ['KEY_TAKEN', 'BASIS_CHANGED'];
/** How often a decision is made anew because what it rested on changed meanwhile. */
const MOST_TRIES = 5;

/**
 * Checks a parcel and takes its quota, or says why not (`reservation` null). The same key again returns the same
 * reservation, whatever became of it.
 *
 * Errors: those of `checkLand`; conflict/KEY_REUSED (the key belongs to another question), conflict/PARCEL_RESERVED,
 * conflict/PARCEL_COUNTED (the ledger counts the parcel already), invalid/YEAR_NOT_OPEN, invalid/CLOCK_BACK.
 * Concurrency: any number at once; the balance never goes below what is there.
 */
export async function reserveLand(engine: Engine, input: ReserveInput): Promise<ReserveResult> {
  const key = input.key.trim();
  if (key === '' || key.length > 200) throw invalid('KEY_EMPTY', '请用 --key 给出幂等键（1–200 字） / a key is needed');
  for (let attempt = 1; ; attempt += 1) {
    const known = await findReservationByKey(engine.database.db, engine.config.jurisdiction.code, key);
    if (known !== undefined) return repeated(engine, { known, input });
    const undecided = await decideNow(engine, input);
    // What is missing now may be what this very key has just taken: then it is no refusal.
    if (isRefused(undecided) && (await isKnown(engine, key))) continue;
    refuseTaken(undecided);
    if (!YES.includes(undecided.decision.answer)) {
      const id = await storeDecision(engine, engine.database.db, { ...undecided, by: input.by, purpose: 'reserve' });
      return { ...presentDecision({ ...undecided, id }), reservation: null };
    }
    const outcome = await take(engine, undecided, { ...input, key });
    if (outcome !== null) return outcome;
    if (attempt >= MOST_TRIES) {
      throw new AppError('transient', 'LAND_BUSY', '限额或评估正在变动，请重试 / the account is changing, try again');
    }
  }
}

/** The reservation with its decision in one commit; null, and nothing stored, if what was decided by has changed. */
async function take(engine: Engine, undecided: Unstored, input: ReserveInput): Promise<ReserveResult | null> {
  const { question, found } = undecided;
  const jurisdiction = engine.config.jurisdiction.code;
  const year = yearOf(question.date);
  // Before the transaction: it would ask for a second connection, and where all wait for one nobody gets it.
  await keepRule(engine.database.db, undecided.rulebook);
  try {
    return await engine.database.transaction(async (tx) => {
      const accounts = await lockUnit(engine, tx, found.regionId, found.account === null ? [year] : []);
      const account = accounts.find((one) => one.year === year);
      const at = instantAfter(engine, account);
      const id = await storeDecision(engine, tx.sql, { ...undecided, by: input.by, purpose: 'reserve' });
      const decided: Decided = { ...undecided, id };
      const expiresAt = new Date(at.getTime() + landPolicyOf(decided.rulebook).reservationDays * 86_400_000);
      const reserved = await reserveQuota(tx, {
        jurisdiction,
        key: input.key,
        request: requestOf(decided),
        regionId: found.regionId,
        year,
        parcelNo: question.parcelNo,
        parcelKey: parcelKey(question.parcelNo),
        landUse: question.use.use,
        areaSqm: question.areaSqm,
        shareBp: question.shareBp,
        quotaSqm: decided.decision.quotaSqm,
        date: question.date,
        decisionId: decided.id,
        assessmentId: decided.decision.answer === 'EXEMPT' ? null : found.assessmentId,
        limited: decided.decision.answer === 'WITHIN_QUOTA',
        at,
        by: input.by,
        expiresAt,
      });
      engine.onStep('land.reserved');
      if (reserved === null)
        throw new AppError('conflict', 'BASIS_CHANGED', '限额或评估刚刚变动 / what was decided by has changed');
      await follow(engine, tx, { decided, reserved, at });
      const reservation = await findReservationByKey(tx.sql, jurisdiction, input.key);
      return { ...presentDecision(decided), reservation: reservation === undefined ? null : viewOf(reservation) };
    });
  } catch (error) {
    if (error instanceof AppError && AGAIN.includes(error.code)) return null;
    if (error instanceof AppError && error.code === 'PARCEL_RESERVED' && (await isKnown(engine, input.key)))
      return null;
    throw error;
  }
}

async function isKnown({ database, config }: Engine, key: string): Promise<boolean> {
  return (await findReservationByKey(database.db, config.jurisdiction.code, key)) !== undefined;
}

function isRefused({ found, decision }: Unstored): boolean {
  return found.closed || found.takenOver || found.basis.parcel.ownSqm > 0 || !YES.includes(decision.answer);
}

function refuseTaken({ question, found }: Unstored): void {
  if (found.closed) {
    throw invalid('YEAR_NOT_OPEN', `${yearOf(question.date)}年度的限额账已关闭，不能再预留 / the year is closed`);
  }
  const { ownSqm } = found.basis.parcel;
  if (ownSqm === 0 && !found.takenOver) return;
  const what =
    ownSqm > 0
      ? `已公告、签约或预留，其 ${ownSqm} ㎡ 已计入限额`
      : `在台账中已公告或签约，或于 ${question.date} 当日及以后流拍、终止，以台账为准`;
  const message = `宗地 ${question.parcelNo} ${what}，不能重复预留 / the parcel is counted already`;
  throw new AppError('conflict', 'PARCEL_COUNTED', message);
}

type Followed = { readonly decided: Decided; readonly reserved: Reserved; readonly at: Date };

/** What a reservation entails in the same commit: carried balances, and alerts where a limit was crossed. */
async function follow(engine: Engine, tx: Tx, { decided, reserved, at }: Followed): Promise<void> {
  const { found, decision, rulebook } = decided;
  const policy = landPolicyOf(rulebook);
  await settleCarried(engine, tx, found.regionId, at);
  const crossed = crossesQuotaLimit({ ...reserved, takenSqm: decision.quotaSqm }, policy);
  if (crossed) await watchLand(engine, tx, { regionIds: [found.regionId], at });
}

function requestOf({ question }: Pick<Decided, 'question'>): object {
  const { regionCode, parcelNo, use, areaSqm, shareBp, date } = question;
  return { regionCode, parcel: parcelKey(parcelNo), use: use.use, areaSqm, shareBp, date };
}

type Repeat = { readonly known: LandReservation; readonly input: ReserveInput };

async function repeated(engine: Engine, { known, input }: Repeat): Promise<ReserveResult> {
  const decided = await recallDecision(engine, known.decisionId);
  // A repeat sent the next morning without a date means the same sale.
  const question = readQuestion(engine, { date: known.date, ...input }, landPolicyOf(ruleInForce(engine)));
  const same = canonicalJson(requestOf({ question })) === canonicalJson(known.request);
  if (!same) {
    const message = `幂等键 ${known.key} 已用于另一笔预留（${known.parcelNo}，${hectareText(known.areaSqm)} 公顷）：新的预留请用新的键 / the key belongs to another reservation`;
    throw new AppError('conflict', 'KEY_REUSED', message);
  }
  return { ...presentDecision(decided), reservation: viewOf(known) };
}

export function viewOf(reservation: LandReservation): ReservationView {
  const { id, key, status, parcelNo, areaSqm, quotaSqm, confirmedAreaSqm, date, createdAt, expiresAt } = reservation;
  return {
    id: String(id),
    key,
    status,
    parcel: parcelNo,
    area: String(areaSqm),
    quotaArea: String(quotaSqm),
    confirmedArea: confirmedAreaSqm === null ? null : String(confirmedAreaSqm),
    date,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
