import { type Level, patienceText } from '@quhua/core';
import {
  type Alert,
  appendAlertEvents,
  type ClockStep,
  claimDueClocks,
  claimUnclocked,
  claimUndatedClocks,
  dateClocks,
  listAlertsByIds,
  markFired,
  type Tx,
} from '@quhua/storage';
import { announce, type LoudEvent } from '../announce.ts';
import type { Engine } from '../engine.ts';
import { dueOrNull, startAckClocks } from './clocks.ts';

/** Clocks that one transaction takes. */
const AT_ONCE = 200;

/** What one look at the clocks did. */
export type AlertsChecked = { readonly escalated: number; readonly dated: number; readonly started: number };

/**
 * Tells the next receiver of every alert that nobody took over in time, and of every supervision past its due day; also
 * gives an end to clocks that a calendar could not date before, and a clock to alerts that were open before their level had one.
 *
 * Concurrency: any number at once; a clock's escalation, its event and its deliveries commit together, so that each step
 * happens once, whenever a process dies.
 */
export async function checkAlerts(engine: Engine): Promise<AlertsChecked> {
  const started = await untilNone(engine, startMissing);
  const dated = await untilNone(engine, dateUndated);
  const escalated = await untilNone(engine, escalateDue);
  return { escalated, dated, started };
}

type Pass = (engine: Engine, tx: Tx) => Promise<{ taken: number; done: number }>;

/** Repeats a pass while it takes as much as it can, and does anything: what cannot be dated is taken again and again. */
async function untilNone(engine: Engine, pass: Pass): Promise<number> {
  let total = 0;
  for (;;) {
    const { taken, done } = await engine.database.transaction((tx) => pass(engine, tx));
    if (taken > 0) engine.onStep('clocks.committed');
    total += done;
    if (taken < AT_ONCE || done === 0) return total;
  }
}

async function escalateDue(engine: Engine, tx: Tx): Promise<{ taken: number; done: number }> {
  const { code } = engine.config.jurisdiction;
  const at = engine.now();
  const due = await claimDueClocks(tx, code, at, AT_ONCE);
  if (due.length === 0) return { taken: 0, done: 0 };
  engine.onStep('clocks.claimed');
  const ids = due.map(({ alertId }) => alertId);
  const alerts = new Map((await listAlertsByIds(tx.sql, ids)).map((alert) => [alert.id, alert]));
  const steps = due.flatMap((clock) => {
    const alert = alerts.get(clock.alertId);
    return alert === undefined ? [] : [{ clock, alert }];
  });
  const eventIds = await appendAlertEvents(
    tx,
    code,
    at,
    steps.map(({ clock, alert }) => ({ alertId: alert.id, event: 'escalate', detail: escalation(clock, alert) })),
  );
  engine.onStep('clocks.chained');
  const fired = steps.flatMap(({ clock }, index) => {
    const firedEvent = eventIds[index];
    return firedEvent === undefined ? [] : [{ eventId: clock.eventId, step: clock.step, firedEvent }];
  });
  await markFired(tx, at, fired);
  const loud = steps.flatMap(({ clock, alert }, index): LoudEvent[] => {
    const eventId = eventIds[index];
    if (eventId === undefined) return [];
    const to = { receiver: clock.receiver, reason: `escalation[${clock.step}]` };
    const { id, kind, level } = alert;
    return [{ eventId, alertId: id, kind, level, regionCode: null, feed: null, to }];
  });
  await announce(engine, tx, loud);
  engine.onStep('clocks.told');
  return { taken: due.length, done: fired.length };
}

function escalation({ kind, step, receiver, dueAt, afterHours, afterDays }: ClockStep, alert: Alert): object {
  const why =
    kind === 'ack'
      ? `${patienceText({ afterHours, afterDays })}内无人签收`
      : `督办逾期（${alert.owner ?? '—'}，期限 ${alert.due ?? '—'}）`;
  const text = `${why}，特此上报：${alert.text}`;
  return { kind, step, receiver, dueAt, level: alert.level, text };
}

/** A calendar that lacked a year has its table now. */
async function dateUndated(engine: Engine, tx: Tx): Promise<{ taken: number; done: number }> {
  const undated = await claimUndatedClocks(tx, engine.config.jurisdiction.code, AT_ONCE);
  const dated = undated.flatMap((clock) => {
    const dueAt = dueOrNull(engine, clock, clock.startedAt);
    return dueAt === null ? [] : [{ ...clock, dueAt }];
  });
  await dateClocks(tx, dated);
  return { taken: undated.length, done: dated.length };
}

/** Counted from now: an installation that gets a chain must not be late with everything at once. */
async function startMissing(engine: Engine, tx: Tx): Promise<{ taken: number; done: number }> {
  const { alerts, jurisdiction } = engine.config;
  const levels = Object.entries(alerts.escalation).flatMap(([level, chain]) => (chain.length > 0 ? [level] : []));
  if (levels.length === 0) return { taken: 0, done: 0 };
  const missing = await claimUnclocked(tx, jurisdiction.code, levels, AT_ONCE);
  const told = missing.map(({ level, ...ids }) => ({ ...ids, level: level as Level })); // safe: one of those asked for
  await startAckClocks(engine, tx, told, engine.now());
  return { taken: missing.length, done: missing.length };
}
