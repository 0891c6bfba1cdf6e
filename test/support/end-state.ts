import { type Target, withClient } from './with-client.ts';

/** What an installation has come to, in words that a second run of the same story must repeat. */
export type EndState = Readonly<Record<keyof typeof QUESTIONS, readonly unknown[]>>;

/** `jsonb` rows without the numbers and instants that differ from run to run. */
const without = (...columns: readonly string[]): string => `- '{${columns.join(',')}}'::text[]`;
const ALERT = `concat_ws(' ', a.kind, a.subject_type, a.subject_code, a.episode)`;
const observations = (table: string): string => `
  select to_jsonb(o) ${without('region_id', 'batch_id', 'known_from')} || jsonb_build_object('region', r.code, 'file', b.file_name) as row
  from ${table} o join region r on r.id = o.region_id join batch b on b.id = o.batch_id
  order by r.code, o.month, b.file_name, o.line`;

const QUESTIONS = {
  batches: `
    select to_jsonb(b) ${without('id', 'known_from', 'received_at')} || jsonb_build_object('events',
      (select coalesce(jsonb_agg(concat_ws(' ', e.event, e.by, e.reason) order by e.id), '[]') from batch_event e where e.batch_id = b.id)) as row
    from batch b order by b.file_name, b.sha256, b.id`,
  ledger: `
    select to_jsonb(l) ${without('batch_id')} || jsonb_build_object('file', b.file_name) as row
    from row_ledger l join batch b on b.id = l.batch_id order by b.file_name, b.id`,
  refusedRows: `
    select to_jsonb(w) ${without('batch_id')} || jsonb_build_object('file', b.file_name) as row
    from batch_row w join batch b on b.id = w.batch_id order by b.file_name, w.line`,
  sales: observations('sales_observation'),
  inventory: observations('inventory_observation'),
  records: [
    ...['contract_observation', 'land_entry', 'project', 'project_report', 'plan_progress', 'project_notice'],
    'project_schedule',
  ]
    .map((table) => `select to_jsonb(o) ${without('region_id', 'batch_id', 'known_from')} as row from ${table} o`)
    .join(' union all ')
    .concat(' order by 1'),
  feeds: `select to_jsonb(f) as row from feed_state f order by 1`,
  due: `select r.code as row from assess_due d join region r on r.id = d.region_id order by 1`,
  assessments: `
    select to_jsonb(a) ${without('id', 'region_id', 'as_of')} || jsonb_build_object('region', r.code) as row
    from assessment a join region r on r.id = a.region_id where a.superseded_at is null order by a.rulebook, r.code, a.month`,
  episodes: `
    select to_jsonb(e) ${without('region_id')} || jsonb_build_object('region', r.code) as row
    from episode e join region r on r.id = e.region_id order by e.rulebook, r.code, e.kind, e.start_month`,
  alerts: `
    select to_jsonb(a) ${without('id', 'opened_at', 'last_seen_at', 'resolved_at')} as row
    from alert a order by a.kind, a.subject_type, a.subject_code, a.episode`,
  events: `
    select ${ALERT} as row, e.event, e.detail from alert_event e join alert a on a.id = e.alert_id
    order by a.kind, a.subject_type, a.subject_code, a.episode, e.id`,
  deliveries: `
    select ${ALERT} as row, e.event, d.receiver, d.channel, d.consumer, d.status, d.reason
    from delivery d join alert a on a.id = d.alert_id join alert_event e on e.id = d.event_id
    order by a.kind, a.subject_type, a.subject_code, a.episode, e.id, d.receiver, d.channel`,
  balance: `select to_jsonb(b) as row from delivery_balance b`,
  outbox: `
    select queue as row, count(*)::int, count(done_at)::int as done from outbox group by queue order by queue`,
  runs: `select job as row, slot, outcome from scheduled_run order by job, slot`,
} as const;

/** Everything that must not depend on what went wrong on the way. */
export async function readEndState(target: Target): Promise<EndState> {
  return withClient(target, async (client) => {
    const answers: Record<string, unknown[]> = {};
    for (const [name, question] of Object.entries(QUESTIONS)) answers[name] = (await client.query(question)).rows;
    return answers as Record<keyof typeof QUESTIONS, unknown[]>; // safe: one answer to each question
  });
}

/** Laws that hold of every installation at rest, whatever happened to it; returns those that are broken. */
export async function brokenLaws(target: Target): Promise<string[]> {
  return withClient(target, async (client) => {
    const broken: string[] = [];
    for (const [law, violations] of Object.entries(LAWS)) {
      const { rows } = await client.query<object>(violations);
      if (rows.length > 0) broken.push(`${law}: ${JSON.stringify(rows.slice(0, 5))}`);
    }
    return broken;
  });
}

const LAWS = {
  'every row of a batch is in exactly one place': `
    select * from row_ledger where total <> accepted + warned + quarantined + duplicate or quarantined <> quarantined_rows
      or duplicate <> duplicate_rows or observations + held <> accepted + warned`,
  'one batch for one content': `
    select jurisdiction, sha256, count(*) from batch b where status <> 'rejected'
      and not exists (select 1 from batch_event e where e.batch_id = b.id and e.event = 'withdrawn')
    group by 1, 2 having count(*) > 1`,
  'deliveries add up': `
    select * from delivery_balance where created <> delivered + grouped + silenced + inhibited + pending + dead`,
  'every event follows on the one before': `
    select id from (select id, previous_hash, lag(hash, 1, '') over (partition by jurisdiction order by id) as before
      from alert_event) e where previous_hash <> before`,
  'one opening and one end of every alert': `
    select a.id, a.status, count(*) filter (where e.event = 'open') as opened, count(*) filter (where e.event = 'resolve') as ended
    from alert a left join alert_event e on e.alert_id = a.id group by a.id
    having count(*) filter (where e.event = 'open') <> 1
      or count(*) filter (where e.event = 'resolve') <> case when a.status = 'resolved' then 1 else 0 end`,
  'an alert is open where, and only where, its episode runs': `
    with running as (select r.code, e.kind, e.rulebook as rule from episode e join region r on r.id = e.region_id where e.end_month is null),
      open as (select subject_code as code, kind, rule from alert where subject_type = 'region' and status <> 'resolved'
        and kind in ('TIER_SUSPEND', 'TIER_SWAP', 'STOCK_GREW'))
    (select 'no alert' as what, * from running except select 'no alert', * from open)
    union all (select 'no episode', * from open except select 'no episode', * from running)`,
  'nothing is left to do': `
    select 'outbox' as what, id::text from outbox where done_at is null
    union all select 'delivery', id::text from delivery where status = 'pending'
    union all select 'run', job || ' ' || slot from scheduled_run where outcome = 'running'`,
} as const;
