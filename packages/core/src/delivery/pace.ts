import { afterWorkingDays, formatDay, parseDay, workingDays } from './days.ts';
import { type ProjectReport, reportIndexAt } from './facts.ts';
import type { DeliverySettings } from './settings.ts';

/** Progress made in a number of days on which work was possible. Units: 0.01 %; days > 0. */
export type Pace = { readonly progressBp: number; readonly days: number };

/**
 * When a project will be built, by its recent pace.
 *
 * Shapes: `completionOn` null: at this pace, never. `earliestOn` and `latestOn` are the days that a fifth and four fifths of
 * past paces give; they rest on `own` paces of the project and `pooled` ones of others, and are worked out when they are read.
 */
export type Projection = {
  readonly remainingBp: number;
  readonly pace: Pace | null;
  readonly completionOn: string | null;
  readonly earliestOn: string | null;
  readonly latestOn: string | null;
  readonly own: number;
  readonly pooled: number;
};

export type ProjectionInput = {
  readonly reports: readonly ProjectReport[];
  readonly day: string;
  readonly settings: Pick<DeliverySettings, 'winter' | 'paceDays'>;
  readonly pooled: readonly Pace[];
  /** The completion alone, without its interval. */
  readonly lean?: boolean;
};

/** Own paces from which on an interval rests on them alone. */
export const OWN_ENOUGH = 8;
/** Pooled paces that stand beside the project's own: evenly taken from all of them. */
const POOLED_BESIDE = 9;

/**
 * Projected completion of a project on a day; null where fewer than two reports give a progress.
 *
 * Shapes: recent pace = progress over the last `paceDays` working days, winter left out. The interval: quantiles 0.2 and 0.8
 * (nearest rank) of past paces, each from one report to the next.
 * Missing: reports without a progress are passed over. Source: METHODS.md §11.
 */
export function projectDelivery({ reports, day, settings, pooled, lean }: ProjectionInput): Projection | null {
  let at = reportIndexAt(reports, day);
  while (at >= 0 && reports[at]?.physicalBp === null) at -= 1;
  const last = reports[at];
  if (last?.physicalBp == null) return null;
  const remainingBp = 10_000 - last.physicalBp;
  if (remainingBp <= 0) {
    const on = last.date;
    return { remainingBp: 0, pace: null, completionOn: on, earliestOn: on, latestOn: on, own: 0, pooled: 0 };
  }
  const pace = paceAt(reports, at, settings);
  if (pace === null) return null;
  if (lean === true) {
    const completionOn = finish(last.date, remainingBp, { pace, settings });
    return { remainingBp, pace, completionOn, earliestOn: null, latestOn: null, own: 0, pooled: 0 };
  }
  const finishOn = (one: Pace | null): string | null => finish(last.date, remainingBp, { pace: one, settings });
  let ranked: Ranked | null = null;
  const rankedOnce = (): Ranked => {
    ranked ??= rankPaces(reports.slice(0, at + 1), { settings, pooled });
    return ranked;
  };
  return {
    remainingBp,
    pace,
    completionOn: finishOn(pace),
    get earliestOn() {
      return finishOn(atFifth(rankedOnce().paces, 4));
    },
    get latestOn() {
      return finishOn(atFifth(rankedOnce().paces, 1));
    },
    get own() {
      return rankedOnce().own;
    },
    get pooled() {
      return rankedOnce().pooled;
    },
  };
}

/** Progress over the last `paceDays` working days before a report, and as many more as the next report back takes. */
function paceAt(
  reports: readonly ProjectReport[],
  newest: number,
  { winter, paceDays }: ProjectionInput['settings'],
): Pace | null {
  const last = reports[newest];
  if (last?.physicalBp == null) return null;
  const end = parseDay(last.date);
  let found: Pace | null = null;
  for (let at = newest - 1; at >= 0; at -= 1) {
    const { date, physicalBp } = reports[at] ?? last;
    if (physicalBp === null) continue;
    const days = workingDays(parseDay(date), end, winter);
    if (days <= 0) continue;
    found = { progressBp: last.physicalBp - physicalBp, days };
    if (days >= paceDays) break;
  }
  return found;
}

type Ranked = { readonly paces: readonly Pace[]; readonly own: number; readonly pooled: number };

function rankPaces(
  reports: readonly ProjectReport[],
  { settings, pooled }: Pick<ProjectionInput, 'settings' | 'pooled'>,
): Ranked {
  const own = pacesOf(reports, settings);
  const others = own.length >= OWN_ENOUGH ? [] : spread(pooled, POOLED_BESIDE);
  return { paces: [...own, ...others].sort(slowestFirst), own: own.length, pooled: others.length };
}

/** Paces from each report that gives a progress to the next, oldest first; stretches that lie in winter have none. */
export function pacesOf(reports: readonly ProjectReport[], { winter }: Pick<DeliverySettings, 'winter'>): Pace[] {
  const paces: Pace[] = [];
  let before: ProjectReport | null = null;
  for (const after of reports) {
    if (after.physicalBp === null) continue;
    if (before?.physicalBp != null) {
      const days = workingDays(parseDay(before.date), parseDay(after.date), winter);
      if (days > 0) paces.push({ progressBp: after.physicalBp - before.physicalBp, days });
    }
    before = after;
  }
  return paces;
}

/** Order by progress a day, exact. */
export function slowestFirst(a: Pace, b: Pace): number {
  return a.progressBp * b.days - b.progressBp * a.days;
}

/** The pace at k fifths of ranked ones (nearest rank). */
function atFifth(ranked: readonly Pace[], fifths: number): Pace | null {
  return ranked[Math.max(0, Math.ceil((ranked.length * fifths) / 5) - 1)] ?? null;
}

/** So many of some paces, evenly through their order. */
function spread(pooled: readonly Pace[], count: number): Pace[] {
  if (pooled.length <= count) return [...pooled];
  return Array.from({ length: count }, (_, at) => pooled[Math.floor((at * (pooled.length - 1)) / (count - 1))]).filter(
    (pace) => pace !== undefined,
  );
}

type Speed = { readonly pace: Pace | null; readonly settings: ProjectionInput['settings'] };

/** The day on which the remaining work is done at a pace; null if it does not get on. Days are rounded up. */
function finish(from: string, remainingBp: number, { pace, settings }: Speed): string | null {
  if (pace === null || pace.progressBp <= 0) return null;
  const days = Math.ceil((remainingBp * pace.days) / pace.progressBp);
  return days > MOST_DAYS ? null : formatDay(afterWorkingDays(parseDay(from), days, settings.winter));
}

/** Further than a hundred years is never. */
const MOST_DAYS = 36_500;
