import type { FeedName, RowCounts, RowReason } from '@quhua/core';
import type { FeedReading, ReadPlan } from '@quhua/feeds';
import type { Batch, ReasonCount, RefusedRow } from '@quhua/storage';
import { type Change, type Differences, NO_DIFFERENCES } from './compare-file.ts';
import type { Engine } from './engine.ts';
import { keepQuarantine } from './quarantine-file.ts';

export type IngestStatus = 'accepted' | 'held' | 'duplicate' | 'rejected';

/** A row as its sender wrote it, and as it was read. Shapes: `read` by canonical column, without what is missing. */
export type SampleRow = {
  readonly sheet: string;
  readonly row: number;
  readonly raw: readonly string[];
  readonly read: Readonly<Record<string, string>>;
};

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
  /** What the file changes (or, in a dry run, would change) of what was known: the first of `changeCount`. */
  readonly changes: readonly Change[];
  readonly changeCount: number;
  /** First rows that were read; of a dry run only. */
  readonly sample: readonly SampleRow[];
  /** First rows that would be sent back or marked; of a dry run only: of a stored file the ledger has all of them. */
  readonly told: ToldRows;
};

export type ToldRows = { readonly quarantined: readonly RefusedRow[]; readonly warned: readonly RefusedRow[] };
export const NOTHING_TOLD: ToldRows = { quarantined: [], warned: [] };

/** What is kept of a file's reading, with the batch. */
export type StoredReading = ReadPlan & Partial<Differences>;

/** The plan as it is at the end of a reading: with what the rows and the checks added. */
export function readingOf(
  reading: FeedReading,
  { notes, differences }: { readonly notes: readonly RowReason[]; readonly differences: Differences },
): StoredReading {
  return { ...reading.plan, notes, ignored: [...reading.plan.ignored, ...reading.ignored()], ...differences };
}

/** What became of a stored batch. */
export async function resultOf(engine: Engine, batch: Batch, status: IngestStatus): Promise<IngestResult> {
  const { changes, changeCount, ...plan } = { ...NO_DIFFERENCES, ...(batch.reading as StoredReading | null) }; // safe: written by settle or reject
  const held = status === 'held' || status === 'rejected';
  const isRead = batch.status !== 'rejected' && batch.reading !== null;
  return {
    id: String(batch.id),
    feed: batch.feed,
    file: batch.fileName,
    sha256: batch.sha256,
    status,
    rows: batch.rows,
    reasons: batch.reasons,
    quarantineFile: isRead ? await keepQuarantine(engine, batch, plan as ReadPlan) : null, // safe: as above
    simulated: batch.simulated,
    message: held ? (plan.notes?.at(-1)?.message ?? null) : null,
    plan: isRead ? (plan as ReadPlan) : null,
    changes,
    changeCount,
    sample: [],
    told: NOTHING_TOLD,
  };
}
