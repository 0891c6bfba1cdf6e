import { addMonths, earlierMonth, type Month, monthIndex, monthRange } from './month.ts';
import type { DaysExpectation, DueSettings, MonthlyExpectation } from './settings.ts';

/** How a feed stands; a unit is in exactly one of these. */
export const HEALTH_STATES = ['fresh', 'late', 'stale', 'partial', 'refused'] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

/** How many months back what is missing is listed. */
export const OWED_MONTHS = 12;

/** Calendar day `count` days after another, `2025-10-31`. */
export function addDays(day: string, count: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, date + count)).toISOString().slice(0, 10);
}

/** Day on which a month's report is due: that day of the next month, or its last day where it is shorter. */
export function dueOn(month: Month, dueDay: number): string {
  const next = addMonths(month, 1);
  const last = Number(addDays(`${addMonths(next, 1)}-01`, -1).slice(8));
  return `${next}-${String(Math.min(dueDay, last)).padStart(2, '0')}`;
}

/** The newest month whose report is overdue on `today` if it is not in: due, and the days of grace over too. */
export function newestDueMonth(today: string, { dueDay, graceDays }: Pick<DueSettings, 'dueDay' | 'graceDays'>): Month {
  let month = addMonths(today.slice(0, 7), -1);
  while (addDays(dueOn(month, dueDay), graceDays) >= today) month = addMonths(month, -1);
  return month;
}

/** What holds for one unit: the feed's days, and what the unit has of its own. */
export function dueSettingsOf({ dueDay, graceDays, staleDays, units }: MonthlyExpectation, code: string): DueSettings {
  return { dueDay, graceDays, staleDays, ...units[code] };
}

/** What is known of a unit's reports. Shapes: months in any order, of the last `OWED_MONTHS` at least. */
export type UnitReports = {
  /** Every figure that an assessment needs is there. */
  readonly complete: readonly Month[];
  /** Something was reported, and a figure that is needed is missing. */
  readonly partial: readonly Month[];
  /** Its last file (or its row of it) was refused, quarantined or is held, and nothing has replaced it since. */
  readonly refused: boolean;
};

export type UnitHealth = {
  readonly state: HealthState;
  /** Newest month that has to be in. */
  readonly month: Month;
  readonly due: string;
  /** Months of which nothing is known, oldest first. */
  readonly months: readonly Month[];
  /** Day since which the state holds; null for a fresh unit. */
  readonly since: string | null;
  /** What is known of the unit is too old to say how things stand, whatever else is the matter. */
  readonly outdated: boolean;
  /** Figures that are needed are missing in the newest month that has to be in. */
  readonly incomplete: boolean;
};

export type UnitHealthInput = {
  readonly today: string;
  readonly due: DueSettings;
  /** First month that anybody reported of the feed: nobody owes an earlier one. */
  readonly first: Month;
  readonly reports: UnitReports;
};

/**
 * How one unit of a monthly feed stands on a day of the jurisdiction's calendar.
 *
 * Shapes: a hole before a month that is in is listed in `months` while something else is wrong; alone it changes no state
 * (the assessment counts its months itself). `stale`: the oldest month of the run that is missing now was due more than
 * `staleDays` ago. Missing: before anything is due, a unit is fresh.
 */
export function unitHealth({ today, due, first, reports }: UnitHealthInput): UnitHealth {
  const month = newestDueMonth(today, due);
  const dueDay = dueOn(month, due.dueDay);
  const at = { month, due: dueDay, months: [], outdated: false, incomplete: false };
  const fresh: UnitHealth = { ...at, state: 'fresh', since: null };
  const overdueSince = addDays(dueDay, due.graceDays + 1);
  const refused = { state: 'refused', since: overdueSince } as const;
  if (monthIndex(first) > monthIndex(month)) return reports.refused ? { ...at, ...refused } : fresh;
  const oldest = laterMonth(first, addMonths(month, 1 - OWED_MONTHS));
  const known = new Set([...reports.complete, ...reports.partial]);
  const months = monthRange(oldest, month).filter((one) => !known.has(one));
  const whole = reports.complete.includes(month);
  const incomplete = !whole && reports.partial.includes(month);
  const owedSince = dueOn(runStart(months, month), due.dueDay);
  const staleSince = addDays(owedSince, due.staleDays + 1);
  const outdated = !known.has(month) && today >= staleSince;
  const owing = { ...at, months, outdated, incomplete };
  if (reports.refused) return { ...owing, ...refused };
  if (whole) return fresh;
  if (incomplete) return { ...owing, state: 'partial', since: overdueSince };
  if (outdated) return { ...owing, state: 'stale', since: staleSince };
  return { ...owing, state: 'late', since: addDays(owedSince, due.graceDays + 1) };
}

/** First month of the unbroken run of missing months that ends with the newest due one. */
function runStart(months: readonly Month[], newest: Month): Month {
  let start = newest;
  while (months.includes(addMonths(start, -1))) start = addMonths(start, -1);
  return start;
}

function laterMonth(a: Month, b: Month): Month {
  return earlierMonth(a, b) === a ? b : a;
}

export type ArrivalInput = {
  readonly today: string;
  readonly expected: DaysExpectation;
  /** Day of the newest file that was taken in. */
  readonly last: string;
  readonly refused: boolean;
};

/** How a feed stands of which a file is expected every so many days. */
export function arrivalHealth({ today, expected, last, refused }: ArrivalInput): UnitHealth {
  const due = addDays(last, expected.everyDays);
  const staleSince = addDays(due, expected.staleDays + 1);
  const outdated = today >= staleSince;
  const at = { month: due.slice(0, 7), due, months: [], outdated, incomplete: false };
  if (refused) return { ...at, state: 'refused', since: last };
  if (outdated) return { ...at, state: 'stale', since: staleSince };
  const lateSince = addDays(due, expected.graceDays + 1);
  return today >= lateSince ? { ...at, state: 'late', since: lateSince } : { ...at, state: 'fresh', since: null };
}

export type StateCounts = Readonly<Record<HealthState, number>>;

/** How many units are in each state. */
export function countStates(states: readonly HealthState[]): StateCounts {
  const counts: Record<HealthState, number> = { fresh: 0, late: 0, stale: 0, partial: 0, refused: 0 };
  for (const state of states) counts[state] += 1;
  return counts;
}

/**
 * How a feed stands as a whole: the state that all its units share; partial where some have the month and others do not;
 * where nobody has it, the worst of them.
 *
 * Missing: no units, fresh.
 */
export function feedState(states: readonly HealthState[]): HealthState {
  const present = new Set(states);
  if (present.size <= 1) return states[0] ?? 'fresh';
  if (present.has('fresh') || present.has('partial')) return 'partial';
  return present.has('refused') ? 'refused' : 'stale';
}
