import { addDays, isWorkingDay } from '@quhua/core';
import { expect, test } from 'vitest';
import { calendarNotes, DEFAULT_ALERTS, DEFAULT_CALENDAR, loadConfig, readConfig } from '../src/index.ts';
import { copyGood, GOOD, readGood } from './good.ts';

const { calendar, alerts } = loadConfig(GOOD);

function daysOffOf(year: number): string[] {
  return [...(calendar.years.get(year)?.daysOff ?? [])].sort();
}

test('喀什地区: the years that were announced, hours in two sessions, a year without a table refused', () => {
  expect([...calendar.years.keys()]).toEqual([2025, 2026]);
  expect(calendar.withoutTable).toBe('refuse');
  expect(calendar.sessions).toEqual([
    { from: 600, to: 840 },
    { from: 960, to: 1200 },
  ]);
});

test('2025: 28 days off of the State Council’s notice, 8 of the region’s, five weekends worked', () => {
  const days = daysOffOf(2025);
  expect(days).toHaveLength(1 + 8 + 3 + 5 + 3 + 8 + 3 + 5);
  for (const day of ['2025-01-28', '2025-03-31', '2025-06-10', '2025-10-08']) expect(days).toContain(day);
  expect([...(calendar.years.get(2025)?.makeUpDays ?? [])].sort()).toEqual([
    '2025-01-26',
    '2025-02-08',
    '2025-04-27',
    '2025-09-28',
    '2025-10-11',
  ]);
  expect(calendar.years.get(2025)?.undated).toEqual([]);
});

test('2026: the State Council’s notice; 肉孜节 and 古尔邦节 stand there without days', () => {
  expect(daysOffOf(2026)).toHaveLength(3 + 9 + 3 + 5 + 3 + 3 + 7);
  expect(calendar.years.get(2026)?.undated).toEqual(['肉孜节', '古尔邦节']);
});

test.each([
  { year: 2025, working: 244 },
  { year: 2026, working: 248 },
])('$year has $working working days', ({ year, working }) => {
  let count = 0;
  for (let day = `${year}-01-01`; day.startsWith(`${year}`); day = addDays(day, 1)) {
    if (isWorkingDay(calendar, day)) count += 1;
  }
  expect(count).toBe(working);
});

test('another year is another file and nothing else', () => {
  using copy = copyGood();
  copy.write(
    'calendar-2027.yaml',
    'year: 2027\nsource: 通知\nholidays: [{ name: 元旦, from: 2027-01-01 }]\nlocal:\n  - { name: 肉孜节, source: 通知 }\n  - { name: 古尔邦节, source: 通知 }\n',
  );
  const { config, faults } = readConfig(copy.dir);
  expect(faults).toEqual([]);
  expect(config?.calendar.years.get(2027)?.daysOff).toEqual(new Set(['2027-01-01']));
});

test('without any calendar file nothing is counted on a guess; a year alone is enough', () => {
  using copy = copyGood();
  for (const file of ['calendar.yaml', 'calendar-2025.yaml', 'calendar-2026.yaml']) copy.remove(file);
  expect(loadConfig(copy.dir).calendar).toEqual(DEFAULT_CALENDAR);
  copy.write('calendar-2025.yaml', readGood('calendar-2025.yaml'));
  expect(loadConfig(copy.dir).calendar).toEqual({
    ...DEFAULT_CALENDAR,
    years: new Map([...calendar.years].slice(0, 1)),
  });
});

test('what the calendar lacks is said, unless nothing counts working days', () => {
  expect(calendarNotes({ calendar, alerts }, '2025-06-01')).toEqual([]);
  const december = ['2026 年肉孜节', '2026 年古尔邦节', '没有 2027 年'];
  expect(calendarNotes({ calendar, alerts }, '2026-12-01')).toEqual(
    december.map((said) => expect.stringContaining(said)),
  );
  expect(calendarNotes({ calendar, alerts }, '2027-01-01')).toEqual([
    expect.stringContaining('没有 2027 年的工作日表'),
  ]);
  expect(calendarNotes({ calendar: DEFAULT_CALENDAR, alerts: DEFAULT_ALERTS }, '2027-01-01')).toEqual([]);
  expect(calendarNotes({ calendar: DEFAULT_CALENDAR, alerts }, '2027-01-01')).toHaveLength(1);
});
