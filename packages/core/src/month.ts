import { AppError } from './errors.ts';

/** A calendar month as text, `2025-10`. */
export type Month = string;

const MONTH = /^(?<year>\d{4})-(?<month>0[1-9]|1[0-2])$/u;

/** Whether text is a month, `1900-01` to `2199-12`. */
export function isMonth(text: string): boolean {
  const year = MONTH.exec(text)?.groups?.year;
  return year !== undefined && year >= '1900' && year < '2200';
}

/** Months since year 0; consecutive months have consecutive numbers. Errors: invalid/MONTH_FORMAT. */
export function monthIndex(month: Month): number {
  if (!isMonth(month)) {
    throw new AppError('invalid', 'MONTH_FORMAT', `月份应写作 2025-10 / a month looks like 2025-10: ${month}`);
  }
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
}

/** The month with that index. */
export function monthOf(index: number): Month {
  const year = Math.floor(index / 12);
  return `${String(year).padStart(4, '0')}-${String(index - year * 12 + 1).padStart(2, '0')}`;
}

/** The month `count` months later (earlier if negative). */
export function addMonths(month: Month, count: number): Month {
  return monthOf(monthIndex(month) + count);
}

/** The earlier of two months. */
export function earlierMonth(a: Month, b: Month): Month {
  return monthIndex(a) <= monthIndex(b) ? a : b;
}

/** Every month from `from` to `to`, both included; empty if `from` is later. */
export function monthRange(from: Month, to: Month): Month[] {
  const first = monthIndex(from);
  return Array.from({ length: Math.max(0, monthIndex(to) - first + 1) }, (_, offset) => monthOf(first + offset));
}

const zoned = new Map<string, Intl.DateTimeFormat>();

/** The month in which an instant lies on the calendar of `timeZone` (an IANA name). */
export function monthAt(instant: Date, timeZone: string): Month {
  return dayAt(instant, timeZone).slice(0, 7);
}

/** The day on which an instant lies on the calendar of `timeZone`, `2025-10-31`. */
export function dayAt(instant: Date, timeZone: string): string {
  let format = zoned.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    zoned.set(timeZone, format);
  }
  return format.format(instant);
}

/** `2025年10月`. */
export function monthText(month: Month): string {
  return `${month.slice(0, 4)}年${Number(month.slice(5))}月`;
}
