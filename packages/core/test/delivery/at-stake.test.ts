import { expect, test } from 'vitest';
import {
  developersInTrouble,
  groupStakes,
  type Stake,
  type StakeRow,
  stakeOf,
  stakesByLevel,
} from '../../src/delivery/at-stake.ts';
import type { ProjectFacts, ProjectReport } from '../../src/delivery/facts.ts';
import type { ProjectLevel, WinterStop } from '../../src/delivery/settings.ts';
import { DAY, day, notice, PROJECT, REPORT } from './project.ts';

function facts(report: Partial<ProjectReport> = {}, project: Partial<ProjectFacts['project']> = {}): ProjectFacts {
  return { project: { ...PROJECT, ...project }, reports: [{ ...REPORT, ...report }], notices: [], schedule: [] };
}

const stake = (known: ProjectFacts, winter: WinterStop | null = null): Stake =>
  stakeOf({ facts: known, day: DAY, delivered: false }, { winter });

test('households and money of one project', () => {
  const known = facts(
    {
      costToCompleteFen: 10_000,
      escrowBalanceFen: 2_000,
      guaranteeFen: 500,
      unpaidBuyersFen: 1_000,
      householdsDelivered: 30,
    },
    { whitelistApprovedFen: 900, whitelistDisbursedFen: 400, contractDeliveryOn: day(360) },
  );
  // 360 days to go, 90 of them ahead: a quarter of the cost
  expect(stake(known)).toEqual({
    households: 170,
    costFen: 10_000,
    fundsFen: 4_000,
    gapFen: 6_000,
    nextFen: 2_500,
    nextGapFen: 500,
  });
});

test.each([
  { due: 90, next: 10_000, why: 'due on the ninetieth day: all of it' },
  { due: 91, next: 9_891, why: '90/91 of it, rounded up to the fen' },
  { due: 0, next: 10_000, why: 'due today' },
  { due: -30, next: 10_000, why: 'overdue' },
])('due in $due days needs $next: $why', ({ due, next }) => {
  expect(stake(facts({ costToCompleteFen: 10_000 }, { contractDeliveryOn: day(due) })).nextFen).toBe(next);
});

test('nothing is spent on days on which nobody builds', () => {
  const winter = { from: '11-01', to: '12-30' }; // the 60 days after
  const known = facts({ costToCompleteFen: 10_000 }, { contractDeliveryOn: day(120) });
  expect(stake(known, winter).nextFen).toBe(5_000); // 30 of 60 working days
  const asleep = facts({ costToCompleteFen: 10_000 }, { contractDeliveryOn: day(100) });
  expect(stake(asleep, { from: '11-01', to: '03-31' }).nextFen).toBe(10_000); // none at all: it has to be paid all the same
});

test('what is not known is null, and money that is enough leaves no gap', () => {
  expect(stake(facts({ costToCompleteFen: null }))).toMatchObject({
    costFen: null,
    gapFen: null,
    nextFen: null,
    nextGapFen: null,
  });
  expect(stake(facts({ escrowBalanceFen: null }))).toMatchObject({ fundsFen: null, gapFen: null, nextGapFen: null });
  expect(stake(facts({ unpaidBuyersFen: null }))).toMatchObject({ fundsFen: null, gapFen: null });
  expect(stake(facts({}, { householdsSold: null })).households).toBeNull();
  expect(stake(facts({}, { contractDeliveryOn: null })).nextFen).toBeNull();
  expect(stake({ ...facts(), reports: [] })).toEqual({
    households: 200,
    costFen: null,
    fundsFen: null,
    gapFen: null,
    nextFen: null,
    nextGapFen: null,
  });
  expect(stake(facts({ costToCompleteFen: 10, escrowBalanceFen: 11 }))).toMatchObject({ gapFen: 0, nextGapFen: 0 });
});

test('a bank statement that is newer than the report is the balance', () => {
  const known = {
    ...facts({ costToCompleteFen: 1_000, escrowBalanceFen: 1_000, date: day(-10) }),
    notices: [notice('statement', day(-1), { amountFen: 1 })],
  };
  expect(stake(known)).toMatchObject({ fundsFen: 1, gapFen: 999 });
});

test('nothing is at stake in a delivered project', () => {
  const all = stakeOf({ facts: facts(), day: DAY, delivered: true }, { winter: null });
  expect(new Set(Object.values(all))).toEqual(new Set([0]));
});

const NONE: Stake = { households: 0, costFen: 0, fundsFen: 0, gapFen: 0, nextFen: 0, nextGapFen: 0 };
const row = (
  level: ProjectLevel,
  regionCode: string,
  own: Partial<Stake>,
  developer: string | null = null,
): StakeRow => ({
  ...{ level, regionCode, developer },
  stake: { ...NONE, ...own },
});

test('sums say of how many projects they know nothing', () => {
  const rows = [
    row('red', 'A', { households: 10, gapFen: 5 }, '甲'),
    row('none', 'B', { households: null, gapFen: 7 }),
    row('red', 'B', { households: 3, gapFen: null }, '甲'),
  ];
  const byRegion = groupStakes(rows, ({ regionCode }) => regionCode);
  expect(byRegion.map(({ key, projects, red, sums }) => [key, projects, red, sums.households, sums.gapFen])).toEqual([
    ['A', 1, 1, { total: 10, unknown: 0 }, { total: 5, unknown: 0 }],
    ['B', 2, 1, { total: 3, unknown: 1 }, { total: 7, unknown: 1 }],
  ]);
  expect(groupStakes(rows, ({ developer }) => developer).map(({ key, projects }) => [key, projects])).toEqual([
    ['甲', 2],
  ]);
  expect(stakesByLevel(rows).map(({ key, projects }) => [key, projects])).toEqual([
    ['red', 2],
    ['none', 1],
  ]);
});

test('a developer with a red project raises a flag on its others, and on nobody else’s', () => {
  const of = (projectNo: string, developer: string | null, level: ProjectLevel, delivered = false) => ({
    projectNo,
    name: projectNo,
    developer,
    level,
    delivered,
  });
  const found = developersInTrouble([
    ...[of('1', '甲', 'red'), of('2', '甲', 'none'), of('3', '甲', 'none', true), of('4', '甲', 'orange')],
    ...[
      of('5', '乙', 'orange'),
      of('6', '乙', 'none'),
      of('7', '丙', 'red'),
      of('8', '丁', 'red'),
      of('9', '丁', 'red'),
    ],
    ...[of('10', null, 'red'), of('11', null, 'none')],
  ]);
  expect(
    [...found].map(([name, { red, others }]) => [
      name,
      red.map((one) => one.projectNo),
      others.map((one) => one.projectNo),
    ]),
  ).toEqual([['甲', ['1'], ['2', '4']]]);
});
