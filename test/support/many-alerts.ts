import type { Level } from '@quhua/core';
import { applyAlertPlan } from '@quhua/engine';
import { getAlert, listAlerts, type NewAlert } from '@quhua/storage';
import type { TestEngine } from './engine.ts';

/** Opens alerts about units that nobody knows, as a check would, now; their ids, oldest first. */
export async function openMany(engine: TestEngine, count: number, level: Level): Promise<number[]> {
  const opened = Array.from({ length: count }, (_, at): NewAlert => {
    const code = `${level}-${at}`;
    return {
      ...{ kind: 'TIER_SUSPEND', rule: 'test', level, status: 'open', since: '2025-09', month: '2025-09' },
      ...{ subject: { type: 'region', code, name: code }, text: `${code} 超过 36 个月`, inputs: {}, simulated: false },
    };
  });
  const plan = { opened, resolved: [], restated: [], touched: [], moved: [] };
  await engine.database.transaction((tx) => applyAlertPlan(engine, tx, { plan, at: engine.now() }));
  const { code } = engine.config.jurisdiction;
  const alerts = await listAlerts(engine.database.db, { jurisdiction: code });
  const own = alerts.filter(({ subject }) => subject.code.startsWith(`${level}-`));
  return own.map(({ id }) => id).toSorted((a, b) => a - b);
}

/** An alert becomes worse or milder, as the check that watches it would find now. */
export async function moveTo(engine: TestEngine, id: number, level: Level, event: 'rise' | 'fall'): Promise<void> {
  const alert = await getAlert(engine.database.db, engine.config.jurisdiction.code, id);
  const { month, since, text, inputs } = alert;
  const moved = [{ alert, event, update: { id, level, month, since, text, inputs } }];
  const plan = { opened: [], resolved: [], restated: [], touched: [], moved };
  await engine.database.transaction((tx) => applyAlertPlan(engine, tx, { plan, at: engine.now() }));
}
