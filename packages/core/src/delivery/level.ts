import { formatDay, parseDay } from './days.ts';
import { daysBetween, type ProjectFacts } from './facts.ts';
import { INDICATOR_TEXT, type Indicator } from './indicator.ts';
import { type Indicators, indicatorsOf } from './indicators.ts';
import type { Pace, Projection } from './pace.ts';
import { contractDateOn } from './schedule.ts';
import {
  type DeliverySettings,
  type IndicatorCode,
  LIMITED,
  type LimitedCode,
  PROJECT_LEVELS,
  type ProjectLevel,
} from './settings.ts';

/** How much a factor adds to the score. Units: tenths of a point. */
export type Contribution = { readonly code: LimitedCode; readonly points: number };

/** A project on one day. */
export type ProjectRisk = {
  readonly day: string;
  /** What the day's facts say by themselves. */
  readonly raw: ProjectLevel;
  /** What holds: a level rises at once and falls only after milder reports. */
  readonly level: ProjectLevel;
  /** What makes it red whatever else holds. */
  readonly overrides: readonly string[];
  /** 0–1000: tenths of a point, for ranking only. */
  readonly score: number;
  readonly contributions: readonly Contribution[];
  /** The nearest horizon that is reached, in days before the contract date. */
  readonly horizon: number | null;
  readonly delivered: boolean;
  readonly indicators: readonly Indicator[];
  readonly projection: Projection | null;
};

const RANK: Readonly<Record<ProjectLevel, number>> = Object.fromEntries(
  PROJECT_LEVELS.map((level, at) => [level, at]),
) as Record<ProjectLevel, number>; // safe: every level is listed

/** Whether a level is worse than another. */
export function isWorse(a: ProjectLevel, b: ProjectLevel): boolean {
  return RANK[a] > RANK[b];
}

/** The worse of two levels. */
export function worseOf(a: ProjectLevel, b: ProjectLevel): ProjectLevel {
  return isWorse(a, b) ? a : b;
}

export type RiskInput = {
  readonly facts: ProjectFacts;
  readonly settings: DeliverySettings;
  readonly pooled: readonly Pace[];
  /** Levels and overrides only: no words, no score, no interval, nor a value on which no level rests. */
  readonly lean?: boolean;
};

/** What a project's facts of one day say by themselves. */
export function rawRisk({ facts, settings, pooled, lean = false }: RiskInput, day: string): ProjectRisk {
  const found = indicatorsOf({ facts, day, settings, pooled, lean });
  const overrides = found.delivered ? [] : overridesOf(found, settings);
  const { horizon, level: attention } = found.delivered
    ? { horizon: null, level: 'none' as const }
    : horizonOf(facts, day, settings);
  let worst: ProjectLevel = attention;
  for (const { code, level } of found.list) {
    if (level !== 'unknown' || settings.required.includes(code)) worst = worseOf(worst, level);
  }
  const raw = found.delivered ? 'none' : overrides.length > 0 ? 'red' : worst;
  const contributions = lean ? [] : contributionsOf(found.list, settings);
  return {
    day,
    raw,
    level: raw,
    overrides,
    score: found.delivered ? 0 : contributions.reduce((sum, { points }) => sum + points, 0),
    contributions,
    horizon,
    delivered: found.delivered,
    indicators: found.list,
    projection: found.projection,
  };
}

function overridesOf({ list }: Indicators, { overrides }: DeliverySettings): string[] {
  const value = (code: IndicatorCode): number => {
    for (const one of list) if (one.code === code) return one.value?.numerator ?? 0;
    return 0;
  };
  const found: string[] = [];
  if (value('D3') >= overrides.overdueDays)
    found.push(`逾期 ${value('D3')} 天（≥${overrides.overdueDays}天，可解除合同的法定期限）`);
  if (overrides.frozen && value('D9') === 1) found.push('账户被冻结或执行');
  if (value('D6') >= overrides.idleDays) found.push(`停工 ${value('D6')} 天（≥${overrides.idleDays}天）`);
  return found;
}

function horizonOf(
  facts: ProjectFacts,
  day: string,
  { horizons }: DeliverySettings,
): { horizon: number | null; level: ProjectLevel } {
  const due = contractDateOn(facts, day);
  if (due === null) return { horizon: null, level: 'none' };
  const left = daysBetween(day, due.on);
  let nearest: number | null = null;
  let level: ProjectLevel = 'none';
  for (const { days, level: own } of horizons) {
    if (left > days) continue;
    nearest = nearest === null ? days : Math.min(nearest, days);
    level = worseOf(level, own);
  }
  return { horizon: nearest, level };
}

const SEVERITY: Readonly<Record<ProjectLevel, number>> = {
  none: 0,
  blue: 25,
  yellow: 50,
  unknown: 60,
  orange: 75,
  red: 100,
};

/** Weighted severities; they add up to at most 1000 tenths, whatever the weights add up to. */
function contributionsOf(list: readonly Indicator[], { weights }: DeliverySettings): Contribution[] {
  const total = LIMITED.reduce((sum, code) => sum + weights[code], 0);
  if (total === 0) return [];
  return LIMITED.flatMap((code) => {
    const level = list.find((one) => one.code === code)?.level ?? 'none';
    const points = Math.floor((SEVERITY[level] * weights[code] * 10) / total);
    return points === 0 ? [] : [{ code, points }];
  }).sort((a, b) => b.points - a.points);
}

/**
 * A project on each day that something changed: every report, notice and confirmed event, every day between them on which
 * the level rose, and the day asked for. What is held on each is what a look on every single day would have held.
 *
 * Shapes: oldest first; the last is `day`. A level rises at once. It falls when `fallAfter` reports one after another are
 * milder, to the worst of those; a confirmed event (`confirmedOn`) lets it fall at once to what that day says.
 * Missing: a day without a report neither lowers a level nor counts as milder.
 */
export function riskHistory(input: RiskInput, when: When): ProjectRisk[] {
  const history: ProjectRisk[] = [];
  let running = BEFORE;
  for (const one of historyDays(input.facts, when)) {
    const risk = rawRisk(input, one.day);
    running = stepLevel(running, risk.raw, stepOf(one, risk, input.settings));
    const { level } = running;
    const before = history.at(-1);
    if (before !== undefined && one.kind !== 'event' && isWorse(level, before.level)) {
      const rises = risesBetween(input, before, { ...risk, level });
      history.push(...rises.filter((rise) => one.kind === 'eve' || rise.day < one.day));
    }
    if (one.kind !== 'eve') history.push({ ...risk, level });
  }
  return history;
}

/**
 * The days between two on which the level rose; nothing was said between them, so no indicator but the petitions gets
 * milder meanwhile, and those are at their worst on the first day.
 */
function risesBetween(input: RiskInput, before: ProjectRisk, after: ProjectRisk): ProjectRisk[] {
  const found: ProjectRisk[] = [];
  const last = parseDay(after.day);
  let [from, level] = [parseDay(before.day), before.level];
  while (isWorse(after.level, level)) {
    let [low, high] = [from + 1, last];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isWorse(rawRisk({ ...input, lean: true }, formatDay(middle)).raw, level)) high = middle;
      else low = middle + 1;
    }
    const risk = rawRisk(input, formatDay(low));
    [from, level] = [low, risk.raw];
    found.push(risk);
  }
  return found;
}

/** A day, and the days of confirmed events. */
export type When = { readonly day: string; readonly confirmedOn?: readonly string[] };
/**
 * A day of a history, and what happened on it. `eve`: the day before something was said; what the calendar made worse until
 * then is at its worst.
 */
export type HistoryDay = {
  readonly day: string;
  readonly kind: 'event' | 'eve' | 'asked';
  readonly isReport: boolean;
  readonly isConfirmed: boolean;
};

/** The days on which a level has to be worked out. Shapes: oldest first, each once; the last is the day asked for. */
export function historyDays({ reports, notices }: ProjectFacts, { day, confirmedOn = [] }: When): HistoryDay[] {
  const reported = new Set(reports.map(({ date }) => date));
  const confirmed = new Set(confirmedOn);
  const said = new Set([...reported, ...notices.map(({ date }) => date), ...confirmed]);
  const days: HistoryDay[] = [];
  let before: string | null = null;
  for (const one of [...said].filter((date) => date <= day).sort()) {
    const eve = formatDay(parseDay(one) - 1);
    if (before !== null && eve > before) days.push({ day: eve, kind: 'eve', isReport: false, isConfirmed: false });
    days.push({ day: one, kind: 'event', isReport: reported.has(one), isConfirmed: confirmed.has(one) });
    before = one;
  }
  if (before !== day) days.push({ day, kind: 'asked', isReport: false, isConfirmed: false });
  return days;
}

/** What a day does to a level that runs. */
export function stepOf(
  { isReport, isConfirmed }: HistoryDay,
  { delivered }: ProjectRisk,
  settings: DeliverySettings,
): Step {
  return { isReport, isConfirmed: isConfirmed || delivered, fallAfter: settings.fallAfter };
}

/** A level that holds, and the milder reports since it did. */
export type Running = { readonly level: ProjectLevel; readonly milder: readonly ProjectLevel[] };
type Step = { readonly isReport: boolean; readonly isConfirmed: boolean; readonly fallAfter: number };
/** Before anything was said. */
export const BEFORE: Running = { level: 'none', milder: [] };

/** The level after one more day. */
export function stepLevel(
  { level, milder }: Running,
  raw: ProjectLevel,
  { isReport, isConfirmed, fallAfter }: Step,
): Running {
  if (!isWorse(level, raw)) return { level: raw, milder: [] };
  if (isConfirmed) return { level: raw, milder: [] };
  if (!isReport) return { level, milder };
  const run = [...milder, raw];
  if (run.length < fallAfter) return { level, milder: run };
  return { level: run.slice(-fallAfter).reduce(worseOf), milder: [] };
}

/** The largest reasons of a level, in words with figures: overrides first, then indicators by level and points. */
export function reasonsOf({ overrides, indicators, contributions, horizon }: ProjectRisk, count = 3): string[] {
  const points = new Map(contributions.map((one) => [one.code as IndicatorCode, one.points]));
  const ranked = indicators
    .filter(({ level }) => level !== 'none')
    .sort((a, b) => RANK[b.level] - RANK[a.level] || (points.get(b.code) ?? 0) - (points.get(a.code) ?? 0));
  const words = ranked.map(
    ({ code, text, limit }) => `${INDICATOR_TEXT[code]}：${text}${limit === null ? '' : `（${limit}）`}`,
  );
  const near = horizon === null ? [] : [`距合同交付不足 ${horizon} 天`];
  return [...overrides, ...words, ...near].slice(0, count);
}
