import { afterWorkingDays, formatDay, parseDay, workingDays } from './days.ts';
import type { ProjectReport } from './facts.ts';
import type { DeliverySettings } from './settings.ts';

/** Progress made in a number of days on which work was possible. Units: 0.01 %; days > 0. */
export type Pace = { readonly progressBp: number; readonly days: number };

/** When a project will be built, by its recent pace, with the days that a fifth and four fifths of past paces give. */
export type Projection = {
  readonly remainingBp: number;
  readonly pace: Pace | null;
  /** Null: at this pace, never. */
  readonly completionOn: string | null;
  readonly earliestOn: string | null;
  readonly latestOn: string | null;
  /** How many paces the interval rests on: the project's own, and those of others that were added. */
  readonly own: number;
  readonly pooled: number;
};

export type ProjectionInput = {
  readonly reports: readonly ProjectReport[];
  readonly day: string;
  readonly settings: Pick<DeliverySettings, 'winter' | 'paceDays'>;
  readonly pooled: readonly Pace[];
};

/** Own paces from which on an interval rests on them alone. */
const OWN_ENOUGH = 8;
/** Pooled paces that stand beside the project's own: evenly taken from all of them. */
const POOLED_BESIDE = 9;

/**
 * Projected completion of a project on a day; null where fewer than two reports give a progress.
 *
 * Shapes: recent pace = progress over the last `paceDays` working days, winter left out. The interval: quantiles 0.2 and 0.8
 * (nearest rank) of past paces, each from one report to the next.
 * Missing: reports without a progress are passed over. Source: METHODS.md §11.
 */
export function projectDelivery({ reports, day, settings, pooled }: ProjectionInput): Projection | null {
  const known = reports.filter(({ date, physicalBp }) => date <= day && physicalBp !== null);
  const last = known.at(-1);
  if (last?.physicalBp == null) return null;
  const remainingBp = 10_000 - last.physicalBp;
  if (remainingBp <= 0) {
    return {
      remainingBp: 0,
      pace: null,
      completionOn: last.date,
      earliestOn: last.date,
      latestOn: last.date,
      own: 0,
      pooled: 0,
    };
  }
  const pace = paceAt(known, settings);
  if (pace === null) return null;
  const own = pacesOf(known, settings);
  const others = own.length >= OWN_ENOUGH ? [] : spread(pooled, POOLED_BESIDE);
  const ranked = [...own, ...others].sort(slowestFirst);
  const on = (one: Pace | null): string | null => finish(last.date, remainingBp, { pace: one, settings });
  return {
    remainingBp,
    pace,
    completionOn: on(pace),
    earliestOn: on(rank(ranked, 4)),
    latestOn: on(rank(ranked, 1)),
    own: own.length,
    pooled: others.length,
  };
}

/** Progress over the last `paceDays` working days before the newest report, and as many more as the next report back takes. */
export function paceAt(
  known: readonly ProjectReport[],
  { winter, paceDays }: ProjectionInput['settings'],
): Pace | null {
  const last = known.at(-1);
  if (last?.physicalBp == null) return null;
  const end = parseDay(last.date);
  let found: Pace | null = null;
  for (let at = known.length - 2; at >= 0; at -= 1) {
    const { date, physicalBp } = known[at] ?? last;
    const days = workingDays(parseDay(date), end, winter);
    if (days <= 0 || physicalBp === null) continue;
    found = { progressBp: last.physicalBp - physicalBp, days };
    if (days >= paceDays) break;
  }
  return found;
}

/** Paces from each report to the next, newest last; stretches that lie in winter have none. */
export function pacesOf(known: readonly ProjectReport[], { winter }: Pick<DeliverySettings, 'winter'>): Pace[] {
  const paces: Pace[] = [];
  for (let at = 1; at < known.length; at += 1) {
    const [before, after] = [known[at - 1], known[at]];
    if (before?.physicalBp == null || after?.physicalBp == null) continue;
    const days = workingDays(parseDay(before.date), parseDay(after.date), winter);
    if (days > 0) paces.push({ progressBp: after.physicalBp - before.physicalBp, days });
  }
  return paces;
}

/** Order by progress a day, exact. */
export function slowestFirst(a: Pace, b: Pace): number {
  return a.progressBp * b.days - b.progressBp * a.days;
}

/** The pace at k fifths of ranked ones (nearest rank). */
function rank(ranked: readonly Pace[], fifths: number): Pace | null {
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
