import type { FeedName } from '@quhua/core';
import {
  appendOutbox,
  type Batch,
  compareStaged,
  getBatch,
  isProjectFeed,
  listAffected,
  lockFile,
  markRevealed,
  mergeObservations,
  type RegionMonth,
  stageHeld,
  approveBatch as storeApproval,
  withdrawBatch as storeWithdrawal,
  type Tx,
} from '@quhua/storage';
import { watchBatchProjects } from './delivery/watch-projects.ts';
import { type Engine, firstOpenMonth } from './engine.ts';
import { settleRefusal } from './feed-refusals.ts';
import { settleLedger } from './land/settle-ledger.ts';
import { ASSESS_QUEUE } from './settle-batch.ts';

export type BatchInput = { readonly id: number; readonly by: string; readonly reason: string };
export type BatchEffect = { readonly batch: string; readonly affected: readonly RegionMonth[] };

/**
 * Stops believing a batch from now on: its rows stay, what they made visible is derived again.
 *
 * Errors: not_found/BATCH_NOT_FOUND, conflict/BATCH_WITHDRAWN.
 */
export async function withdrawBatch(engine: Engine, { id, by, reason }: BatchInput): Promise<BatchEffect> {
  return engine.database.transaction(async (tx) => {
    const batch = await getBatch(tx.sql, engine.config.jurisdiction.code, id);
    await lockFile(tx, batch.jurisdiction, batch.sha256);
    await storeWithdrawal(tx, { batchId: id, at: engine.now(), by, reason });
    const affected = batch.feed === null ? [] : await listAffected(tx, batch.feed, id);
    if (batch.feed !== null) await markRevealed(tx, batch.feed, id);
    if (batch.feed === 'land') await settleLedger(engine, tx, id);
    if (isProjectFeed(batch.feed)) await watchBatchProjects(engine, tx, { feed: batch.feed, batchId: id });
    await settleRefusal(engine, tx, { name: batch.fileName });
    await queueAssessment(tx, batch.jurisdiction, `withdrawal-${id}`, id);
    engine.onStep('withdraw.stored');
    return { batch: String(id), affected };
  });
}

/**
 * A person takes in a held batch: its checked rows become known now.
 *
 * Errors: not_found/BATCH_NOT_FOUND, conflict/BATCH_NOT_HELD.
 */
export async function approveBatch(engine: Engine, { id, by, reason }: BatchInput): Promise<BatchEffect> {
  return engine.database.transaction(async (tx) => {
    const batch = await getBatch(tx.sql, engine.config.jurisdiction.code, id);
    await lockFile(tx, batch.jurisdiction, batch.sha256);
    const at = engine.now();
    await storeApproval(tx, { batchId: id, at, by, reason });
    const affected =
      batch.feed === null ? [] : await takeHeld(engine, tx, { ...batch, feed: batch.feed, knownFrom: at });
    await settleRefusal(engine, tx, { name: batch.fileName });
    await queueAssessment(tx, batch.jurisdiction, `batch-${id}`, id);
    engine.onStep('approve.stored');
    return { batch: String(id), affected };
  });
}

type Held = Pick<Batch, 'id' | 'jurisdiction' | 'simulated' | 'knownFrom'> & { readonly feed: FeedName };

async function takeHeld(engine: Engine, tx: Tx, batch: Held): Promise<RegionMonth[]> {
  const { id, feed, jurisdiction, simulated, knownFrom } = batch;
  await stageHeld(tx, feed, id);
  const compared = await compareStaged(tx, { feed, jurisdiction });
  const openMonth = firstOpenMonth(engine, knownFrom);
  const merge = { feed, batchId: id, jurisdiction, knownFrom, simulated, firstOpenMonth: openMonth, compared };
  await mergeObservations(tx, merge);
  if (feed === 'land') await settleLedger(engine, tx, id);
  if (isProjectFeed(feed)) await watchBatchProjects(engine, tx, { feed, batchId: id });
  return listAffected(tx, feed, id);
}

function queueAssessment(tx: Tx, jurisdiction: string, jobKey: string, batchId: number): Promise<void> {
  return appendOutbox(tx, jurisdiction, [
    { queue: ASSESS_QUEUE, jobKey, payload: { v: 1, jurisdiction, batchId: String(batchId) } },
  ]);
}
