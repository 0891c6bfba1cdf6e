import {
  dayAt,
  developersInTrouble,
  listFinding,
  type Month,
  monthAt,
  type OfDeveloper,
  PROJECT_LEVEL_TEXT,
  SIMULATED_MARK,
} from '@quhua/core';
import {
  type Alert,
  listBatchProjects,
  listOpenAlerts,
  listProjects,
  listReportedProjects,
  lockProjects,
  type ProjectFeed,
  type RegisteredProject,
  type Tx,
} from '@quhua/storage';
import { type AlertPlan, type FindingSubject, isEmptyPlan, mergePlans, planFinding } from '../alert-plan.ts';
import type { Engine } from '../engine.ts';
import { applyAlertPlan } from '../open-and-resolve-alerts.ts';
import { evaluateProject } from './evaluate-project.ts';
import { deliveryRule, planProjectAlerts } from './plan-project-alerts.ts';
import { streamProjects } from './project-facts.ts';

export type WatchProjectsInput = { readonly projectNos: readonly string[] | 'all'; readonly at: Date };

/**
 * Opens, updates and resolves the alerts about some projects, about the developers of any of them, and about the list
 * itself, so that they agree with what is known now; part of the caller's commit.
 *
 * Shapes: at most one open alert a kind and subject. The other projects of a developer are looked at too: a flag rests on all.
 * Missing: a project that no list holds any more keeps its alerts; the list's own alert says that it is gone.
 * Concurrency: one at a time for a jurisdiction.
 */
export async function watchProjects(engine: Engine, tx: Tx, { projectNos, at }: WatchProjectsInput): Promise<void> {
  const { jurisdiction } = engine.config;
  await lockProjects(tx, jurisdiction.code);
  const listed = await listProjects(tx.sql, { jurisdiction: jurisdiction.code, asOf: null });
  const wanted = projectNos === 'all' ? undefined : withSiblings(listed, projectNos);
  const about: About = {
    rule: deliveryRule(engine.config.delivery),
    day: dayAt(at, jurisdiction.timezone),
    month: monthAt(at, jurisdiction.timezone),
  };
  const { plan, projects } = await planProjects(engine, tx, { wanted, about });
  const plans = [
    plan,
    await planDevelopers(engine, tx, { projects, about, all: wanted === undefined }),
    await planList(engine, tx, { listed, about }),
  ];
  const merged = mergePlans(plans);
  if (!isEmptyPlan(merged)) await applyAlertPlan(engine, tx, { plan: merged, at });
}

/** The same for every project: once a day, since the calendar alone makes a project late. */
export async function watchAllProjects(engine: Engine): Promise<void> {
  await engine.database.transaction((tx) => watchProjects(engine, tx, { projectNos: 'all', at: engine.now() }));
}

/** The same for the projects that a batch speaks of. */
export async function watchBatchProjects(
  engine: Engine,
  tx: Tx,
  { feed, batchId }: { readonly feed: ProjectFeed; readonly batchId: number },
): Promise<void> {
  const projectNos = await listBatchProjects(tx.sql, feed, batchId);
  await watchProjects(engine, tx, { projectNos, at: engine.now() });
}

type About = { readonly rule: string; readonly day: string; readonly month: Month };
type Listed = ReadonlyMap<string, RegisteredProject>;
/** What of an evaluated project stays in memory. */
type Seen = OfDeveloper & { readonly simulated: boolean };

function withSiblings(listed: Listed, projectNos: readonly string[]): string[] {
  const developers = new Set(projectNos.flatMap((no) => listed.get(no)?.developer ?? []));
  const siblings = [...listed.values()].filter(({ developer }) => developer !== null && developers.has(developer));
  return [...new Set([...projectNos, ...siblings.map(({ projectNo }) => projectNo)])];
}

type Projects = { readonly wanted: readonly string[] | undefined; readonly about: About };

async function planProjects(engine: Engine, tx: Tx, { wanted, about }: Projects) {
  const { delivery, jurisdiction } = engine.config;
  const open = Map.groupBy(
    await listOpenAlerts(tx.sql, jurisdiction.code, 'project', wanted ?? 'all'),
    ({ subject }) => subject.code,
  );
  const plans: AlertPlan[] = [];
  const projects: Seen[] = [];
  const request = {
    jurisdiction: jurisdiction.code,
    asOf: null,
    ...(wanted === undefined ? {} : { projectNos: wanted }),
  };
  for await (const known of streamProjects(tx.sql, request)) {
    const evaluated = evaluateProject(known, { day: about.day, settings: delivery, pooled: [] });
    const { projectNo, name, developer, mergedInto } = known.project;
    const { level, delivered } = evaluated.risk;
    if (mergedInto === null)
      projects.push({ projectNo, name, developer, level, delivered, simulated: known.simulated });
    plans.push(planProjectAlerts(engine, { known, evaluated, ...about, open: open.get(projectNo) ?? [] }));
  }
  return { plan: mergePlans(plans), projects };
}

type Developers = { readonly projects: readonly Seen[]; readonly about: About; readonly all: boolean };

/** One alert a developer, not one for each of its other projects: they may be many. */
async function planDevelopers(engine: Engine, tx: Tx, { projects, about, all }: Developers): Promise<AlertPlan> {
  const { alerts, jurisdiction } = engine.config;
  const troubled = developersInTrouble(projects);
  const names = [...new Set(projects.flatMap(({ developer }) => developer ?? []))];
  const open = await listOpenAlerts(tx.sql, jurisdiction.code, 'developer', all ? 'all' : names);
  const subjects = new Set([...troubled.keys(), ...open.map(({ subject }) => subject.code)]);
  return mergePlans(
    [...subjects].map((developer) => {
      const found = troubled.get(developer);
      const own = projects.filter((one) => one.developer === developer);
      const simulated = own.some((one) => one.simulated);
      const subject: FindingSubject['subject'] = { type: 'developer', code: developer, name: developer };
      const name = `${simulated ? SIMULATED_MARK : ''}${developer}`;
      const numbers = (list: readonly Seen[]): string[] => list.map(({ projectNo }) => projectNo);
      return planFinding(
        {
          kind: 'DEVELOPER_RISK',
          text:
            found === undefined
              ? null
              : `${name}：${listedText(found.red)}为红色，其另外 ${found.others.length} 个项目请一并核查：${listedText(found.others)}`,
          over: `${name}：已没有红色项目，提示解除`,
          inputs: { day: about.day, red: numbers(found?.red ?? []), others: numbers(found?.others ?? []) },
        },
        {
          rule: about.rule,
          month: about.month,
          subject,
          simulated,
          open: open.filter((one) => one.subject.code === developer),
        },
        alerts,
      );
    }),
  );
}

const MOST_NAMED = 10;

function listedText(projects: readonly Seen[]): string {
  const named = projects.slice(0, MOST_NAMED).map(({ name, level }) => `“${name}”（${PROJECT_LEVEL_TEXT[level]}）`);
  return `${named.join('、')}${projects.length > MOST_NAMED ? `等 ${projects.length} 个项目` : ''}`;
}

async function planList(
  engine: Engine,
  tx: Tx,
  { listed, about }: { readonly listed: Listed; readonly about: About },
): Promise<AlertPlan> {
  const { alerts, delivery, jurisdiction } = engine.config;
  const request = { jurisdiction: jurisdiction.code, asOf: null };
  const strangers = (await listReportedProjects(tx.sql, request)).filter((no) => !listed.has(no));
  const merged = [...listed.values()].filter(({ mergedInto }) => mergedInto !== null).length;
  const state = { expected: delivery.expected, listed: listed.size - merged, merged, strangers };
  const said = listFinding(state);
  const simulated = [...listed.values()].some((one) => one.simulated);
  const mark = simulated ? SIMULATED_MARK : '';
  const subject = { type: 'jurisdiction', code: jurisdiction.code, name: jurisdiction.name } as const;
  const open: readonly Alert[] = await listOpenAlerts(tx.sql, jurisdiction.code, 'jurisdiction', [jurisdiction.code]);
  return planFinding(
    {
      kind: 'PROJECT_LIST',
      text: said === null ? null : `${mark}${jurisdiction.name}：${said}`,
      over: `${mark}${jurisdiction.name}：保交房项目清单有 ${state.listed} 个，与应有数一致，提示解除`,
      inputs: { day: about.day, ...state },
    },
    { rule: about.rule, month: about.month, subject, simulated, open },
    alerts,
  );
}
