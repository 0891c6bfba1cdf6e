import { expect, test } from 'vitest';
import type { Assessment } from '../src/assess.ts';
import {
  type AlertChange,
  type Episode,
  type EpisodeKind,
  episodesOf,
  type OpenAlert,
  planAlerts,
  stateOf,
} from '../src/episode.ts';
import { assessmentOf } from './samples.ts';

const swap = (month: string, stockGrew: boolean | null): Assessment =>
  assessmentOf({ month, tier: 'SWAP', landSupply: 'swap', stockGrew });
const free = (month: string): Assessment => assessmentOf({ month, tier: 'FREE', landSupply: 'free' });
const suspended = (month: string): Assessment => assessmentOf({ month });
const silent = (month: string): Assessment =>
  assessmentOf({ month, status: 'NO_DATA', tier: null, landSupply: null, stockCentisqm: null });

test.each<{ kind: EpisodeKind; assessment: Assessment; state: string; why: string }>([
  { kind: 'TIER_SUSPEND', assessment: suspended('2025-10'), state: 'on', why: 'suspended' },
  { kind: 'TIER_SUSPEND', assessment: free('2025-10'), state: 'off', why: 'free' },
  { kind: 'TIER_SUSPEND', assessment: silent('2025-10'), state: 'unknown', why: 'a month without a tier' },
  { kind: 'TIER_SWAP', assessment: swap('2025-10', null), state: 'on', why: 'swap' },
  { kind: 'TIER_SWAP', assessment: suspended('2025-10'), state: 'off', why: 'worse is not swap' },
  { kind: 'STOCK_GREW', assessment: swap('2025-10', true), state: 'on', why: 'grew' },
  { kind: 'STOCK_GREW', assessment: swap('2025-10', false), state: 'off', why: 'did not grow' },
  { kind: 'STOCK_GREW', assessment: swap('2025-10', null), state: 'unknown', why: 'no reference, no word' },
  { kind: 'STOCK_GREW', assessment: free('2025-10'), state: 'off', why: 'asked in swap only' },
  { kind: 'STOCK_GREW', assessment: silent('2025-10'), state: 'unknown', why: 'a month without a tier' },
])('$kind is $state: $why', ({ kind, assessment, state }) => {
  expect(stateOf(kind, assessment)).toBe(state);
});

test('an episode runs over months without data and ends with the first month that says so', () => {
  const months = [
    free('2025-01'),
    suspended('2025-02'),
    silent('2025-03'),
    silent('2025-04'),
    swap('2025-05', true),
    silent('2025-06'),
    swap('2025-07', null),
  ];
  expect(episodesOf(months)).toEqual<Episode[]>([
    { kind: 'TIER_SUSPEND', start: '2025-02', end: '2025-05' },
    { kind: 'TIER_SWAP', start: '2025-05', end: null },
    { kind: 'STOCK_GREW', start: '2025-05', end: null },
  ]);
});

test('nothing known is no episode', () => {
  expect(episodesOf([])).toEqual([]);
  expect(episodesOf([silent('2025-01'), silent('2025-02')])).toEqual([]);
});

const kind = 'TIER_SUSPEND';
const alert: OpenAlert = { id: 'A1', kind, since: '2025-03' };
const episode = (start: string, end: string | null): Episode => ({ kind, start, end });

test.each<{ open: OpenAlert[]; episodes: Episode[]; plan: AlertChange[]; why: string }>([
  { open: [], episodes: [], plan: [], why: 'nothing to do' },
  { open: [], episodes: [episode('2025-03', '2025-05')], plan: [], why: 'what began and ended unseen is no news' },
  {
    open: [],
    episodes: [episode('2024-01', '2024-02'), episode('2025-03', null)],
    plan: [{ change: 'open', kind, since: '2025-03' }],
    why: 'one that runs is opened',
  },
  { open: [alert], episodes: [episode('2025-03', null)], plan: [], why: 'it runs on' },
  {
    open: [alert],
    episodes: [episode('2025-03', '2025-06')],
    plan: [{ change: 'resolve', kind, id: 'A1', end: '2025-06', silent: false }],
    why: 'it has ended',
  },
  {
    open: [alert],
    episodes: [],
    plan: [{ change: 'resolve', kind, id: 'A1', end: null, silent: false }],
    why: 'a correction took its ground away',
  },
  {
    open: [alert],
    episodes: [episode('2025-03', '2025-06'), episode('2025-08', null)],
    plan: [
      { change: 'resolve', kind, id: 'A1', end: '2025-06', silent: true },
      { change: 'open', kind, since: '2025-08' },
    ],
    why: 'ended and begun anew between two looks: one message',
  },
  {
    open: [alert],
    episodes: [episode('2025-03', '2025-06'), episode('2025-08', '2025-09')],
    plan: [{ change: 'resolve', kind, id: 'A1', end: '2025-06', silent: false }],
    why: 'the second one ended, too',
  },
  {
    open: [alert],
    episodes: [episode('2025-01', null)],
    plan: [{ change: 'restate', kind, id: 'A1', since: '2025-01' }],
    why: 'it began earlier than was known',
  },
  {
    open: [alert],
    episodes: [episode('2025-05', null)],
    plan: [{ change: 'restate', kind, id: 'A1', since: '2025-05' }],
    why: 'it began later',
  },
  {
    open: [alert],
    episodes: [episode('2024-10', '2025-03'), episode('2025-04', null)],
    plan: [{ change: 'restate', kind, id: 'A1', since: '2025-04' }],
    why: 'the month in which an episode ends is not part of it',
  },
])('$why', ({ open, episodes, plan }) => {
  expect(planAlerts(open, episodes)).toEqual(plan);
});

test('kinds do not disturb each other', () => {
  const open: OpenAlert[] = [alert, { id: 'A2', kind: 'STOCK_GREW', since: '2025-01' }];
  const episodes: Episode[] = [
    { kind: 'TIER_SUSPEND', start: '2025-03', end: '2025-05' },
    { kind: 'TIER_SWAP', start: '2025-05', end: null },
    { kind: 'STOCK_GREW', start: '2025-01', end: null },
  ];
  expect(planAlerts(open, episodes)).toEqual<AlertChange[]>([
    { change: 'resolve', kind: 'TIER_SUSPEND', id: 'A1', end: '2025-05', silent: false },
    { change: 'open', kind: 'TIER_SWAP', since: '2025-05' },
  ]);
});
