import type { WinterStop } from './settings.ts';

const DAY_MS = 86_400_000;

const parsed = new Map<string, number>();
const MOST_PARSED = 100_000;

/** A day of the calendar as days since 1970-01-01. The few thousand days that occur are parsed once. */
export function parseDay(day: string): number {
  const known = parsed.get(day);
  if (known !== undefined) return known;
  const number = Math.round(
    Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10))) / DAY_MS,
  );
  if (parsed.size >= MOST_PARSED) parsed.clear();
  parsed.set(day, number);
  return number;
}

const formatted = new Map<number, string>();

/** The day with that number, `2025-10-31`. As with parsing, each is written once. */
export function formatDay(day: number): string {
  const known = formatted.get(day);
  if (known !== undefined) return known;
  const text = new Date(day * DAY_MS).toISOString().slice(0, 10);
  if (formatted.size >= MOST_PARSED) formatted.clear();
  formatted.set(day, text);
  return text;
}

/** Whether nobody builds on a day: `winter` may run over the turn of the year. */
export function isWinter(day: number, winter: WinterStop | null): boolean {
  if (winter === null) return false;
  const date = formatDay(day).slice(5);
  return winter.from <= winter.to ? winter.from <= date && date <= winter.to : date >= winter.from || date <= winter.to;
}

/** Days that are counted ahead; further ones are counted one by one. */
const [FIRST, LAST] = [parseDay('1990-01-01'), parseDay('2250-12-31')];
type Calendar = {
  /** Winter days from `FIRST` up to each day. */
  readonly winter: Int32Array;
  /** The working days from `FIRST` on. */
  readonly working: Int32Array;
};
/** Counted once for each winter. */
const counted = new WeakMap<WinterStop, Calendar>();

function calendarOf(winter: WinterStop): Calendar {
  const known = counted.get(winter);
  if (known !== undefined) return known;
  const table = new Int32Array(LAST - FIRST + 1);
  const working: number[] = [];
  for (let at = FIRST; at <= LAST; at += 1) {
    const is = isWinter(at, winter);
    table[at - FIRST] = (table[at - FIRST - 1] ?? 0) + (is ? 1 : 0);
    if (!is) working.push(at);
  }
  const calendar = { winter: table, working: Int32Array.from(working) };
  counted.set(winter, calendar);
  return calendar;
}

function winterDaysUntil(day: number, winter: WinterStop): number {
  const { winter: table } = calendarOf(winter);
  if (day < FIRST) return -walk(day, FIRST - 1, winter);
  if (day > LAST) return (table[LAST - FIRST] ?? 0) + walk(LAST, day, winter);
  return table[day - FIRST] ?? 0;
}

function walk(from: number, to: number, winter: WinterStop): number {
  let days = 0;
  for (let at = from + 1; at <= to; at += 1) if (isWinter(at, winter)) days += 1;
  return days;
}

/** Days from the first (not included) to the last (included) on which work is possible. */
export function workingDays(from: number, to: number, winter: WinterStop | null): number {
  if (to <= from) return 0;
  return winter === null ? to - from : to - from - winterDaysUntil(to, winter) + winterDaysUntil(from, winter);
}

/** The day on which `count` more working days are done after `from`. Shapes: `count` ≥ 0; 0 gives `from`. */
export function afterWorkingDays(from: number, count: number, winter: WinterStop | null): number {
  if (winter === null || count === 0) return from + count;
  if (from >= FIRST) {
    const before = from - FIRST + 1 - winterDaysUntil(from, winter);
    const day = calendarOf(winter).working[before + count - 1];
    if (day !== undefined) return day;
  }
  let [low, high] = [from + count, from + count * 2 + 400];
  while (workingDays(from, high, winter) < count) high += (high - from) * 2;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (workingDays(from, middle, winter) >= count) high = middle;
    else low = middle + 1;
  }
  return low;
}
