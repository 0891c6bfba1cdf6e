import { expect, test } from 'vitest';
import {
  addDays,
  arrivalHealth,
  countStates,
  dueOn,
  dueSettingsOf,
  feedState,
  type HealthState,
  newestDueMonth,
  unitHealth,
} from '../src/feed-health.ts';
import { monthRange } from '../src/month.ts';

const DUE = { dueDay: 7, graceDays: 3, staleDays: 40 };

test.each([
  { day: '2024-02-28', count: 1, to: '2024-02-29', why: 'a leap year' },
  { day: '2025-02-28', count: 1, to: '2025-03-01', why: 'no leap year' },
  { day: '2025-12-31', count: 1, to: '2026-01-01', why: 'the end of a year' },
  { day: '2025-03-01', count: -1, to: '2025-02-28', why: 'backwards' },
])('$count days after $day is $to: $why', ({ day, count, to }) => {
  expect(addDays(day, count)).toBe(to);
});

test.each([
  { month: '2025-10', dueDay: 7, on: '2025-11-07', why: 'a day of the next month' },
  { month: '2025-12', dueDay: 7, on: '2026-01-07', why: 'of the next year' },
  { month: '2025-01', dueDay: 31, on: '2025-02-28', why: 'a short month has its last day' },
  { month: '2024-01', dueDay: 31, on: '2024-02-29', why: 'which in a leap year is the 29th' },
])('$month is due on $on: $why', ({ month, dueDay, on }) => {
  expect(dueOn(month, dueDay)).toBe(on);
});

test.each([
  { today: '2025-11-10', graceDays: 3, month: '2025-09', why: 'the last day of grace is not over' },
  { today: '2025-11-11', graceDays: 3, month: '2025-10', why: 'the day after it is' },
  { today: '2025-11-07', graceDays: 0, month: '2025-09', why: 'without grace the due day itself is still in time' },
  { today: '2025-11-08', graceDays: 0, month: '2025-10', why: 'and the next is not' },
  { today: '2025-12-20', graceDays: 60, month: '2025-09', why: 'grace over two months' },
  { today: '2026-01-05', graceDays: 3, month: '2025-11', why: 'a new year' },
])('on $today with $graceDays days of grace $month has to be in: $why', ({ today, graceDays, month }) => {
  expect(newestDueMonth(today, { dueDay: 7, graceDays })).toBe(month);
});

type Case = {
  readonly today?: string;
  readonly first?: string;
  readonly complete?: readonly string[];
  readonly partial?: readonly string[];
  readonly refused?: boolean;
  readonly state: HealthState;
  readonly months?: readonly string[];
  readonly since?: string | null;
  readonly why: string;
};

const CASES: readonly Case[] = [
  { complete: monthRange('2025-01', '2025-10'), state: 'fresh', why: 'the month is in' },
  {
    complete: monthRange('2025-01', '2025-09'),
    state: 'late',
    months: ['2025-10'],
    since: '2025-11-11',
    why: 'it is not',
  },
  {
    complete: monthRange('2025-01', '2025-08'),
    state: 'late',
    months: ['2025-09', '2025-10'],
    since: '2025-10-11',
    today: '2025-11-16',
    why: 'the 40th day after the oldest was due',
  },
  {
    complete: monthRange('2025-01', '2025-08'),
    state: 'stale',
    months: ['2025-09', '2025-10'],
    since: '2025-11-17',
    today: '2025-11-17',
    why: 'the 41st',
  },
  { partial: ['2025-10'], first: '2025-10', state: 'partial', since: '2025-11-11', why: 'a needed figure is missing' },
  { refused: true, first: '2025-10', state: 'refused', months: ['2025-10'], why: 'its file was refused' },
  {
    refused: true,
    complete: ['2025-10'],
    first: '2025-10',
    state: 'refused',
    why: 'also a correction that was refused',
  },
  { refused: true, first: '2025-11', state: 'refused', why: 'also before anything is due' },
  {
    complete: ['2025-08', '2025-10'],
    first: '2025-08',
    state: 'fresh',
    why: 'a hole of the past alone changes nothing',
  },
  { first: '2025-11', state: 'fresh', why: 'nobody owes a month from before the feed began' },
  {
    first: '2023-01',
    state: 'stale',
    months: monthRange('2024-11', '2025-10'),
    why: 'a unit that never reported owes a year at most',
  },
];

test.each(CASES)('$state: $why', ({ today = '2025-11-15', first = '2025-01', state, ...rest }) => {
  const { complete = [], partial = [], refused = false } = rest;
  const health = unitHealth({ today, due: DUE, first, reports: { complete, partial, refused } });
  expect(health).toMatchObject({ state, month: '2025-10', due: '2025-11-07' });
  if (rest.months !== undefined) expect(health.months).toEqual(rest.months);
  if (rest.since !== undefined) expect(health.since).toBe(rest.since);
  expect(health.since === null).toBe(state === 'fresh');
});

test('what is too old stays so when a refused file hides it, and so does what is incomplete', () => {
  const at = { today: '2025-12-31', due: DUE, first: '2025-01' };
  expect(unitHealth({ ...at, reports: { complete: ['2025-08'], partial: [], refused: true } })).toMatchObject({
    state: 'refused',
    outdated: true,
  });
  expect(unitHealth({ ...at, reports: { complete: [], partial: ['2025-11'], refused: true } })).toMatchObject({
    state: 'refused',
    incomplete: true,
    outdated: false,
  });
});

test('a unit has days of its own, and the rest from the feed', () => {
  const expected = { ...DUE, rhythm: 'monthly', owner: null, units: { '653131': { dueDay: 20 } } } as const;
  expect(dueSettingsOf(expected, '653131')).toEqual({ dueDay: 20, graceDays: 3, staleDays: 40 });
  expect(dueSettingsOf(expected, '653101')).toEqual(DUE);
});

test.each([
  { today: '2025-11-11', state: 'fresh', since: null },
  { today: '2025-11-12', state: 'late', since: '2025-11-12' },
  { today: '2025-12-18', state: 'late', since: '2025-11-12' },
  { today: '2025-12-19', state: 'stale', since: '2025-12-19' },
])('a file every seven days, the last on the 1st: on $today $state', ({ today, state, since }) => {
  const expected = { rhythm: 'days', everyDays: 7, graceDays: 3, staleDays: 40, owner: null } as const;
  const health = arrivalHealth({ today, expected, last: '2025-11-01', refused: false });
  expect(health).toMatchObject({ state, since, due: '2025-11-08' });
  expect(arrivalHealth({ today, expected, last: '2025-11-01', refused: true }).state).toBe('refused');
});

test.each<{ readonly states: readonly HealthState[]; readonly as: HealthState }>([
  { states: [], as: 'fresh' },
  { states: ['fresh', 'fresh'], as: 'fresh' },
  { states: ['late', 'late'], as: 'late' },
  { states: ['fresh', 'stale'], as: 'partial' },
  { states: ['partial', 'late'], as: 'partial' },
  { states: ['late', 'stale'], as: 'stale' },
  { states: ['late', 'refused', 'stale'], as: 'refused' },
])('a feed of $states is $as', ({ states, as }) => {
  expect(feedState(states)).toBe(as);
  expect(Object.values(countStates(states)).reduce((sum, count) => sum + count, 0)).toBe(states.length);
});
