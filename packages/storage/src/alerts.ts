import { createHash, randomUUID } from 'node:crypto';
import { type AlertKind, AppError, type Handling, type Level, type Month } from '@quhua/core';
import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';

export type AlertSubject = {
  readonly type: 'region' | 'feed' | 'file' | 'project' | 'developer' | 'jurisdiction';
  readonly code: string;
  readonly name: string;
};
export type AlertStatus = 'unconfirmed' | 'open' | 'resolved';
export type AlertEventKind =
  | ('open' | 'rise' | 'fall' | 'repeat' | 'resolve' | 'restate')
  /** What people did. */
  | ('confirm' | 'ack' | 'exclude' | 'supervise' | 'handover' | 'close')
  /** Nobody did anything in time. */
  | 'escalate';

export type Alert = {
  readonly id: number;
  readonly jurisdiction: string;
  readonly kind: AlertKind;
  readonly rule: string;
  readonly subject: AlertSubject;
  readonly level: Level;
  readonly status: AlertStatus;
  readonly episode: number;
  readonly since: Month;
  readonly month: Month;
  readonly text: string;
  readonly inputs: object;
  readonly simulated: boolean;
  readonly openedAt: Date;
  readonly lastSeenAt: Date;
  readonly resolvedAt: Date | null;
  /** What people have done about it, and since when. */
  readonly handling: Handling;
  readonly handledAt: Date | null;
  readonly owner: string | null;
  /** Day by which a supervised alert must be dealt with. */
  readonly due: string | null;
};

type AlertRow = Awaited<ReturnType<ReturnType<typeof selectAlerts>['execute']>>[number];

function selectAlerts(db: Db) {
  return db.selectFrom('alert').selectAll();
}

function toAlert(row: AlertRow): Alert {
  return {
    id: row.id,
    jurisdiction: row.jurisdiction,
    kind: row.kind as AlertKind, // safe: written by openAlerts only
    rule: row.rule,
    subject: { type: row.subject_type as AlertSubject['type'], code: row.subject_code, name: row.subject_name }, // safe: as above
    level: row.level as Level, // safe: as above
    status: row.status,
    episode: row.episode,
    since: row.since,
    month: row.month,
    text: row.text,
    inputs: row.inputs,
    simulated: row.simulated,
    openedAt: row.opened_at,
    lastSeenAt: row.last_seen_at,
    resolvedAt: row.resolved_at,
    handling: row.handling,
    handledAt: row.handled_at,
    owner: row.owner,
    due: row.due_on,
  };
}

export type AlertFilter = {
  readonly jurisdiction: string;
  readonly status?: AlertStatus;
  readonly since?: Date;
  readonly subject?: Pick<AlertSubject, 'type' | 'code'>;
};

/** Alerts of a jurisdiction, newest first; `since` keeps those that something happened to after that instant. */
export async function listAlerts(db: Db, { jurisdiction, status, since, subject }: AlertFilter): Promise<Alert[]> {
  let query = selectAlerts(db).where('jurisdiction', '=', jurisdiction);
  if (status !== undefined) query = query.where('status', '=', status);
  if (subject !== undefined)
    query = query.where('subject_type', '=', subject.type).where('subject_code', '=', subject.code);
  if (since !== undefined) {
    query = query.where((eb) => eb.or([eb('opened_at', '>=', since), eb('resolved_at', '>=', since)]));
  }
  return (await query.orderBy('id', 'desc').execute()).map(toAlert);
}

/** Errors: not_found/ALERT_NOT_FOUND, also for an alert of another jurisdiction. */
export async function getAlert(db: Db, jurisdiction: string, id: number): Promise<Alert> {
  const row = await selectAlerts(db).where('jurisdiction', '=', jurisdiction).where('id', '=', id).executeTakeFirst();
  if (row !== undefined) return toAlert(row);
  throw new AppError('not_found', 'ALERT_NOT_FOUND', `没有预警 ${id}：用 quhua alerts 查看已有预警 / no such alert`);
}

/** Alerts by id, those that are there; the caller has the ids from this jurisdiction's own rows. */
export async function listAlertsByIds(db: Db, ids: readonly number[]): Promise<Alert[]> {
  if (ids.length === 0) return [];
  const rows = await selectAlerts(db).where(sql<boolean>`id = any(${ids}::bigint[])`).orderBy('id').execute();
  return rows.map(toAlert);
}

/** Unresolved alerts of some subjects of one type. Shapes: at most one a kind and subject. */
export async function listOpenAlerts(
  db: Db,
  jurisdiction: string,
  subjectType: AlertSubject['type'],
  codes: readonly string[] | 'all',
): Promise<Alert[]> {
  let query = selectAlerts(db)
    .where('jurisdiction', '=', jurisdiction)
    .where('subject_type', '=', subjectType)
    .where('resolved_at', 'is', null);
  if (codes !== 'all') query = query.where(sql<boolean>`subject_code = any(${codes}::text[])`);
  return (await query.orderBy('id').execute()).map(toAlert);
}

export type NewAlert = Omit<
  Alert,
  | ('id' | 'episode' | 'openedAt' | 'lastSeenAt' | 'resolvedAt' | 'jurisdiction')
  | ('handling' | 'handledAt' | 'owner' | 'due')
>;

/**
 * Opens alerts; each gets the next episode number of its kind and subject. Returns their ids, in the order given.
 *
 * Errors: a second open alert of one kind and subject is refused by the database. Concurrency: the caller holds the subject.
 */
export async function openAlerts(
  { sql: db }: Tx,
  jurisdiction: string,
  at: Date,
  alerts: readonly NewAlert[],
): Promise<number[]> {
  if (alerts.length === 0) return [];
  const { rows } = await sql<{ id: number }>`
    with fresh as (
      select * from unnest(${alerts.map((a) => a.kind)}::text[], ${alerts.map((a) => a.rule)}::text[],
        ${alerts.map((a) => a.subject.type)}::text[], ${alerts.map((a) => a.subject.code)}::text[],
        ${alerts.map((a) => a.subject.name)}::text[], ${alerts.map((a) => a.level)}::text[], ${alerts.map((a) => a.status)}::text[],
        ${alerts.map((a) => a.since)}::text[], ${alerts.map((a) => a.month)}::text[], ${alerts.map((a) => a.text)}::text[],
        ${alerts.map((a) => JSON.stringify(a.inputs))}::text[], ${alerts.map((a) => a.simulated)}::boolean[])
        with ordinality as f(kind, rule, subject_type, subject_code, subject_name, level, status, since, month, text, inputs, simulated, at)
    ), inserted as (
      insert into alert (jurisdiction, kind, rule, subject_type, subject_code, subject_name, episode, level, status, since, month,
        text, inputs, simulated, opened_at, last_seen_at)
      select ${jurisdiction}, kind, rule, subject_type, subject_code, subject_name,
        1 + (select count(*) from alert a where a.jurisdiction = ${jurisdiction} and a.kind = f.kind
          and a.subject_type = f.subject_type and a.subject_code = f.subject_code),
        level, status, since, month, text, inputs::jsonb, simulated, ${at}, ${at}
      from fresh f order by f.at
      returning id, kind, subject_type, subject_code
    )
    select i.id from inserted i join fresh f using (kind, subject_type, subject_code) order by f.at
  `.execute(db);
  return rows.map((row) => row.id);
}

export type AlertUpdate = {
  readonly id: number;
  readonly level: Level;
  readonly month: Month;
  readonly since: Month;
  readonly text: string;
  readonly inputs: object;
};

/** Brings running alerts up to what was last seen of them. */
export async function touchAlerts({ sql: db }: Tx, at: Date, updates: readonly AlertUpdate[]): Promise<void> {
  if (updates.length === 0) return;
  await sql`
    update alert a set level = u.level, month = u.month, since = u.since, text = u.text, inputs = u.inputs::jsonb, last_seen_at = ${at}
    from unnest(${updates.map((u) => u.id)}::bigint[], ${updates.map((u) => u.month)}::text[], ${updates.map((u) => u.since)}::text[],
      ${updates.map((u) => u.text)}::text[], ${updates.map((u) => JSON.stringify(u.inputs))}::text[],
      ${updates.map((u) => u.level)}::text[]) as u(id, month, since, text, inputs, level)
    where a.id = u.id
  `.execute(db);
}

/** Ends alerts. Shapes: returns the ids that were still open. Concurrency: of two at once, one gets the id back. */
export async function resolveAlerts({ sql: db }: Tx, at: Date, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: number }>`
    update alert set status = 'resolved', resolved_at = ${at}, last_seen_at = ${at}
    where id = any(${ids}::bigint[]) and resolved_at is null returning id
  `.execute(db);
  return rows.map((row) => row.id);
}

export type NewAlertEvent = { readonly alertId: number; readonly event: AlertEventKind; readonly detail: object };

/**
 * Appends events to the jurisdiction's hash chain; returns their ids, in the order given.
 *
 * Shapes: hash = SHA-256 of the previous hash and the event's own facts. Concurrency: one writer of a chain at a time.
 */
export async function appendAlertEvents(
  { sql: db }: Tx,
  jurisdiction: string,
  at: Date,
  events: readonly NewAlertEvent[],
): Promise<number[]> {
  if (events.length === 0) return [];
  await sql`select pg_advisory_xact_lock(hashtextextended(${`alert-chain/${jurisdiction}`}, 0))`.execute(db);
  const newest = await db
    .selectFrom('alert_event')
    .select('hash')
    .where('jurisdiction', '=', jurisdiction)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  let previous = newest?.hash ?? '';
  const chained = events.map((event) => {
    const link = { ...event, previousHash: previous, hash: eventHash(previous, at, event) };
    previous = link.hash;
    return link;
  });
  const { rows } = await sql<{ id: number }>`
    insert into alert_event (jurisdiction, alert_id, event, at, detail, previous_hash, hash)
    select ${jurisdiction}, alert_id, event, ${at}, detail::jsonb, previous_hash, hash
    from unnest(${chained.map((e) => e.alertId)}::bigint[], ${chained.map((e) => e.event)}::text[],
      ${chained.map((e) => JSON.stringify(e.detail))}::text[], ${chained.map((e) => e.previousHash)}::text[],
      ${chained.map((e) => e.hash)}::text[]) with ordinality as c(alert_id, event, detail, previous_hash, hash, at)
    order by c.at returning id
  `.execute(db);
  return rows.map((row) => row.id);
}

function eventHash(previous: string, at: Date, { alertId, event, detail }: NewAlertEvent): string {
  return createHash('sha256')
    .update(JSON.stringify([previous, alertId, event, at.toISOString(), detail]))
    .digest('hex');
}

export type AlertEvent = {
  readonly id: number;
  readonly event: AlertEventKind;
  readonly at: Date;
  readonly detail: object;
};

/** What happened to an alert, oldest first. */
export async function listAlertEvents(db: Db, alertId: number): Promise<AlertEvent[]> {
  return db
    .selectFrom('alert_event')
    .select(['id', 'event', 'at', 'detail'])
    .where('alert_id', '=', alertId)
    .orderBy('id')
    .execute();
}

/** An id for one attempt at something, to fence off an owner that has lost it. */
export function newAttemptId(): string {
  return randomUUID();
}
