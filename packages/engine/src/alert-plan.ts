import type { Config } from '@quhua/config';
import { type AlertKind, LEVELS, type Level, type Month, type SetLevelKind } from '@quhua/core';
import type { Alert, AlertSubject, AlertUpdate, NewAlert } from '@quhua/storage';

/** What is to be written about alerts. `loud`: people are told. */
export type AlertPlan = {
  readonly opened: readonly NewAlert[];
  readonly resolved: readonly { readonly alert: Alert; readonly detail: object; readonly loud: boolean }[];
  readonly restated: readonly { readonly alert: Alert; readonly detail: object }[];
  readonly touched: readonly AlertUpdate[];
  /** Running alerts that became worse or milder: people are told. */
  readonly moved: readonly { readonly alert: Alert; readonly event: 'rise' | 'fall'; readonly update: AlertUpdate }[];
};

export const NO_CHANGES: AlertPlan = { opened: [], resolved: [], restated: [], touched: [], moved: [] };

export function mergePlans(plans: readonly AlertPlan[]): AlertPlan {
  return {
    opened: plans.flatMap((plan) => plan.opened),
    resolved: plans.flatMap((plan) => plan.resolved),
    restated: plans.flatMap((plan) => plan.restated),
    touched: plans.flatMap((plan) => plan.touched),
    moved: plans.flatMap((plan) => plan.moved),
  };
}

export function isEmptyPlan({ opened, resolved, restated, touched, moved }: AlertPlan): boolean {
  return opened.length + resolved.length + restated.length + touched.length + moved.length === 0;
}

/** What one kind says of a subject now: `text` null if there is nothing to say, and `over` is what ends an alert that ran. */
export type Finding = {
  readonly text: string | null;
  readonly over: string;
  readonly inputs: object;
} & (
  | { readonly kind: SetLevelKind; readonly level?: never }
  /** A kind whose level is that of what it speaks of. */
  | { readonly kind: Exclude<AlertKind, SetLevelKind>; readonly level: Level }
);

/** Of whom findings speak, and by what rule. `open`: alerts of the subject that are not resolved. */
export type FindingSubject = {
  readonly rule: string;
  readonly subject: AlertSubject;
  readonly month: Month;
  readonly simulated: boolean;
  readonly open: readonly Alert[];
};

/**
 * Opens, updates or ends the one alert of a kind about a subject, so that it says what was found; people are told of its
 * beginning and end, and of a level that changed.
 */
export function planFinding(
  finding: Finding,
  { rule, subject, month, simulated, open }: FindingSubject,
  { levels }: Config['alerts'],
): AlertPlan {
  const { kind, text, over, inputs } = finding;
  const running = open.find((alert) => alert.kind === kind);
  if (text === null) {
    return running === undefined
      ? NO_CHANGES
      : { ...NO_CHANGES, resolved: [{ alert: running, detail: { text: over }, loud: true }] };
  }
  if (running !== undefined) {
    const level = finding.level ?? running.level;
    const update: AlertUpdate = { id: running.id, level, month, since: running.since, text, inputs };
    if (level === running.level) return { ...NO_CHANGES, touched: [update] };
    const event = LEVELS.indexOf(level) < LEVELS.indexOf(running.level) ? 'rise' : 'fall';
    return { ...NO_CHANGES, moved: [{ alert: running, event, update }] };
  }
  const level = finding.level ?? levels[finding.kind];
  const alert: NewAlert = {
    ...{ kind, rule, subject, level, status: 'open', since: month, month, text, inputs, simulated },
  };
  return { ...NO_CHANGES, opened: [alert] };
}
