import { parseDay } from './days.ts';
import type { ProjectFacts } from './facts.ts';
import { isWorse, rawRisk, worseOf } from './level.ts';
import { type DeliverySettings, PROJECT_LEVELS, type ProjectLevel } from './settings.ts';
import type { WarnedStory } from './warned-story.ts';

/** What settings say of a project over its whole history. */
export type ProjectVerdict = {
  readonly level: ProjectLevel;
  readonly highest: ProjectLevel;
  /** Days from the first word on it to the day, both included, by the level held. Units: days. */
  readonly daysAt: Readonly<Record<ProjectLevel, number>>;
  /** First day on which it was orange or red. */
  readonly firstOrangeOn: string | null;
  /** Tenths of a point, for ranking only. */
  readonly score: number;
};

export const TRIAL_CHANGES = ['level', 'highest', 'days', 'firstOrange', 'score'] as const;
export type TrialChange = (typeof TRIAL_CHANGES)[number];

/** A project under two settings. Shapes: `changes` empty: nothing is different. */
export type ProjectTrial = {
  readonly current: ProjectVerdict;
  readonly trial: ProjectVerdict;
  readonly changes: readonly TrialChange[];
};

export type VerdictInput = { readonly facts: ProjectFacts; readonly settings: DeliverySettings };

/** What a project's story comes to. Shapes: no day counts where nothing was ever said of it. */
export function verdictOf({ facts, settings }: VerdictInput, { held, begunOn, day }: WarnedStory): ProjectVerdict {
  const levels = held.map(({ level }) => level);
  return {
    level: levels.at(-1) ?? 'none',
    highest: levels.reduce<ProjectLevel>(worseOf, 'none'),
    daysAt: daysAt({ held, begunOn, day }),
    firstOrangeOn: held.find(({ level }) => !isWorse('orange', level))?.day ?? null,
    score: rawRisk({ facts, settings, pooled: [] }, day).score,
  };
}

function daysAt({ held, begunOn, day }: Pick<WarnedStory, 'held' | 'begunOn' | 'day'>): Record<ProjectLevel, number> {
  const days = Object.fromEntries(PROJECT_LEVELS.map((level) => [level, 0])) as Record<ProjectLevel, number>; // safe: every level
  if (begunOn === null) return days;
  for (const [at, one] of held.entries()) {
    const next = held[at + 1];
    days[one.level] += (next === undefined ? parseDay(day) + 1 : parseDay(next.day)) - parseDay(one.day);
  }
  return days;
}

/** What other settings change for a project. */
export function compareVerdicts(current: ProjectVerdict, trial: ProjectVerdict): ProjectTrial {
  const differs: Readonly<Record<TrialChange, boolean>> = {
    level: current.level !== trial.level,
    highest: current.highest !== trial.highest,
    days: PROJECT_LEVELS.some((level) => current.daysAt[level] !== trial.daysAt[level]),
    firstOrange: current.firstOrangeOn !== trial.firstOrangeOn,
    score: current.score !== trial.score,
  };
  return { current, trial, changes: TRIAL_CHANGES.filter((change) => differs[change]) };
}

/** Who comes first: the worst level, then the highest score, then the number. Shapes: places from 1, in the order given. */
export function placesOf(verdicts: readonly Pick<ProjectVerdict, 'level' | 'score'>[]): number[] {
  const order = [...verdicts.keys()].sort((a, b) => {
    const [one, other] = [verdicts[a], verdicts[b]];
    if (one === undefined || other === undefined) return 0;
    if (one.level !== other.level) return isWorse(one.level, other.level) ? -1 : 1;
    return other.score - one.score || a - b;
  });
  const places: number[] = new Array(verdicts.length).fill(0);
  for (const [place, at] of order.entries()) places[at] = place + 1;
  return places;
}
