import {
  AppError,
  dayAt,
  developersInTrouble,
  groupStakes,
  PROJECT_LEVELS,
  type ProjectLevel,
  type StakeGroup,
  stakesByLevel,
} from '@quhua/core';
import { listProjects, listReportedProjects } from '@quhua/storage';
import { type Engine, refuseFuture } from '../engine.ts';
import { findUnit, parseDay } from '../land/question.ts';
import { evaluateProject } from './evaluate-project.ts';
import { streamProjects } from './project-facts.ts';
import { loadPools, type ProjectView, viewProject } from './project-view.ts';

export type ProjectsInput = {
  readonly level?: ProjectLevel;
  readonly region?: string;
  /** On which day; left out: today, or the day of `asOf`. */
  readonly date?: string;
  readonly asOf?: Date;
};

/** A developer with a red project, and its other projects. */
export type TroubledDeveloper = {
  readonly developer: string;
  readonly red: readonly string[];
  readonly others: readonly string[];
};

export type ProjectsDocument = {
  readonly asOf: string;
  readonly date: string;
  readonly list: {
    readonly expected: number | null;
    readonly listed: number;
    /** Numbers that go on under another one; they count no longer, and are shown by their number only. */
    readonly merged: readonly { readonly projectNo: string; readonly into: string }[];
    readonly strangers: readonly string[];
  };
  readonly levels: Readonly<Record<ProjectLevel, number>>;
  /** Of those that were asked for: the worst first, by score among equals. */
  readonly projects: readonly ProjectView[];
  /** Of all projects, whichever were asked for. */
  readonly atStake: {
    readonly byLevel: readonly StakeGroup[];
    readonly byRegion: readonly StakeGroup[];
    readonly byDeveloper: readonly StakeGroup[];
  };
  readonly developers: readonly TroubledDeveloper[];
};

/**
 * The guaranteed-delivery projects on a day, as known at an instant, with the households and money at stake.
 *
 * Errors: invalid/AS_OF_FUTURE, DATE_FORMAT, PROJECT_DATE, REGION_UNKNOWN.
 */
export async function listProjectRisks(engine: Engine, input: ProjectsInput): Promise<ProjectsDocument> {
  const { config, database } = engine;
  const asOf = input.asOf === undefined ? engine.now() : refuseFuture(engine, input.asOf);
  const day = dayOf(engine, input.date, asOf);
  const region = input.region === undefined ? null : findUnit(engine, input.region).code;
  const settings = config.delivery;
  const request = { jurisdiction: config.jurisdiction.code, asOf };
  const poolOf = await loadPools(database.db, request, settings);
  const all: ProjectView[] = [];
  for await (const known of streamProjects(database.db, request)) {
    if (known.project.mergedInto !== null) continue;
    const evaluated = evaluateProject(known, { day, settings, pooled: poolOf(known.facts, day) });
    all.push(viewProject(known, evaluated, { settings, regions: config.jurisdiction.regions }));
  }
  const listed = await listProjects(database.db, request);
  const merged = [...listed.values()].flatMap(({ projectNo, mergedInto: into }) =>
    into === null ? [] : [{ projectNo, into }],
  );
  const strangers = (await listReportedProjects(database.db, request)).filter((no) => !listed.has(no));
  const wanted = all.filter((one) => (input.level ?? one.level) === one.level && (region ?? one.region) === one.region);
  return {
    asOf: asOf.toISOString(),
    date: day,
    list: { expected: settings.expected, listed: listed.size - merged.length, merged, strangers },
    levels: countLevels(all),
    projects: wanted.sort(worstFirst),
    atStake: stakesOf(all),
    developers: [...developersInTrouble(all)].map(([developer, { red, others }]) => ({
      developer,
      red: red.map(({ projectNo }) => projectNo),
      others: others.map(({ projectNo }) => projectNo),
    })),
  };
}

/** A day that was asked for, or today. Errors: invalid/DATE_FORMAT; invalid/PROJECT_DATE for one to come. */
export function dayOf({ config }: Engine, date: string | undefined, asOf: Date): string {
  const today = dayAt(asOf, config.jurisdiction.timezone);
  if (date === undefined) return today;
  if (parseDay(date) <= today) return date;
  throw new AppError('invalid', 'PROJECT_DATE', `日期 ${date} 在将来 / the day lies in the future`);
}

const RANK = new Map(PROJECT_LEVELS.map((level, at) => [level, at]));

function worstFirst(a: ProjectView, b: ProjectView): number {
  const level = (RANK.get(b.level) ?? 0) - (RANK.get(a.level) ?? 0);
  return level || b.score - a.score || (a.projectNo < b.projectNo ? -1 : 1);
}

function countLevels(all: readonly ProjectView[]): Record<ProjectLevel, number> {
  const counts = PROJECT_LEVELS.map((level) => [level, all.filter((one) => one.level === level).length] as const);
  return Object.fromEntries(counts) as Record<ProjectLevel, number>; // safe: every level is listed
}

function stakesOf(all: readonly ProjectView[]): ProjectsDocument['atStake'] {
  const rows = all.filter(({ delivered }) => !delivered).map((one) => ({ ...one, regionCode: one.region }));
  const byGap = (a: StakeGroup, b: StakeGroup): number =>
    b.sums.gapFen.total - a.sums.gapFen.total ||
    b.sums.households.total - a.sums.households.total ||
    (a.key < b.key ? -1 : 1);
  return {
    byLevel: stakesByLevel(rows),
    byRegion: groupStakes(rows, ({ regionName }) => regionName).sort(byGap),
    byDeveloper: groupStakes(rows, ({ developer }) => developer).sort(byGap),
  };
}
