import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addWorkingDays,
  type CalendarYear,
  calendarGaps,
  endOfWork,
  gapText,
  instantAt,
  isWorkingDay,
  nextWorkingTime,
  type WorkCalendar,
  workingDaysBetween,
} from '../src/calendar.ts';
import { addDays } from '../src/feed-health.ts';

const SHANGHAI = 'Asia/Shanghai';

function daysFrom(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}

const OFF_2025 = [
  ...['2025-01-01', '2025-01-01', '2025-01-28', '2025-02-04', '2025-03-29', '2025-03-31', '2025-04-04', '2025-04-06'],
  ...['2025-05-01', '2025-05-05', '2025-05-31', '2025-06-02', '2025-06-06', '2025-06-10', '2025-10-01', '2025-10-08'],
];
const Y2025: CalendarYear = {
  year: 2025,
  daysOff: new Set(OFF_2025.flatMap((from, at) => (at % 2 === 0 ? daysFrom(from, OFF_2025[at + 1] ?? '') : []))),
  makeUpDays: new Set(['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11']),
  undated: [],
};
const EMPTY_2026: CalendarYear = { year: 2026, daysOff: new Set(), makeUpDays: new Set(), undated: ['肉孜节'] };
const CALENDAR: WorkCalendar = {
  years: new Map([
    [2025, Y2025],
    [2026, EMPTY_2026],
  ]),
  withoutTable: 'refuse',
  sessions: [
    { from: 600, to: 840 },
    { from: 960, to: 1200 },
  ],
};
const BY_WEEKDAY: WorkCalendar = { ...CALENDAR, years: new Map(), withoutTable: 'weekdays' };

/** 2025 as the wall calendar shows it, a month a line: `w` is worked, `.` is not; written down without the program. */
const YEAR_2025 = [
  '.ww..wwwww..wwwww..wwwww.ww....',
  '....wwww.wwwww..wwwww..wwwww',
  '..wwwww..wwwww..wwwww..wwwww...',
  'www...wwwww..wwwww..wwwww.wwww',
  '.....wwww..wwwww..wwwww..wwwww.',
  '..www.....www..wwwww..wwwww..w',
  'wwww..wwwww..wwwww..wwwww..wwww',
  'w..wwwww..wwwww..wwwww..wwwww..',
  'wwwww..wwwww..wwwww..wwwww.www',
  '........www.wwwww..wwwww..wwwww',
  '..wwwww..wwwww..wwwww..wwwww..',
  'wwwww..wwwww..wwwww..wwwww..www',
];
const DAYS_2025 = daysFrom('2025-01-01', '2025-12-31');

describe('every day of 2025', () => {
  test('is worked or not as the wall calendar shows it', () => {
    const worked = DAYS_2025.map((day) => (isWorkingDay(CALENDAR, day) ? 'w' : '.'));
    expect(YEAR_2025.join('')).toHaveLength(365);
    for (const [month, line] of YEAR_2025.entries()) {
      const own = worked.filter((_, at) => Number(DAYS_2025[at]?.slice(5, 7)) === month + 1);
      expect(own.join(''), `month ${month + 1}`).toBe(line);
    }
  });

  test('the n-th working day after each is the n-th w to its right', () => {
    const wall = YEAR_2025.join('');
    for (const [at, day] of DAYS_2025.entries()) {
      let seen = 0;
      for (let ahead = at + 1; ahead < DAYS_2025.length && seen < 30; ahead += 1) {
        if (wall[ahead] !== 'w') continue;
        seen += 1;
        expect(addWorkingDays(CALENDAR, day, seen)).toBe(DAYS_2025[ahead]);
      }
    }
  });
});

test.each([
  { day: '2025-01-24', count: 1, is: '2025-01-26', why: 'a Sunday that is worked' },
  { day: '2025-01-27', count: 1, is: '2025-02-05', why: 'over the Spring Festival' },
  { day: '2025-09-30', count: 5, is: '2025-10-14', why: 'over the National Day, with a Saturday worked' },
  { day: '2025-06-05', count: 1, is: '2025-06-11', why: 'over 古尔邦节' },
  { day: '2025-10-04', count: 1, is: '2025-10-09', why: 'from a day off, the next that is worked' },
  { day: '2025-12-31', count: 2, is: '2026-01-02', why: 'into the next year, by that year’s table' },
])('working day $count after $day is $is: $why', ({ day, count, is }) => {
  expect(addWorkingDays(CALENDAR, day, count)).toBe(is);
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('%d working days are refused', (count) => {
  expect(() => addWorkingDays(CALENDAR, '2025-06-03', count)).toThrow(
    expect.objectContaining({ kind: 'invalid', code: 'CALENDAR_COUNT' }),
  );
});

describe('a year without a table', () => {
  const refused = expect.objectContaining({
    kind: 'invalid',
    code: 'CALENDAR_NO_TABLE',
    message: expect.stringMatching(/没有 2027 年的工作日表.*calendar-2027\.yaml.* \/ /u),
  });

  test('is refused, also where a deadline only reaches into it', () => {
    expect(() => isWorkingDay(CALENDAR, '2027-03-01')).toThrow(refused);
    expect(() => addWorkingDays(CALENDAR, '2026-12-31', 1)).toThrow(refused);
    expect(() => workingDaysBetween(CALENDAR, '2026-12-31', '2027-01-01')).toThrow(refused);
    expect(() =>
      nextWorkingTime(CALENDAR, new Date('2026-12-31T20:00:00+08:00'), { hours: 1, timeZone: SHANGHAI }),
    ).toThrow(refused);
  });

  test('counts Monday to Friday where the calendar is told to', () => {
    expect(addWorkingDays(BY_WEEKDAY, '2027-01-01', 1)).toBe('2027-01-04');
    expect(isWorkingDay(BY_WEEKDAY, '2027-10-01')).toBe(true);
  });

  test('is named before deadlines reach into it, and a holiday without days as well', () => {
    const undated = { kind: 'undated', year: 2026, name: '肉孜节' };
    expect(calendarGaps(CALENDAR, '2025-11-30')).toEqual([]);
    expect(calendarGaps(CALENDAR, '2025-12-01')).toEqual([undated]);
    expect(calendarGaps(CALENDAR, '2026-12-01')).toEqual([undated, { kind: 'no-table', year: 2027 }]);
    expect(gapText({ kind: 'no-table', year: 2027 }, CALENDAR)).toContain('算不出来');
    expect(gapText({ kind: 'no-table', year: 2027 }, BY_WEEKDAY)).toContain('周一至周五');
    expect(gapText({ kind: 'undated', year: 2026, name: '肉孜节' }, CALENDAR)).toContain('2026 年肉孜节');
  });
});

test('a calendar without any working day is an error, not an endless search', () => {
  const never: CalendarYear = { ...Y2025, daysOff: new Set(DAYS_2025), makeUpDays: new Set() };
  const years = new Map(Array.from({ length: 20 }, (_, at) => [2025 + at, { ...never, year: 2025 + at }]));
  const all = new Set(daysFrom('2025-01-01', '2044-12-31'));
  const calendar = { ...CALENDAR, years: new Map([...years].map(([year, one]) => [year, { ...one, daysOff: all }])) };
  expect(() => addWorkingDays(calendar, '2025-01-01', 1)).toThrow(expect.objectContaining({ code: 'CALENDAR_EMPTY' }));
});

const DAY = fc.integer({ min: 0, max: DAYS_2025.length - 1 }).map((at) => DAYS_2025[at] ?? '');
const COUNT = fc.integer({ min: 1, max: 60 });

describe('properties', () => {
  test('adding lands on a working day, so many working days away', () => {
    fc.assert(
      fc.property(DAY, COUNT, (day, count) => {
        const found = addWorkingDays(CALENDAR, day, count);
        expect(isWorkingDay(CALENDAR, found)).toBe(true);
        expect(found > day).toBe(true);
        expect(workingDaysBetween(CALENDAR, day, found)).toBe(count);
        expect(workingDaysBetween(CALENDAR, found, day) + count).toBe(0);
      }),
    );
  });

  test('in two steps as in one', () => {
    fc.assert(
      fc.property(DAY, COUNT, COUNT, (day, a, b) => {
        expect(addWorkingDays(CALENDAR, addWorkingDays(CALENDAR, day, a), b)).toBe(
          addWorkingDays(CALENDAR, day, a + b),
        );
      }),
    );
  });

  test('counts add up, and a later beginning never ends earlier', () => {
    fc.assert(
      fc.property(DAY, DAY, DAY, COUNT, (a, b, c, count) => {
        const between = (from: string, to: string) => workingDaysBetween(CALENDAR, from, to);
        expect(between(a, b) + between(b, c)).toBe(between(a, c));
        const [first = '', second = ''] = [a, b].sort();
        expect(addWorkingDays(CALENDAR, first, count) <= addWorkingDays(CALENDAR, second, count)).toBe(true);
      }),
    );
  });

  test('hours are worked inside sessions, and in two steps as in one', () => {
    const after = fc.integer({ min: 0, max: 300 * 24 * 60 }).map((minute) => instantAt('2025-01-01', minute, SHANGHAI));
    const hours = fc.integer({ min: 1, max: 200 }).map((quarters) => quarters / 4);
    fc.assert(
      fc.property(after, hours, hours, (start, a, b) => {
        const at = (from: Date, worked: number) =>
          nextWorkingTime(CALENDAR, from, { hours: worked, timeZone: SHANGHAI });
        const end = at(start, a);
        expect(at(end, b)).toEqual(at(start, a + b));
        const local = new Date(end.getTime() + 8 * 3_600_000);
        expect(isWorkingDay(CALENDAR, local.toISOString().slice(0, 10))).toBe(true);
        const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
        expect(CALENDAR.sessions.some(({ from, to }) => from < minute && minute <= to)).toBe(true);
      }),
    );
  });
});

test.each([
  { after: '2025-11-06T10:30', hours: 2, is: '2025-11-06T12:30', why: 'inside one session' },
  { after: '2025-11-06T10:00', hours: 4, is: '2025-11-06T14:00', why: 'to the very end of one' },
  { after: '2025-11-06T13:00', hours: 2, is: '2025-11-06T17:00', why: 'over the noon break' },
  { after: '2025-11-06T03:00', hours: 1, is: '2025-11-06T11:00', why: 'from the night before work' },
  { after: '2025-11-06T15:00', hours: 1, is: '2025-11-06T17:00', why: 'from the noon break' },
  { after: '2025-11-07T19:00', hours: 2, is: '2025-11-10T11:00', why: 'over a weekend' },
  { after: '2025-11-08T12:00', hours: 0.25, is: '2025-11-10T10:15', why: 'from a Saturday' },
  { after: '2025-09-30T20:00', hours: 8, is: '2025-10-09T20:00', why: 'over the National Day, a whole day' },
  { after: '2025-10-10T20:00', hours: 9, is: '2025-10-13T11:00', why: 'a Saturday that is worked counts' },
])('$hours hours after $after are done at $is: $why', ({ after, hours, is }) => {
  const at = (text: string) => new Date(`${text}:00+08:00`);
  expect(nextWorkingTime(CALENDAR, at(after), { hours, timeZone: SHANGHAI })).toEqual(at(is));
});

test.each([0, -1, Number.NaN])('%d hours are refused', (hours) => {
  expect(() => nextWorkingTime(CALENDAR, new Date(0), { hours, timeZone: SHANGHAI })).toThrow(
    expect.objectContaining({ code: 'CALENDAR_COUNT' }),
  );
});

test.each([
  { day: '2025-11-06', minute: 600, zone: SHANGHAI, is: '2025-11-06T02:00:00.000Z', why: 'eight hours ahead' },
  { day: '2025-11-06', minute: 1440, zone: SHANGHAI, is: '2025-11-06T16:00:00.000Z', why: 'midnight at the end' },
  { day: '2025-03-09', minute: 600, zone: 'America/Chicago', is: '2025-03-09T15:00:00.000Z', why: 'summer time began' },
  { day: '2025-03-08', minute: 600, zone: 'America/Chicago', is: '2025-03-08T16:00:00.000Z', why: 'the day before' },
  { day: '2025-11-02', minute: 600, zone: 'America/Chicago', is: '2025-11-02T16:00:00.000Z', why: 'it ended' },
  { day: '2025-11-06', minute: 0, zone: 'Asia/Kathmandu', is: '2025-11-05T18:15:00.000Z', why: 'quarters of an hour' },
  { day: '1969-12-31', minute: 1, zone: 'UTC', is: '1969-12-31T00:01:00.000Z', why: 'before 1970' },
])('minute $minute of $day in $zone is $is: $why', ({ day, minute, zone, is }) => {
  expect(instantAt(day, minute, zone).toISOString()).toBe(is);
});

test('work ends with the last session', () => {
  expect(endOfWork(CALENDAR, '2025-11-06', SHANGHAI)).toEqual(new Date('2025-11-06T20:00:00+08:00'));
});
