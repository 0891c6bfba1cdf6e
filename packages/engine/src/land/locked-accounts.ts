import { landPolicyOf } from '@quhua/core';
import { type LandAccount, lockLandAccounts, lockLandLedger, type Tx } from '@quhua/storage';
import { type Engine, ruleInForce } from '../engine.ts';
import { invalid } from './question.ts';
import { settleLandAccounts } from './settle-accounts.ts';

/** Clocks of two machines may differ by this much; what is further back is an error. */
const CLOCK_SKEW_MS = 300_000;

/** A unit's accounts, locked: what settles them, which a carried balance needs, takes the ledger's lock first. */
export async function lockUnit(
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
export function instantAfter(engine: Engine, account: LandAccount | undefined): Date {
  const now = engine.now();
  if (account === undefined || account.changedAt <= now) return now;
  if (account.changedAt.getTime() - now.getTime() <= CLOCK_SKEW_MS) return account.changedAt;
  const message = `本机时钟 ${now.toISOString()} 早于账目最后变动 ${account.changedAt.toISOString()}：请校准时钟 / the clock was set back`;
  throw invalid('CLOCK_BACK', message);
}

/** Balances that a change carries into later years, where the rules carry any. */
export async function settleCarried(engine: Engine, tx: Tx, regionId: number, at: Date): Promise<void> {
  if (landPolicyOf(ruleInForce(engine)).carryOver !== 'none')
    await settleLandAccounts(engine, tx, { regionIds: [regionId], at });
}
