import { AppError, dayAt, getLandUse, landPolicyOf, quotaAreaOf } from '@quhua/core';
import { endReservation, findReservationByKey, type LandReservation, listExpired } from '@quhua/storage';
import { type Engine, ruleInForce } from '../engine.ts';
import { instantAfter, lockUnit, settleCarried } from './locked-accounts.ts';
import { invalid, parseDay, parseLandArea } from './question.ts';
import { type ReservationView, viewOf } from './reserve-land.ts';
import { watchLand } from './watch-land.ts';

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
