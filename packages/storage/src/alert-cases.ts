import type { AlertCase, Handling } from '@quhua/core';
import { sql } from 'kysely';
import { type Alert, getAlert } from './alerts.ts';
import type { Tx } from './database.ts';

/**
 * An alert that nobody else changes until the end of the transaction.
 *
 * Errors: not_found/ALERT_NOT_FOUND. Concurrency: `no key update`, so that events of the alert may still be appended: a
 * whole lock would wait for an escalation that waits for it.
 */
export async function lockAlert(tx: Tx, jurisdiction: string, id: number): Promise<Alert> {
  await sql`select 1 from alert where jurisdiction = ${jurisdiction} and id = ${id} for no key update`.execute(tx.sql);
  return getAlert(tx.sql, jurisdiction, id);
}

/** Keeps how an alert stands after a person's word, or after it became worse. Concurrency: the caller holds the alert. */
export async function saveAlertCase(
  { sql: db }: Tx,
  id: number,
  at: Date,
  { status, handling, owner, due }: AlertCase,
): Promise<void> {
  await sql`
    update alert set status = ${status}, handling = ${handling}, owner = ${owner}, due_on = ${due},
      handled_at = ${handling === 'none' ? null : at}
    where id = ${id}
  `.execute(db);
}

/** Takes back what people said of alerts that became worse; a supervision goes on (`caseAfterRise`). */
export async function reopenAlerts({ sql: db }: Tx, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update alert set handling = 'none', owner = null, handled_at = null
    where id = any(${ids}::bigint[]) and handling in ('acknowledged', 'handled', 'excluded')
  `.execute(db);
}

/** How people have handled some alerts. Concurrency: the caller has changed them, so that this is the last word. */
export async function listHandlings({ sql: db }: Tx, ids: readonly number[]): Promise<Map<number, Handling>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: number; handling: Handling }>`
    select id, handling from alert where id = any(${ids}::bigint[])
  `.execute(db);
  return new Map(rows.map(({ id, handling }) => [id, handling]));
}
