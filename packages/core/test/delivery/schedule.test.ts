import { describe, expect, test } from 'vitest';
import { type Project, SCHEDULE_KINDS, type ScheduleItem, WHITELIST_STATES } from '../../src/delivery/facts.ts';
import type { Indicator } from '../../src/delivery/indicator.ts';
import { checkReports, DEFAULT_REPORT_CHECKS } from '../../src/delivery/report-checks.ts';
import { contractDateOn, escrowRequiredOf, plannedOn } from '../../src/delivery/schedule.ts';
import { DEFAULT_DELIVERY, type ProjectLevel } from '../../src/delivery/settings.ts';
import { FEEDS } from '../../src/feed.ts';
import {
  type Change,
  DAY,
  day,
  factsWith,
  indicatorOf,
  notice,
  PROJECT,
  REPORT,
  riskOf,
  scheduled,
} from './project.ts';

test('the words of the feeds are those of the facts', () => {
  const kindsOf = (feed: 'projects' | 'project-schedule', name: string): string[] =>
    Object.keys(FEEDS[feed].columns.find((column) => column.name === name)?.kinds ?? {});
  expect(kindsOf('projects', 'whitelist_state')).toEqual([...WHITELIST_STATES]);
  expect(kindsOf('project-schedule', 'kind')).toEqual([...SCHEDULE_KINDS]);
});

const building = (item: string, date: string | null, count: number | null = 100): ScheduleItem =>
  scheduled('building', item, { date, count });
const JUNE = '2026-06-30';
const MARCH = '2026-03-31';
/** Built of 60 and 40 households, the second before the first. */
const TWO = [building('甲', JUNE, 40), building('乙', MARCH, 60)];
const handed = (count: number): Change => ({ notices: [notice('handover', DAY, { count })] });

describe('the contract date in force', () => {
  test.each<{
    schedule: readonly ScheduleItem[];
    handedOver: number;
    on: string | null;
    of: string | null;
    why: string;
  }>([
    { schedule: [], handedOver: 0, on: '2027-06-30', of: null, why: 'of the list of projects, without a schedule' },
    {
      schedule: [scheduled('plan', '乙', { date: MARCH })],
      handedOver: 0,
      on: '2027-06-30',
      of: null,
      why: 'without a building',
    },
    { schedule: [building('甲', null)], handedOver: 0, on: '2027-06-30', of: null, why: 'without a building’s date' },
    { schedule: TWO, handedOver: 0, on: MARCH, of: '乙', why: 'the first by date' },
    { schedule: TWO, handedOver: 59, on: MARCH, of: '乙', why: 'one household of it waits' },
    { schedule: TWO, handedOver: 60, on: JUNE, of: '甲', why: 'it is full, the next one is not' },
    { schedule: TWO, handedOver: 99, on: JUNE, of: '甲', why: 'one household of the last waits' },
    { schedule: TWO, handedOver: 100, on: JUNE, of: '甲', why: 'all are full: the last' },
    { schedule: TWO, handedOver: 500, on: JUNE, of: '甲', why: 'more than there are' },
    {
      schedule: [building('2', JUNE, 10), building('1', JUNE, 5)],
      handedOver: 4,
      on: JUNE,
      of: '1',
      why: 'on one day, by name',
    },
    {
      schedule: [building('2', JUNE, 10), building('1', JUNE, 5)],
      handedOver: 5,
      on: JUNE,
      of: '2',
      why: 'in that order too',
    },
    {
      schedule: [building('甲', MARCH, null), building('乙', JUNE, 9)],
      handedOver: 99,
      on: MARCH,
      of: '甲',
      why: 'of how many?',
    },
    {
      schedule: [building('甲', MARCH, 9), building('乙', JUNE, null)],
      handedOver: 9,
      on: JUNE,
      of: '乙',
      why: 'the full one is known',
    },
    {
      schedule: [building('甲', MARCH, 0), building('乙', JUNE, 9)],
      handedOver: 0,
      on: JUNE,
      of: '乙',
      why: 'nobody waits for an unsold one',
    },
    {
      schedule: [building('甲', MARCH, Number.MAX_SAFE_INTEGER), building('乙', JUNE, Number.MAX_SAFE_INTEGER)],
      ...{ handedOver: Number.MAX_SAFE_INTEGER, on: JUNE, of: '乙', why: 'exact where a sum would not be' },
    },
  ])('$handedOver handed over: $on of $of, $why', ({ schedule, handedOver, on, of }) => {
    const facts = factsWith({ schedule, ...handed(handedOver) });
    expect(contractDateOn(facts, DAY)).toEqual({ on, building: of });
  });

  test('nobody has given one, or it is of another day', () => {
    const project = { ...PROJECT, contractDeliveryOn: null };
    expect(contractDateOn({ ...factsWith({}), project }, DAY)).toBeNull();
    const facts = factsWith({ schedule: TWO, notices: [notice('handover', day(1), { count: 60 })] });
    expect([contractDateOn(facts, DAY)?.on, contractDateOn(facts, day(1))?.on]).toEqual([MARCH, JUNE]);
  });

  test('is that of the delay, of the days overdue, of the filings and of the horizon, and each says whose', () => {
    const schedule = [building('3号楼', day(-30), 60), building('5号楼', day(20), 40)];
    const late = riskOf({ schedule });
    expect(indicatorOf(late, 'D3')).toMatchObject({
      ...{ level: 'orange', text: '已逾期 30 天' },
      inputs: { 合同交付: day(-30), 交付楼栋: '3号楼', 日期: DAY },
    });
    expect(indicatorOf(late, 'D2').inputs).toMatchObject({ 合同交付: day(-30), 交付楼栋: '3号楼' });
    expect(late.horizon).toBe(30);
    const next = riskOf({ schedule, ...handed(60) });
    expect(indicatorOf(next, 'D3')).toMatchObject({ level: 'none', text: '距合同交付 20 天' });
    expect(indicatorOf(next, 'D11')).toMatchObject({
      level: 'orange',
      inputs: { 交付楼栋: '5号楼', 距合同交付: '20天' },
    });
    expect(next.horizon).toBe(30);
    expect(indicatorOf(riskOf(), 'D3').inputs).toEqual({ 合同交付: '2027-06-30', 日期: DAY });
  });

  test('a schedule says it where the list of projects does not', () => {
    const project = { contractDeliveryOn: null };
    expect(indicatorOf(riskOf({ project }), 'D3').level).toBe('unknown');
    expect(indicatorOf(riskOf({ project, schedule: [building('甲', day(1))] }), 'D3').text).toBe('距合同交付 1 天');
  });
});

const node = (item: string, progressBp: number | null, amountFen: number | null): ScheduleItem =>
  scheduled('node', item, { progressBp, amountFen });
const NODES = [node('封顶', 6_000, 500), node('开工', 0, 1_000), node('竣工', 10_000, null)];

describe('what has to stay in the account', () => {
  test.each<{
    own: number | null;
    built: number | null;
    nodes: readonly ScheduleItem[];
    fen: number | null;
    of: string | null;
    why: string;
  }>([
    { own: 7, built: 6_000, nodes: NODES, fen: 7, of: null, why: 'the report knows better' },
    { own: 0, built: 6_000, nodes: NODES, fen: 0, of: null, why: 'nothing, it says' },
    { own: null, built: 6_000, nodes: NODES, fen: 500, of: '封顶', why: 'exactly at the node' },
    { own: null, built: 5_999, nodes: NODES, fen: 1_000, of: '开工', why: 'a hundredth of a percent before it' },
    { own: null, built: 9_999, nodes: NODES, fen: 500, of: '封顶', why: 'until the next' },
    {
      own: null,
      built: 10_000,
      nodes: NODES,
      fen: null,
      of: null,
      why: 'a node without an amount is not the one before',
    },
    { own: null, built: null, nodes: NODES, fen: null, of: null, why: 'at which node?' },
    { own: null, built: 5_000, nodes: [node('封顶', 6_000, 500)], fen: null, of: null, why: 'before the first' },
    { own: null, built: 5_000, nodes: [node('封顶', null, 500)], fen: null, of: null, why: 'a node that lies nowhere' },
    {
      own: null,
      built: 5_000,
      nodes: [scheduled('plan', '甲', { progressBp: 1, amountFen: 5 })],
      fen: null,
      of: null,
      why: 'no node',
    },
    { own: null, built: 5_000, nodes: [], fen: null, of: null, why: 'no schedule' },
    {
      ...{ own: null, built: 6_000, nodes: [node('乙', 6_000, 500), node('丙', 6_000, 700), node('甲', 6_000, null)] },
      ...{ fen: 700, of: '丙', why: 'of three at one progress the one that asks for most' },
    },
    {
      own: null,
      built: 6_000,
      nodes: [node('2', 6_000, 5), node('1', 6_000, 5)],
      fen: 5,
      of: '1',
      why: 'of equals the first',
    },
  ])('$fen by $of at $built, own $own: $why', ({ own, built, nodes, fen, of }) => {
    const found = escrowRequiredOf({ escrowRequiredFen: own, physicalBp: built }, nodes);
    expect(found).toEqual(fen === null ? null : { fen, node: of });
  });

  test.each<{ balance: number; level: ProjectLevel; why: string }>([
    { balance: 500, level: 'blue', why: 'exactly what the node asks for' },
    { balance: 499, level: 'yellow', why: 'a fen less' },
  ])('a balance of $balance is $level: $why', ({ balance, level }) => {
    const report = { escrowRequiredFen: null, escrowBalanceFen: balance };
    const found = indicatorOf(riskOf({ report, schedule: NODES }), 'D5');
    expect(found).toMatchObject({ level, inputs: { 重点监管额度: '5.00', 额度来源: '监管节点：封顶' } });
    expect(indicatorOf(riskOf({ report }), 'D5').level).toBe('unknown');
  });

  test('the share that a guarantee stands for is exact at the end of the range', () => {
    const most = Number.MAX_SAFE_INTEGER; // times 30 no double any more; 30 % of it is 2702159776422297.3
    const report = { escrowRequiredFen: most, escrowBalanceFen: 0, guaranteeFen: most };
    expect(indicatorOf(riskOf({ report }), 'D5').value?.denominator).toBe(most - 2_702_159_776_422_297);
  });

  test.each([
    { balance: 500, says: [], why: 'just enough for the node' },
    {
      balance: 499,
      says: ['账户余额 4.99 元加可抵减保函 0.00 元，低于节点“封顶”的重点监管额度 5.00 元'],
      why: 'a fen too little',
    },
  ])('a report of $balance: $why', ({ balance, says }) => {
    const fresh = [{ ...REPORT, escrowRequiredFen: null, escrowBalanceFen: balance, line: 2 }];
    const input = { project: PROJECT, schedule: NODES, known: [], fresh };
    const settings = { guaranteePercent: 30, checks: DEFAULT_REPORT_CHECKS };
    expect(checkReports(input, settings).map(({ zh }) => zh)).toEqual(says);
    expect(checkReports({ ...input, schedule: [] }, settings)).toEqual([]);
  });
});

const point = (item: string, date: string | null, progressBp: number | null): ScheduleItem =>
  scheduled('plan', item, { date, progressBp });
const CURVE = [point('末', '2025-12-31', 2_000), point('初', '2025-09-30', 1_000)]; // 92 days

describe('the planned curve', () => {
  const winter = { from: '11-15', to: '03-15' };
  test.each<{ on: string; points: readonly ScheduleItem[]; winter?: typeof winter; bp: number | null; why: string }>([
    { on: '2025-09-29', points: CURVE, bp: null, why: 'before the first point' },
    { on: '2025-09-30', points: CURVE, bp: 1_000, why: 'on the first point' },
    { on: '2025-10-01', points: CURVE, bp: 1_010, why: '1000/92 = 10.87, cut' },
    { on: '2025-11-15', points: CURVE, bp: 1_500, why: 'half of the way' },
    { on: '2025-12-30', points: CURVE, bp: 1_989, why: '91/92' },
    { on: '2025-12-31', points: CURVE, bp: 2_000, why: 'on the last point' },
    { on: '2030-01-01', points: CURVE, bp: 2_000, why: 'after the last its value holds' },
    { on: '2025-10-31', points: CURVE, winter, bp: 1_688, why: '31 of the 45 days to 14 November' },
    { on: '2025-11-14', points: CURVE, winter, bp: 2_000, why: 'nothing is built in winter: all of it before' },
    { on: '2025-12-30', points: CURVE, winter, bp: 2_000, why: 'in winter it stands still' },
    {
      ...{ on: '2026-01-30', points: [point('初', '2025-12-01', 100), point('末', '2026-01-31', 200)], winter },
      ...{ bp: 100, why: 'without a working day between them the first holds' },
    },
    {
      ...{ on: '2026-01-31', points: [point('初', '2025-12-01', 100), point('末', '2026-01-31', 200)], winter },
      ...{ bp: 200, why: 'until the second' },
    },
    { on: '2025-11-15', points: [...CURVE, point('改', '2025-11-15', 1_100)], bp: 1_100, why: 'a point between' },
    {
      ...{ on: '2025-12-31', points: [...CURVE, point('改', '2025-12-31', 1_900)] },
      ...{ bp: 2_000, why: 'of two on one day the higher' },
    },
    {
      ...{ on: '2025-10-01', points: [point('初', '2025-09-30', 1_000), point('末', '2025-10-03', 900)] },
      ...{ bp: 966, why: 'a curve that falls is cut as well: 966.67' },
    },
    { on: DAY, points: [point('甲', null, 5), point('乙', '2025-09-30', null)], bp: null, why: 'half a point is none' },
    { on: DAY, points: [], bp: null, why: 'no schedule' },
  ])('$on: $bp, $why', ({ on, points, winter: stop = null, bp }) => {
    expect(plannedOn(points, on, stop)?.bp ?? null).toBe(bp);
  });

  test.each<{ planned: number | null; schedule: readonly ScheduleItem[]; found: Partial<Indicator>; why: string }>([
    {
      ...{ planned: 6_100, schedule: [point('甲', '2025-09-30', 9_000)], why: 'the report knows better' },
      found: { text: '落后 1 个百分点', inputs: { 形象进度: '60%', 计划进度: '61%', 计划来源: '报告', 报告: DAY } },
    },
    {
      ...{
        planned: null,
        schedule: [point('甲', '2025-09-30', 6_000), point('乙', '2025-12-01', 7_000)],
        why: '31 of 62 days',
      },
      found: {
        ...{ level: 'blue', text: '落后 5 个百分点', limit: '≥5个百分点' },
        inputs: {
          形象进度: '60%',
          计划进度: '65%',
          计划来源: '计划曲线：甲 2025-09-30 60% 至 乙 2025-12-01 70%',
          报告: DAY,
        },
      },
    },
    {
      ...{ planned: null, schedule: [point('甲', DAY, 6_000)], why: 'the last point' },
      found: {
        text: '与计划相同',
        inputs: { 形象进度: '60%', 计划进度: '60%', 计划来源: `计划曲线：甲 ${DAY} 60% 之后`, 报告: DAY },
      },
    },
    {
      ...{ planned: null, schedule: [point('甲', day(1), 6_000)], why: 'before the first point' },
      found: { level: 'unknown', text: '未知：缺计划进度' },
    },
  ])('D1 $found.text: $why', ({ planned, schedule, found }) => {
    expect(indicatorOf(riskOf({ report: { plannedBp: planned }, schedule }), 'D1')).toMatchObject(found);
  });

  test('it is asked for the day of the report, not for the day of the question', () => {
    const schedule = [point('甲', '2025-09-30', 6_000), point('乙', '2025-12-01', 7_000)];
    const change = { report: { plannedBp: null }, schedule, on: day(10) };
    expect(indicatorOf(riskOf(change), 'D1').inputs).toMatchObject({ 计划进度: '65%' });
    expect(
      indicatorOf(riskOf({ ...change, settings: { winter: { from: '10-01', to: '10-31' } } }), 'D1').inputs,
    ).toMatchObject(
      { 计划进度: '60%' }, // nothing was to be built in October
    );
  });
});

test.each<{ project: Partial<Project>; level: ProjectLevel; text: string; inputs: object; why: string }>([
  {
    ...{
      project: { whitelistState: 'disbursed', whitelistApprovedFen: 300, whitelistDisbursedFen: 100 },
      level: 'none',
    },
    ...{
      text: '已投放；投放 33.3%',
      inputs: { 白名单状态: '已投放', 审批: '3.00', 投放: '1.00' },
      why: 'with its amounts',
    },
  },
  {
    ...{ project: { whitelistState: 'approved', whitelistApprovedFen: null }, level: 'unknown' },
    ...{ text: '已审批；未知：缺白名单审批金额', inputs: { 白名单状态: '已审批' }, why: 'how much?' },
  },
  {
    ...{ project: { whitelistState: 'approved', whitelistApprovedFen: 0 }, level: 'none' },
    ...{ text: '已审批；审批金额为 0', inputs: { 白名单状态: '已审批' }, why: 'both are said' },
  },
  {
    ...{ project: { whitelistState: 'recommended', whitelistApprovedFen: null }, level: 'none' },
    ...{ text: '已推荐', inputs: { 白名单状态: '已推荐' }, why: 'no amount is owed before it is approved' },
  },
  {
    ...{ project: { whitelistState: 'removed', whitelistApprovedFen: 300, whitelistDisbursedFen: 300 }, level: 'none' },
    ...{ text: '已退出；投放 100.0%', inputs: { 白名单状态: '已退出', 审批: '3.00', 投放: '3.00' }, why: 'it had one' },
  },
  {
    project: { whitelistState: 'none' },
    level: 'none',
    text: '未纳入',
    inputs: { 白名单状态: '未纳入' },
    why: 'not listed',
  },
  {
    project: { whitelistState: null },
    level: 'none',
    text: '未进白名单',
    inputs: {},
    why: 'nothing approved, and no state',
  },
])('whitelist $text, $level: $why', ({ project, level, text, inputs }) => {
  const found = indicatorOf(riskOf({ project }), 'D12');
  expect({ level: found.level, text: found.text, inputs: found.inputs }).toEqual({ level, text, inputs });
  expect(DEFAULT_DELIVERY.required).not.toContain('D12'); // it informs only
});
