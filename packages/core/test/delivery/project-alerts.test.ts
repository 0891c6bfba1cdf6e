import { expect, test } from 'vitest';
import {
  alertLevelOf,
  listFinding,
  PROJECT_ALERT_KINDS,
  type ProjectAlertKind,
  projectFinding,
} from '../../src/delivery/project-alerts.ts';
import { DEFAULT_DELIVERY } from '../../src/delivery/settings.ts';
import { type Change, day, due, riskOf } from './project.ts';

function said(kind: ProjectAlertKind, change: Change, settings = DEFAULT_DELIVERY) {
  return projectFinding(kind, { risk: riskOf(change), settings });
}

const BUILT: Change = { report: { completionFiled: true, householdsDelivered: 200 } };

test('a project that is well ends every alert, and so does delivery', () => {
  for (const kind of PROJECT_ALERT_KINDS) {
    expect(said(kind, {}).state).toBe('off');
    expect(said(kind, BUILT)).toEqual({ state: 'off', over: '已竣工备案并全部交付' });
  }
});

test.each<{ kind: ProjectAlertKind; change: Change; text: string; why: string }>([
  {
    kind: 'PROJECT_RISK',
    change: { report: { plannedBp: 7_000 } },
    text: '交付风险黄色。进度偏差：落后 10 个百分点（≥10个百分点）。降级条件：进度偏差降到不足 10 个百分点',
    why: 'with its reason, and what lifts it',
  },
  {
    kind: 'PROJECT_OVERRIDE',
    change: { report: { frozen: true } },
    text: '直接定为红色：账户被冻结或执行',
    why: 'an override',
  },
  {
    kind: 'PROJECT_LATE',
    change: due(240),
    text: '预计 2026-07-06 完工，晚 8 天（合同交付 2026-06-28，近期速度每30个施工日 4.8 个百分点）',
    why: 'eight days after the contract date',
  },
  {
    kind: 'PROJECT_LATE',
    change: { report: { physicalBp: 5_500, plannedBp: 5_500 } },
    text: '按近期速度不能完工（合同交付 2027-06-30，近期速度每30个施工日 0.0 个百分点）',
    why: 'a project that stands still is never built',
  },
  {
    kind: 'PROJECT_FUNDING',
    change: { report: { escrowBalanceFen: 999 } },
    text: '资金覆盖 0.99，不足 1（账户余额 9.99，保函 0.00，未投放贷款 0.00，购房人未付 0.00，后续建设资金 10.00，余额日期 2025-10-31；元）',
    why: 'a hundredth of a yuan short',
  },
  {
    kind: 'PROJECT_STALE',
    change: { on: day(39) },
    text: '项目报告：迟报 8 天（最近 2025-10-31）',
    why: 'eight days over the 31',
  },
])('$kind: $why', ({ kind, change, text }) => {
  expect(said(kind, change)).toMatchObject({ state: 'on', text });
});

test.each<{ kind: ProjectAlertKind; change: Change; why: string }>([
  { kind: 'PROJECT_LATE', change: due(248), why: 'built on the very day' },
  { kind: 'PROJECT_FUNDING', change: { report: { escrowBalanceFen: 1_000 } }, why: 'just enough' },
  {
    kind: 'PROJECT_FUNDING',
    change: { report: { costToCompleteFen: 0, escrowBalanceFen: 0 } },
    why: 'nothing is left to pay',
  },
  { kind: 'PROJECT_STALE', change: { on: day(38) }, why: 'seven days over' },
  { kind: 'PROJECT_RISK', change: { report: { plannedBp: 6_999 } }, why: 'blue is below what alerts begin with' },
])('$kind is over: $why', ({ kind, change }) => {
  expect(said(kind, change).state).toBe('off');
});

test.each<{ kind: ProjectAlertKind; change: Change; why: string }>([
  { kind: 'PROJECT_LATE', change: { project: { contractDeliveryOn: null } }, why: 'without a contract date' },
  { kind: 'PROJECT_LATE', change: { report: { physicalBp: null } }, why: 'without a progress' },
  { kind: 'PROJECT_FUNDING', change: { report: { costToCompleteFen: null } }, why: 'without the cost' },
  { kind: 'PROJECT_OVERRIDE', change: { report: { idleDays: null } }, why: 'without the idle days' },
])('$kind stays as it is $why', ({ kind, change }) => {
  expect(said(kind, change)).toEqual({ state: 'unsaid' });
});

test('what is missing is an alert itself', () => {
  const finding = said('PROJECT_RISK', { report: { plannedBp: null } });
  expect(finding).toMatchObject({ state: 'on', level: 'yellow' });
  expect(finding).toHaveProperty('text', expect.stringContaining('补报计划进度（开发企业）'));
});

test('a town may hear of blue already', () => {
  const change = { report: { plannedBp: 6_500 } };
  expect(said('PROJECT_RISK', change).state).toBe('off');
  expect(said('PROJECT_RISK', change, { ...DEFAULT_DELIVERY, alertFrom: 'blue' })).toMatchObject({
    state: 'on',
    level: 'blue',
  });
});

test('a level that is held says what the day would give', () => {
  const risk = { ...riskOf(), level: 'orange' } as const;
  const finding = projectFinding('PROJECT_RISK', { risk, settings: DEFAULT_DELIVERY });
  expect(finding).toMatchObject({
    text: '交付风险橙色（当日数据为无）。降级条件：连续 2 次报告较轻，或确认化解，即降级',
  });
});

test('levels of projects as levels of alerts', () => {
  expect((['none', 'blue', 'yellow', 'unknown', 'orange', 'red'] as const).map(alertLevelOf)).toEqual([
    ...['blue', 'blue', 'yellow', 'yellow', 'orange', 'red'],
  ]);
});

test.each([
  { state: { expected: 43, listed: 43, merged: 0, strangers: [] }, text: null, why: 'all are there' },
  { state: { expected: null, listed: 7, merged: 0, strangers: [] }, text: null, why: 'nobody said how many' },
  {
    state: { expected: 43, listed: 42, merged: 0, strangers: [] },
    text: '保交房项目清单有 42 个，应有 43 个，少 1 个',
    why: 'one is missing',
  },
  {
    state: { expected: 43, listed: 45, merged: 0, strangers: [] },
    text: '保交房项目清单有 45 个，应有 43 个，多 2 个',
    why: 'two too many',
  },
  {
    state: { expected: 43, listed: 0, merged: 0, strangers: [] },
    text: '保交房项目清单有 0 个，应有 43 个，少 43 个',
    why: 'no list is not silence',
  },
  {
    state: { expected: 43, listed: 42, merged: 1, strangers: ['X'] },
    text: '保交房项目清单有 42 个，应有 43 个，少 1 个，另有 1 个已并入其他项目；有报告而不在清单中：X',
    why: 'one was merged, one is a stranger',
  },
  {
    state: { expected: 43, listed: 43, merged: 0, strangers: Array.from({ length: 11 }, (_, at) => `P${at}`) },
    text: '有报告而不在清单中：P0、P1、P2、P3、P4、P5、P6、P7、P8、P9等 11 个',
    why: 'eleven strangers',
  },
])('the list: $why', ({ state, text }) => {
  expect(listFinding(state)).toBe(text);
});
