import { landPolicyOf } from '@quhua/core';
import { listLandAccounts, listLandRegions, type Tx } from '@quhua/storage';
import { type Engine, ruleInForce } from '../engine.ts';
import { settleLandAccounts } from './settle-accounts.ts';
import { type WatchInput, watchLand } from './watch-land.ts';

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
