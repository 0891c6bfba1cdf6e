import { AppError, type FeedName, type LedgerRow, type RowCounts, type RowReason } from '@quhua/core';
import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';

export type BatchStatus = 'accepted' | 'held' | 'rejected';
export type ReasonCount = { readonly code: string; readonly count: number };

export type NewBatch = {
  readonly jurisdiction: string;
  readonly feed: FeedName | null;
  readonly fileName: string;
  readonly sha256: string;
  readonly byteCount: number;
  readonly status: BatchStatus;
  readonly simulated: boolean;
  readonly knownFrom: Date;
  readonly receivedBy: string;
  /** What the reader found: columns, units, encoding, notes; null for a file that could not be read. */
  readonly reading: object | null;
};

export type Batch = NewBatch & {
  readonly id: number;
  readonly receivedAt: Date;
  readonly rows: RowCounts;
  readonly reasons: readonly ReasonCount[];
  readonly withdrawn: boolean;
};

/** Serialises everything that is done with one file's bytes until the transaction ends. */
export async function lockFile({ sql: db }: Tx, jurisdiction: string, sha256: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${jurisdiction}/${sha256}`}, 0))`.execute(db);
}

/** Bytes by their hash, and the feed that they are to be read as: one file may hold two, each a batch of its own. */
export type FileKey = { readonly jurisdiction: string; readonly sha256: string; readonly feed?: FeedName | undefined };

/** The newest batch made of exactly these bytes that was not withdrawn; of one feed, if one is asked for. */
export async function findBatchOfFile(db: Db, { jurisdiction, sha256, feed }: FileKey): Promise<Batch | undefined> {
  const row = await selectBatches(db)
    .where('b.jurisdiction', '=', jurisdiction)
    .where('b.sha256', '=', sha256)
    .$if(feed !== undefined, (query) =>
      query.where((eb) => eb.or([eb('b.feed', '=', feed ?? null), eb('b.feed', 'is', null)])),
    )
    .where('w.id', 'is', null)
    .orderBy('b.id', 'desc')
    .executeTakeFirst();
  return row === undefined ? undefined : toBatch(row);
}

/** Errors: not_found/BATCH_NOT_FOUND. */
export async function getBatch(db: Db, jurisdiction: string, id: number): Promise<Batch> {
  const row = await selectBatches(db)
    .where('b.jurisdiction', '=', jurisdiction)
    .where('b.id', '=', id)
    .executeTakeFirst();
  if (row !== undefined) return toBatch(row);
  throw new AppError('not_found', 'BATCH_NOT_FOUND', `没有批次 ${id}：用 quhua status 查看已有批次 / no such batch`);
}

export type StoredFile = {
  readonly id: number;
  readonly fileName: string;
  readonly sha256: string;
  readonly byteCount: number;
};

/** Content that batches were made of. Missing: ids that are no batch of the jurisdiction. */
export async function listStoredFiles(db: Db, jurisdiction: string, ids: readonly number[]): Promise<StoredFile[]> {
  return db
    .selectFrom('batch')
    .select(['id', 'file_name as fileName', 'sha256', 'byte_count as byteCount'])
    .where('jurisdiction', '=', jurisdiction)
    .where(sql<boolean>`id = any(${ids}::bigint[])`)
    .execute();
}

/** The latest instant at which a jurisdiction's knowledge changed, by the clocks of those who changed it. */
export async function findLatestChange(db: Db, jurisdiction: string): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date | null }>`
    select max(greatest(b.known_from, e.at)) as at from batch b left join batch_event e on e.batch_id = b.id
    where b.jurisdiction = ${jurisdiction}
  `.execute(db);
  return rows[0]?.at ?? undefined;
}

/** A jurisdiction's newest batches, newest first. */
export async function listBatches(db: Db, jurisdiction: string, limit: number): Promise<Batch[]> {
  const rows = await selectBatches(db)
    .where('b.jurisdiction', '=', jurisdiction)
    .orderBy('b.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toBatch);
}

function selectBatches(db: Db) {
  return db
    .selectFrom('batch as b')
    .leftJoin('batch_event as w', (join) => join.onRef('w.batch_id', '=', 'b.id').on('w.event', '=', 'withdrawn'))
    .selectAll('b')
    .select('w.id as withdrawal_id');
}

type BatchRow = Awaited<ReturnType<ReturnType<typeof selectBatches>['execute']>>[number];

function toBatch(row: BatchRow): Batch {
  return {
    id: row.id,
    jurisdiction: row.jurisdiction,
    feed: row.feed as FeedName | null, // safe: written by insertBatch only
    fileName: row.file_name,
    sha256: row.sha256,
    byteCount: row.byte_count,
    status: row.status,
    simulated: row.simulated,
    knownFrom: row.known_from,
    receivedAt: row.received_at,
    receivedBy: row.received_by,
    reading: row.reading,
    reasons: row.reasons as ReasonCount[], // safe: written by closeBatch only
    rows: {
      total: row.total,
      accepted: row.accepted,
      warned: row.warned,
      quarantined: row.quarantined,
      duplicate: row.duplicate,
      empty: row.empty,
    },
    withdrawn: row.withdrawal_id !== null,
  };
}

/** Begins a batch; its counts follow with `closeBatch` in the same transaction. Returns its id. */
export async function insertBatch({ sql: db }: Tx, batch: NewBatch): Promise<number> {
  const { id } = await db
    .insertInto('batch')
    .values({
      jurisdiction: batch.jurisdiction,
      feed: batch.feed,
      file_name: batch.fileName,
      sha256: batch.sha256,
      byte_count: batch.byteCount,
      status: batch.status,
      simulated: batch.simulated,
      known_from: batch.knownFrom,
      received_by: batch.receivedBy,
      reading: batch.reading === null ? null : JSON.stringify(batch.reading),
      reasons: '[]',
      total: 0,
      accepted: 0,
      warned: 0,
      quarantined: 0,
      duplicate: 0,
      empty: 0,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export type BatchOutcome = {
  readonly status: BatchStatus;
  readonly rows: RowCounts;
  readonly reasons: readonly ReasonCount[];
  readonly reading: object | null;
};

/** Writes what became of a batch, as its transaction ends. */
export async function closeBatch(
  { sql: db }: Tx,
  id: number,
  { status, rows, reasons, reading }: BatchOutcome,
): Promise<void> {
  await db
    .updateTable('batch')
    .set({
      status,
      ...rows,
      reasons: JSON.stringify(reasons),
      reading: reading === null ? null : JSON.stringify(reading),
    })
    .where('id', '=', id)
    .execute();
}

/** Keeps the rows that were not simply accepted, whole, each with its reasons. */
export async function insertLedgerRows({ sql: db }: Tx, batchId: number, rows: readonly LedgerRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += 5_000) {
    const part = rows.slice(at, at + 5_000);
    await sql`
      insert into batch_row (batch_id, line, outcome, reasons, raw)
      select ${batchId}, line, outcome, reasons::jsonb, raw::jsonb
      from unnest(${part.map((row) => row.line)}::int[], ${part.map((row) => row.outcome)}::text[],
        ${part.map((row) => JSON.stringify(row.reasons))}::text[], ${part.map((row) => JSON.stringify(row.raw))}::text[])
        as r(line, outcome, reasons, raw)
    `.execute(db);
  }
}

/** A batch's rows that were not simply accepted, in file order. */
export async function listLedgerRows(db: Db, batchId: number): Promise<LedgerRow[]> {
  const rows = await db.selectFrom('batch_row').selectAll().where('batch_id', '=', batchId).orderBy('line').execute();
  return rows.map((row) => ({
    line: row.line,
    outcome: row.outcome as LedgerRow['outcome'], // safe: the column has a check
    reasons: row.reasons as RowReason[], // safe: written by insertLedgerRows only
    raw: row.raw as string[], // safe: as above
  }));
}

export type BatchEvent = { readonly batchId: number; readonly at: Date; readonly by: string; readonly reason: string };

/** Records that a person approved a held batch. Errors: conflict/BATCH_NOT_HELD. */
export async function approveBatch({ sql: db }: Tx, { batchId, at, by, reason }: BatchEvent): Promise<void> {
  const held = await db
    .updateTable('batch')
    .set({ status: 'accepted', known_from: at })
    .where('id', '=', batchId)
    .where('status', '=', 'held')
    .returning('id')
    .executeTakeFirst();
  if (held === undefined) {
    throw new AppError('conflict', 'BATCH_NOT_HELD', `批次 ${batchId} 不在待核状态，无需批准 / the batch is not held`);
  }
  await db.insertInto('batch_event').values({ batch_id: batchId, event: 'approved', at, by, reason }).execute();
}

/**
 * Records that a batch is no longer believed, from `at` on; its rows stay.
 *
 * Errors: conflict/BATCH_WITHDRAWN the second time.
 */
export async function withdrawBatch({ sql: db }: Tx, { batchId, at, by, reason }: BatchEvent): Promise<void> {
  const event = await db
    .insertInto('batch_event')
    .values({ batch_id: batchId, event: 'withdrawn', at, by, reason })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (event === undefined)
    throw new AppError('conflict', 'BATCH_WITHDRAWN', `批次 ${batchId} 已经撤回过 / already withdrawn`);
}
