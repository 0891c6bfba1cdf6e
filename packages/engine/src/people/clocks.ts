import { AppError, type EscalationStep, endOfWork, escalationDue, type Handling, type Level } from '@quhua/core';
import { type ClockStep, listHandlings, reopenAlerts, startClocks, stopClocks, type Tx } from '@quhua/storage';
import type { Engine } from '../engine.ts';

/** An alert that people are told of, and the event that tells them. */
export type Told = { readonly alertId: number; readonly eventId: number; readonly level: Level };

/** Starts the chain of each alert's level, counted on the working-day calendar; part of the commit that tells people of it. */
export async function startAckClocks(engine: Engine, tx: Tx, told: readonly Told[], at: Date): Promise<void> {
  const { alerts, jurisdiction } = engine.config;
  const dueOf = new Map<EscalationStep, Date | null>();
  const due = (step: EscalationStep): Date | null => {
    const known = dueOf.get(step);
    if (known !== undefined) return known;
    const found = dueOrNull(engine, step, at);
    dueOf.set(step, found);
    return found;
  };
  const steps = told.flatMap(({ alertId, eventId, level }) =>
    alerts.escalation[level].map((step, index): ClockStep => {
      const { afterHours, afterDays, to } = step;
      const count = { kind: 'ack', afterHours, afterDays, startedAt: at, dueAt: due(step) } as const;
      return { alertId, eventId, step: index + 1, receiver: to, ...count };
    }),
  );
  if (steps.some(({ dueAt }) => dueAt === null)) {
    engine.log.error({ alerts: told.length }, 'no table of working days for the deadlines of these alerts');
  }
  await startClocks(tx, jurisdiction.code, steps);
}

/** A calendar that cannot tell, as in a year without a table, stops no alert: its clock waits for the table, and `status` and `alerts audit` say so. */
export function dueOrNull(
  { config }: Pick<Engine, 'config'>,
  step: Pick<EscalationStep, 'afterHours' | 'afterDays'>,
  since: Date,
): Date | null {
  try {
    return escalationDue(step, since, { calendar: config.calendar, timeZone: config.jurisdiction.timezone });
  } catch (error) {
    if (error instanceof AppError && error.code.startsWith('CALENDAR_')) return null;
    throw error;
  }
}

export type Supervised = Told & { readonly due: string };

/** Starts the clock of a supervision: past its due day, whoever stands last in the level's chain is told. */
export async function startDueClock(engine: Engine, tx: Tx, supervised: Supervised, at: Date): Promise<void> {
  const { alerts, jurisdiction, calendar } = engine.config;
  const { alertId, eventId, level, due } = supervised;
  const last = alerts.escalation[level].at(-1);
  if (last === undefined) return;
  const dueAt = endOfWork(calendar, due, jurisdiction.timezone);
  const count = { kind: 'due', afterHours: null, afterDays: null, startedAt: at, dueAt } as const;
  await startClocks(tx, jurisdiction.code, [{ alertId, eventId, step: 1, receiver: last.to, ...count }]);
}

export type Changed = {
  readonly resolved: readonly number[];
  readonly risen: readonly number[];
  readonly fallen: readonly number[];
};

/**
 * What changes of alerts' conditions mean for what people said of them: what is over is waited for no more, what became
 * worse is open anew. Returns how each was handled before.
 *
 * Concurrency: the caller has changed the alerts, so nobody else says anything of them meanwhile.
 */
export async function settleCases(
  tx: Tx,
  { resolved, risen, fallen }: Changed,
  at: Date,
): Promise<ReadonlyMap<number, Handling>> {
  const handlings = await listHandlings(tx, [...resolved, ...risen, ...fallen]);
  await reopenAlerts(tx, risen);
  await stopClocks(tx, at, resolved, { by: 'resolve', only: 'ack' });
  await stopClocks(tx, at, risen, { by: 'rise', only: 'ack' });
  return handlings;
}
