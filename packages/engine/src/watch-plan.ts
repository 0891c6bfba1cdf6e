import { dayAt, monthAt, type Plan, type PlanSignal, planSignals, type Region } from '@quhua/core';
import { type Alert, listOpenAlerts, type NewAlert } from '@quhua/storage';
import { type AlertPlan, NO_CHANGES } from './alert-plan.ts';
import type { Engine } from './engine.ts';
import { applyAlertPlan } from './open-and-resolve-alerts.ts';
import { currentPlan } from './plan-progress.ts';

/**
 * Opens, updates or resolves `PLAN_SIGNAL`, one alert for each unit whose plan of the year has oddities: information only.
 *
 * Shapes: other signals than before, or another plan, end the alert quietly and open a new one; other figures update it.
 * Concurrency: idempotent; one at a time for a jurisdiction.
 */
export async function watchPlan(engine: Engine): Promise<{ opened: number; resolved: number }> {
  const { jurisdiction, plans } = engine.config;
  const at = engine.now();
  const plan = currentPlan(plans, dayAt(at, jurisdiction.timezone));
  const signals = plan === undefined ? [] : planSignals(plan, plan.signals);
  return engine.database.transaction(async (tx) => {
    const open = (await listOpenAlerts(tx.sql, jurisdiction.code, 'region', 'all')).filter(isPlanSignal);
    const changes = changesOf(engine, { plan, signals, open, month: monthAt(at, jurisdiction.timezone) });
    return applyAlertPlan(engine, tx, { plan: changes, at });
  });
}

function isPlanSignal({ kind }: Alert): boolean {
  return kind === 'PLAN_SIGNAL';
}

type State = {
  readonly plan: Plan | undefined;
  readonly signals: readonly PlanSignal[];
  readonly open: readonly Alert[];
  readonly month: string;
};

function changesOf(engine: Engine, { plan, signals, open, month }: State): AlertPlan {
  const byRegion = Map.groupBy(signals, ({ regionCode }) => regionCode);
  const wanted = new Map<string, NewAlert>();
  for (const region of engine.config.jurisdiction.regions) {
    const own = byRegion.get(region.code) ?? [];
    if (plan !== undefined && own.length > 0)
      wanted.set(region.code, toAlert(engine, { plan, region, signals: own, month }));
  }
  const running = new Map(open.map((alert) => [alert.subject.code, alert]));
  const same = open.filter((alert) => isSame(alert, wanted.get(alert.subject.code)));
  return {
    ...NO_CHANGES,
    opened: [...wanted.values()].filter((alert) => !isSame(running.get(alert.subject.code), alert)),
    resolved: open
      .filter((alert) => !same.includes(alert))
      .map((alert) => {
        const replaced = wanted.has(alert.subject.code);
        const why = replaced ? '勾稽疑点有变化，改用新的提示' : '计划中的勾稽疑点不再存在，提示结束';
        return { alert, detail: { text: `${alert.subject.name}：${why}` }, loud: !replaced };
      }),
    touched: same.flatMap((alert) => {
      const now = wanted.get(alert.subject.code);
      return now === undefined
        ? []
        : [{ id: alert.id, level: alert.level, month, since: alert.since, text: now.text, inputs: now.inputs }];
    }),
  };
}

/** Of one plan, with the same signals; their figures may differ. */
function isSame(
  a: Pick<NewAlert, 'rule' | 'inputs'> | undefined,
  b: Pick<NewAlert, 'rule' | 'inputs'> | undefined,
): boolean {
  return a !== undefined && b !== undefined && a.rule === b.rule && codesOf(a.inputs) === codesOf(b.inputs);
}

function codesOf(inputs: object): string {
  return 'codes' in inputs && Array.isArray(inputs.codes) ? inputs.codes.join(' ') : '';
}

type Told = {
  readonly plan: Plan;
  readonly region: Region;
  readonly signals: readonly PlanSignal[];
  readonly month: string;
};

function toAlert({ config }: Engine, { plan, region, signals, month }: Told): NewAlert {
  const said = signals.map(({ text }) => text).join('；');
  return {
    kind: 'PLAN_SIGNAL',
    rule: `plan-${plan.year}`,
    subject: { type: 'region', code: region.code, name: region.name },
    level: config.alerts.levels.PLAN_SIGNAL,
    status: 'open',
    since: `${plan.year}-01`,
    month,
    text: `${region.name}${plan.year}年住房计划请核对：${said}。只是提示，不影响供地判断`,
    inputs: {
      year: plan.year,
      codes: signals.map(({ code, figures }) => (figures.table === undefined ? code : `${code}:${figures.table}`)),
      signals: signals.map(({ code, text, figures, why }) => ({ code, text, figures, why })),
    },
    simulated: false,
  };
}
