import { type FeedName, monthAt, type RowReason, SIMULATED_MARK } from '@quhua/core';
import { type Alert, listOpenAlerts, type NewAlert, type Tx } from '@quhua/storage';
import { NO_CHANGES } from './alert-plan.ts';
import type { Engine } from './engine.ts';
import { applyAlertPlan } from './open-and-resolve-alerts.ts';

export type Refusal = {
  readonly name: string;
  readonly at: Date;
  readonly simulated: boolean;
  readonly reason: RowReason;
  /** Where it is known: whoever answers for the feed is told. */
  readonly feed?: FeedName | null;
};

/** Opens the alert that a file was refused or is held, unless it is open already. */
export async function raiseRefusal(
  engine: Engine,
  tx: Tx,
  { name, at, simulated, reason, feed = null }: Refusal,
): Promise<void> {
  if ((await openRefusals(engine, tx, name)).length > 0) return;
  const month = monthAt(at, engine.config.jurisdiction.timezone);
  const alert: NewAlert = {
    kind: 'FEED_REFUSED',
    rule: 'feeds',
    subject: { type: 'file', code: name, name },
    level: engine.config.alerts.levels.FEED_REFUSED,
    status: 'open',
    since: month,
    month,
    text: `${simulated ? SIMULATED_MARK : ''}文件“${name}”未被采用：${reason.message}`,
    inputs: { file: name, feed, code: reason.code, message: reason.message },
    simulated,
  };
  await applyAlertPlan(engine, tx, { plan: { ...NO_CHANGES, opened: [alert] }, at: engine.now() });
}

/** Ends the alert about a file once one of its name is taken in, approved or withdrawn. */
export async function settleRefusal(engine: Engine, tx: Tx, { name }: { readonly name: string }): Promise<void> {
  const open = await openRefusals(engine, tx, name);
  if (open.length === 0) return;
  const text = `文件“${name}”已处理，预警解除`;
  const resolved = open.map((alert) => ({ alert, detail: { text }, loud: true }));
  await applyAlertPlan(engine, tx, { plan: { ...NO_CHANGES, resolved }, at: engine.now() });
}

/** Ends the alerts about the files of a source, whose names differ by their day, once one of them is taken in. */
export async function settleRefusalsOf(engine: Engine, tx: Tx, source: string): Promise<void> {
  const open = await listOpenAlerts(tx.sql, engine.config.jurisdiction.code, 'file', 'all');
  for (const { subject } of open) {
    const day = subject.name.startsWith(`${source}-`) ? subject.name.slice(source.length + 1) : '';
    if (/^\d{4}-\d\d-\d\d\.\w+$/u.test(day)) await settleRefusal(engine, tx, subject);
  }
}

function openRefusals({ config }: Engine, tx: Tx, name: string): Promise<Alert[]> {
  return listOpenAlerts(tx.sql, config.jurisdiction.code, 'file', [name]);
}
