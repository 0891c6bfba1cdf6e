import { expect, test } from 'vitest';
import type { WorkCalendar } from '../src/calendar.ts';
import { escalationDue, patienceText } from '../src/escalation.ts';

const TABLE = { year: 2025, daysOff: new Set(['2025-11-10']), makeUpDays: new Set(['2025-11-15']), undated: [] };
const calendar: WorkCalendar = {
  years: new Map([[2025, TABLE]]),
  withoutTable: 'refuse',
  sessions: [
    { from: 600, to: 840 },
    { from: 960, to: 1200 },
  ],
};
const around = { calendar, timeZone: 'Asia/Shanghai' };

test.each([
  { hours: 4, days: null, since: '2025-11-06T12:00', due: '2025-11-06T18:00', why: 'over the noon break' },
  { hours: 4, days: null, since: '2025-11-07T19:00', due: '2025-11-11T13:00', why: 'over a weekend and a holiday' },
  { hours: null, days: 1, since: '2025-11-06T12:00', due: '2025-11-07T20:00', why: 'to the end of the next day' },
  { hours: null, days: 1, since: '2025-11-06T23:59', due: '2025-11-07T20:00', why: 'the hour does not matter' },
  {
    hours: null,
    days: 5,
    since: '2025-11-07T09:00',
    due: '2025-11-15T20:00',
    why: 'a Saturday that is worked is the fifth',
  },
  { hours: null, days: 1, since: '2025-11-08T12:00', due: '2025-11-11T20:00', why: 'from a Saturday' },
])('$hours hours or $days days since $since: $due, $why', ({ hours, days, since, due }) => {
  const at = (text: string) => new Date(`${text}:00+08:00`);
  expect(escalationDue({ afterHours: hours, afterDays: days }, at(since), around)).toEqual(at(due));
});

test('a deadline in a year without a table is refused', () => {
  const since = new Date('2025-12-31T19:00:00+08:00');
  for (const step of [
    { afterHours: 4, afterDays: null },
    { afterHours: null, afterDays: 1 },
  ]) {
    expect(() => escalationDue(step, since, around)).toThrow(expect.objectContaining({ code: 'CALENDAR_NO_TABLE' }));
  }
});

test('patience in words', () => {
  expect(patienceText({ afterHours: 4, afterDays: null })).toBe('4 个工时');
  expect(patienceText({ afterHours: null, afterDays: 5 })).toBe('5 个工作日');
});
