import type { FeedName, RowCounts } from '@quhua/core';
import type { ReadPlan } from '@quhua/feeds';
import type { Batch, ReasonCount } from '@quhua/storage';
import type { Engine } from './engine.ts';
import { keepQuarantine } from './quarantine-file.ts';

export type IngestStatus = 'accepted' | 'held' | 'duplicate' | 'rejected';
export type IngestResult = {
  /** null for a dry run. */
  readonly id: string | null;
  readonly feed: FeedName | null;
  readonly file: string;
  readonly sha256: string;
  readonly status: IngestStatus;
  readonly rows: RowCounts;
  readonly reasons: readonly ReasonCount[];
  readonly quarantineFile: string | null;
  readonly simulated: boolean;
  /** Why a file was rejected or held, for people. */
  readonly message: string | null;
  readonly plan: ReadPlan | null;
};

/** What became of a stored batch. */
export async function resultOf(engine: Engine, batch: Batch, status: IngestStatus): Promise<IngestResult> {
  const plan = batch.reading as ReadPlan | null; // safe: written by settle or reject
  const held = status === 'held' || status === 'rejected';
  return {
    id: String(batch.id),
    feed: batch.feed,
    file: batch.fileName,
    sha256: batch.sha256,
    status,
    rows: batch.rows,
    reasons: batch.reasons,
    quarantineFile: await keepQuarantine(engine, batch, plan?.header ?? []),
    simulated: batch.simulated,
    message: held ? (plan?.notes.at(-1)?.message ?? null) : null,
    plan: batch.status === 'rejected' ? null : plan,
  };
}
