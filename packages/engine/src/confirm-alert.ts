import type { Alert } from '@quhua/storage';
import type { Engine } from './engine.ts';
import { changeAlertCase } from './people/change-case.ts';

/**
 * A person confirms an alert that waited for it (net sales below zero); its message goes out now.
 *
 * Errors: not_found/ALERT_NOT_FOUND, conflict/ALERT_NOT_UNCONFIRMED.
 */
export function confirmAlert(engine: Engine, { id, by }: { readonly id: number; readonly by: string }): Promise<Alert> {
  return changeAlertCase(engine, { id, action: 'confirm', by });
}
