import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeedName, ProjectLevel } from '@quhua/core';
import { listProjectRisks, setProjectCase, showProject, watchAllProjects, withdrawBatch } from '@quhua/engine';
import { type Alert, listAlertEvents, listAlerts, listDeliveries } from '@quhua/storage';
import { expect, test } from 'vitest';
import { createTestEngine, type TestEngine, take } from '../support/engine.ts';

const FEEDS = join(import.meta.dirname, '../fixtures/feeds');
const sample = (name: string): Buffer => readFileSync(join(FEEDS, name));
const HEADS: Readonly<Partial<Record<FeedName, string>>> = {
  projects: 'project_no,region_code,name,developer,households_sold,contract_delivery_on,whitelist_approved,merged_into',
  'project-reports':
    'project_no,report_date,physical_progress_pct,planned_progress_pct,escrow_balance,escrow_required,cost_to_complete,unpaid_buyer_money,idle_days,petitions_30d,account_frozen,completion_filed,households_delivered',
  'project-notices': 'notice_no,project_no,date,kind,amount,count,document',
  'project-schedule': 'project_no,kind,item,date,progress_pct,amount,count',
};

/** An engine that wants so many projects in its list. */
async function engineFor(expected: number, now: string): Promise<TestEngine> {
  const engine = await createTestEngine({ now: `${now}T10:00:00+08:00` });
  const delivery = { ...engine.config.delivery, expected, winter: null };
  return { ...engine, config: { ...engine.config, delivery } };
}

let files = 0;

async function send(engine: TestEngine, feed: FeedName, ...rows: readonly string[]): Promise<number> {
  files += 1;
  const bytes = Buffer.from(`${[HEADS[feed], ...rows].join('\n')}\n`);
  return Number((await take(engine, bytes, { feed, name: `${feed}-${files}.csv` })).id);
}

/** A report of a project that is well: 5 points a month, enough money. */
function report(no: string, date: string, built: number, more: Readonly<Record<number, string>> = {}): string {
  const cells = [no, date, String(built), String(built), '1300', '1000', '1000', '0', '0', '0', '0', '0', '0'];
  return cells.map((cell, at) => more[at] ?? cell).join(',');
}
const [IDLE, FROZEN, COST, PLANNED] = [8, 10, 6, 3];

async function projectAlerts({ database }: TestEngine): Promise<Alert[]> {
  return (await listAlerts(database.db, { jurisdiction: '653100' })).toReversed();
}

/** What happened to every alert: its kind, subject, and events with the level that each was told at. */
async function story(engine: TestEngine): Promise<string[]> {
  return Promise.all(
    (await projectAlerts(engine)).map(async ({ id, kind, subject }) => {
      const events = await listAlertEvents(engine.database.db, id);
      const words = events.map(({ event, detail }) => ('level' in detail ? `${event} ${detail.level}` : event));
      return `${kind} ${subject.code}: ${words.join(', ')}`;
    }),
  );
}

const at = (engine: TestEngine, day: string): void => engine.setNow(`${day}T10:00:00+08:00`);

test('the 43 sample projects stand as they were made to', async () => {
  const engine = await createTestEngine({ now: '2025-10-31T18:00:00+08:00' });
  await take(engine, sample('projects.csv'), { name: 'projects.csv' });
  await take(engine, sample('project-reports.csv'), { name: 'project-reports.csv' });
  const { projects, list, levels } = await listProjectRisks(engine, {});
  expect(list).toEqual({ expected: 43, listed: 43, merged: [], strangers: [] });
  expect(Object.values(levels).reduce((sum, count) => sum + count, 0)).toBe(43);
  const rows = sample('projects-state.csv').toString().trim().split('\n').slice(1);
  const made = new Map(rows.map((line) => [line.split(',')[0] ?? '', line.split(',')[2] ?? '']));
  const found = new Map<string, Set<ProjectLevel>>();
  for (const { projectNo, raw } of projects) {
    const kind = made.get(projectNo) ?? '';
    found.set(kind, (found.get(kind) ?? new Set()).add(raw));
  }
  // what the figures of the day say by themselves: nobody who is on time is worse than blue, nobody who slips is milder than orange
  expect(Object.fromEntries([...found].map(([kind, set]) => [kind, [...set].sort()]))).toEqual({
    delivered: ['none', 'yellow'], // two are handed over; three are filed and wait for their households, past the contract date
    frozen: ['red'],
    'on-time': ['blue', 'none'],
    'overdue-20': ['red'],
    'overdue-95': ['red'],
    slipping: ['red'],
    'stale-47': ['yellow'],
    'stale-92': ['red'],
    'stopped-40': ['red'],
    'stopped-75': ['red'],
    'thin-escrow': ['orange', 'red'],
  });
  const alerts = await projectAlerts(engine);
  const warned = projects.filter(({ level }) => ['yellow', 'unknown', 'orange', 'red'].includes(level));
  expect(alerts.filter(({ kind, status }) => kind === 'PROJECT_RISK' && status === 'open')).toHaveLength(warned.length);
  expect(alerts.filter(({ kind, status }) => kind === 'PROJECT_LIST' && status === 'open')).toEqual([]);
  expect(alerts.every(({ text, simulated }) => simulated && text.startsWith('【模拟数据】'))).toBe(true);
});

test('a level that rises and falls is one alert, told at each change; the fall waits for two reports', async () => {
  const engine = await engineFor(1, '2025-08-31');
  await send(engine, 'projects', 'P1,653101,甲园,甲公司,100,2027-06-30,0,');
  at(engine, '2025-09-01');
  await send(engine, 'project-reports', report('P1', '2025-07-31', 50), report('P1', '2025-08-31', 55));
  at(engine, '2025-09-30');
  await send(engine, 'project-reports', report('P1', '2025-09-30', 60, { [PLANNED]: '70' }));
  at(engine, '2025-10-31');
  await send(engine, 'project-reports', report('P1', '2025-10-31', 65, { [IDLE]: '60' }));
  at(engine, '2025-11-30');
  await send(engine, 'project-reports', report('P1', '2025-11-30', 70, { [PLANNED]: '80' }));
  at(engine, '2025-12-31');
  await send(engine, 'project-reports', report('P1', '2025-12-31', 75, { [PLANNED]: '85' }));
  at(engine, '2026-01-31');
  await send(engine, 'project-reports', report('P1', '2026-01-31', 80), report('P1', '2026-01-30', 79));
  const found = await story(engine);
  expect(found.filter((line) => line.startsWith('PROJECT_RISK'))).toEqual([
    // it opens as unknown: nothing was reported yet
    'PROJECT_RISK P1: open yellow, rise red, fall yellow, resolve',
  ]);
  expect(found.filter((line) => line.startsWith('PROJECT_OVERRIDE'))).toEqual([
    'PROJECT_OVERRIDE P1: open red, resolve',
  ]);
  const [alert] = (await projectAlerts(engine)).filter(({ kind }) => kind === 'PROJECT_RISK').slice(-1);
  const told = await listDeliveries(engine.database.db, alert?.id ?? 0);
  const force = told.filter(({ receiver }) => receiver === 'delivery-task-force');
  expect(force.map(({ channel }) => channel).sort()).toEqual([...Array(4).fill('file'), ...Array(4).fill('queue')]);
});

test('a figure that is no longer given ends no alert; the figure itself does', async () => {
  const engine = await engineFor(1, '2025-10-31');
  await send(engine, 'projects', 'P1,653101,甲园,甲公司,100,2027-06-30,0,');
  await send(
    engine,
    'project-reports',
    report('P1', '2025-09-30', 50),
    report('P1', '2025-10-31', 55, { [COST]: '2000', [FROZEN]: '1' }),
  );
  const open = async () =>
    (await projectAlerts(engine))
      .filter(({ status }) => status === 'open')
      .map(({ kind }) => kind)
      .sort();
  const before = ['PROJECT_FUNDING', 'PROJECT_OVERRIDE', 'PROJECT_RISK'];
  expect(await open()).toEqual(before);
  at(engine, '2025-11-30');
  await send(engine, 'project-reports', report('P1', '2025-11-30', 60, { [COST]: '', [IDLE]: '', [FROZEN]: '' }));
  expect(await open()).toEqual(before);
  at(engine, '2025-12-31');
  await send(engine, 'project-reports', report('P1', '2025-12-31', 65));
  expect(await open()).toEqual(['PROJECT_RISK']); // held until a second report says so
  at(engine, '2026-01-31');
  await send(engine, 'project-reports', report('P1', '2026-01-31', 70));
  expect(await open()).toEqual([]);
});

test('the calendar alone makes a project late and stale', async () => {
  const engine = await engineFor(1, '2025-10-31');
  await send(engine, 'projects', 'P1,653101,甲园,甲公司,100,2025-12-20,0,');
  await send(engine, 'project-reports', report('P1', '2025-09-30', 94), report('P1', '2025-10-31', 100));
  const kinds = async () =>
    (await projectAlerts(engine))
      .filter(({ status }) => status === 'open')
      .map(({ kind, level }) => `${kind} ${level}`)
      .sort();
  expect(await kinds()).toEqual(['PROJECT_RISK yellow']); // fifty days left, and nothing is filed
  at(engine, '2025-12-10');
  await watchAllProjects(engine);
  expect(await kinds()).toEqual(['PROJECT_RISK orange', 'PROJECT_STALE yellow']);
  at(engine, '2026-03-21');
  await watchAllProjects(engine);
  expect(await kinds()).toEqual(['PROJECT_OVERRIDE red', 'PROJECT_RISK red', 'PROJECT_STALE yellow']);
  const before = await story(engine);
  await watchAllProjects(engine);
  expect(await story(engine)).toEqual(before);
});

test('a list that is not as long as it must be is an alert, and so is a report on a stranger', async () => {
  const engine = await engineFor(2, '2025-10-31');
  await watchAllProjects(engine);
  const list = async () =>
    (await projectAlerts(engine))
      .filter(({ kind }) => kind === 'PROJECT_LIST')
      .map(({ status, text }) => `${status} ${text}`);
  expect(await list()).toEqual(['open 喀什地区：保交房项目清单有 0 个，应有 2 个，少 2 个']);
  await send(engine, 'projects', 'P1,653101,甲园,甲公司,100,2027-06-30,0,', 'P2,653121,乙园,乙公司,100,2027-06-30,0,');
  expect(await list()).toEqual([expect.stringMatching(/^resolved /u)]);
  await send(engine, 'project-reports', report('P9', '2025-10-31', 50));
  expect((await list()).at(-1)).toBe('open 喀什地区：有报告而不在清单中：P9');
  const third = await send(engine, 'projects', 'P9,653121,丙园,乙公司,100,2027-06-30,0,');
  expect((await list()).at(-1)).toBe('open 喀什地区：保交房项目清单有 3 个，应有 2 个，多 1 个');
  at(engine, '2025-11-01');
  await withdrawBatch(engine, { id: third, by: 'test', reason: '重复' });
  expect((await list()).at(-1)).toBe('open 喀什地区：有报告而不在清单中：P9');
  expect((await story(engine)).filter((line) => line.includes('PROJECT_LIST'))).toHaveLength(2);
});

test('a developer in trouble raises one flag for its other projects, down again when it is out of it', async () => {
  const engine = await engineFor(3, '2025-10-31');
  const row = (no: string, developer: string): string => `${no},653101,${no}园,${developer},100,2027-06-30,0,`;
  await send(engine, 'projects', row('P1', '甲公司'), row('P2', '甲公司'), row('P3', '乙公司'));
  const months = ['2025-08-31', '2025-09-30', '2025-10-31'];
  await send(
    engine,
    'project-reports',
    ...['P1', 'P2', 'P3'].flatMap((no) => months.map((date, n) => report(no, date, 50 + n * 5))),
  );
  const flags = async () =>
    (await projectAlerts(engine))
      .filter(({ kind }) => kind === 'DEVELOPER_RISK')
      .map(({ status, subject, text }) => `${status} ${subject.code} ${text}`);
  expect(await flags()).toEqual([]);
  await send(engine, 'project-notices', 'N1,P1,2025-10-31,冻结,,,（2025）执1号');
  expect(await flags()).toEqual(['open 甲公司 甲公司：“P1园”（红色）为红色，其另外 1 个项目请一并核查：“P2园”（无）']);
  at(engine, '2025-11-01');
  await send(engine, 'project-notices', 'N2,P1,2025-11-01,解冻,,,');
  await setProjectCase(engine, {
    projectNo: 'P1',
    to: 'defused',
    by: '专班',
    reason: '账户已解冻',
    document: '纪要1号',
  });
  expect(await flags()).toEqual([expect.stringMatching(/^resolved 甲公司/u)]);
  // a confirmed event, not two reports, let it fall
  expect((await showProject(engine, { projectNo: 'P1' })).project).toMatchObject({
    level: 'none',
    state: 'defused',
    raw: 'none',
  });
});

test('a project that is merged into another counts no longer, has no alert of its own, and keeps its history', async () => {
  const engine = await engineFor(2, '2025-10-31');
  await send(engine, 'projects', 'P1,653101,甲园,甲公司,100,2025-09-30,0,', 'P2,653101,乙园,甲公司,100,2027-06-30,0,');
  await send(engine, 'project-reports', report('P1', '2025-09-30', 50), report('P1', '2025-10-31', 55));
  const openOf = async (no: string) =>
    (await projectAlerts(engine)).filter(({ status, subject }) => status === 'open' && subject.code === no).length;
  expect(await openOf('P1')).toBeGreaterThan(0);
  at(engine, '2025-11-02');
  await send(engine, 'projects', 'P1,653101,甲园,甲公司,100,2025-09-30,0,P2');
  expect(await openOf('P1')).toBe(0);
  const told = await listAlertEvents(engine.database.db, (await projectAlerts(engine))[0]?.id ?? 0);
  expect(told.at(-1)).toMatchObject({
    event: 'resolve',
    detail: { text: expect.stringContaining('已并入项目 P2，预警解除') },
  });
  const { list, projects } = await listProjectRisks(engine, {});
  expect(list).toMatchObject({ listed: 1, merged: [{ projectNo: 'P1', into: 'P2' }], strangers: [] });
  expect(projects.map(({ projectNo }) => projectNo)).toEqual(['P2']);
  const lists = (await projectAlerts(engine)).filter(
    ({ kind, status }) => kind === 'PROJECT_LIST' && status === 'open',
  );
  expect(lists.map(({ text }) => text)).toEqual([
    '喀什地区：保交房项目清单有 1 个，应有 2 个，少 1 个，另有 1 个已并入其他项目',
  ]);
  expect((await showProject(engine, { projectNo: 'P2' })).predecessors).toEqual([{ projectNo: 'P1', name: '甲园' }]);
  const page = await showProject(engine, { projectNo: 'P1' });
  expect(page.project.mergedInto).toBe('P2');
  expect(page.timeline.map(({ date }) => date)).toEqual(expect.arrayContaining(['2025-09-30', '2025-10-31']));
});

test('a building’s own date, an escrow node and the planned curve count; a bank statement never makes it milder', async () => {
  const engine = await engineFor(1, '2025-10-31');
  await send(engine, 'projects', 'P1,653101,甲园,甲公司,100,2027-06-30,0,');
  await send(
    engine,
    'project-reports',
    ...['2025-08-31', '2025-09-30', '2025-10-31'].map((date, n) => report('P1', date, 50 + n * 5, { 3: '', 5: '' })),
  );
  const page = async () => (await showProject(engine, { projectNo: 'P1' })).project;
  const level = async (code: string) => (await page()).indicators.find((one) => one.code === code)?.level;
  expect([await level('D1'), await level('D5')]).toEqual(['unknown', 'unknown']);
  await send(
    engine,
    'project-schedule',
    ...['P1,building,1号楼,2026-06-30,,,60', 'P1,building,2号楼,2027-06-30,,,40', 'P1,node,主体,,50,1000,'],
    ...['P1,plan,开工,2025-01-01,0,,', 'P1,plan,竣工,2026-12-31,100,,'],
  );
  expect((await page()).contractDeliveryOn).toBe('2026-06-30');
  expect([await level('D1'), await level('D5')]).toEqual(['none', 'none']);
  at(engine, '2025-11-05');
  await send(engine, 'project-notices', 'N1,P1,2025-11-01,对账单,400,,');
  const low = await page();
  expect(low.indicators.find(({ code }) => code === 'D5')).toMatchObject({ level: 'red', text: '0.40' });
  await send(engine, 'project-notices', 'N2,P1,2025-11-02,对账单,9999999,,'); // of another account, or in another unit
  const wrong = await page();
  expect(wrong.level).toBe('red');
  expect(wrong.indicators.find(({ code }) => code === 'D5')).toMatchObject({ level: 'red', text: '0.40' });
});

test('what was said on a day is said again as of that day, whatever came later', async () => {
  const engine = await engineFor(1, '2025-10-31');
  await send(engine, 'projects', 'P1,653101,甲园,甲公司,100,2027-06-30,0,');
  await send(
    engine,
    'project-reports',
    report('P1', '2025-09-30', 50),
    report('P1', '2025-10-31', 55, { [IDLE]: '40' }),
  );
  const asOf = engine.now();
  const then = await showProject(engine, { projectNo: 'P1' });
  at(engine, '2025-11-20');
  await send(engine, 'projects', 'P1,653101,甲园二期,丙公司,100,2028-01-31,0,');
  await send(engine, 'project-reports', report('P1', '2025-10-31', 55)); // corrected: it never stood still
  await setProjectCase(engine, { projectNo: 'P1', to: 'supervised', by: '专班', reason: '约谈' });
  const now = await showProject(engine, { projectNo: 'P1', date: '2025-10-31' });
  expect(now.project).toMatchObject({ level: 'unknown', raw: 'none', name: '甲园二期', developer: '丙公司' });
  expect(now.versions.map(({ name }) => name)).toEqual(['甲园', '甲园二期']);
  const again = await showProject(engine, { projectNo: 'P1', asOf });
  expect({ ...again, alerts: [] }).toEqual({ ...then, alerts: [] });
  expect(then.project).toMatchObject({ level: 'orange', state: 'warning' });
  await expect(showProject(engine, { projectNo: 'P9' })).rejects.toMatchObject({
    kind: 'not_found',
    code: 'PROJECT_NOT_FOUND',
  });
});

test('a refused word about a project leaves nothing behind', async () => {
  const engine = await engineFor(1, '2025-10-31');
  await send(engine, 'projects', 'P1,653101,甲园,甲公司,100,2025-10-01,0,');
  await send(engine, 'project-reports', report('P1', '2025-09-30', 50), report('P1', '2025-10-31', 55));
  const before = await story(engine);
  const word = { projectNo: 'P1', by: '甲', reason: '纪要', document: '1号' } as const;
  await expect(setProjectCase(engine, { ...word, to: 'defused' })).rejects.toMatchObject({ code: 'STATE_NOT_DEFUSED' });
  await expect(setProjectCase(engine, { ...word, to: 'delivered' })).rejects.toMatchObject({
    code: 'STATE_NOT_DELIVERED',
  });
  expect(await story(engine)).toEqual(before);
  expect((await showProject(engine, { projectNo: 'P1' })).cases).toEqual([]);
});

test('files that arrive at once, and the daily look among them, end as files one after the other do', async () => {
  const numbers = Array.from({ length: 12 }, (_, n) => `P${n + 1}`);
  const list = numbers.map((no) => `${no},653101,${no}园,公司${Number(no.slice(1)) % 3},100,2027-06-30,0,`);
  const reports = numbers.map((no, n) => [
    report(no, '2025-09-30', 50),
    report(no, '2025-10-31', 55, n % 4 === 0 ? { [FROZEN]: '1' } : n % 4 === 1 ? { [COST]: '9000' } : {}),
  ]);
  const stories = await Promise.all(
    [true, false].map(async (atOnce) => {
      const engine = await engineFor(12, '2025-10-31');
      await send(engine, 'projects', ...list);
      const jobs = reports.map((rows) => () => send(engine, 'project-reports', ...rows));
      if (atOnce) await Promise.all([...jobs.map((job) => job()), watchAllProjects(engine), watchAllProjects(engine)]);
      else for (const job of jobs) await job();
      const open = (await projectAlerts(engine)).filter(({ status }) => status === 'open');
      expect(new Set(open.map(({ kind, subject }) => `${kind} ${subject.code}`)).size).toBe(open.length);
      return open.map(({ kind, subject, level, text }) => `${kind} ${subject.code} ${level} ${text}`).sort();
    }),
  );
  expect(stories[0]).toEqual(stories[1]);
  expect(stories[0]?.filter((line) => line.startsWith('DEVELOPER_RISK')).length).toBeGreaterThan(0);
});
