import { addDays, type CalendarYear, isWeekend, WITHOUT_TABLE, type WorkCalendar, type WorkSession } from '@quhua/core';
import * as z from 'zod';
import { checkShape, type Partially } from './check-shape.ts';
import { type Path, show } from './fault.ts';
import { count, day, text } from './words.ts';
import type { YamlFile } from './yaml-file.ts';

const clock = z
  .string()
  .regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/u, '应为时刻，写作 09:30 / a time of the day, like 09:30');
const calendar = z.strictObject({
  withoutTable: z.exactOptional(z.enum(WITHOUT_TABLE)),
  hours: z.exactOptional(z.array(z.strictObject({ from: clock, to: clock })).min(1)),
  local: z.exactOptional(z.array(text)),
});
const workdays = z.exactOptional(z.array(day));
const holiday = z.strictObject({ name: text, from: day, to: z.exactOptional(day), workdays });
const localHoliday = z.strictObject({
  name: text,
  source: text,
  from: z.exactOptional(day),
  to: z.exactOptional(day),
  workdays,
});
const year = z.strictObject({
  year: count(1900, 2199),
  source: text,
  holidays: z.array(holiday),
  local: z.exactOptional(z.array(localHoliday)),
});
type Year = z.output<typeof year>;
type PartialYear = NonNullable<Partially<Year>>;
type Entry = NonNullable<Partially<z.output<typeof localHoliday>>>;

/** No table of any year, so that nothing is counted on a guess; hours as offices usually have them. */
export const DEFAULT_CALENDAR: WorkCalendar = {
  years: new Map(),
  withoutTable: 'refuse',
  sessions: [
    { from: 540, to: 720 },
    { from: 810, to: 1050 },
  ],
};

export type CalendarFile = {
  readonly settings: Omit<WorkCalendar, 'years'> | null;
  /** Local holidays that every year's table must name. */
  readonly local: readonly string[];
};

export function readCalendar(source: YamlFile): CalendarFile {
  const { value, partial } = checkShape(source, calendar);
  checkHours(source, partial?.hours);
  const local = (partial?.local ?? []).filter((name) => name !== undefined);
  if (value === null) return { settings: null, local };
  const { withoutTable, sessions } = DEFAULT_CALENDAR;
  return {
    settings: {
      withoutTable: value.withoutTable ?? withoutTable,
      sessions:
        value.hours?.map(({ from, to }): WorkSession => ({ from: minuteOf(from), to: minuteOf(to) })) ?? sessions,
    },
    local,
  };
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** Hours go forward through the day: a session that ends before it begins would make work run backwards. */
function checkHours(source: YamlFile, hours: NonNullable<Partially<z.output<typeof calendar>>>['hours'] = []): void {
  let before: string | undefined;
  for (const [at, session] of hours.entries()) {
    const { from, to } = session ?? {};
    if (from !== undefined && to !== undefined && from >= to) {
      source.report(['hours', at, 'to'], 'CALENDAR_HOURS', `应晚于 ${from} / must be later than ${from}`);
    }
    if (from !== undefined && before !== undefined && from < before) {
      source.report(
        ['hours', at, 'from'],
        'CALENDAR_HOURS',
        `不能早于上一段的结束 ${before} / before the last one ends`,
      );
    }
    before = to ?? before;
  }
}

/** One year's table; `named` is the year in the file's name, `local` what the table must name. */
export function readCalendarYear(
  source: YamlFile,
  { named, local }: { readonly named: number; readonly local: readonly string[] },
): CalendarYear | null {
  const { value, partial = {} } = checkShape(source, year);
  if (partial.year !== undefined && partial.year !== named) {
    const message = `与文件名不一致，文件名里是 ${named} / the file's name says ${named}`;
    source.report(['year'], 'CALENDAR_YEAR', message);
  }
  checkDays(source, partial, named);
  checkLocal(source, partial, local);
  return value === null ? null : toYear(value);
}

function toYear(value: Year): CalendarYear {
  const all: readonly Entry[] = [...value.holidays, ...(value.local ?? [])];
  return {
    year: value.year,
    daysOff: new Set(all.flatMap(daysOf)),
    makeUpDays: new Set(all.flatMap(({ workdays: days = [] }) => days.filter((one) => one !== undefined))),
    undated: (value.local ?? []).flatMap(({ name, from }) => (from === undefined ? [name] : [])),
  };
}

/** A holiday's days. Missing: none without its first; none where it runs backwards or for longer than a year. */
function daysOf({ from, to = from }: Entry): string[] {
  const days: string[] = [];
  if (from === undefined || to === undefined) return days;
  for (let one = from; one <= to && days.length < 366; one = addDays(one, 1)) days.push(one);
  return days;
}

/** Every day stands in its year and is said once; a make-up day is a weekend that would else be off. */
function checkDays(source: YamlFile, partial: PartialYear, named: number): void {
  const lists = [
    ['holidays', partial.holidays ?? []],
    ['local', partial.local ?? []],
  ] as const;
  const taken = new Map<string, string>();
  for (const [list, entries] of lists) {
    for (const [at, entry] of entries.entries()) {
      if (entry !== undefined) checkRange(source, { path: [list, at], entry, named, taken });
    }
  }
  const made = new Set<string>();
  for (const [list, entries] of lists) {
    for (const [at, entry] of entries.entries()) {
      for (const [index, one] of (entry?.workdays ?? []).entries()) {
        if (one === undefined) continue;
        const why = outside(one, named) ?? makeUpFault(one, taken, made);
        if (why !== null) source.report([list, at, 'workdays', index], ...why);
        made.add(one);
      }
    }
  }
}

type Range = {
  readonly path: Path;
  readonly entry: Entry;
  readonly named: number;
  /** Days of the holidays above, by the name of theirs. */
  readonly taken: Map<string, string>;
};

function checkRange(source: YamlFile, { path, entry, named, taken }: Range): void {
  const { from, to } = entry;
  for (const key of ['from', 'to'] as const) {
    const why = entry[key] === undefined ? null : outside(entry[key], named);
    if (why !== null) source.report([...path, key], ...why);
  }
  if (to !== undefined && !('from' in entry)) {
    source.report([...path, 'to'], 'CALENDAR_DAY', '写了 to 就要写 from / to needs a from');
  }
  if (from !== undefined && to !== undefined && to < from) {
    source.report([...path, 'to'], 'CALENDAR_DAY', `不能早于 from（${from}） / earlier than from`);
  }
  const own = daysOf(entry);
  const twice = own.find((one) => taken.has(one));
  if (twice !== undefined) {
    const message = `${twice} 已属于${show(taken.get(twice) ?? '')} / the day belongs to a holiday above`;
    source.report([...path, 'from'], 'CALENDAR_OVERLAP', message);
  }
  for (const one of own) taken.set(one, entry.name ?? '');
}

type Why = readonly ['CALENDAR_DAY' | 'CALENDAR_WORKDAY', string];

function outside(one: string, named: number): Why | null {
  if (one.startsWith(`${named}-`)) return null;
  const file = `calendar-${one.slice(0, 4)}.yaml`;
  return ['CALENDAR_DAY', `${one} 不在 ${named} 年，请写到 ${file} / not in ${named}: it belongs into ${file}`];
}

function makeUpFault(one: string, taken: ReadonlyMap<string, string>, made: ReadonlySet<string>): Why | null {
  if (made.has(one)) return ['CALENDAR_WORKDAY', `${one} 已写过 / the day stands above already`];
  const name = taken.get(one);
  if (name !== undefined) return ['CALENDAR_WORKDAY', `${one} 正在放${show(name)}的假 / the day lies in a holiday`];
  if (isWeekend(one)) return null;
  return ['CALENDAR_WORKDAY', `${one} 不是周六、周日，本来就上班 / no weekend: it is worked anyway`];
}

/** A local holiday that a table forgets would be counted as work without anybody knowing. */
function checkLocal(source: YamlFile, { local = [] }: PartialYear, wanted: readonly string[]): void {
  const names = local.map((one) => one?.name);
  for (const [at, name] of names.entries()) {
    if (name === undefined || names.indexOf(name) === at) continue;
    source.report(['local', at, 'name'], 'CALENDAR_LOCAL', `${show(name)} 已写过 / it stands above already`);
  }
  if (names.includes(undefined)) return; // it may be the one that is missed
  for (const name of wanted.filter((one) => !names.includes(one))) {
    const message = `缺少 ${show(name)}；日期未定就只写 name 和 source / it is missing: without days, write name and source only`;
    source.reportKey(['local'], 'CALENDAR_LOCAL', message);
  }
}
