import { dayAt, yearOf } from '@quhua/core';
import { closeLandYear as storeClosing } from '@quhua/storage';
import { type Engine, regionIdsOf } from '../engine.ts';
import { watchPlan } from '../watch-plan.ts';
import { expireReservations } from './end-reservation.ts';
import { invalid } from './question.ts';
import { watchAllLand, watchLand } from './watch-land.ts';

/** The hourly look: reservations whose time is over, every account against its tier, the plan against itself. */
export async function checkLandAccounts(engine: Engine): Promise<{ readonly expired: number }> {
  const expired = await expireReservations(engine);
  await watchAllLand(engine);
  await watchPlan(engine);
  return { expired };
}

/**
 * Closes a year's accounts of every unit: what is reserved there stays, and nothing is reserved or confirmed there any more.
 *
 * Errors: invalid/YEAR_RUNNING for a year that is not over.
 */
export async function closeLandYear(
  engine: Engine,
  year: number,
): Promise<{ readonly year: number; readonly closed: number }> {
  const today = dayAt(engine.now(), engine.config.jurisdiction.timezone);
  if (year >= yearOf(today)) throw invalid('YEAR_RUNNING', `${year}年还没有结束，不能关闭 / the year is not over`);
  const jurisdiction = engine.config.jurisdiction.code;
  const regionIds = [...(await regionIdsOf(engine)).values()];
  const closed = await engine.database.transaction(async (tx) => {
    const at = engine.now();
    const count = await storeClosing(tx, { jurisdiction, year, at });
    await watchLand(engine, tx, { regionIds, at });
    return count;
  });
  return { year, closed };
}
