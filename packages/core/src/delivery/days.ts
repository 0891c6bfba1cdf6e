import type { WinterStop } from './settings.ts';

const DAY_MS = 86_400_000;

/** A day of the calendar as days since 1970-01-01. */
export function parseDay(day: string): number {
  return Math.round(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10))) / DAY_MS);
}

/** The day with that number, `2025-10-31`. */
export function formatDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Whether nobody builds on a day: `winter` may run over the turn of the year. */
export function isWinter(day: number, winter: WinterStop | null): boolean {
  if (winter === null) return false;
  const date = formatDay(day).slice(5);
  return winter.from <= winter.to ? winter.from <= date && date <= winter.to : date >= winter.from || date <= winter.to;
}

/** Days from the first (not included) to the last (included) on which work is possible. */
export function workingDays(from: number, to: number, winter: WinterStop | null): number {
  if (to <= from) return 0;
  return winter === null ? to - from : to - from - winterDays(from, to, winter);
}

/** Winter days after `from` up to `to`, by whole winters and their parts: no walk through the days. */
function winterDays(from: number, to: number, winter: WinterStop): number {
  let days = 0;
  const firstYear = Number(formatDay(from).slice(0, 4)) - 1;
  const lastYear = Number(formatDay(to).slice(0, 4));
  const over = winter.from > winter.to ? 1 : 0;
  for (let year = firstYear; year <= lastYear; year += 1) {
    const begin = parseDay(`${year}-${winter.from}`);
    const end = parseDay(`${year + over}-${winter.to}`);
    days += Math.max(0, Math.min(to, end) - Math.max(from + 1, begin) + 1);
  }
  return days;
}

/** The day on which `count` more working days are done after `from`. Shapes: `count` ≥ 0; 0 gives `from`. */
export function afterWorkingDays(from: number, count: number, winter: WinterStop | null): number {
  if (winter === null) return from + count;
  let [low, high] = [from + count, from + count * 2 + 400];
  while (workingDays(from, high, winter) < count) high += (high - from) * 2;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (workingDays(from, middle, winter) >= count) high = middle;
    else low = middle + 1;
  }
  return low;
}
