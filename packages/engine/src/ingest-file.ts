import { AppError, NO_ROWS } from '@quhua/core';
import type { FeedReading } from '@quhua/feeds';
import {
  type Batch,
  closeBatch,
  findBatchOfFile,
  getBatch,
  insertBatch,
  lockFile,
  type RegionIds,
  type Tx,
} from '@quhua/storage';
import { type BatchCheck, createBatchCheck } from './check-batch.ts';
import { type Engine, refuseFuture, regionIdsOf } from './engine.ts';
import { raiseRefusal } from './feed-refusals.ts';
import { type IngestResult, resultOf } from './ingest-result.ts';
import { type IncomingFile, type IngestInput, incomingFile, isSimulated, openFile } from './open-file.ts';
import { previewFile, refusedPreview } from './preview-file.ts';
import { settleBatch } from './settle-batch.ts';
import { stageRows } from './stage-rows.ts';

export type { IngestInput } from './open-file.ts';

/**
 * Takes one file in: every row ends as accepted, warned, quarantined or duplicate, in one commit, or the file is
 * refused and nothing of it is known. What has to be derived again is marked and queued in the same commit.
 *
 * Errors: never for a bad file (that is a result); transient/DATABASE_DOWN and invalid/AS_OF_FUTURE are thrown.
 * Concurrency: idempotent by the file's bytes; the same file twice at once is taken in once.
 */
export async function ingestFile(engine: Engine, input: IngestInput): Promise<IngestResult> {
  const knownFrom = input.asOf === undefined ? engine.now() : refuseFuture(engine, input.asOf);
  const file = incomingFile(input, knownFrom);
  try {
    const regionIds = await regionIdsOf(engine);
    if (input.dryRun === true) return await preview(engine, { ...file, regionIds });
    const batch = await engine.database.transaction((tx) => store(engine, tx, { ...file, regionIds }));
    engine.onStep('ingest.committed');
    return await resultOf(engine, batch.batch, batch.known ? 'duplicate' : batch.batch.status);
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'invalid') throw error;
    if (input.dryRun === true) return refusedPreview(file, error);
    return reject(engine, file, error);
  }
}

/**
 * Refuses a file without looking into it; name, hash and reason are kept and somebody is told.
 *
 * Concurrency: idempotent by the file's bytes and the reason.
 */
export function refuseFile(engine: Engine, input: IngestInput, why: AppError): Promise<IngestResult> {
  return reject(engine, incomingFile(input, engine.now()), why);
}

/** Region numbers are looked up before the transaction: one that holds a connection must not wait for a second. */
type Storable = IncomingFile & { readonly regionIds: RegionIds };

async function store(engine: Engine, tx: Tx, file: Storable): Promise<{ batch: Batch; known: boolean }> {
  const jurisdiction = engine.config.jurisdiction.code;
  await lockFile(tx, jurisdiction, file.sha256);
  const earlier = await findBatchOfFile(tx.sql, { ...file, jurisdiction });
  // A rejected file may be tried again: the configuration may have learnt its words meanwhile.
  if (earlier !== undefined && earlier.status !== 'rejected') return { batch: earlier, known: true };
  const reading = await openFile(engine, file);
  try {
    const batchId = await storeReading(engine, tx, { file, reading });
    return { batch: await getBatch(tx.sql, jurisdiction, batchId), known: false };
  } finally {
    await reading.close();
  }
}

type Opened = { readonly file: Storable; readonly reading: FeedReading };

async function storeReading(engine: Engine, tx: Tx, { file, reading }: Opened): Promise<number> {
  engine.onStep('ingest.begun');
  const check = batchCheckOf(engine, file, reading);
  const rows = await stageRows(tx, { reading, regionIds: file.regionIds, check });
  engine.onStep('ingest.staged');
  const { plan } = reading; // whole only now: a file may say in its last line that it is simulated
  const simulated = isSimulated(engine, file, plan);
  const batchId = await insertBatch(tx, {
    jurisdiction: engine.config.jurisdiction.code,
    feed: plan.feed,
    fileName: file.name,
    sha256: file.sha256,
    byteCount: file.bytes.length,
    status: 'accepted',
    simulated,
    knownFrom: file.knownFrom,
    receivedBy: file.by,
    reading: null,
  });
  await settleBatch(engine, tx, { file, reading, batchId, simulated, rows });
  engine.onStep('ingest.stored');
  return batchId;
}

async function preview(engine: Engine, file: Storable): Promise<IngestResult> {
  const reading = await openFile(engine, file);
  try {
    const check = batchCheckOf(engine, file, reading);
    return await engine.database.transaction((tx) =>
      previewFile(engine, tx, { file, reading, regionIds: file.regionIds, check }),
    );
  } finally {
    await reading.close();
  }
}

function batchCheckOf(engine: Engine, file: Storable, { plan }: FeedReading): BatchCheck | null {
  return createBatchCheck(engine, { ...file, feed: plan.feed, reopen: () => openFile(engine, file) });
}

async function reject(engine: Engine, file: IncomingFile, error: AppError): Promise<IngestResult> {
  const jurisdiction = engine.config.jurisdiction.code;
  const reason = { code: error.code, message: error.message };
  const batch = await engine.database.transaction(async (tx) => {
    await lockFile(tx, jurisdiction, file.sha256);
    const earlier = await findBatchOfFile(tx.sql, { ...file, jurisdiction });
    if (earlier?.status === 'rejected' && earlier.reasons[0]?.code === error.code) return earlier;
    const simulated = file.simulated === true;
    const id = await insertBatch(tx, {
      jurisdiction,
      feed: file.feed ?? null,
      fileName: file.name,
      sha256: file.sha256,
      byteCount: file.bytes.length,
      status: 'rejected',
      simulated,
      knownFrom: file.knownFrom,
      receivedBy: file.by,
      reading: null,
    });
    const outcome = {
      status: 'rejected',
      rows: NO_ROWS,
      reasons: [{ code: error.code, count: 1 }],
      reading: { notes: [reason] },
    } as const;
    await closeBatch(tx, id, outcome);
    await raiseRefusal(engine, tx, { name: file.name, at: file.knownFrom, simulated, reason, feed: file.feed ?? null });
    return getBatch(tx.sql, jurisdiction, id);
  });
  engine.onStep('ingest.rejected');
  return resultOf(engine, batch, 'rejected');
}
