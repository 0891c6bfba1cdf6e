import {
  AppError,
  type CaseEvent,
  confirmedDays,
  type ProjectFacts,
  type ProjectLevel,
  reasonsOf,
  riskHistory,
} from '@quhua/core';
import {
  type Alert,
  listAlerts,
  listProjects,
  listProjectVersions,
  listStoredFiles,
  type ProjectVersion,
} from '@quhua/storage';
import { type Engine, refuseFuture } from '../engine.ts';
import { type Evaluation, evaluateProject, saidBy } from './evaluate-project.ts';
import { type KnownProject, streamProjects } from './project-facts.ts';
import { dayOf } from './project-list.ts';
import { loadPools, type ProjectView, viewProject } from './project-view.ts';

export type ProjectPageInput = { readonly projectNo: string; readonly date?: string; readonly asOf?: Date };

/** Where a record stands: its file, and the line in it. */
export type SourceView = { readonly file: string; readonly batch: string; readonly line: number };

/** A day on which something was said or changed. `said`: what it was, in words. */
export type TimelineDay = {
  readonly date: string;
  readonly level: ProjectLevel;
  readonly raw: ProjectLevel;
  readonly score: number;
  readonly said: readonly string[];
  readonly reasons: readonly string[];
  readonly sources: readonly SourceView[];
};

export type ProjectPage = {
  readonly asOf: string;
  readonly date: string;
  readonly project: ProjectView;
  readonly registered: SourceView;
  /** Projects that were merged into this one; each keeps its own page. */
  readonly predecessors: readonly { readonly projectNo: string; readonly name: string }[];
  readonly timeline: readonly TimelineDay[];
  /** What it was called, and for when it was promised, oldest first; only what differs from the version before. */
  readonly versions: readonly (Pick<ProjectVersion, 'name' | 'promotedName' | 'developer' | 'contractDeliveryOn'> & {
    readonly knownFrom: string;
    readonly source: SourceView;
  })[];
  readonly cases: readonly CaseEvent[];
  readonly alerts: readonly Pick<Alert, 'id' | 'kind' | 'level' | 'status' | 'text'>[];
};

/**
 * One project with its whole history: every level with its reasons, and the file and line of every record.
 *
 * Errors: not_found/PROJECT_NOT_FOUND; as `listProjectRisks`.
 */
export async function showProject(engine: Engine, input: ProjectPageInput): Promise<ProjectPage> {
  const { config, database } = engine;
  const asOf = input.asOf === undefined ? engine.now() : refuseFuture(engine, input.asOf);
  const day = dayOf(engine, input.date, asOf);
  const settings = config.delivery;
  const request = { jurisdiction: config.jurisdiction.code, asOf };
  const known = await findProject(engine, input.projectNo, asOf);
  const poolOf = await loadPools(database.db, request, settings);
  const evaluation: Evaluation = { day, settings, pooled: poolOf(known.facts, day) };
  const versions = await listProjectVersions(database.db, { ...request, projectNo: input.projectNo });
  const sourceOf = await loadSources(engine, known, versions);
  const evaluated = evaluateProject(known, evaluation);
  return {
    asOf: asOf.toISOString(),
    date: day,
    project: viewProject(known, evaluated, { settings, regions: config.jurisdiction.regions }),
    registered: sourceOf(known.project),
    predecessors: await predecessorsOf(engine, input.projectNo, asOf),
    timeline: timelineOf(known, evaluation, sourceOf),
    versions: changesOf(versions).map((version) => ({
      name: version.name,
      promotedName: version.promotedName,
      developer: version.developer,
      contractDeliveryOn: version.contractDeliveryOn,
      knownFrom: version.knownFrom.toISOString(),
      source: sourceOf(version),
    })),
    cases: saidBy(known.cases, day),
    alerts: await alertsOf(engine, input.projectNo),
  };
}

/** Errors: not_found/PROJECT_NOT_FOUND. */
export async function findProject(
  { config, database }: Engine,
  projectNo: string,
  asOf: Date | null,
): Promise<KnownProject> {
  const request = { jurisdiction: config.jurisdiction.code, asOf, projectNos: [projectNo] };
  for await (const known of streamProjects(database.db, request)) return known;
  const message = `清单中没有项目 ${projectNo}：用 quhua projects 查看清单 / no such project`;
  throw new AppError('not_found', 'PROJECT_NOT_FOUND', message);
}

async function predecessorsOf(
  { config, database }: Engine,
  projectNo: string,
  asOf: Date,
): Promise<ProjectPage['predecessors']> {
  const listed = await listProjects(database.db, { jurisdiction: config.jurisdiction.code, asOf });
  return [...listed.values()]
    .filter(({ mergedInto }) => mergedInto === projectNo)
    .map((one) => ({ projectNo: one.projectNo, name: one.name }));
}

type Placed = { readonly batchId: number; readonly line: number };
type SourceOf = (record: Placed) => SourceView;

async function loadSources(
  { config, database }: Engine,
  { project, facts }: KnownProject,
  versions: readonly Placed[],
): Promise<SourceOf> {
  const ids = new Set([project, ...facts.reports, ...facts.notices, ...versions].map(({ batchId }) => batchId));
  const files = await listStoredFiles(database.db, config.jurisdiction.code, [...ids]);
  const names = new Map(files.map(({ id, fileName }) => [id, fileName]));
  return ({ batchId, line }) => ({ file: names.get(batchId) ?? '', batch: String(batchId), line });
}

function timelineOf(known: KnownProject, { day, settings, pooled }: Evaluation, sourceOf: SourceOf): TimelineDay[] {
  const { facts, cases } = known;
  const events = saidBy(cases, day);
  const history = riskHistory(
    { facts: facts as ProjectFacts, settings, pooled },
    { day, confirmedOn: confirmedDays(events) },
  );
  return history.map((risk) => ({
    date: risk.day,
    level: risk.level,
    raw: risk.raw,
    score: risk.score / 10,
    said: saidOn(known, risk.day),
    reasons: reasonsOf(risk),
    sources: [...facts.reports, ...facts.notices].filter(({ date }) => date === risk.day).map(sourceOf),
  }));
}

const NOTICE_TEXT = {
  ...{ freeze: '账户冻结', execution: '强制执行', unfreeze: '解除冻结', utilities: '水电气热完成', fire: '消防验收' },
  ...{ completion: '竣工验收备案', handover: '交付', statement: '银行对账单', petition: '信访', restart: '复工' },
} as const satisfies Record<ProjectFacts['notices'][number]['kind'], string>;

const SAID_TEXT: Readonly<Record<CaseEvent['state'], string>> = {
  supervised: '列入督办',
  delivered: '确认已交付',
  defused: '确认已化解',
  automatic: '恢复按等级',
};

function saidOn({ facts, cases }: KnownProject, day: string): string[] {
  const reports = facts.reports
    .filter(({ date }) => date === day)
    .map(({ physicalBp }) => (physicalBp === null ? '月报' : `月报，形象进度 ${physicalBp / 100}%`));
  const notices = facts.notices
    .filter(({ date }) => date === day)
    .map(({ kind, document }) => `${NOTICE_TEXT[kind]}${document === null ? '' : `（${document}）`}`);
  const words = cases.filter(({ on }) => on === day).map(({ state, by }) => `${by}：${SAID_TEXT[state]}`);
  return [...reports, ...notices, ...words];
}

/** Versions that differ from the one before in what people call it or were promised. */
function changesOf(versions: readonly ProjectVersion[]): ProjectVersion[] {
  const key = ({ name, promotedName, developer, contractDeliveryOn }: ProjectVersion): string =>
    [name, promotedName, developer, contractDeliveryOn].join('\u0000');
  return versions.filter((version, at) => {
    const before = versions[at - 1];
    return before === undefined || key(before) !== key(version);
  });
}

async function alertsOf({ config, database }: Engine, projectNo: string): Promise<ProjectPage['alerts']> {
  const subject = { type: 'project', code: projectNo } as const;
  const found = await listAlerts(database.db, { jurisdiction: config.jurisdiction.code, subject });
  return found.map(({ id, kind, level, status, text }) => ({ id, kind, level, status, text }));
}
