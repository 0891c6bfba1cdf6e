import { addWorkingDays, endOfWork, nextWorkingTime, type WorkCalendar } from './calendar.ts';
import { dayAt } from './month.ts';

/** Who is told next if nobody takes an alert over. Shapes: exactly one of hours and days; both count from the alert itself. */
export type EscalationStep = {
  readonly afterHours: number | null;
  readonly afterDays: number | null;
  /** A receiver's name. */
  readonly to: string;
};

/** `4 个工时`, `5 个工作日`. */
export function patienceText({ afterHours, afterDays }: Pick<EscalationStep, 'afterHours' | 'afterDays'>): string {
  return afterDays === null ? `${afterHours} 个工时` : `${afterDays} 个工作日`;
}

/**
 * When a step is due: after so many working hours, or with the end of work on the so many-th working day; the day of the
 * alert itself is not counted.
 *
 * Errors: those of the calendar, CALENDAR_NO_TABLE before all.
 */
export function escalationDue(
  { afterHours, afterDays }: Pick<EscalationStep, 'afterHours' | 'afterDays'>,
  since: Date,
  { calendar, timeZone }: { readonly calendar: WorkCalendar; readonly timeZone: string },
): Date {
  if (afterDays === null) return nextWorkingTime(calendar, since, { hours: afterHours ?? 0, timeZone });
  return endOfWork(calendar, addWorkingDays(calendar, dayAt(since, timeZone), afterDays), timeZone);
}
