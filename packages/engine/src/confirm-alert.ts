import { type Alert, getAlert, confirmAlert as storeConfirmation } from '@quhua/storage';
import type { Engine } from './engine.ts';
import { announceConfirmed } from './open-and-resolve-alerts.ts';

/**
 * A person confirms an alert that waited for it (net sales below zero); its message goes out now.
 *
 * Errors: not_found/ALERT_NOT_FOUND, conflict/ALERT_NOT_UNCONFIRMED.
 */
export async function confirmAlert(
  engine: Engine,
  { id, by }: { readonly id: number; readonly by: string },
): Promise<Alert> {
  const jurisdiction = engine.config.jurisdiction.code;
  await engine.database.transaction(async (tx) => {
    await getAlert(tx.sql, jurisdiction, id); // one that is not there, or not ours, is not found: it is no conflict
    await storeConfirmation(tx, id);
    const alert = await getAlert(tx.sql, jurisdiction, id);
    await announceConfirmed(engine, tx, { alert, by, at: engine.now() });
  });
  return getAlert(engine.database.db, jurisdiction, id);
}
