import { createHash } from 'node:crypto';
import {
  alertLevelOf,
  canonicalJson,
  type DeliverySettings,
  liftsOf,
  type Month,
  PROJECT_ALERT_KINDS,
  PROJECT_LEVEL_TEXT,
  projectFinding,
  SIMULATED_MARK,
} from '@quhua/core';
import type { Alert } from '@quhua/storage';
import {
  type AlertPlan,
  type Finding,
  type FindingSubject,
  mergePlans,
  NO_CHANGES,
  planFinding,
} from '../alert-plan.ts';
import type { Engine } from '../engine.ts';
import type { Evaluated } from './evaluate-project.ts';
import type { KnownProject } from './project-facts.ts';

/** Rule that alerts about projects rest on, with the settings that were in force. */
export function deliveryRule(settings: DeliverySettings): string {
  const text = canonicalJson(
    JSON.parse(JSON.stringify(settings, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))),
  );
  return `delivery/${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}

export type PlannedProject = {
  readonly known: KnownProject;
  readonly evaluated: Evaluated;
  readonly rule: string;
  readonly month: Month;
  /** Alerts of the project that are not resolved. */
  readonly open: readonly Alert[];
};

/**
 * What must happen to one project's alerts so that they say what its figures say.
 *
 * Shapes: a project that was merged into another has none of its own any more.
 * Missing: where a figure that a kind needs is not known, that kind's alert stays as it is.
 */
export function planProjectAlerts({ config }: Engine, planned: PlannedProject): AlertPlan {
  const { known, evaluated, rule, month, open } = planned;
  const { project, simulated } = known;
  const name = nameOf(known, config.jurisdiction.regions);
  const about: FindingSubject = {
    ...{ rule, month, simulated, open },
    subject: { type: 'project', code: project.projectNo, name: project.name },
  };
  if (project.mergedInto !== null) {
    const detail = { text: `${name}：已并入项目 ${project.mergedInto}，预警解除` };
    return { ...NO_CHANGES, resolved: open.map((alert) => ({ alert, detail, loud: true })) };
  }
  const state = { risk: evaluated.risk, settings: config.delivery };
  const inputs = inputsOf(known, evaluated, config.delivery);
  return mergePlans(
    PROJECT_ALERT_KINDS.map((kind) => {
      const found = projectFinding(kind, state);
      if (found.state === 'unsaid') return NO_CHANGES;
      const said =
        found.state === 'on'
          ? { text: `${name}：${found.text}`, over: '' }
          : { text: null, over: `${name}：${found.over}，预警解除` };
      const level = alertLevelOf(evaluated.risk.level);
      const finding: Finding = kind === 'PROJECT_RISK' ? { kind, level, ...said, inputs } : { kind, ...said, inputs };
      return planFinding(finding, about, config.alerts);
    }),
  );
}

type Regions = Engine['config']['jurisdiction']['regions'];

function nameOf({ project, simulated }: KnownProject, regions: Regions): string {
  const region = regions.find(({ code }) => code === project.regionCode)?.name ?? project.regionCode;
  return `${simulated ? SIMULATED_MARK : ''}${region}“${project.name}”（${project.projectNo}）`;
}

/** What the decision rested on: figures, limits that were met, and where the newest of each kind of record stands. */
function inputsOf({ project, facts }: KnownProject, { risk, now }: Evaluated, settings: DeliverySettings): object {
  const report = facts.reports.findLast(({ date }) => date <= risk.day);
  return {
    day: risk.day,
    projectNo: project.projectNo,
    region: project.regionCode,
    developer: project.developer,
    level: PROJECT_LEVEL_TEXT[risk.level],
    raw: PROJECT_LEVEL_TEXT[risk.raw],
    score: risk.score / 10,
    state: now.state,
    overrides: risk.overrides,
    horizon: risk.horizon,
    indicators: risk.indicators
      .filter(({ level }) => level !== 'none')
      .map(({ code, level, text, limit }) => ({ code, level, text, limit })),
    lifts: liftsOf(risk, settings),
    registered: { batch: project.batchId, line: project.line },
    report: report === undefined ? null : { date: report.date, batch: report.batchId, line: report.line },
  };
}
