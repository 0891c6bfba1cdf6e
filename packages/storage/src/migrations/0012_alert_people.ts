import { type Kysely, sql } from 'kysely';

/** What people do about alerts: who owns one until when, and the clocks that run until somebody does. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table alert
     add column handling text not null default 'none'
       check (handling in ('none', 'acknowledged', 'supervised', 'handled', 'excluded')),
     add column handled_at timestamptz,
     add column owner text,
     add column due_on date,
     add constraint alert_due check ((handling = 'supervised') = (due_on is not null)),
     add constraint alert_owner check (handling not in ('acknowledged', 'supervised') or owner is not null)`,
  `create index alert_due_on on alert (jurisdiction, due_on) where due_on is not null`,

  `alter table alert_event drop constraint alert_event_event_check`,
  `alter table alert_event add constraint alert_event_event_check check (event in ('open', 'rise', 'fall', 'repeat',
     'resolve', 'restate', 'confirm', 'ack', 'exclude', 'supervise', 'handover', 'close', 'escalate'))`,

  `create index alert_event_escalate on alert_event (jurisdiction, alert_id) where event = 'escalate'`,

  // One step of a chain, started by the event that people were told of. due_at is null where the calendar could not tell.
  `create table alert_clock (
     event_id bigint not null references alert_event,
     step int not null check (step >= 1),
     alert_id bigint not null references alert,
     jurisdiction text not null,
     kind text not null check (kind in ('ack', 'due')),
     receiver text not null,
     after_hours numeric check (after_hours > 0),
     after_days int check (after_days > 0),
     started_at timestamptz not null,
     due_at timestamptz,
     fired_at timestamptz,
     fired_event bigint unique references alert_event,
     stopped_at timestamptz,
     stopped_by text,
     primary key (event_id, step),
     check ((fired_at is null) = (fired_event is null)),
     check ((stopped_at is null) = (stopped_by is null)),
     check (fired_at is null or stopped_at is null)
   )`,
  `create index alert_clock_running on alert_clock (jurisdiction, due_at) where fired_at is null and stopped_at is null`,
  `create index alert_clock_alert on alert_clock (alert_id)`,
];
