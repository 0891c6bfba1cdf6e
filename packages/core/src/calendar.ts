import { AppError } from './errors.ts';
import { addDays } from './feed-health.ts';
import { dayAt } from './month.ts';

/** One year's table. Shapes: days of that year only, `2025-10-01`. */
export type CalendarYear = {
  readonly year: number;
  /** Days off, weekends inside a holiday included. */
  readonly daysOff: ReadonlySet<string>;
  /** Saturdays and Sundays that are worked. */
  readonly makeUpDays: ReadonlySet<string>;
  /** Local holidays whose days are not known yet: they count as ordinary days until somebody writes them down. */
  readonly undated: readonly string[];
};

/** From one minute of the day up to another, `{ from: 600, to: 840 }` is 10:00 to 14:00. */
export type WorkSession = { readonly from: number; readonly to: number };

/** What happens in a year that has no table: nothing is counted, or Monday to Friday is. */
export const WITHOUT_TABLE = ['refuse', 'weekdays'] as const;

/** Shapes: `sessions` in the order of the day, at least one, none inside another. */
export type WorkCalendar = {
  readonly years: ReadonlyMap<number, CalendarYear>;
  readonly withoutTable: (typeof WITHOUT_TABLE)[number];
  readonly sessions: readonly WorkSession[];
};

/** Longest stretch that is looked through for a working day: beyond it the table is wrong. */
const LONGEST_SEARCH = 4_000;

/**
 * Whether people work on a day: its year's table decides, else the weekday.
 *
 * Errors: invalid/CALENDAR_NO_TABLE for a year without a table, unless the calendar counts weekdays there.
 */
export function isWorkingDay({ years, withoutTable }: WorkCalendar, day: string): boolean {
  const year = Number(day.slice(0, 4));
  const table = years.get(year);
  if (table === undefined && withoutTable === 'refuse') throw noTable(year);
  if (table?.makeUpDays.has(day) === true) return true;
  return !isWeekend(day) && table?.daysOff.has(day) !== true;
}

/** Whether a day is a Saturday or a Sunday. */
export function isWeekend(day: string): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6;
}

function noTable(year: number): AppError {
  const message = `没有 ${year} 年的工作日表，期限算不出来：请补 calendar-${year}.yaml / no table of working days for ${year}: add calendar-${year}.yaml`;
  return new AppError('invalid', 'CALENDAR_NO_TABLE', message, { details: { year } });
}

/**
 * The `count`-th working day after a day; the day itself is not counted.
 *
 * Errors: invalid/CALENDAR_COUNT unless `count` is a whole number from 1; invalid/CALENDAR_NO_TABLE.
 */
export function addWorkingDays(calendar: WorkCalendar, day: string, count: number): string {
  if (!Number.isInteger(count) || count < 1) {
    throw new AppError('invalid', 'CALENDAR_COUNT', `工作日数应是正整数：${count} / a whole number from 1`);
  }
  let found = day;
  for (let left = count; left > 0; left -= 1) found = nextWorkingDay(calendar, found);
  return found;
}

function nextWorkingDay(calendar: WorkCalendar, day: string): string {
  for (let ahead = 1; ahead <= LONGEST_SEARCH; ahead += 1) {
    const candidate = addDays(day, ahead);
    if (isWorkingDay(calendar, candidate)) return candidate;
  }
  throw new AppError('invalid', 'CALENDAR_EMPTY', `${day} 之后没有工作日 / no working day after ${day}`);
}

/**
 * How many working days lie after one day, up to and including another; `addWorkingDays` turned round.
 *
 * Shapes: 0 for the same day; below 0 where `to` is the earlier. Errors: invalid/CALENDAR_NO_TABLE.
 */
export function workingDaysBetween(calendar: WorkCalendar, from: string, to: string): number {
  if (to < from) return -workingDaysBetween(calendar, to, from) || 0;
  let count = 0;
  for (let day = from; day < to; ) {
    day = addDays(day, 1);
    if (isWorkingDay(calendar, day)) count += 1;
  }
  return count;
}

/**
 * The instant by which so many hours have been worked since another.
 *
 * Units: hours of the calendar's sessions, fractions allowed. Errors: invalid/CALENDAR_COUNT unless above 0;
 * invalid/CALENDAR_NO_TABLE.
 */
export function nextWorkingTime(calendar: WorkCalendar, after: Date, { hours, timeZone }: WorkingTime): Date {
  if (!(hours > 0)) throw new AppError('invalid', 'CALENDAR_COUNT', `工时应大于零：${hours} / hours above 0`);
  let left = hours * HOUR_MS;
  let day = dayAt(after, timeZone);
  if (!isWorkingDay(calendar, day)) day = nextWorkingDay(calendar, day);
  for (;;) {
    for (const { from, to } of calendar.sessions) {
      const start = Math.max(instantAt(day, from, timeZone).getTime(), after.getTime());
      const worked = Math.max(0, instantAt(day, to, timeZone).getTime() - start);
      if (worked >= left) return new Date(start + left);
      left -= worked;
    }
    day = nextWorkingDay(calendar, day);
  }
}

export type WorkingTime = { readonly hours: number; readonly timeZone: string };

/** The instant at which a working day's last session ends. */
export function endOfWork({ sessions }: WorkCalendar, day: string, timeZone: string): Date {
  return instantAt(day, sessions.at(-1)?.to ?? DAY_MINUTES, timeZone);
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MINUTES = 24 * 60;

const clocks = new Map<string, Intl.DateTimeFormat>();

/** The instant at which clocks of `timeZone` show a minute of a day; where they skip it, the instant of the change. */
export function instantAt(day: string, minute: number, timeZone: string): Date {
  const wanted = Date.parse(`${day}T00:00:00Z`) + minute * MINUTE_MS;
  // The offset of a first guess is wrong only within hours of a change; that of the second is right.
  const guess = wanted - offsetAt(wanted, timeZone);
  return new Date(wanted - offsetAt(guess, timeZone));
}

/** How far clocks of a zone are ahead of UTC, in ms. */
function offsetAt(instant: number, timeZone: string): number {
  let clock = clocks.get(timeZone);
  if (clock === undefined) {
    const fields = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
    clock = new Intl.DateTimeFormat('sv-SE', { timeZone, ...fields, second: '2-digit', hourCycle: 'h23' });
    clocks.set(timeZone, clock);
  }
  const shown = Date.parse(`${clock.format(instant).replace(' ', 'T')}Z`);
  return shown - Math.floor(instant / 1000) * 1000;
}

/** From this day of a year on, deadlines reach into the next: its table has to be there. */
const NEXT_YEAR_FROM = '12-01';

export type CalendarGap =
  | { readonly kind: 'no-table'; readonly year: number }
  | { readonly kind: 'undated'; readonly year: number; readonly name: string };

/** What a calendar lacks for deadlines that are counted from a day on. Shapes: by year. */
export function calendarGaps({ years }: WorkCalendar, today: string): CalendarGap[] {
  const year = Number(today.slice(0, 4));
  const needed = today.slice(5) >= NEXT_YEAR_FROM ? [year, year + 1] : [year];
  return needed.flatMap((one): CalendarGap[] => {
    const table = years.get(one);
    if (table === undefined) return [{ kind: 'no-table', year: one }];
    return table.undated.map((name) => ({ kind: 'undated', year: one, name }));
  });
}

/** A gap as people are told of it. */
export function gapText(gap: CalendarGap, { withoutTable }: Pick<WorkCalendar, 'withoutTable'>): string {
  const { year } = gap;
  if (gap.kind === 'undated') {
    return `${year} 年${gap.name}的放假日期未写，按平常日子计：请补 calendar-${year}.yaml / the days of a local holiday are not written down: they count as ordinary days`;
  }
  return withoutTable === 'weekdays'
    ? `没有 ${year} 年的工作日表，只按周一至周五计：请补 calendar-${year}.yaml / no table for ${year}: Monday to Friday is counted`
    : `没有 ${year} 年的工作日表，期限算不出来：请补 calendar-${year}.yaml / no table for ${year}: no deadline can be counted`;
}
