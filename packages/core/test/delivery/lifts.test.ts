import { expect, test } from 'vitest';
import { liftsOf } from '../../src/delivery/lifts.ts';
import { DEFAULT_DELIVERY } from '../../src/delivery/settings.ts';
import { type Change, DAY, day, due, notice, riskOf } from './project.ts';

test.each<{ change: Change; lifts: string[]; why: string }>([
  { change: {}, lifts: [], why: 'nothing to lift' },
  { change: { report: { plannedBp: 7_000 } }, lifts: ['进度偏差降到不足 10 个百分点'], why: 'behind by ten' },
  {
    change: { report: { escrowBalanceFen: 999, escrowRequiredFen: 0 } },
    lifts: ['资金覆盖达到 1：还差 0.01 元'],
    why: 'a hundredth of a yuan short of just enough',
  },
  {
    change: { report: { escrowBalanceFen: 333, costToCompleteFen: 1_001, escrowRequiredFen: 0 } },
    lifts: ['资金覆盖达到 0.5：还差 1.68 元'],
    why: 'half of 10.01 is 5.005: rounded up, or the limit is not reached',
  },
  { change: { report: { idleDays: 60 } }, lifts: ['复工'], why: 'idle' },
  { change: { report: { frozen: true } }, lifts: ['解除冻结或执行'], why: 'frozen' },
  { change: { report: { petitions30d: 20 } }, lifts: ['信访降到不足 10 件/百户'], why: 'petitions' },
  { change: { on: day(31 + 15) }, lifts: ['补报项目报告'], why: 'late by fifteen days' },
  { change: due(240), lifts: ['预计完工提前到合同交付日之前'], why: 'blue by its projection' },
  {
    change: { ...due(150), report: { physicalBp: 10_000, plannedBp: 10_000 } },
    lifts: ['临近合同交付日：交付后解除'],
    why: 'built, and near its date',
  },
  {
    change: {
      ...due(20),
      report: { physicalBp: 10_000, plannedBp: 10_000 },
      notices: [notice('fire', DAY)],
    },
    lifts: ['补齐竣工验收备案、水电气热'],
    why: 'filings',
  },
  { change: { report: { plannedBp: null } }, lifts: ['补报计划进度（开发企业）'], why: 'who owes it' },
])('$lifts: $why', ({ change, lifts }) => {
  expect(liftsOf(riskOf(change), DEFAULT_DELIVERY)).toEqual(lifts);
});

test('what stands no longer still waits for milder reports', () => {
  const risk = { ...riskOf(), level: 'red' } as const;
  expect(liftsOf(risk, DEFAULT_DELIVERY)).toEqual(['连续 2 次报告较轻，或确认化解，即降级']);
});

test('a project that does not get on has to begin again', () => {
  const risk = riskOf({ report: { physicalBp: 5_500, plannedBp: 5_500 } });
  expect(liftsOf(risk, DEFAULT_DELIVERY)).toEqual(['复工，使近期进度大于零']);
});
