import { type AlertAction, type AlertWord, AppError, alertStateOf, dayAt, decideCase } from '@quhua/core';
import { type Alert, appendAlertEvents, getAlert, lockAlert, saveAlertCase, stopClocks, type Tx } from '@quhua/storage';
import type { Engine } from '../engine.ts';
import { announceConfirmed } from '../open-and-resolve-alerts.ts';
import { startDueClock } from './clocks.ts';

export type ChangeCaseInput = {
  readonly id: number;
  readonly action: AlertAction;
  readonly by: string;
  readonly reason?: string;
  readonly owner?: string;
  readonly due?: string;
  readonly document?: string;
};

/**
 * Keeps a person's word about an alert, with an event of who said what and why, and stops the clocks that waited for it;
 * one commit. A confirmed alert is sent then.
 *
 * Errors: not_found/ALERT_NOT_FOUND; those of `decideCase`. Concurrency: of two at once the second is decided on what the
 * first left.
 */
export async function changeAlertCase(engine: Engine, { id, ...said }: ChangeCaseInput): Promise<Alert> {
  const { code } = engine.config.jurisdiction;
  return engine.database.transaction(async (tx) => {
    const before = await lockAlert(tx, code, id);
    await applyWord(engine, tx, before, said);
    return getAlert(tx.sql, code, id);
  });
}

async function applyWord(engine: Engine, tx: Tx, before: Alert, said: Omit<ChangeCaseInput, 'id'>): Promise<void> {
  const { jurisdiction, calendar } = engine.config;
  const { action, by, reason = null, owner = null, due = null, document = null } = said;
  const at = engine.now();
  const word: AlertWord = { action, by, reason, owner, due, document };
  const ground = { today: dayAt(at, jurisdiction.timezone), calendar };
  const after = decided(before, () => decideCase(before, word, ground));
  await saveAlertCase(tx, before.id, at, after);
  engine.onStep('people.saved');
  if (action === 'confirm') {
    await announceConfirmed(engine, tx, { alert: { ...before, ...after }, by, at });
    return;
  }
  // Whoever takes over takes the due day over too.
  if (action !== 'handover') await stopClocks(tx, at, [before.id], { by: action });
  const detail = {
    ...{ by, reason, document },
    ...{ from: alertStateOf(before), to: alertStateOf(after), owner: after.owner, due: after.due },
    ...(before.owner !== null && before.owner !== after.owner ? { previousOwner: before.owner } : {}),
  };
  const [eventId] = await appendAlertEvents(tx, jurisdiction.code, at, [{ alertId: before.id, event: action, detail }]);
  if (action === 'supervise' && after.due !== null && eventId !== undefined) {
    await startDueClock(engine, tx, { alertId: before.id, eventId, level: before.level, due: after.due }, at);
  }
  engine.onStep('people.told');
}

/** Core does not know which alert it decides about; whoever reads the refusal wants to. */
function decided<T>({ id }: Alert, decide: () => T): T {
  try {
    return decide();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { kind, code, message, details } = error;
    throw new AppError(kind, code, `预警 ${id} ${message}`, {
      cause: error,
      ...(details === undefined ? {} : { details }),
    });
  }
}
