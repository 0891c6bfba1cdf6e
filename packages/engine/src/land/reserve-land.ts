import {
  AppError,
  canonicalJson,
  crossesQuotaLimit,
  dayAt,
  getLandUse,
  hectareText,
  type LandAnswer,
  landPolicyOf,
  parcelKey,
  quotaAreaOf,
  yearOf,
} from '@quhua/core';
import {
  endReservation,
  findReservationByKey,
  type LandAccount,
  type LandReservation,
  listExpired,
  lockLandAccounts,
  lockLandLedger,
  type Reserved,
  reserveQuota,
  type Tx,
} from '@quhua/storage';
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
import { invalid, parseDay, parseLandArea, readQuestion } from './question.ts';
import { settleLandAccounts } from './settle-accounts.ts';
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
/** Clocks of two machines may differ by this much; what is further back is an error. */
const CLOCK_SKEW_MS = 300_000;
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

/** A unit's accounts, locked: what settles them, which a carried balance needs, takes the ledger's lock first. */
async function lockUnit(
  engine: Engine,
  tx: Tx,
  regionId: number,
  years: readonly number[] = [],
): Promise<readonly LandAccount[]> {
  if (landPolicyOf(ruleInForce(engine)).carryOver !== 'none') await lockLandLedger(tx, regionId);
  return lockLandAccounts(tx, { jurisdiction: engine.config.jurisdiction.code, regionId, years, at: engine.now() });
}

/**
 * Now, unless the account was changed later: then its clock, or a refusal where this one was set back.
 *
 * Concurrency: the account is locked, so that changes follow each other in time as they do in its versions.
 */
function instantAfter(engine: Engine, account: LandAccount | undefined): Date {
  const now = engine.now();
  if (account === undefined || account.changedAt <= now) return now;
  if (account.changedAt.getTime() - now.getTime() <= CLOCK_SKEW_MS) return account.changedAt;
  const message = `本机时钟 ${now.toISOString()} 早于账目最后变动 ${account.changedAt.toISOString()}：请校准时钟 / the clock was set back`;
  throw invalid('CLOCK_BACK', message);
}

type Followed = { readonly decided: Decided; readonly reserved: Reserved; readonly at: Date };

/** What a reservation entails in the same commit: carried balances, and alerts where a limit was crossed. */
async function follow(engine: Engine, tx: Tx, { decided, reserved, at }: Followed): Promise<void> {
  const { found, decision, rulebook } = decided;
  const policy = landPolicyOf(rulebook);
  if (policy.carryOver !== 'none') await settleLandAccounts(engine, tx, { regionIds: [found.regionId], at });
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

export type EndInput = {
  readonly key: string;
  readonly by: string;
  readonly reason?: string;
  /** Of a confirmation: what was contracted, `1.2公顷`; left out, all that was reserved. */
  readonly area?: string;
  readonly date?: string;
};

/**
 * Confirms a reservation by contract; what was not contracted goes back. A second confirmation of the same area changes nothing.
 *
 * Errors: not_found/RESERVATION_NOT_FOUND, conflict/RESERVATION_ENDED, invalid/AREA_OVER_RESERVED, invalid/YEAR_NOT_OPEN.
 */
export async function confirmReservation(engine: Engine, input: EndInput): Promise<ReservationView> {
  const areaSqm = input.area === undefined ? null : parseLandArea(input.area);
  const today = dayAt(engine.now(), engine.config.jurisdiction.timezone);
  const date = input.date === undefined ? today : parseDay(input.date);
  if (date > today) throw invalid('DATE_FUTURE', `日期在将来：${date} / the day lies in the future`);
  return end(engine, input, (reservation) => {
    const area = areaSqm ?? reservation.areaSqm;
    if (area > reservation.areaSqm) {
      const message = `签约面积 ${area} ㎡ 大于预留面积 ${reservation.areaSqm} ㎡：请先另行预留 / more than was reserved`;
      throw invalid('AREA_OVER_RESERVED', message);
    }
    if (date < reservation.date)
      throw invalid('DATE_BEFORE', `签约日期 ${date} 早于预留日期 ${reservation.date} / before the reservation`);
    if (reservation.status === 'confirmed' && reservation.confirmedAreaSqm === area) return null;
    const policy = landPolicyOf(ruleInForce(engine));
    const quotaSqm =
      reservation.quotaSqm === 0
        ? 0
        : quotaAreaOf(area, getLandUse(reservation.landUse, policy), reservation.shareBp, policy);
    return { event: 'confirm', confirmed: { areaSqm: area, quotaSqm: Math.min(quotaSqm, reservation.quotaSqm), date } };
  });
}

/** Gives a reservation back. A second release changes nothing. Errors: as `confirmReservation`. */
export async function releaseReservation(engine: Engine, input: EndInput): Promise<ReservationView> {
  return end(engine, input, (reservation) => (reservation.status === 'released' ? null : { event: 'release' }));
}

type Ending = {
  readonly event: 'confirm' | 'release';
  readonly confirmed?: { readonly areaSqm: number; readonly quotaSqm: number; readonly date: string };
};

async function end(
  engine: Engine,
  { key, by, reason = null as string | null }: Omit<EndInput, 'reason'> & { readonly reason?: string | null },
  decideEnd: (reservation: LandReservation) => Ending | null,
): Promise<ReservationView> {
  const jurisdiction = engine.config.jurisdiction.code;
  return engine.database.transaction(async (tx) => {
    const found = await findReservationByKey(tx.sql, jurisdiction, key);
    if (found === undefined) {
      throw new AppError(
        'not_found',
        'RESERVATION_NOT_FOUND',
        `没有幂等键为 ${key} 的预留：见 quhua land status / no such reservation`,
      );
    }
    const { regionId } = found;
    const accounts = await lockUnit(engine, tx, regionId);
    const reservation = (await findReservationByKey(tx.sql, jurisdiction, key)) ?? found; // as it stands now that nobody else may change it
    const ending = decideEnd(reservation);
    if (ending === null) return viewOf(reservation);
    if (reservation.status !== 'active') {
      const word = { active: '有效', confirmed: '已确认', released: '已释放', expired: '已到期' }[reservation.status];
      throw new AppError(
        'conflict',
        'RESERVATION_ENDED',
        `预留 ${key} ${word}，不能再变动 / the reservation has ended`,
      );
    }
    const account = accounts.find(({ id }) => id === reservation.accountId);
    if (account?.closedAt != null)
      throw invalid('YEAR_NOT_OPEN', `${account.year}年度的限额账已关闭 / the year is closed`);
    const at = instantAfter(engine, account);
    await endReservation(tx, { id: reservation.id, at, by, reason, ...ending });
    engine.onStep('land.ended');
    await settleCarried(engine, tx, regionId, at);
    await watchLand(engine, tx, { regionIds: [regionId], at });
    return viewOf((await findReservationByKey(tx.sql, jurisdiction, key)) ?? reservation);
  });
}

async function settleCarried(engine: Engine, tx: Tx, regionId: number, at: Date): Promise<void> {
  if (landPolicyOf(ruleInForce(engine)).carryOver !== 'none')
    await settleLandAccounts(engine, tx, { regionIds: [regionId], at });
}

const EXPIRED_AT_ONCE = 200;

/**
 * Ends every reservation whose time is over and gives its quota back, a commit each; returns how many. What was done by
 * a run that died stays done, the next one goes on.
 */
export async function expireReservations(engine: Engine): Promise<number> {
  const jurisdiction = engine.config.jurisdiction.code;
  let ended = 0;
  for (;;) {
    const due = await listExpired(engine.database.db, jurisdiction, engine.now(), EXPIRED_AT_ONCE);
    for (const { id, regionId, year } of due) {
      ended += await engine.database.transaction(async (tx) => {
        const accounts = await lockUnit(engine, tx, regionId);
        const at = instantAfter(
          engine,
          accounts.find((one) => one.year === year),
        );
        const done = await endReservation(tx, { id, event: 'expire', at, by: 'schedule', reason: null });
        if (!done) return 0;
        engine.onStep('land.expired');
        await settleCarried(engine, tx, regionId, at);
        await watchLand(engine, tx, { regionIds: [regionId], at });
        return 1;
      });
    }
    if (due.length < EXPIRED_AT_ONCE) return ended;
  }
}
