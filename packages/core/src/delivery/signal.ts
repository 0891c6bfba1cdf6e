import { daysBetween } from './facts.ts';
import type { Fraction } from './indicator.ts';
import { isWorse } from './level.ts';
import type { ProjectLevel } from './settings.ts';
import { type Spread, spreadOf, type Tally, tallyOne } from './tally.ts';
import type { Ending, HeldDay, LateEvent, WarnedStory } from './warned-story.ts';

/** Levels of which it is measured whether they announce what they should. */
export const SIGNAL_LEVELS = ['yellow', 'orange', 'red'] as const satisfies readonly ProjectLevel[];
export type SignalLevel = (typeof SIGNAL_LEVELS)[number];

/**
 * How good it is as an announcement of an event that a project's level was so bad before its contract date.
 *
 * Missing: a ratio is null where its denominator is 0, a spread where nobody is in it.
 * Source: signals approach; METHODS.md §11, trial run.
 */
export type Signal = {
  /** A: warned, and late. B: warned, and not late. C: late without a warning. D: neither. */
  readonly hits: number;
  readonly falseAlarms: number;
  readonly misses: number;
  readonly silences: number;
  /** Of A and B, those that were `unknown` and never worse: what was not known warned of them. */
  readonly unknownHits: number;
  readonly unknownFalseAlarms: number;
  /** Caught late: of C, first so bad on the contract date or after it; the others never. */
  readonly warnedAfter: number;
  readonly neverWarned: number;
  /** A ÷ (A + C). */
  readonly recall: Fraction | null;
  /** A ÷ (A + B). */
  readonly precision: Fraction | null;
  /** B ÷ (B + D). */
  readonly falseAlarmRate: Fraction | null;
  /** [B ÷ (B + D)] ÷ [A ÷ (A + C)]; under 1 the warning says something. */
  readonly noiseToSignal: Fraction | null;
  /** Of A: days from the first of those on which it was unbrokenly so bad, up to the contract date. */
  readonly lead: Spread | null;
  /** Of A: days from the first ever on which it was so bad. */
  readonly firstLead: Spread | null;
};

/** One event: how many projects it could be told of, and each level as its announcement. */
export type EventSignals = {
  /** Late or not, by the day. */
  readonly decided: number;
  readonly late: number;
  /** Of the late: delivered by the next report, so that they may have been in time. */
  readonly unclear: number;
  /** Not counted, and why not. */
  readonly undecided: Readonly<Record<Exclude<Ending, 'late' | 'delivered'>, number>>;
  readonly levels: Readonly<Record<SignalLevel, Signal>>;
};

type LevelTally = {
  hits: number;
  falseAlarms: number;
  misses: number;
  silences: number;
  unknownHits: number;
  unknownFalseAlarms: number;
  warnedAfter: number;
  readonly lead: Tally;
  readonly firstLead: Tally;
};

export type SignalTally = {
  readonly endings: Record<Ending, number>;
  unclear: number;
  readonly levels: Readonly<Record<SignalLevel, LevelTally>>;
};

export function createSignalTally(): SignalTally {
  return {
    endings: { late: 0, delivered: 0, open: 0, undated: 0, unknown: 0 },
    unclear: 0,
    levels: { yellow: noLevel(), orange: noLevel(), red: noLevel() },
  };
}

function noLevel(): LevelTally {
  const counts = { hits: 0, falseAlarms: 0, misses: 0, silences: 0, unknownHits: 0, unknownFalseAlarms: 0 };
  return { ...counts, warnedAfter: 0, lead: new Map(), firstLead: new Map() };
}

/** Counts one project of one event. */
export function tallySignal(tally: SignalTally, story: WarnedStory, event: LateEvent): void {
  const ending = story.endings[event];
  tally.endings[ending] += 1;
  if (story.unclear[event]) tally.unclear += 1;
  const { dueOn } = story;
  if (dueOn === null || (ending !== 'late' && ending !== 'delivered')) return;
  for (const level of SIGNAL_LEVELS) {
    tallyLevel(tally.levels[level], { ...story, dueOn }, { level, late: ending === 'late' });
  }
}

type Judged = { readonly level: SignalLevel; readonly late: boolean };

function tallyLevel(
  tally: LevelTally,
  { before, held, dueOn }: WarnedStory & { readonly dueOn: string },
  { level, late }: Judged,
): void {
  const isAt = (one: HeldDay): boolean => !isWorse(level, one.level);
  const first = before.find(isAt);
  if (first === undefined) {
    if (late) tally.misses += 1;
    else tally.silences += 1;
    if (late && held.some((one) => one.day >= dueOn && isAt(one))) tally.warnedAfter += 1;
    return;
  }
  const onlyUnknown = before.every((one) => !isAt(one) || one.level === 'unknown');
  if (!late) {
    tally.falseAlarms += 1;
    if (onlyUnknown) tally.unknownFalseAlarms += 1;
    return;
  }
  tally.hits += 1;
  if (onlyUnknown) tally.unknownHits += 1;
  tallyOne(tally.firstLead, daysBetween(first.day, dueOn));
  const run = before[before.findLastIndex((one) => !isAt(one)) + 1];
  if (run !== undefined) tallyOne(tally.lead, daysBetween(run.day, dueOn));
}

export function signalsOf({ endings, unclear, levels }: SignalTally): EventSignals {
  const { open, undated, unknown } = endings;
  return {
    decided: endings.late + endings.delivered,
    late: endings.late,
    unclear,
    undecided: { open, undated, unknown },
    levels: { yellow: signalOf(levels.yellow), orange: signalOf(levels.orange), red: signalOf(levels.red) },
  };
}

function signalOf({ lead, firstLead, ...counts }: LevelTally): Signal {
  const { hits: a, falseAlarms: b, misses: c, silences: d, warnedAfter } = counts;
  return {
    ...counts,
    neverWarned: c - warnedAfter,
    recall: shareOf(a, a + c),
    precision: shareOf(a, a + b),
    falseAlarmRate: shareOf(b, b + d),
    noiseToSignal: shareOf(b * (a + c), (b + d) * a),
    lead: spreadOf(lead),
    firstLead: spreadOf(firstLead),
  };
}

/** Missing: null where there is nothing to divide by. */
export function shareOf(numerator: number, denominator: number): Fraction | null {
  return denominator === 0 ? null : { numerator, denominator };
}
