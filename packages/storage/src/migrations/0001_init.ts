import { type Kysely, sql } from 'kysely';

/** Everything of the spine: feeds in, observations, assessments, alerts, deliveries, schedule. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const MONTH = `check (month ~ '^[12][0-9]{3}-(0[1-9]|1[0-2])$')`;
/** The exact range of a double: everything that reads these numbers can hold them. */
const SAFE = (column: string): string => `${column} bigint check (abs(${column}) <= 9007199254740991)`;

const STATEMENTS = [
  `create table region (
     id int generated always as identity primary key,
     jurisdiction text not null,
     code text not null,
     name text not null,
     unique (jurisdiction, code)
   )`,

  `create table batch (
     id bigint generated always as identity primary key,
     jurisdiction text not null,
     feed text,
     file_name text not null,
     sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
     byte_count bigint not null,
     status text not null check (status in ('accepted', 'held', 'rejected')),
     simulated boolean not null,
     known_from timestamptz not null,
     received_at timestamptz not null default clock_timestamp(),
     received_by text not null,
     reading jsonb,
     reasons jsonb not null,
     total int not null,
     accepted int not null,
     warned int not null,
     quarantined int not null,
     duplicate int not null,
     empty int not null,
     check (total = accepted + warned + quarantined + duplicate)
   )`,
  `create index batch_sha256 on batch (jurisdiction, sha256)`,
  `create table batch_event (
     id bigint generated always as identity primary key,
     batch_id bigint not null references batch,
     event text not null check (event in ('approved', 'withdrawn')),
     at timestamptz not null,
     by text not null,
     reason text not null,
     unique (batch_id, event)
   )`,

  // Rows that were simply accepted are their observations (batch and line); every other row stands here, whole.
  `create table batch_row (
     batch_id bigint not null references batch,
     line int not null,
     outcome text not null check (outcome in ('warned', 'quarantined', 'duplicate')),
     reasons jsonb not null,
     raw jsonb not null,
     primary key (batch_id, line)
   )`,
  // Checked rows of a held batch: they become observations when a person approves, and are known from then on.
  `create table held_row (
     batch_id bigint not null references batch,
     line int not null,
     region_id int not null,
     month text not null ${MONTH},
     figures bigint[] not null,
     primary key (batch_id, line)
   )`,

  ...observationTable('sales_observation', [
    'signed_centisqm',
    'cancelled_centisqm',
    'signed_units',
    'cancelled_units',
  ]),
  ...observationTable('inventory_observation', [
    'presale_unsold_centisqm',
    'completed_unsold_centisqm',
    'presale_unsold_units',
    'completed_unsold_units',
    'unpermitted_centisqm',
    'newly_permitted_centisqm',
    'adjustment_centisqm',
  ]),

  `create table feed_state (
     jurisdiction text not null,
     feed text not null,
     latest_month text not null,
     primary key (jurisdiction, feed)
   )`,
  // What still has to be derived: written by whatever changes what is known, in the same commit.
  `create table assess_due (
     region_id int primary key references region,
     month_from text not null,
     since timestamptz not null default clock_timestamp()
   )`,
  `create table assess_state (
     rulebook text not null,
     region_id int not null references region,
     assessed_to text not null,
     primary key (rulebook, region_id)
   )`,
  `create table assessment (
     id bigint generated always as identity primary key,
     rulebook text not null,
     definition text not null,
     region_id int not null references region,
     month text not null ${MONTH},
     status text not null,
     tier text,
     previous_tier text,
     ${SAFE('stock_centisqm')},
     ${SAFE('sold_centisqm')} not null,
     months_present int not null,
     present_mask bigint not null,
     provisional boolean,
     stock_grew boolean,
     simulated boolean not null,
     as_of timestamptz not null,
     superseded_at timestamptz
   )`,
  `create unique index assessment_current on assessment (rulebook, region_id, month) where superseded_at is null`,
  `create table episode (
     rulebook text not null,
     region_id int not null references region,
     kind text not null,
     start_month text not null,
     end_month text,
     primary key (rulebook, region_id, kind, start_month)
   )`,

  `create table alert (
     id bigint generated always as identity primary key,
     jurisdiction text not null,
     kind text not null,
     rule text not null,
     subject_type text not null,
     subject_code text not null,
     subject_name text not null,
     episode int not null,
     level text not null,
     status text not null check (status in ('unconfirmed', 'open', 'resolved')),
     since text not null,
     month text not null,
     text text not null,
     inputs jsonb not null,
     simulated boolean not null,
     opened_at timestamptz not null,
     last_seen_at timestamptz not null,
     resolved_at timestamptz,
     check ((status = 'resolved') = (resolved_at is not null)),
     unique (jurisdiction, kind, subject_type, subject_code, episode)
   )`,
  `create unique index alert_one_open on alert (jurisdiction, kind, subject_type, subject_code) where resolved_at is null`,
  `create table alert_event (
     id bigint generated always as identity primary key,
     jurisdiction text not null,
     alert_id bigint not null references alert,
     event text not null check (event in ('open', 'rise', 'fall', 'repeat', 'resolve', 'restate', 'confirm')),
     at timestamptz not null,
     detail jsonb not null,
     previous_hash text not null,
     hash text not null unique
   )`,
  `create unique index alert_event_one_resolve on alert_event (alert_id) where event = 'resolve'`,
  `create index alert_event_alert on alert_event (alert_id)`,

  `create table delivery (
     id uuid primary key,
     alert_id bigint not null references alert,
     event_id bigint not null references alert_event,
     receiver text not null,
     channel text not null,
     consumer text,
     status text not null check (status in ('pending', 'sent', 'grouped', 'silenced', 'inhibited', 'dead')),
     reason text not null,
     attempts int not null default 0,
     attempt_id uuid,
     lease_until timestamptz,
     last_error text,
     created_at timestamptz not null default clock_timestamp(),
     sent_at timestamptz
   )`,
  `create index delivery_pending on delivery (created_at) where status = 'pending'`,
  `create table outbox (
     id bigint generated always as identity primary key,
     jurisdiction text not null,
     queue text not null,
     job_key text not null,
     payload jsonb not null,
     attempt int not null default 0,
     created_at timestamptz not null default clock_timestamp(),
     enqueued_at timestamptz,
     done_at timestamptz,
     unique (jurisdiction, queue, job_key)
   )`,
  `create index outbox_waiting on outbox (jurisdiction, id) where enqueued_at is null and done_at is null`,
  `create index outbox_unfinished on outbox (enqueued_at) where enqueued_at is not null and done_at is null`,

  `create table scheduled_run (
     jurisdiction text not null,
     job text not null,
     slot timestamptz not null,
     outcome text not null check (outcome in ('running', 'done', 'failed', 'skipped')),
     caught_up boolean not null,
     claimed_by text not null,
     claimed_at timestamptz not null default clock_timestamp(),
     lease_until timestamptz,
     finished_at timestamptz,
     note text,
     primary key (jurisdiction, job, slot)
   )`,

  `create view row_ledger as
     select b.id as batch_id, b.total, b.accepted, b.warned, b.quarantined, b.duplicate,
       (select count(*) from sales_observation o where o.batch_id = b.id)
         + (select count(*) from inventory_observation o where o.batch_id = b.id) as observations,
       (select count(*) from held_row h where h.batch_id = b.id) as held,
       (select count(*) from batch_row r where r.batch_id = b.id and r.outcome = 'warned') as warned_rows,
       (select count(*) from batch_row r where r.batch_id = b.id and r.outcome = 'quarantined') as quarantined_rows,
       (select count(*) from batch_row r where r.batch_id = b.id and r.outcome = 'duplicate') as duplicate_rows
     from batch b`,
  `create view delivery_balance as
     select a.jurisdiction, count(*) as created,
       count(*) filter (where d.status = 'sent') as delivered,
       count(*) filter (where d.status = 'grouped') as grouped,
       count(*) filter (where d.status = 'silenced') as silenced,
       count(*) filter (where d.status = 'inhibited') as inhibited,
       count(*) filter (where d.status = 'pending') as pending,
       count(*) filter (where d.status = 'dead') as dead
     from delivery d join alert a on a.id = d.alert_id
     group by a.jurisdiction`,
  // What other systems of the bureau may read about an alert whose id they took from their queue.
  `create view alert_public as
     select id, jurisdiction, kind, rule, subject_type, subject_code, subject_name, level, status, episode,
       opened_at, last_seen_at, resolved_at, month, text, inputs, simulated
     from alert`,
];

/**
 * Append-only and bitemporal. No foreign keys: a check a row would double the time of a national load, and rows are
 * written only by one set-based merge, in the commit that writes their batch.
 */
function observationTable(name: string, figures: readonly string[]): string[] {
  return [
    `create table ${name} (
       region_id int not null,
       month text not null ${MONTH},
       known_from timestamptz not null,
       row_hash uuid not null,
       batch_id bigint not null,
       line int not null,
       simulated boolean not null,
       period_open boolean not null,
       ${figures.map(SAFE).join(',\n       ')},
       primary key (region_id, month, known_from, row_hash)
     )`,
    `create index ${name}_batch on ${name} using brin (batch_id)`,
  ];
}
