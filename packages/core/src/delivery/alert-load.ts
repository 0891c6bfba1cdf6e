import { formatDay, parseDay } from './days.ts';
import type { Fraction } from './indicator.ts';
import { isWorse } from './level.ts';
import { type ProjectLevel, WARNING_LEVELS, type WarningLevel } from './settings.ts';
import { shareOf } from './signal.ts';
import type { WarnedStory } from './warned-story.ts';

/** Alerts of one week that a task force can go after. Source: domain notes §4.2. */
export const WEEKLY_BUDGET = 5;
/** A quarter of a year, so that the flap rate divides by whole numbers. Days. */
const QUARTER_DAYS = 91;

/** How often held levels rose to a level or beyond. */
export type Rises = {
  readonly total: number;
  readonly perWeek: Fraction | null;
  /** The first of the weeks with most; null: none rose. */
  readonly busiest: { readonly week: string; readonly rises: number } | null;
};

/** What a warning asks of those who work with it. Shapes: weeks are ISO weeks, those without a rise among them. */
export type AlertLoad = {
  /** From the week of the first word on any project to that of the day. */
  readonly weeks: number;
  readonly rises: Readonly<Record<WarningLevel, Rises>>;
  /** Weeks with more rises to orange or red than the budget. */
  readonly overBudget: { readonly budget: number; readonly weeks: number; readonly share: Fraction | null };
  /** Changes of a held level, down as well as up, the first level apart. */
  readonly changes: number;
  readonly projectDays: number;
  /** Changes per project and 91 days. */
  readonly flapRate: Fraction | null;
};

export type LoadTally = {
  first: number | null;
  changes: number;
  projectDays: number;
  /** Rises by number of the week. */
  readonly weeks: Readonly<Record<WarningLevel, Map<number, number>>>;
};

export function createLoadTally(): LoadTally {
  const weeks = { blue: new Map(), yellow: new Map(), orange: new Map(), red: new Map() };
  return { first: null, changes: 0, projectDays: 0, weeks };
}

/** Counts the rises and changes of one project; one of which nothing was said has none. */
export function tallyLoad(tally: LoadTally, { held, begunOn, day }: WarnedStory): void {
  if (begunOn === null) return;
  const begun = parseDay(begunOn);
  tally.first = Math.min(tally.first ?? begun, begun);
  tally.projectDays += parseDay(day) - begun;
  let level: ProjectLevel = 'none';
  for (const [at, one] of held.entries()) {
    if (at > 0 && one.level !== level) tally.changes += 1;
    if (isWorse(one.level, level)) tallyRise(tally, one);
    level = one.level;
  }
}

function tallyRise({ weeks }: LoadTally, { day, level }: { readonly day: string; readonly level: ProjectLevel }): void {
  const week = weekOf(parseDay(day));
  for (const name of WARNING_LEVELS) {
    if (!isWorse(name, level)) weeks[name].set(week, (weeks[name].get(week) ?? 0) + 1);
  }
}

/** Weeks are counted from the one of 1970-01-01, a Thursday; they begin on Monday. */
function weekOf(day: number): number {
  return Math.floor((day + 3) / 7);
}

/** `2025-W44`; a week belongs to the year of its Thursday. */
function weekText(week: number): string {
  const thursday = week * 7;
  const year = formatDay(thursday).slice(0, 4);
  const number = Math.floor((thursday - parseDay(`${year}-01-01`)) / 7) + 1;
  return `${year}-W${String(number).padStart(2, '0')}`;
}

export function loadOf({ first, changes, projectDays, weeks: rises }: LoadTally, day: string): AlertLoad {
  const weeks = first === null ? 0 : weekOf(parseDay(day)) - weekOf(first) + 1;
  const over = [...rises.orange.values()].filter((count) => count > WEEKLY_BUDGET).length;
  return {
    weeks,
    rises: {
      blue: risesOf(rises.blue, weeks),
      yellow: risesOf(rises.yellow, weeks),
      orange: risesOf(rises.orange, weeks),
      red: risesOf(rises.red, weeks),
    },
    overBudget: { budget: WEEKLY_BUDGET, weeks: over, share: shareOf(over, weeks) },
    changes,
    projectDays,
    flapRate: shareOf(changes * QUARTER_DAYS, projectDays),
  };
}

function risesOf(byWeek: ReadonlyMap<number, number>, weeks: number): Rises {
  const sorted = [...byWeek].sort(([a, one], [b, other]) => other - one || a - b);
  const total = sorted.reduce((sum, [, rises]) => sum + rises, 0);
  const [busiest] = sorted;
  return {
    total,
    perWeek: shareOf(total, weeks),
    busiest: busiest === undefined ? null : { week: weekText(busiest[0]), rises: busiest[1] },
  };
}
