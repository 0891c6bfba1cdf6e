import { sql } from 'kysely';
import type { Db } from './database.ts';

/** What is wrong with an alert's chain of people. */
export const CHAIN_FAULTS = [
  /** Its time is over and nobody was told. */
  'NOT_ESCALATED',
  /** A clock runs on although somebody took the alert over, or it is over. */
  'STILL_RUNNING',
  /** It waits for somebody, and no clock counts. */
  'NO_CLOCK',
  /** No table of working days says when its time is over. */
  'NO_DEADLINE',
  /** It was escalated, and nothing was sent to anybody. */
  'NOBODY_TOLD',
  /** Its day has passed and it is not closed. */
  'SUPERVISION_OVERDUE',
] as const;
export type ChainFault = (typeof CHAIN_FAULTS)[number];

export type BrokenChain = {
  readonly fault: ChainFault;
  readonly alertId: number;
  readonly level: string;
  readonly subject: string;
  readonly owner: string | null;
  /** When it should have happened; null where nothing was counted. */
  readonly dueAt: Date | null;
  readonly due: string | null;
};

export type AuditInput = {
  readonly jurisdiction: string;
  readonly now: Date;
  /** On the jurisdiction's calendar. */
  readonly today: string;
  /** So late an escalation may be: the job looks only now and then. */
  readonly slackMs: number;
  /** Levels that have a chain. */
  readonly levels: readonly string[];
};

/**
 * Every broken chain of a jurisdiction, by fault and then by alert; an alert may have several.
 *
 * Concurrency: one statement, one snapshot; reads only, and nothing that the escalation itself relies on beyond the rows.
 */
export async function listBrokenChains(db: Db, input: AuditInput): Promise<BrokenChain[]> {
  const { jurisdiction, now, today, slackMs, levels } = input;
  const late = new Date(now.getTime() - slackMs);
  const { rows } = await sql<BrokenChain>`
    with own as not materialized (select * from alert where jurisdiction = ${jurisdiction}),
    running as (select c.* from alert_clock c
      where c.jurisdiction = ${jurisdiction} and c.fired_at is null and c.stopped_at is null),
    found as (
      select case when r.due_at is null then 'NO_DEADLINE' else 'NOT_ESCALATED' end as fault, r.alert_id, r.due_at
      from running r join own a on a.id = r.alert_id
      where (r.due_at is null or r.due_at < ${late})
        and case r.kind when 'ack' then a.status = 'open' and a.handling = 'none' else a.handling = 'supervised' end
      union all
      select 'STILL_RUNNING', r.alert_id, r.due_at from running r join own a on a.id = r.alert_id
      where not case r.kind when 'ack' then a.status = 'open' and a.handling = 'none' else a.handling = 'supervised' end
      union all
      select 'NO_CLOCK', a.id, null from own a
      where a.status = 'open' and a.resolved_at is null and a.handling = 'none' and a.level = any(${levels}::text[]) and a.opened_at < ${late}
        and not exists (select 1 from alert_clock c where c.alert_id = a.id and c.kind = 'ack' and c.stopped_at is null)
      union all
      select 'NOBODY_TOLD', e.alert_id, e.at from alert_event e
      where e.jurisdiction = ${jurisdiction} and e.event = 'escalate'
        and not exists (select 1 from delivery d where d.event_id = e.id and d.channel <> 'none')
      union all
      select 'SUPERVISION_OVERDUE', a.id, null from own a where a.handling = 'supervised' and a.due_on < ${today}::date
    )
    select f.fault, f.alert_id as "alertId", a.level, a.subject_name as subject, a.owner, f.due_at as "dueAt", a.due_on as due
    from found f join own a on a.id = f.alert_id order by f.fault, f.alert_id, f.due_at
  `.execute(db);
  return rows;
}
