import { expect, test } from 'vitest';
import type { ProjectFacts, ProjectReport } from '../../src/delivery/facts.ts';
import { rawRisk, reasonsOf, riskHistory, stepLevel } from '../../src/delivery/level.ts';
import { liftsOf } from '../../src/delivery/lifts.ts';
import {
  DEFAULT_DELIVERY,
  type DeliverySettings,
  type IndicatorCode,
  type ProjectLevel,
} from '../../src/delivery/settings.ts';
import { type Change, DAY, day, due, indicatorOf, notice, PROJECT, REPORT, riskOf } from './project.ts';

test('a project that is well has no level, no points and no reasons', () => {
  const risk = riskOf();
  expect(risk).toMatchObject({ raw: 'none', level: 'none', overrides: [], score: 0, contributions: [], horizon: null });
  expect(reasonsOf(risk)).toEqual([]);
  expect(liftsOf(risk, DEFAULT_DELIVERY)).toEqual([]);
});

test.each<{ change: Change; raw: ProjectLevel; overrides: string[]; why: string }>([
  { change: due(-89), raw: 'red', overrides: [], why: 'red by its projection, which no longer ends in time' },
  {
    change: due(-90),
    raw: 'red',
    overrides: ['逾期 90 天（≥90天，可解除合同的法定期限）'],
    why: 'three months: the buyers may rescind',
  },
  { change: { report: { idleDays: 59 } }, raw: 'orange', overrides: [], why: 'a day short of the override' },
  { change: { report: { idleDays: 60 } }, raw: 'red', overrides: ['停工 60 天（≥60天）'], why: 'the override itself' },
  { change: { report: { frozen: true } }, raw: 'red', overrides: ['账户被冻结或执行'], why: 'the report says so' },
  { change: { notices: [notice('freeze', DAY)] }, raw: 'red', overrides: ['账户被冻结或执行'], why: 'a court says so' },
  {
    change: { notices: [notice('execution', DAY)] },
    raw: 'red',
    overrides: ['账户被冻结或执行'],
    why: 'execution takes the money as freezing does',
  },
  {
    change: { notices: [notice('freeze', day(-1))] },
    raw: 'none',
    overrides: [],
    why: 'the newer report says otherwise',
  },
  {
    change: { notices: [notice('freeze', DAY), notice('unfreeze', DAY)] },
    raw: 'none',
    overrides: [],
    why: 'let go on the same day, by the later notice',
  },
  { change: { notices: [notice('freeze', day(1))] }, raw: 'none', overrides: [], why: 'not yet' },
  {
    change: { report: { frozen: null }, notices: [notice('freeze', '2025-10-15')] },
    raw: 'red',
    overrides: ['账户被冻结或执行'],
    why: 'a report that is silent lifts nothing',
  },
  {
    change: { report: { idleDays: 60 }, settings: { overrides: { overdueDays: 90, idleDays: 90, frozen: false } } },
    raw: 'red',
    overrides: [],
    why: 'without an override the limit of the indicator still holds',
  },
  {
    change: { report: { frozen: true }, settings: { overrides: { overdueDays: 90, idleDays: 60, frozen: false } } },
    raw: 'none',
    overrides: [],
    why: 'a town may decide that a freeze alone is no red',
  },
])('$raw with $overrides.length overrides: $why', ({ change, raw, overrides }) => {
  const risk = riskOf(change);
  expect({ raw: risk.raw, overrides: risk.overrides }).toEqual({ raw, overrides });
  if (overrides.length > 0) expect(reasonsOf(risk)[0]).toBe(overrides[0]);
});

test('89 days late is orange by D3 and 90 red, whatever the projection', () => {
  expect(indicatorOf(riskOf(due(-89)), 'D3')).toMatchObject({ level: 'orange', limit: '≥30天' });
  expect(indicatorOf(riskOf(due(-90)), 'D3')).toMatchObject({ level: 'red', limit: '≥90天' });
});

test('a red among nothing but good is red: the score ranks, the worst decides', () => {
  const risk = riskOf({ report: { plannedBp: 8_500 } });
  expect(risk).toMatchObject({ raw: 'red', score: 150, contributions: [{ code: 'D1', points: 150 }] });
  expect(reasonsOf(risk)).toEqual(['进度偏差：落后 25 个百分点（≥25个百分点）']);
});

const full: DeliverySettings = { ...DEFAULT_DELIVERY, weights: { ...DEFAULT_DELIVERY.weights, D1: 11 } };

test('the points of all factors are the score, and never more than 1000 tenths', () => {
  const bad = riskOf({
    ...{
      report: { ...REPORT, plannedBp: 9_000, escrowBalanceFen: 0, idleDays: 70, petitions30d: 50, date: '2025-09-30' },
    },
    ...{ project: { contractDeliveryOn: '2025-06-01' }, on: '2026-01-31', settings: full },
  });
  expect(bad.score).toBe(bad.contributions.reduce((sum, { points }) => sum + points, 0));
  expect(bad.score).toBeGreaterThan(800);
  expect(bad.score).toBeLessThanOrEqual(1_000);
  expect(bad.contributions.map(({ points }) => points)).toEqual(
    bad.contributions.map(({ points }) => points).toSorted((a, b) => b - a),
  );
});

test.each<{ change: Change; raw: ProjectLevel; code: IndicatorCode; owed: string; why: string }>([
  {
    change: { report: { plannedBp: null } },
    raw: 'unknown',
    code: 'D1',
    owed: '计划进度（开发企业）',
    why: 'the curve',
  },
  {
    change: { report: { physicalBp: null } },
    raw: 'unknown',
    code: 'D1',
    owed: '形象进度（项目所在县市住建局）',
    why: 'the site',
  },
  {
    change: { report: { escrowBalanceFen: null } },
    raw: 'unknown',
    code: 'D4',
    owed: '监管账户余额（监管银行）',
    why: 'no balance is not a balance of 0',
  },
  {
    change: { report: { escrowRequiredFen: null } },
    raw: 'unknown',
    code: 'D5',
    owed: '重点监管额度（监管银行）',
    why: 'the node',
  },
  {
    change: { report: { idleDays: null } },
    raw: 'unknown',
    code: 'D6',
    owed: '停工天数（项目所在县市住建局）',
    why: 'the site',
  },
  {
    change: { report: { plannedBp: null, idleDays: 15 } },
    raw: 'unknown',
    code: 'D1',
    owed: '计划进度（开发企业）',
    why: 'what is unknown is worse than yellow',
  },
  {
    change: { report: { plannedBp: null, idleDays: 30 } },
    raw: 'orange',
    code: 'D1',
    owed: '计划进度（开发企业）',
    why: 'and milder than orange',
  },
  {
    change: { report: { petitions30d: null } },
    raw: 'none',
    code: 'D8',
    owed: '近30日信访（项目所在县市住建局）',
    why: 'petitions are not required: unknown, shown, and no level',
  },
])('$raw, $code unknown: $why', ({ change, raw, code, owed }) => {
  const risk = riskOf(change);
  const found = indicatorOf(risk, code);
  expect({ raw: risk.raw, level: found.level, value: found.value }).toEqual({ raw, level: 'unknown', value: null });
  expect(found.missing.map(({ what, owner }) => `${what}（${owner}）`)).toEqual([owed]);
  for (const { what } of found.missing) expect(found.text).toContain(what);
  if (raw === 'unknown') expect(liftsOf(risk, DEFAULT_DELIVERY)).toContain(`补报${owed}`);
});

test('a project without any report is unknown and says what never came', () => {
  const risk = rawRisk(
    { facts: { project: PROJECT, reports: [], notices: [], schedule: [] }, settings: DEFAULT_DELIVERY, pooled: [] },
    DAY,
  );
  expect(risk.raw).toBe('unknown');
  expect(indicatorOf(risk, 'D10').text).toBe('未知：缺项目报告（从未收到）');
});

test.each<{ left: number; horizon: number | null; raw: ProjectLevel; why: string }>([
  { left: 181, horizon: null, raw: 'none', why: 'a day before the first horizon' },
  { left: 180, horizon: 180, raw: 'blue', why: 'on it' },
  { left: 91, horizon: 180, raw: 'blue', why: 'still the first' },
  { left: 90, horizon: 90, raw: 'blue', why: 'the second' },
  { left: 31, horizon: 90, raw: 'blue', why: 'still the second' },
  { left: 30, horizon: 30, raw: 'yellow', why: 'the last' },
  { left: 0, horizon: 30, raw: 'yellow', why: 'the day itself is not late' },
])('$left days before the date: horizon $horizon, $raw: $why', ({ left, horizon, raw }) => {
  // built and filed: nothing but the calendar speaks
  const risk = riskOf({ ...due(left), report: { physicalBp: 10_000, plannedBp: 10_000, completionFiled: true } });
  expect({ horizon: risk.horizon, raw: risk.raw }).toEqual({ horizon, raw });
});

test.each<{ change: Change; delivered: boolean; why: string }>([
  {
    change: { report: { completionFiled: true, householdsDelivered: 200 } },
    delivered: true,
    why: 'filed, and all have their keys',
  },
  {
    change: { report: { completionFiled: true, householdsDelivered: 199 } },
    delivered: false,
    why: 'one household waits',
  },
  { change: { report: { completionFiled: true } }, delivered: false, why: 'a filing alone is not a home' },
  { change: { report: { householdsDelivered: 200 } }, delivered: false, why: 'keys without a filing are not delivery' },
  {
    change: { report: { completionFiled: true, householdsDelivered: null } },
    delivered: false,
    why: 'unknown is not all',
  },
  {
    change: { project: { householdsSold: null }, report: { completionFiled: true, householdsDelivered: 500 } },
    delivered: false,
    why: 'of how many?',
  },
  {
    change: { notices: [notice('completion', DAY), notice('handover', DAY, { count: 200 })] },
    delivered: true,
    why: 'documents say it as well as reports',
  },
  {
    change: { notices: [notice('completion', DAY), notice('handover', day(1), { count: 200 })] },
    delivered: false,
    why: 'tomorrow',
  },
])('delivered $delivered: $why', ({ change, delivered }) => {
  const risk = riskOf({ ...change, report: { idleDays: 100, ...change.report } });
  expect([risk.delivered, risk.raw]).toEqual(delivered ? [true, 'none'] : [false, 'red']);
  if (delivered) expect(risk).toMatchObject({ overrides: [], score: 0, horizon: null });
});

const R = { isReport: true, isConfirmed: false };
const N = { isReport: false, isConfirmed: false };
const C = { isReport: false, isConfirmed: true };

test.each<{ steps: [ProjectLevel, typeof R][]; level: ProjectLevel; fallAfter?: number; why: string }>([
  { steps: [['red', R]], level: 'red', why: 'it rises at once' },
  { steps: [['red', N]], level: 'red', why: 'on any day, not only with a report' },
  {
    steps: [
      ['red', R],
      ['none', R],
    ],
    level: 'red',
    why: 'one milder report is not enough',
  },
  {
    steps: [
      ['red', R],
      ['none', R],
      ['none', R],
    ],
    level: 'none',
    why: 'two are',
  },
  {
    steps: [
      ['red', R],
      ['none', R],
      ['orange', R],
    ],
    level: 'orange',
    why: 'to the worse of the two',
  },
  {
    steps: [
      ['red', R],
      ['orange', R],
      ['none', R],
      ['none', R],
    ],
    level: 'orange',
    why: 'the run begins anew after a fall',
  },
  {
    steps: [
      ['red', R],
      ['orange', R],
      ['none', R],
      ['none', R],
      ['none', R],
    ],
    level: 'none',
    why: 'and falls again',
  },
  {
    steps: [
      ['red', R],
      ['none', R],
      ['red', R],
      ['none', R],
    ],
    level: 'red',
    why: 'not in a row',
  },
  {
    steps: [
      ['red', R],
      ['none', R],
      ['red', N],
      ['none', R],
    ],
    level: 'red',
    why: 'a red day between breaks the row',
  },
  {
    steps: [
      ['red', R],
      ['none', N],
      ['none', N],
    ],
    level: 'red',
    why: 'days without a report say nothing mild',
  },
  {
    steps: [
      ['red', R],
      ['none', R],
      ['none', N],
      ['none', R],
    ],
    level: 'none',
    why: 'nor do they break a row',
  },
  {
    steps: [
      ['red', R],
      ['blue', C],
    ],
    level: 'blue',
    why: 'what is confirmed counts at once',
  },
  {
    steps: [
      ['orange', R],
      ['yellow', R],
      ['unknown', R],
    ],
    level: 'unknown',
    why: 'unknown is milder than orange',
  },
  {
    steps: [
      ['yellow', R],
      ['unknown', R],
    ],
    level: 'unknown',
    why: 'and worse than yellow',
  },
  {
    steps: [
      ['red', R],
      ['none', R],
    ],
    level: 'none',
    fallAfter: 1,
    why: 'a town may ask for one report only',
  },
  {
    steps: [
      ['red', R],
      ['blue', R],
      ['none', R],
    ],
    level: 'red',
    fallAfter: 3,
    why: 'or for three',
  },
])('$level after $steps: $why', ({ steps, level, fallAfter = 2 }) => {
  let running: ReturnType<typeof stepLevel> = { level: 'none', milder: [] };
  for (const [raw, step] of steps) running = stepLevel(running, raw, { ...step, fallAfter });
  expect(running.level).toBe(level);
});

function reportsOf(idle: readonly number[]): ProjectReport[] {
  return idle.map((idleDays, at) => {
    const [date, built] = [day(at * 30, '2025-04-30'), 5_000 + at * 500];
    return { ...REPORT, date, physicalBp: built, plannedBp: built, idleDays };
  });
}

function levelsOf(facts: ProjectFacts, confirmedOn: readonly string[] = []): string[] {
  const last = facts.reports.at(-1)?.date ?? DAY;
  const history = riskHistory({ facts, settings: DEFAULT_DELIVERY, pooled: [] }, { day: last, confirmedOn });
  return history.map(({ day: on, raw, level }) => `${on.slice(5)} ${raw} ${level}`);
}

test('from red back to none: two reports, or a confirmed event', () => {
  const facts = { project: PROJECT, reports: reportsOf([0, 0, 60, 0, 0]), notices: [], schedule: [] };
  const first = ['04-30 unknown unknown', '05-30 none unknown', '06-29 red red', '07-29 none red'];
  expect(levelsOf(facts)).toEqual([...first, '08-28 none none']);
  expect(levelsOf(facts, ['2025-07-30'])).toEqual([...first, '07-30 none none', '08-28 none none']);
});

test('delivery ends a level at once', () => {
  const reports = reportsOf([60, 60]);
  const notices = [notice('completion', '2025-05-20'), notice('handover', '2025-05-21', { count: 200 })];
  expect(levelsOf({ project: PROJECT, reports, notices, schedule: [] })).toEqual([
    ...['04-30 red red', '05-20 red red', '05-21 none none', '05-30 none none'],
  ]);
});
