import { FEED_NAMES, type FeedName, isTold, type Rulebook } from '@quhua/core';
import {
  type Alert,
  type AlertEventKind,
  type AlertSubject,
  appendAlertEvents,
  type NewAlert,
  openAlerts,
  resolveAlerts,
  type Tx,
  touchAlerts,
} from '@quhua/storage';
import { type AlertPlan, mergePlans } from './alert-plan.ts';
import { announce, type LoudEvent } from './announce.ts';
import { loadDataWarnings } from './data-warnings.ts';
import { type Engine, ruleInForce } from './engine.ts';
import { settleCases, startAckClocks } from './people/clocks.ts';
import { type DerivedUnit, planUnitAlerts } from './unit-alerts.ts';

export type AlertsInput = { readonly units: readonly DerivedUnit[]; readonly at: Date };

/** Makes units' alerts agree with their assessments and puts what people must be told on its way; part of the caller's commit. */
export async function openAndResolveAlerts(
  engine: Engine,
  tx: Tx,
  { units, at }: AlertsInput,
): Promise<{ opened: number; resolved: number }> {
  const rulebook: Rulebook = ruleInForce(engine);
  const silent = { rulebook, warnings: [] };
  const plans = units.map((unit) => planUnitAlerts(unit, engine.config, silent));
  // Only what speaks needs to know what was said of its figures.
  const speaking = units.filter(
    (_, index) => (plans[index]?.opened.length ?? 0) + (plans[index]?.touched.length ?? 0) > 0,
  );
  const warned = await loadDataWarnings(engine, tx, { units: speaking, rulebook, asOf: at });
  for (const [index, unit] of warned.size === 0 ? [] : units.entries()) {
    const warnings = warned.get(unit.region.code);
    if (warnings !== undefined) plans[index] = planUnitAlerts(unit, engine.config, { rulebook, warnings });
  }
  return applyAlertPlan(engine, tx, { plan: mergePlans(plans), at });
}

type About = Pick<Alert, 'kind' | 'level' | 'subject' | 'inputs'>;

/** An event that is about to be chained, with the alert it belongs to. */
type Pending = {
  readonly id: number;
  readonly alert: About;
  readonly event: AlertEventKind;
  readonly detail: object;
  readonly loud: boolean;
};

/** Writes a plan: alerts, their events, deliveries and outbox rows. */
export async function applyAlertPlan(
  engine: Engine,
  tx: Tx,
  { plan, at }: { readonly plan: AlertPlan; readonly at: Date },
): Promise<{ opened: number; resolved: number }> {
  const jurisdiction = engine.config.jurisdiction.code;
  const resolvedIds = new Set(
    await resolveAlerts(
      tx,
      at,
      plan.resolved.map(({ alert }) => alert.id),
    ),
  );
  const openedIds = await openAlerts(tx, jurisdiction, at, plan.opened);
  await touchAlerts(tx, at, [...plan.touched, ...plan.moved.map(({ update }) => update)]);
  const moved = (event: 'rise' | 'fall'): number[] =>
    plan.moved.filter((one) => one.event === event).map(({ alert }) => alert.id);
  const changed = { resolved: [...resolvedIds], risen: moved('rise'), fallen: moved('fall') };
  const handled = await settleCases(tx, changed, at);
  const isHeard = (id: number, event: 'rise' | 'fall' | 'resolve'): boolean => isTold(handled.get(id) ?? 'none', event);
  engine.onStep('alerts.stored');
  const resolved = plan.resolved.filter(({ alert }) => resolvedIds.has(alert.id));
  const events: Pending[] = [
    ...resolved.map(({ alert, detail, loud }): Pending => {
      return { id: alert.id, alert, event: 'resolve', detail, loud: loud && isHeard(alert.id, 'resolve') };
    }),
    ...plan.moved.map(({ alert, event, update }): Pending => {
      const { level, text, inputs } = update;
      const detail = { from: alert.level, level, text, inputs };
      const loud = alert.status === 'open' && isHeard(alert.id, event);
      return { id: alert.id, alert: { ...alert, level, inputs }, event, detail, loud };
    }),
    ...plan.restated.map(
      ({ alert, detail }): Pending => ({ id: alert.id, alert, event: 'restate', detail, loud: false }),
    ),
    ...plan.opened.flatMap((alert, index): Pending[] => openedEvent(openedIds[index], alert)),
  ];
  const eventIds = await appendAlertEvents(
    tx,
    jurisdiction,
    at,
    events.map(({ id, event, detail }) => ({ alertId: id, event, detail })),
  );
  const loud = events.flatMap(({ id, alert, loud: isLoud }, index): LoudEvent[] => {
    const eventId = eventIds[index];
    return isLoud && eventId !== undefined ? [loudEvent(eventId, id, alert)] : [];
  });
  await announce(engine, tx, loud);
  const begun = new Set(events.flatMap(({ event }, index) => (BEGINS.includes(event) ? [eventIds[index]] : [])));
  const told = loud.filter(({ eventId, alertId }) => begun.has(eventId) && handled.get(alertId) !== 'supervised');
  await startAckClocks(engine, tx, told, at);
  return { opened: openedIds.length, resolved: resolved.length };
}

/** Events that ask somebody to take an alert over. */
const BEGINS: readonly AlertEventKind[] = ['open', 'rise'];

function openedEvent(id: number | undefined, alert: NewAlert): Pending[] {
  if (id === undefined) return [];
  return [
    {
      ...{ id, alert, event: 'open', loud: alert.status === 'open' },
      detail: { level: alert.level, text: alert.text, inputs: alert.inputs },
    },
  ];
}

function loudEvent(eventId: number, alertId: number, { kind, level, subject, inputs }: About): LoudEvent {
  return { eventId, alertId, kind, level, regionCode: regionOf(subject, inputs), feed: feedOf(subject, inputs) };
}

/** An alert about a unit, or about something that lies in one. */
function regionOf({ type, code }: AlertSubject, inputs: object): string | null {
  if (type === 'region') return code;
  return type === 'project' && 'region' in inputs ? String(inputs.region) : null;
}

/** An alert about a feed or about a file of one. */
function feedOf({ type, code }: AlertSubject, inputs: object): FeedName | null {
  const name = type === 'feed' ? code : type === 'file' && 'feed' in inputs ? inputs.feed : null;
  return FEED_NAMES.find((feed) => feed === name) ?? null;
}

/** A person's word that an alert which waited for it is real: from now on people are told, and somebody has to take it over. */
export async function announceConfirmed(
  engine: Engine,
  tx: Tx,
  { alert, by, at }: { readonly alert: Alert; readonly by: string; readonly at: Date },
): Promise<void> {
  const detail = { by, text: alert.text };
  const [confirmId] = await appendAlertEvents(tx, alert.jurisdiction, at, [
    { alertId: alert.id, event: 'confirm', detail },
  ]);
  if (confirmId === undefined) return;
  const told = [loudEvent(confirmId, alert.id, alert)];
  await announce(engine, tx, told);
  await startAckClocks(engine, tx, told, at);
}
