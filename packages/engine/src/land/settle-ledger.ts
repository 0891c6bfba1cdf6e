import { dayAt, landPolicyOf, yearOf } from '@quhua/core';
import { listLandAccounts, listLandRegions, closeLandYear as storeClosing, type Tx } from '@quhua/storage';
import { type Engine, regionIdsOf, ruleInForce } from '../engine.ts';
import { invalid } from './question.ts';
import { expireReservations } from './reserve-land.ts';
import { settleLandAccounts } from './settle-accounts.ts';
import { type WatchInput, watchAllLand, watchLand } from './watch-land.ts';

/** What a batch of the land ledger entails, taken in or withdrawn: accounts, parcels and alerts, in the same commit. */
export async function settleLedger(engine: Engine, tx: Tx, batchId: number): Promise<void> {
  const regionIds = await listLandRegions(tx.sql, engine.config.jurisdiction.code, batchId);
  const at = engine.now();
  await settleLandAccounts(engine, tx, { regionIds, at });
  await watchLand(engine, tx, { regionIds, at });
}

/** What changed tiers entail: alerts about quotas, and accounts where they leave land alone that was announced while free. */
export async function settleTiers(engine: Engine, tx: Tx, input: WatchInput): Promise<void> {
  if (landPolicyOf(ruleInForce(engine)).announcedBefore === 'grandfathered') {
    const accounts = await listLandAccounts(tx.sql, input);
    await settleLandAccounts(engine, tx, { regionIds: accounts.map(({ regionId }) => regionId), at: input.at });
  }
  await watchLand(engine, tx, input);
}

/** The hourly look: reservations whose time is over, and every account against its tier. */
export async function checkLandAccounts(engine: Engine): Promise<{ readonly expired: number }> {
  const expired = await expireReservations(engine);
  await watchAllLand(engine);
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
