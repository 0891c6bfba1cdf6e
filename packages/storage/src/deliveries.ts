import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';

export type NewDelivery = {
  readonly alertId: number;
  readonly eventId: number;
  readonly receiver: string;
  readonly channel: string;
  /** Whose queue, for the `queue` channel. */
  readonly consumer: string | null;
  readonly status: 'pending' | 'grouped' | 'silenced' | 'inhibited';
  /** Why it is sent, or not. */
  readonly reason: string;
};

export type Delivery = {
  readonly id: string;
  readonly alertId: number;
  readonly eventId: number;
  readonly receiver: string;
  readonly channel: string;
  readonly attempts: number;
  readonly createdAt: Date;
};

/** Idempotency key of a delivery: the same event to the same receiver and channel always has the same. */
export function deliveryIdOf({ eventId, receiver, channel, consumer }: NewDelivery): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([eventId, receiver, channel, consumer]))
    .digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Adds deliveries; returns their ids, in the order given. Concurrency: idempotent by id. */
export async function insertDeliveries({ sql: db }: Tx, deliveries: readonly NewDelivery[]): Promise<string[]> {
  if (deliveries.length === 0) return [];
  const ids = deliveries.map(deliveryIdOf);
  await sql`
    insert into delivery (id, alert_id, event_id, receiver, channel, consumer, status, reason)
    select * from unnest(${ids}::uuid[], ${deliveries.map((d) => d.alertId)}::bigint[], ${deliveries.map((d) => d.eventId)}::bigint[],
      ${deliveries.map((d) => d.receiver)}::text[], ${deliveries.map((d) => d.channel)}::text[], ${deliveries.map((d) => d.consumer)}::text[],
      ${deliveries.map((d) => d.status)}::text[], ${deliveries.map((d) => d.reason)}::text[])
    on conflict (id) do nothing
  `.execute(db);
  return ids;
}

/**
 * Takes a delivery for one attempt at sending it; undefined if it is sent, or somebody else is at it.
 *
 * Concurrency: `attemptId` fences: an owner whose lease ran out cannot finish it any more.
 */
export async function claimDelivery(
  db: Db,
  id: string,
  attemptId: string,
  leaseMs: number,
): Promise<Delivery | undefined> {
  const { rows } = await sql<Delivery>`
    update delivery set attempts = attempts + 1, attempt_id = ${attemptId},
      lease_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000})
    where id = ${id} and status = 'pending' and (lease_until is null or lease_until < clock_timestamp())
    returning id, alert_id as "alertId", event_id as "eventId", receiver, channel, attempts, created_at as "createdAt"
  `.execute(db);
  return rows[0];
}

/** Where a delivery stands, if there is such a one. */
export async function findDeliveryStatus(
  db: Db,
  id: string,
): Promise<NewDelivery['status'] | 'sent' | 'dead' | undefined> {
  const row = await db.selectFrom('delivery').select('status').where('id', '=', id).executeTakeFirst();
  return row?.status;
}

/** Records that the channel accepted a delivery. Returns false if the attempt had lost it meanwhile. */
export async function markSent({ sql: db }: Tx, id: string, attemptId: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update delivery set status = 'sent', sent_at = clock_timestamp(), lease_until = null, last_error = null
    where id = ${id} and attempt_id = ${attemptId} and status = 'pending'
  `.execute(db);
  return Number(numAffectedRows ?? 0) === 1;
}

/** Records deliveries that were complete when their queue took them. */
export async function markQueued({ sql: db }: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update delivery set status = 'sent', sent_at = clock_timestamp(), attempts = attempts + 1
    where id = any(${ids}::uuid[]) and status = 'pending'
  `.execute(db);
}

/** Gives a delivery back after a failed attempt, so that the next may begin at once. */
export async function releaseDelivery(db: Db, id: string, attemptId: string, error: string): Promise<void> {
  await sql`
    update delivery set lease_until = null, last_error = ${error} where id = ${id} and attempt_id = ${attemptId} and status = 'pending'
  `.execute(db);
}

export type DeliveryBalance = {
  readonly created: number;
  readonly delivered: number;
  readonly grouped: number;
  readonly silenced: number;
  readonly inhibited: number;
  readonly pending: number;
  readonly dead: number;
};

/** Where every delivery of a jurisdiction is; the parts add up to `created` at every moment. */
export async function readDeliveryBalance(db: Db, jurisdiction: string): Promise<DeliveryBalance> {
  const row = await db
    .selectFrom('delivery_balance')
    .select(['created', 'delivered', 'grouped', 'silenced', 'inhibited', 'pending', 'dead'])
    .where('jurisdiction', '=', jurisdiction)
    .executeTakeFirst();
  return row ?? { created: 0, delivered: 0, grouped: 0, silenced: 0, inhibited: 0, pending: 0, dead: 0 };
}

/** Deliveries of an alert with what became of them, oldest first. */
export async function listDeliveries(db: Db, alertId: number) {
  return db
    .selectFrom('delivery')
    .select([
      'id',
      'event_id as eventId',
      'receiver',
      'channel',
      'status',
      'reason',
      'attempts',
      'sent_at as sentAt',
      'last_error as lastError',
    ])
    .where('alert_id', '=', alertId)
    .orderBy('event_id')
    .orderBy('receiver')
    .execute();
}
