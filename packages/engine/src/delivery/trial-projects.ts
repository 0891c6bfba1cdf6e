import {
  AppError,
  beginMeasurement,
  compareVerdicts,
  confirmedDays,
  createPacePool,
  type DeliverySettings,
  dayAt,
  type Measurement,
  measureProject,
  type Project,
  type ProjectTrial,
  placesOf,
  type SettingsDifference,
  settingsDifferences,
  verdictOf,
  type WarningQuality,
  warningQuality,
} from '@quhua/core';
import { listProjects, listReportedProjects, type RegisteredProject } from '@quhua/storage';
import { type Engine, refuseFuture } from '../engine.ts';
import { parseDay } from '../land/question.ts';
import { saidBy } from './evaluate-project.ts';
import { type KnownProject, streamProjects } from './project-facts.ts';

export type TrialInput = {
  /** Those to try; the same as in force: the warning is measured, and nothing is compared. */
  readonly settings: DeliverySettings;
  /** Last day of the history; left out: today. */
  readonly date?: string;
  /** What was known then; left out: now. */
  readonly asOf?: Date;
};

/** A project under the settings in force and under the others. Shapes: `place` counts from the one to see to first. */
export type TrialProject = Pick<Project, 'projectNo' | 'name' | 'contractDeliveryOn'> & {
  readonly region: { readonly code: string; readonly name: string };
  readonly firstReportOn: string | null;
  readonly deliveredOn: string | null;
  readonly simulated: boolean;
  readonly place: { readonly current: number; readonly trial: number };
} & ProjectTrial;

export type TrialDocument = {
  readonly asOf: string;
  readonly date: string;
  readonly simulated: boolean;
  /** Projects of the list, those of them with a report up to the day, and reported numbers that the list does not hold. */
  readonly counts: { readonly registered: number; readonly reported: number; readonly unregistered: number };
  /** Empty: both say the same. */
  readonly differences: readonly SettingsDifference[];
  /** By number; empty where nothing differs. */
  readonly projects: readonly TrialProject[];
  readonly quality: { readonly current: WarningQuality; readonly trial: WarningQuality | null };
};

/**
 * What other settings of the delivery warning would have said of every project over its history, beside those in force,
 * and how good either warning was.
 *
 * Missing: a project without reports is in the list and in no measure. The history is what is known now of each day, not
 * what was known on it. Errors: invalid/TRIAL_DATE (not over by then), DATE_FORMAT, AS_OF_FUTURE. Reads only.
 * Source: METHODS.md §11, trial run.
 */
export async function trialProjects(engine: Engine, input: TrialInput): Promise<TrialDocument> {
  const { jurisdiction, delivery } = engine.config;
  const asOf = input.asOf === undefined ? engine.now() : refuseFuture(engine, input.asOf);
  const date = dateOf(input.date, dayAt(asOf, jurisdiction.timezone));
  const differences = settingsDifferences(delivery, input.settings);
  const source = await openFacts(engine, asOf);
  const pools = await poolPaces(source, { settings: [delivery, input.settings], date });
  const current = beginMeasurement(delivery, pools[0]);
  const trial = differences.length === 0 ? null : beginMeasurement(input.settings, pools[1]);
  const found = new Map<string, Looked>();
  for await (const known of source.each()) {
    found.set(known.project.projectNo, look(known, { current, trial, date }));
  }
  return {
    asOf: asOf.toISOString(),
    date,
    simulated: [...found.values()].some((one) => one.simulated),
    counts: {
      registered: source.projects.size,
      reported: current.counts.projects,
      unregistered: source.unregistered,
    },
    differences,
    projects: trial === null ? [] : listed(engine, source.projects, found),
    quality: {
      current: warningQuality(current, date),
      trial: trial === null ? null : warningQuality(trial, date),
    },
  };
}

function dateOf(asked: string | undefined, today: string): string {
  if (asked === undefined) return today;
  const date = parseDay(asked);
  if (date <= today) return date;
  throw new AppError('invalid', 'TRIAL_DATE', `日期 ${date} 晚于数据所知的 ${today} / the day was not over by then`);
}

type FactSource = {
  readonly projects: ReadonlyMap<string, RegisteredProject>;
  readonly unregistered: number;
  /** Every project of the list that was not merged into another, those without a report last. */
  readonly each: () => AsyncGenerator<KnownProject>;
};

/** What is known of every project, read again each time: a history of ten thousand would not fit beside its like. */
async function openFacts({ database: { db }, config }: Engine, asOf: Date): Promise<FactSource> {
  const request = { jurisdiction: config.jurisdiction.code, asOf };
  const listed = await listProjects(db, request);
  const strangers = (await listReportedProjects(db, request)).filter((no) => !listed.has(no));
  async function* each(): AsyncGenerator<KnownProject> {
    for await (const known of streamProjects(db, request)) if (known.project.mergedInto === null) yield known;
  }
  const projects = new Map([...listed].filter(([, { mergedInto }]) => mergedInto === null));
  return { projects, unregistered: strangers.length, each };
}

type Pooling = { readonly settings: readonly [DeliverySettings, DeliverySettings]; readonly date: string };
type Pools = readonly [Measurement['pool'], Measurement['pool']];

async function poolPaces(source: FactSource, { settings: [one, other], date }: Pooling): Promise<Pools> {
  const first = createPacePool(one);
  // A pace depends on the winter only.
  const second = JSON.stringify(one.winter) === JSON.stringify(other.winter) ? first : createPacePool(other);
  for await (const { facts } of source.each()) {
    const known = { ...facts, reports: facts.reports.filter((report) => report.date <= date) };
    for (const { add } of new Set([first, second])) add(known);
  }
  return [first.pool, second.pool];
}

type Looking = {
  readonly current: Measurement;
  readonly trial: Measurement | null;
  readonly date: string;
};
type Looked = Pick<TrialProject, 'firstReportOn' | 'deliveredOn' | 'simulated'> & {
  readonly compared: ProjectTrial | null;
};

function look({ facts, cases, simulated }: KnownProject, { current, trial, date }: Looking): Looked {
  const when = { day: date, confirmedOn: confirmedDays(saidBy(cases, date)) };
  const story = measureProject(current, facts, when);
  const { firstReportOn, deliveredOn } = story;
  const compare = (): ProjectTrial | null => {
    if (trial === null) return null;
    const other = measureProject(trial, facts, when);
    const { settings } = trial;
    return compareVerdicts(
      verdictOf({ facts, settings: current.settings }, story),
      verdictOf({ facts, settings }, other),
    );
  };
  return { firstReportOn, deliveredOn, simulated, compared: compare() };
}

function listed(
  { config }: Engine,
  projects: ReadonlyMap<string, RegisteredProject>,
  found: ReadonlyMap<string, Looked>,
): TrialProject[] {
  const names = new Map(config.jurisdiction.regions.map(({ code, name }) => [code, name]));
  const rows = [...projects.values()].flatMap((project) => {
    const { compared, ...looked } = found.get(project.projectNo) ?? { compared: null };
    return compared === null || !('simulated' in looked) ? [] : [{ project, looked, compared }];
  });
  const current = placesOf(rows.map(({ compared }) => compared.current));
  const trial = placesOf(rows.map(({ compared }) => compared.trial));
  return rows.map(({ project: { projectNo, name, regionCode, contractDeliveryOn }, looked, compared }, at) => ({
    ...{ projectNo, name, contractDeliveryOn, ...looked, ...compared },
    region: { code: regionCode, name: names.get(regionCode) ?? regionCode },
    place: { current: current[at] ?? 0, trial: trial[at] ?? 0 },
  }));
}
