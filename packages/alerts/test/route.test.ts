import type { AlertsSettings } from '@quhua/core';
import { expect, test } from 'vitest';
import { routeAlert } from '../src/index.ts';

const levels = {
  TIER_SUSPEND: 'red',
  TIER_SWAP: 'orange',
  STOCK_GREW: 'yellow',
  FEED_LATE: 'yellow',
  FEED_STALE: 'orange',
  FEED_PARTIAL: 'blue',
  FEED_REFUSED: 'yellow',
  QUOTA_NEAR: 'blue',
  QUOTA_FULL: 'yellow',
  QUOTA_OVERDRAWN: 'orange',
  RESERVATION_SUSPENDED: 'orange',
  PLAN_SIGNAL: 'blue',
  PROJECT_OVERRIDE: 'red',
  PROJECT_LATE: 'yellow',
  PROJECT_FUNDING: 'orange',
  PROJECT_STALE: 'yellow',
  PROJECT_LIST: 'orange',
  DEVELOPER_RISK: 'orange',
} as const;
const settings: AlertsSettings = {
  levels,
  receivers: [
    { name: 'staff', title: '科室', channels: [{ channel: 'file' }] },
    { name: 'land', title: '自然资源局', channels: [{ channel: 'queue', consumer: 'land' }, { channel: 'file' }] },
  ],
  routes: [
    { receiver: 'staff' },
    { receiver: 'land', kinds: ['TIER_SUSPEND', 'TIER_SWAP'] },
    { receiver: 'land', levels: ['red'] },
    { receiver: 'staff', regions: ['653101'] },
  ],
  escalation: { red: [], orange: [], yellow: [], blue: [] },
};

test.each([
  {
    kind: 'TIER_SUSPEND',
    regionCode: '653101',
    to: ['staff/file', 'land/queue', 'land/file'],
    why: 'each receiver once, with all its channels',
  },
  {
    kind: 'STOCK_GREW',
    regionCode: '653101',
    to: ['staff/file'],
    why: 'a kind that a route does not name is not its own',
  },
  {
    kind: 'FEED_LATE',
    regionCode: null,
    to: ['staff/file'],
    why: 'an alert without a region takes routes without regions',
  },
] as const)('$kind of $regionCode goes to $to: $why', ({ kind, regionCode, to }) => {
  const destinations = routeAlert({ kind, level: levels[kind], regionCode }, settings);
  expect(destinations.map(({ receiver, channel }) => `${receiver}/${channel.channel}`)).toEqual(to);
});

test('the reason names the first route that took the alert', () => {
  const [, land] = routeAlert({ kind: 'TIER_SUSPEND', level: 'red', regionCode: '653121' }, settings);
  expect(land?.reason).toBe('routes[1]');
});

test('an alert that no route takes goes nowhere, and the caller can see it', () => {
  const only = { ...settings, routes: [{ receiver: 'staff', regions: ['653101'] }] };
  expect(routeAlert({ kind: 'FEED_LATE', level: 'yellow', regionCode: null }, only)).toEqual([]);
  expect(routeAlert({ kind: 'TIER_SWAP', level: 'orange', regionCode: '653122' }, only)).toEqual([]);
});

test('whoever answers for a feed is told of it whatever the routes say, and once', () => {
  const late = { kind: 'FEED_LATE', level: 'yellow', regionCode: null } as const;
  const told = (owner: string | null) =>
    routeAlert({ ...late, owner }, settings).map(({ receiver, reason }) => `${receiver}: ${reason}`);
  expect(told(null)).toEqual(['staff: routes[0]']);
  expect(told('staff')).toEqual(['staff: owner']);
  expect(told('land')).toEqual(['staff: routes[0]', 'land: owner', 'land: owner']);
});
