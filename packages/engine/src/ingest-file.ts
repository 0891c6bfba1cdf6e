import { createHash } from 'node:crypto';
import { AppError, createRegionLookup, dayAt, type FeedName, type LedgerRow, NO_ROWS } from '@quhua/core';
import { type FeedReading, openFeed, type ReadPlan } from '@quhua/feeds';
import {
  type Batch,
  closeBatch,
  dropStaged,
  findBatchOfFile,
  getBatch,
  insertBatch,
  lockFile,
  openStage,
  type RegionIds,
  type Tx,
} from '@quhua/storage';
import { type Engine, refuseFuture, regionIdsOf } from './engine.ts';
import { raiseRefusal } from './feed-refusals.ts';
import { type IngestResult, resultOf } from './ingest-result.ts';
import { countReasons, settleBatch, whyHeld } from './settle-batch.ts';

export type IngestInput = {
  readonly name: string;
  readonly bytes: Buffer;
  readonly feed?: FeedName;
  /** When the file became known; left out, now. */
  readonly asOf?: Date;
  readonly dryRun?: boolean;
  /** Everything in the file is simulated (模拟数据), whatever it says itself. */
  readonly simulated?: boolean;
  /** Who brought it: `cli`, `inbox`, a person. */
  readonly by: string;
};

/**
 * Takes one file in: every row ends as accepted, warned, quarantined or duplicate, in one commit, or the file is
 * refused and nothing of it is known. What has to be derived again is marked and queued in the same commit.
 *
 * Errors: never for a bad file (that is a result); transient/DATABASE_DOWN and invalid/AS_OF_FUTURE are thrown.
 * Concurrency: idempotent by the file's bytes; the same file twice at once is taken in once.
 */
export async function ingestFile(engine: Engine, input: IngestInput): Promise<IngestResult> {
  const sha256 = createHash('sha256').update(input.bytes).digest('hex');
  const knownFrom = input.asOf === undefined ? engine.now() : refuseFuture(engine, input.asOf);
  const file: Incoming = { ...input, sha256, knownFrom };
  try {
    if (input.dryRun === true) return await preview(engine, file);
    const regionIds = await regionIdsOf(engine);
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
  const sha256 = createHash('sha256').update(input.bytes).digest('hex');
  return reject(engine, { ...input, sha256, knownFrom: engine.now() }, why);
}

type Incoming = IngestInput & { readonly sha256: string; readonly knownFrom: Date };
/** Region numbers are looked up before the transaction: one that holds a connection must not wait for a second. */
type Storable = Incoming & { readonly regionIds: RegionIds };

async function store(engine: Engine, tx: Tx, file: Storable): Promise<{ batch: Batch; known: boolean }> {
  const jurisdiction = engine.config.jurisdiction.code;
  await lockFile(tx, jurisdiction, file.sha256);
  const earlier = await findBatchOfFile(tx.sql, jurisdiction, file.sha256);
  // A rejected file may be tried again: the configuration may have learnt its words meanwhile.
  if (earlier !== undefined && earlier.status !== 'rejected') return { batch: earlier, known: true };
  const reading = read(engine, file);
  const feed = reading.plan.feed;
  const simulated = isSimulated(engine, file, reading.plan);
  const batchId = await insertBatch(tx, {
    jurisdiction,
    feed,
    fileName: file.name,
    sha256: file.sha256,
    byteCount: file.bytes.length,
    status: 'accepted',
    simulated,
    knownFrom: file.knownFrom,
    receivedBy: file.by,
    reading: null,
  });
  engine.onStep('ingest.begun');
  const ledger = await stageRows(tx, reading, file.regionIds);
  engine.onStep('ingest.staged');
  await settleBatch(engine, tx, { file, reading, batchId, simulated, ledger });
  engine.onStep('ingest.stored');
  return { batch: await getBatch(tx.sql, jurisdiction, batchId), known: false };
}

function read({ config }: Engine, { name, bytes, feed, knownFrom }: Incoming): FeedReading {
  const { jurisdiction, feeds } = config;
  const context = {
    settings: feeds,
    lookup: createRegionLookup(jurisdiction.regions),
    today: dayAt(knownFrom, jurisdiction.timezone),
    ...(feed === undefined ? {} : { feed }),
  };
  return openFeed({ name, bytes }, context);
}

function isSimulated({ config }: Engine, { simulated }: Incoming, plan: ReadPlan): boolean {
  return simulated === true || plan.simulated || config.feeds.feeds[plan.feed].simulated;
}

/** Streams the rows into the stage; returns what was not simply accepted, by line. */
async function stageRows(tx: Tx, reading: FeedReading, regionIds: RegionIds): Promise<Map<number, LedgerRow>> {
  const stage = await openStage(tx, reading.plan.feed, regionIds);
  const ledger = new Map<number, LedgerRow>();
  const revoked: number[] = [];
  for await (const chunk of reading.chunks()) {
    for (const line of chunk.revokedLines) ledger.delete(line);
    revoked.push(...chunk.revokedLines);
    for (const row of chunk.ledger) ledger.set(row.line, row);
    await stage.write(chunk.rows);
  }
  await stage.finish();
  await dropStaged(tx, revoked);
  return ledger;
}

async function reject(engine: Engine, file: Incoming, error: AppError): Promise<IngestResult> {
  const jurisdiction = engine.config.jurisdiction.code;
  const reason = { code: error.code, message: error.message };
  const batch = await engine.database.transaction(async (tx) => {
    await lockFile(tx, jurisdiction, file.sha256);
    const earlier = await findBatchOfFile(tx.sql, jurisdiction, file.sha256);
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
    await raiseRefusal(engine, tx, { name: file.name, at: file.knownFrom, simulated, reason });
    return getBatch(tx.sql, jurisdiction, id);
  });
  engine.onStep('ingest.rejected');
  return resultOf(engine, batch, 'rejected');
}

async function preview(engine: Engine, file: Incoming): Promise<IngestResult> {
  const earlier = await findBatchOfFile(engine.database.db, engine.config.jurisdiction.code, file.sha256);
  const known = earlier !== undefined && earlier.status !== 'rejected';
  const reading = read(engine, file);
  const ledger = new Map<number, LedgerRow>();
  for await (const chunk of reading.chunks()) {
    for (const line of chunk.revokedLines) ledger.delete(line);
    for (const row of chunk.ledger) ledger.set(row.line, row);
  }
  const held = whyHeld(engine, reading.counts(), reading.notes());
  return {
    id: null,
    feed: reading.plan.feed,
    file: file.name,
    sha256: file.sha256,
    status: known ? 'duplicate' : held === null ? 'accepted' : 'held',
    rows: reading.counts(),
    reasons: countReasons(ledger),
    quarantineFile: null,
    simulated: isSimulated(engine, file, reading.plan),
    message: known ? null : (held?.message ?? null),
    plan: { ...reading.plan, notes: reading.notes() },
  };
}

function refusedPreview(file: Incoming, error: AppError): IngestResult {
  return {
    id: null,
    feed: file.feed ?? null,
    file: file.name,
    sha256: file.sha256,
    status: 'rejected',
    rows: NO_ROWS,
    reasons: [{ code: error.code, count: 1 }],
    quarantineFile: null,
    simulated: file.simulated === true,
    message: error.message,
    plan: null,
  };
}
