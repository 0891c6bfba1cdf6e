import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';

/** `ack`: nobody took the alert over; `due`: a supervision was not closed in time. */
export type ClockKind = 'ack' | 'due';

/** One step of an alert's chain. Shapes: exactly one of hours and days, or neither for a due day. */
export type ClockStep = {
  readonly alertId: number;
  /** What people were told of, and from when the clock runs. */
  readonly eventId: number;
  readonly step: number;
  readonly kind: ClockKind;
  readonly receiver: string;
  readonly afterHours: number | null;
  readonly afterDays: number | null;
  readonly startedAt: Date;
  /** Null: the calendar has no table for that year. */
  readonly dueAt: Date | null;
};

/** Starts clocks. Concurrency: idempotent by event and step. */
export async function startClocks({ sql: db }: Tx, jurisdiction: string, steps: readonly ClockStep[]): Promise<void> {
  if (steps.length === 0) return;
  await sql`
    insert into alert_clock (jurisdiction, alert_id, event_id, step, kind, receiver, after_hours, after_days, started_at, due_at)
    select ${jurisdiction}, * from unnest(${steps.map((s) => s.alertId)}::bigint[], ${steps.map((s) => s.eventId)}::bigint[],
      ${steps.map((s) => s.step)}::int[], ${steps.map((s) => s.kind)}::text[], ${steps.map((s) => s.receiver)}::text[],
      ${steps.map((s) => s.afterHours)}::numeric[], ${steps.map((s) => s.afterDays)}::int[],
      ${steps.map((s) => s.startedAt)}::timestamptz[], ${steps.map((s) => s.dueAt)}::timestamptz[])
    on conflict (event_id, step) do nothing
  `.execute(db);
}

/**
 * Stops whatever runs for alerts: somebody took over, or it is over.
 *
 * Concurrency: before the caller writes events: an escalation holds its clock first and the chain of events second.
 */
export async function stopClocks(
  { sql: db }: Tx,
  at: Date,
  ids: readonly number[],
  { by, only }: { readonly by: string; readonly only?: ClockKind },
): Promise<void> {
  if (ids.length === 0) return;
  const kind = only === undefined ? sql`true` : sql`kind = ${only}`;
  await sql`
    update alert_clock set stopped_at = ${at}, stopped_by = ${by}
    where alert_id = any(${ids}::bigint[]) and fired_at is null and stopped_at is null and ${kind}
  `.execute(db);
}

/**
 * Takes clocks that have run out and that nobody has stopped, the oldest first.
 *
 * Concurrency: one statement; what another process holds is left to it, and what it has stopped is not returned.
 */
export async function claimDueClocks(
  { sql: db }: Tx,
  jurisdiction: string,
  now: Date,
  limit: number,
): Promise<ClockStep[]> {
  const { rows } = await sql<ClockStep>`
    select c.alert_id as "alertId", c.event_id as "eventId", c.step, c.kind, c.receiver, c.after_hours::float8 as "afterHours",
      c.after_days as "afterDays", c.started_at as "startedAt", c.due_at as "dueAt"
    from alert_clock c join alert a on a.id = c.alert_id
    where c.jurisdiction = ${jurisdiction} and c.fired_at is null and c.stopped_at is null and c.due_at <= ${now}
      and ${isRunning}
    order by c.due_at, c.alert_id, c.step limit ${limit} for update of c skip locked
  `.execute(db);
  return rows;
}

/** A clock whose alert still waits for what it counts; `a` is the alert, `c` the clock. */
const isRunning = sql`case c.kind when 'ack' then a.status = 'open' and a.handling = 'none' else a.handling = 'supervised' end`;

export type FiredClock = Pick<ClockStep, 'eventId' | 'step'> & { readonly firedEvent: number };

/** Records that clocks led to an escalation. Concurrency: the caller holds them (`claimDueClocks`). */
export async function markFired({ sql: db }: Tx, at: Date, fired: readonly FiredClock[]): Promise<void> {
  if (fired.length === 0) return;
  await sql`
    update alert_clock c set fired_at = ${at}, fired_event = f.fired_event
    from unnest(${fired.map((f) => f.eventId)}::bigint[], ${fired.map((f) => f.step)}::int[],
      ${fired.map((f) => f.firedEvent)}::bigint[]) as f(event_id, step, fired_event)
    where c.event_id = f.event_id and c.step = f.step
  `.execute(db);
}

/** Running clocks whose end the calendar could not tell when they were started. Concurrency: held until the end of the transaction. */
export async function claimUndatedClocks({ sql: db }: Tx, jurisdiction: string, limit: number): Promise<ClockStep[]> {
  const { rows } = await sql<ClockStep>`
    select c.alert_id as "alertId", c.event_id as "eventId", c.step, c.kind, c.receiver, c.after_hours::float8 as "afterHours",
      c.after_days as "afterDays", c.started_at as "startedAt", c.due_at as "dueAt"
    from alert_clock c
    where c.jurisdiction = ${jurisdiction} and c.fired_at is null and c.stopped_at is null and c.due_at is null
    order by c.event_id, c.step limit ${limit} for update skip locked
  `.execute(db);
  return rows;
}

/** Gives clocks their end once the calendar can tell it. */
export async function dateClocks({ sql: db }: Tx, clocks: readonly ClockStep[]): Promise<void> {
  if (clocks.length === 0) return;
  await sql`
    update alert_clock c set due_at = d.due_at
    from unnest(${clocks.map((c) => c.eventId)}::bigint[], ${clocks.map((c) => c.step)}::int[],
      ${clocks.map((c) => c.dueAt)}::timestamptz[]) as d(event_id, step, due_at)
    where c.event_id = d.event_id and c.step = d.step
  `.execute(db);
}

/** An alert that people were told of and that no clock counts, with the event from which one would. */
export type Unclocked = { readonly alertId: number; readonly eventId: number; readonly level: string };

/**
 * Alerts of some levels that wait for somebody and have no clock: they were open before their level had a chain.
 *
 * Concurrency: held until the end of the transaction; what another process holds is left to it.
 */
export async function claimUnclocked(
  { sql: db }: Tx,
  jurisdiction: string,
  levels: readonly string[],
  limit: number,
): Promise<Unclocked[]> {
  const { rows } = await sql<Unclocked>`
    select a.id as "alertId", a.level,
      (select max(e.id) from alert_event e where e.alert_id = a.id and e.event in ('open', 'confirm', 'rise')) as "eventId"
    from alert a
    where a.jurisdiction = ${jurisdiction} and a.status = 'open' and a.handling = 'none' and a.level = any(${levels}::text[])
      and not exists (select 1 from alert_clock c where c.alert_id = a.id and c.kind = 'ack' and c.stopped_at is null)
    order by a.id limit ${limit} for no key update of a skip locked
  `.execute(db);
  return rows.filter(({ eventId }) => eventId !== null);
}

/** An alert's clocks, oldest first. */
export async function listClocks(db: Db, alertId: number) {
  return db
    .selectFrom('alert_clock')
    .select([
      'event_id as eventId',
      'step',
      'kind',
      'receiver',
      'due_at as dueAt',
      'fired_at as firedAt',
      'stopped_at as stoppedAt',
      'stopped_by as stoppedBy',
    ])
    .where('alert_id', '=', alertId)
    .orderBy('event_id')
    .orderBy('step')
    .execute();
}
