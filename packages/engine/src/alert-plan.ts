import type { Config } from '@quhua/config';
import type { AlertKind, Month } from '@quhua/core';
import type { Alert, AlertSubject, AlertUpdate, NewAlert } from '@quhua/storage';

/** What is to be written about alerts. `loud`: people are told. */
export type AlertPlan = {
  readonly opened: readonly NewAlert[];
  readonly resolved: readonly { readonly alert: Alert; readonly detail: object; readonly loud: boolean }[];
  readonly restated: readonly { readonly alert: Alert; readonly detail: object }[];
  readonly touched: readonly AlertUpdate[];
};

export const NO_CHANGES: AlertPlan = { opened: [], resolved: [], restated: [], touched: [] };

export function mergePlans(plans: readonly AlertPlan[]): AlertPlan {
  return {
    opened: plans.flatMap((plan) => plan.opened),
    resolved: plans.flatMap((plan) => plan.resolved),
    restated: plans.flatMap((plan) => plan.restated),
    touched: plans.flatMap((plan) => plan.touched),
  };
}

export function isEmptyPlan({ opened, resolved, restated, touched }: AlertPlan): boolean {
  return opened.length + resolved.length + restated.length + touched.length === 0;
}

/** What one kind says of a subject now: `text` null if there is nothing to say, and `over` is what ends an alert that ran. */
export type Finding = {
  readonly kind: AlertKind;
  readonly text: string | null;
  readonly over: string;
  readonly inputs: object;
};

/** Of whom findings speak, and by what rule. `open`: alerts of the subject that are not resolved. */
export type FindingSubject = {
  readonly rule: string;
  readonly subject: AlertSubject;
  readonly month: Month;
  readonly simulated: boolean;
  readonly open: readonly Alert[];
};

/** Opens, updates or ends the one alert of a kind about a subject, so that it says what was found; people are told of its beginning and end. */
export function planFinding(
  { kind, text, over, inputs }: Finding,
  { rule, subject, month, simulated, open }: FindingSubject,
  { levels }: Config['alerts'],
): AlertPlan {
  const running = open.find((alert) => alert.kind === kind);
  if (text === null) {
    return running === undefined
      ? NO_CHANGES
      : { ...NO_CHANGES, resolved: [{ alert: running, detail: { text: over }, loud: true }] };
  }
  if (running !== undefined)
    return { ...NO_CHANGES, touched: [{ id: running.id, month, since: running.since, text, inputs }] };
  const alert: NewAlert = {
    kind,
    rule,
    subject,
    level: levels[kind],
    status: 'open',
    since: month,
    month,
    text,
    inputs,
    simulated,
  };
  return { ...NO_CHANGES, opened: [alert] };
}
