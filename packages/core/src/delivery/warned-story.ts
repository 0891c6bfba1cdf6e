import { formatDay, parseDay } from './days.ts';
import { isDelivered, isFiled, type ProjectFacts } from './facts.ts';
import { type RiskInput, rawRisk, riskHistory, stepLevel } from './level.ts';
import { promisedOn } from './schedule.ts';
import type { ProjectLevel } from './settings.ts';

/** The events that a warning should have announced: not delivered so many days after the contract date. */
export const LATE_EVENTS = { late: 0, late90: 90 } as const;
export type LateEvent = keyof typeof LATE_EVENTS;
export const LATE_EVENT_NAMES = ['late', 'late90'] as const satisfies readonly LateEvent[];

/**
 * How a project stood on the day of an event: `open` if that day is still to come, `undated` without a contract date,
 * `unknown` if the completion is filed and nobody said how many households were sold.
 */
export type Ending = 'late' | 'delivered' | 'open' | 'undated' | 'unknown';

export type HeldDay = { readonly day: string; readonly level: ProjectLevel };

/** What the warning said of one project, and what became of it. */
export type WarnedStory = {
  readonly day: string;
  readonly dueOn: string | null;
  /** First report or notice; null: nothing was ever said. */
  readonly begunOn: string | null;
  readonly firstReportOn: string | null;
  readonly deliveredOn: string | null;
  /** Held levels up to the day, on the days on which they were worked out; each holds until the next. */
  readonly held: readonly HeldDay[];
  /** The same before the contract date, its eve among them; empty where that date is still to come. */
  readonly before: readonly HeldDay[];
  readonly endings: Readonly<Record<LateEvent, Ending>>;
  /** Late by what was reported until then, and delivered by the next report of that day or later: it may have been in time. */
  readonly unclear: Readonly<Record<LateEvent, boolean>>;
};

export type StoryInput = Omit<RiskInput, 'pooled' | 'lean'>;
/** The day up to which things count, and the days of confirmed events. */
export type StoryWhen = { readonly day: string; readonly confirmedOn?: readonly string[] };

/**
 * What a warning under some settings would have said of a project up to a day.
 *
 * Shapes: the last of `held` is the day itself. Missing: what lies after the day is not looked at.
 * Source: METHODS.md §11, trial run.
 */
export function warnedStory({ facts, settings }: StoryInput, { day, confirmedOn = [] }: StoryWhen): WarnedStory {
  const known = factsUntil(facts, day);
  const dueOn = promisedOn(known);
  const lean = { facts: known, settings, pooled: [], lean: true };
  const held = riskHistory(lean, { day, confirmedOn }).map((risk) => ({ day: risk.day, level: risk.level }));
  const [report, notice] = [known.reports[0]?.date ?? null, known.notices[0]?.date ?? null];
  const deliveredOn = firstDelivered(known);
  const ends = { deliveredOn, day };
  const endings = {
    late: endingOf(known, { ...ends, after: LATE_EVENTS.late }),
    late90: endingOf(known, { ...ends, after: LATE_EVENTS.late90 }),
  };
  return {
    day,
    dueOn,
    begunOn: [report, notice].filter((date) => date !== null).sort()[0] ?? null,
    firstReportOn: report,
    deliveredOn,
    held,
    before: dueOn === null || dueOn > day ? [] : heldBefore(dueOn, held, lean),
    endings,
    unclear: {
      late: endings.late === 'late' && isUnclear(known, { ...ends, after: LATE_EVENTS.late }),
      late90: endings.late90 === 'late' && isUnclear(known, { ...ends, after: LATE_EVENTS.late90 }),
    },
  };
}

/** Held levels before a contract date as if the history ended on its eve: on a day without a report a level may only rise. */
function heldBefore(dueOn: string, held: readonly HeldDay[], input: RiskInput): HeldDay[] {
  const eve = dayAfter(dueOn, -1);
  const before = held.filter(({ day }) => day < dueOn);
  const last = before.at(-1);
  if (last?.day === eve) return before;
  const { raw, delivered } = rawRisk(input, eve);
  const step = { isReport: false, isConfirmed: delivered, fallAfter: input.settings.fallAfter };
  const { level } = stepLevel({ level: last?.level ?? 'none', milder: [] }, raw, step);
  return [...before, { day: eve, level }];
}

/** What was said up to a day. */
export function factsUntil(facts: ProjectFacts, day: string): ProjectFacts {
  const until = ({ date }: { readonly date: string }): boolean => date <= day;
  return { ...facts, reports: facts.reports.filter(until), notices: facts.notices.filter(until) };
}

export function dayAfter(day: string, days: number): string {
  return formatDay(parseDay(day) + days);
}

/** The first day on which a project is delivered; null: it is not. */
function firstDelivered(facts: ProjectFacts): string | null {
  const dates = [...facts.reports, ...facts.notices].map(({ date }) => date).sort();
  if (!isDelivered(facts, dates.at(-1) ?? '')) return null; // most are not: spared the search
  return dates.find((date) => isDelivered(facts, date)) ?? null;
}

type EndingInput = { readonly deliveredOn: string | null; readonly day: string; readonly after: number };

function endingOf(facts: ProjectFacts, { deliveredOn, day, after }: EndingInput): Ending {
  const { householdsSold } = facts.project;
  const promised = promisedOn(facts);
  if (promised === null) return 'undated';
  const on = dayAfter(promised, after);
  if (on > day) return 'open';
  if (deliveredOn !== null && deliveredOn <= on) return 'delivered';
  return householdsSold === null && isFiled(facts, on) ? 'unknown' : 'late';
}

/** Reports come by the month: a delivery in time may only show in the first report after the day. */
function isUnclear(facts: ProjectFacts, { deliveredOn, after }: EndingInput): boolean {
  const promised = promisedOn(facts);
  if (promised === null || deliveredOn === null) return false;
  const on = dayAfter(promised, after);
  const next = facts.reports.find(({ date }) => date >= on); // a report of the day itself tells
  return next !== undefined && deliveredOn <= next.date;
}
