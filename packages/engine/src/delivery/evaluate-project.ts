import {
  type BuildingPace,
  type CaseEvent,
  type CaseNow,
  caseStateOf,
  confirmedDays,
  currentRisk,
  type DeliverySettings,
  type ProjectRisk,
  riskHistory,
  worseOf,
} from '@quhua/core';
import type { KnownProject } from './project-facts.ts';

/** A project on a day: what its figures say, and how far its case is. */
export type Evaluated = { readonly risk: ProjectRisk; readonly now: CaseNow };

export type Evaluation = {
  readonly day: string;
  readonly settings: DeliverySettings;
  /** Paces of other projects; only the interval of a projection rests on them. */
  readonly pooled: readonly BuildingPace[];
};

/** What holds for a project on a day. Words of a later day do not count yet. */
export function evaluateProject({ facts, cases }: KnownProject, { day, settings, pooled }: Evaluation): Evaluated {
  const events = saidBy(cases, day);
  const when = { day, confirmedOn: confirmedDays(events) };
  const input = { facts, settings, pooled };
  const last = events.at(-1);
  if (last?.state !== 'defused') {
    const risk = currentRisk(input, when);
    return { risk, now: caseStateOf({ risk, events, worstSince: 'none' }) };
  }
  const history = riskHistory(input, when);
  const risk = history.at(-1);
  if (risk === undefined) throw new Error('a history holds at least the day that was asked for');
  const worstSince = history
    .filter((one) => one.day > last.on)
    .reduce<ProjectRisk['level']>((worst, { level }) => worseOf(worst, level), 'none');
  return { risk, now: caseStateOf({ risk, events, worstSince }) };
}

/** Words up to a day, in the order of their days. */
export function saidBy(cases: readonly CaseEvent[], day: string): CaseEvent[] {
  return cases.filter(({ on }) => on <= day).sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
}
