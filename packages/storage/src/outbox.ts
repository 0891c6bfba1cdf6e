import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';

/** PostgreSQL channel that tells relays of new outbox rows. */
export const OUTBOX_CHANNEL = 'quhua_outbox';

/** Something that a queue is to be told; `payload` holds ids only. Shapes: one row for each jurisdiction, queue and job key, ever. */
export type OutboxMessage = { readonly queue: string; readonly jobKey: string; readonly payload: object };
export type OutboxRow = OutboxMessage & { readonly id: number; readonly attempt: number };

/** Adds messages in the caller's commit and wakes the relays when it lands. Concurrency: idempotent by queue and job key. */
export async function appendOutbox(
  { sql: db }: Tx,
  jurisdiction: string,
  messages: readonly OutboxMessage[],
): Promise<void> {
  if (messages.length === 0) return;
  await sql`
    insert into outbox (jurisdiction, queue, job_key, payload)
    select ${jurisdiction}, queue, job_key, payload::jsonb from unnest(${messages.map((m) => m.queue)}::text[], ${messages.map((m) => m.jobKey)}::text[],
      ${messages.map((m) => JSON.stringify(m.payload))}::text[]) as m(queue, job_key, payload)
    on conflict (jurisdiction, queue, job_key) do nothing
  `.execute(db);
  await sql`select pg_notify(${OUTBOX_CHANNEL}, '')`.execute(db);
}

/** Locks the oldest waiting rows. Concurrency: rows that another relay holds are left to it. */
export async function lockWaitingOutbox({ sql: db }: Tx, jurisdiction: string, limit: number): Promise<OutboxRow[]> {
  const rows = await db
    .selectFrom('outbox')
    .select(['id', 'queue', 'job_key as jobKey', 'payload', 'attempt'])
    .where('jurisdiction', '=', jurisdiction)
    .where('enqueued_at', 'is', null)
    .where('done_at', 'is', null)
    .orderBy('id')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  return rows;
}

/** Records that the queues have taken rows. `done`: nothing of ours works on them, the queue itself was the goal. */
export async function markEnqueued({ sql: db }: Tx, ids: readonly number[], done: readonly number[]): Promise<void> {
  await sql`
    update outbox set enqueued_at = clock_timestamp(), done_at = case when id = any(${done}::bigint[]) then clock_timestamp() end
    where id = any(${ids}::bigint[])
  `.execute(db);
}

/** Records that the work a message asked for is done. */
export async function markOutboxDone(
  { sql: db }: Tx,
  jurisdiction: string,
  { queue, jobKey }: Pick<OutboxMessage, 'queue' | 'jobKey'>,
): Promise<void> {
  await sql`update outbox set done_at = clock_timestamp() where jurisdiction = ${jurisdiction} and queue = ${queue} and job_key = ${jobKey} and done_at is null`.execute(
    db,
  );
}

/**
 * Offers messages again that a queue took and nobody finished within `leaseMs`, under a new attempt; returns how many.
 * Whatever the queue forgot, by a flush or a crash, comes back this way.
 */
export async function reofferOutbox({ sql: db }: Tx, jurisdiction: string, leaseMs: number): Promise<number> {
  const { numAffectedRows } = await sql`
    update outbox set enqueued_at = null, attempt = attempt + 1
    where id in (select id from outbox where jurisdiction = ${jurisdiction} and enqueued_at is not null and done_at is null
      and enqueued_at < clock_timestamp() - make_interval(secs => ${leaseMs / 1000}) order by id limit 5000 for update skip locked)
  `.execute(db);
  if (Number(numAffectedRows ?? 0) > 0) await sql`select pg_notify(${OUTBOX_CHANNEL}, '')`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** A jurisdiction's messages by state. */
export async function countOutbox(
  db: Db,
  jurisdiction: string,
): Promise<{ waiting: number; unfinished: number; done: number }> {
  const { rows } = await sql<{ waiting: number; unfinished: number; done: number }>`
    select count(*) filter (where enqueued_at is null and done_at is null) as waiting,
      count(*) filter (where enqueued_at is not null and done_at is null) as unfinished,
      count(*) filter (where done_at is not null) as done
    from outbox where jurisdiction = ${jurisdiction}
  `.execute(db);
  return rows[0] ?? { waiting: 0, unfinished: 0, done: 0 };
}
