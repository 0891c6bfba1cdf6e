// The calendar written out day by day, for the oracle.
import type { WinterStop } from '../../src/delivery/settings.ts';

const DATES: string[] = [];
const AT = new Map<string, number>();
for (let year = 2015; year <= 2215; year += 1) {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  for (const [at, length] of [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].entries()) {
    for (let day = 1; day <= length; day += 1) {
      const date = `${year}-${String(at + 1).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
      AT.set(date, DATES.length);
      DATES.push(date);
    }
  }
}

export function placeOf(date: string): number {
  const place = AT.get(date);
  if (place === undefined) throw new Error(`no such day: ${date}`);
  return place;
}

export function dateAt(place: number): string {
  const date = DATES[place];
  if (date === undefined) throw new Error(`beyond the calendar: ${place}`);
  return date;
}

export const gap = (from: string, to: string): number => placeOf(to) - placeOf(from);

const winters = new Map<string, Uint8Array>();

/** For every day of the calendar: 1 if somebody may build. */
export function openDays(winter: WinterStop | null): Uint8Array {
  const key = winter === null ? '' : `${winter.from} ${winter.to}`;
  let open = winters.get(key);
  if (open === undefined) {
    open = Uint8Array.from(DATES, (date) => (winter !== null && closed(date.slice(5), winter) ? 0 : 1));
    winters.set(key, open);
  }
  return open;
}

function closed(date: string, { from, to }: WinterStop): boolean {
  const [before, after] = [date <= to, date >= from];
  return from > to ? before || after : before && after;
}

export function openBetween(from: number, to: number, winter: WinterStop | null): number {
  const open = openDays(winter);
  let count = 0;
  for (let day = from + 1; day <= to; day += 1) count += open[day] ?? 0;
  return count;
}

const listed = new Map<string, number[]>();

/** The so manyth day after one on which somebody may build: all such days in a row, counted off. */
export function openAfter(from: number, count: number, winter: WinterStop | null): number {
  const key = winter === null ? '' : `${winter.from} ${winter.to}`;
  let list = listed.get(key);
  if (list === undefined) {
    const open = openDays(winter);
    list = DATES.map((_, at) => at).filter((at) => open[at] === 1);
    listed.set(key, list);
  }
  // the first open day after `from` is as far down the list as there are open days up to `from`
  const found = list[openBetween(-1, from, winter) + count - 1];
  if (found === undefined) throw new Error('beyond the calendar');
  return found;
}
