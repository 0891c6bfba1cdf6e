import {
  type CaseEvent,
  type CaseState,
  contractDateOn,
  createPacePool,
  type DeliverySettings,
  INDICATOR_TEXT,
  type Indicator,
  type IndicatorCode,
  liftsOf,
  type ProjectLevel,
  type Region,
  reasonsOf,
  type Stake,
  stakeOf,
} from '@quhua/core';
import type { Db, ProjectsRequest } from '@quhua/storage';
import type { Evaluated } from './evaluate-project.ts';
import { type KnownProject, streamProjects } from './project-facts.ts';

/** An indicator as people and programs read it. Shapes: `value` is exact, as two integers; null where there is no figure. */
export type IndicatorView = Indicator & { readonly name: string };

/** A project on a day. Units: money in fen; `score` 0–100 with one decimal, for ranking only. */
export type ProjectView = {
  readonly projectNo: string;
  readonly name: string;
  readonly promotedName: string | null;
  readonly region: string;
  readonly regionName: string;
  readonly developer: string | null;
  /** The project under whose number this one goes on. */
  readonly mergedInto: string | null;
  readonly level: ProjectLevel;
  /** What the day's figures say by themselves; milder than `level` while that is held. */
  readonly raw: ProjectLevel;
  readonly score: number;
  readonly contributions: readonly { readonly code: IndicatorCode; readonly points: number }[];
  readonly state: CaseState;
  /** The person's word that the state rests on; null where it follows from the level or the facts. */
  readonly stateSet: CaseEvent | null;
  readonly delivered: boolean;
  /** In force on the day: of the first building that is not wholly handed over, where buildings have dates of their own. */
  readonly contractDeliveryOn: string | null;
  readonly projectedOn: string | null;
  readonly householdsSold: number | null;
  readonly reportedOn: string | null;
  readonly overrides: readonly string[];
  readonly horizon: number | null;
  readonly reasons: readonly string[];
  readonly lifts: readonly string[];
  readonly stake: Stake;
  readonly indicators: readonly IndicatorView[];
  readonly simulated: boolean;
};

export type Viewing = { readonly settings: DeliverySettings; readonly regions: readonly Region[] };

/** A project as the outside sees it. */
export function viewProject(
  { project, facts, simulated }: KnownProject,
  { risk, now }: Evaluated,
  { settings, regions }: Viewing,
): ProjectView {
  return {
    projectNo: project.projectNo,
    name: project.name,
    promotedName: project.promotedName,
    region: project.regionCode,
    regionName: regions.find(({ code }) => code === project.regionCode)?.name ?? project.regionCode,
    developer: project.developer,
    mergedInto: project.mergedInto,
    level: risk.level,
    raw: risk.raw,
    score: risk.score / 10,
    contributions: risk.contributions.map(({ code, points }) => ({ code, points: points / 10 })),
    state: now.state,
    stateSet: now.set,
    delivered: risk.delivered,
    contractDeliveryOn: contractDateOn(facts, risk.day)?.on ?? null,
    projectedOn: risk.projection?.completionOn ?? null,
    householdsSold: project.householdsSold,
    reportedOn: facts.reports.findLast(({ date }) => date <= risk.day)?.date ?? null,
    overrides: risk.overrides,
    horizon: risk.horizon,
    reasons: reasonsOf(risk),
    lifts: liftsOf(risk, settings),
    stake: stakeOf({ facts, day: risk.day, delivered: risk.delivered }, settings),
    indicators: risk.indicators.map(viewIndicator),
    simulated,
  };
}

function viewIndicator({ code, level, value, text, limit, inputs, missing }: Indicator): IndicatorView {
  return { code, name: INDICATOR_TEXT[code], level, value, text, limit, inputs, missing };
}

/** Paces of all projects, for the intervals of their projections. */
export async function loadPools(
  db: Db,
  request: ProjectsRequest,
  settings: DeliverySettings,
): Promise<ReturnType<typeof createPacePool>['pool']> {
  const { add, pool } = createPacePool(settings);
  for await (const { facts } of streamProjects(db, request)) add(facts);
  return pool;
}
