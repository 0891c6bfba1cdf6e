import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DeliverySettings, SIGNAL_LEVELS } from '@quhua/core';
import { trialProjects } from '@quhua/engine';
import { expect, test } from 'vitest';
import { createTestEngine, type TestEngine, take } from '../support/engine.ts';

const FEEDS = join(import.meta.dirname, '../fixtures/feeds');
const sample = (name: string): Buffer => readFileSync(join(FEEDS, `${name}.csv`));
const DAY = '2025-10-31';
const whole = (count: number) => ({ numerator: BigInt(count), denominator: 1n });

type Row = Readonly<Record<string, string>>;

/** Rows of a sample file: no cell of it holds a comma. */
function rowsOf(name: string): Row[] {
  const [head = '', ...lines] = sample(name).toString('utf8').replace('\uFEFF', '').trim().split(/\r?\n/u);
  return lines.map((line) => Object.fromEntries(head.split(',').map((key, at) => [key, line.split(',')[at] ?? ''])));
}

const PROJECTS = rowsOf('projects');
const REPORTS = Map.groupBy(rowsOf('project-reports'), (row) => row.project_no ?? '');
const reportsOf = ({ project_no: no = '' }: Row): readonly Row[] => REPORTS.get(no) ?? [];

async function withSample(): Promise<TestEngine> {
  const engine = await createTestEngine();
  await take(engine, sample('projects'), { feed: 'projects', name: 'projects.csv' });
  await take(engine, sample('project-reports'), { feed: 'project-reports', name: 'project-reports.csv' });
  return engine;
}

function withD1(engine: TestEngine, limits: DeliverySettings['limits']['D1']): DeliverySettings {
  const { delivery } = engine.config;
  return { ...delivery, limits: { ...delivery.limits, D1: limits } };
}

const DAY_MS = 86_400_000;
const numberOf = (day = ''): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS;
const isOpen = (day: number): boolean => {
  const date = new Date(day * DAY_MS).toISOString().slice(5, 10);
  return date < '12-01' && date > '02-28';
};
function openDays(from: number, to: number): number {
  let count = 0;
  for (let day = from + 1; day <= to; day += 1) count += isOpen(day) ? 1 : 0;
  return count;
}

/** Errors of the projected date of one project, in days, from its rows alone: pace of 90 open days, winter stepped over. */
function errorsOf(rows: readonly Row[]): { readonly far: number; readonly error: number }[] {
  const done = rows.map(({ physical_progress_pct: percent = '' }) => Math.round(Number(percent) * 100));
  const days = rows.map(({ report_date: date }) => numberOf(date));
  const end = done.findIndex((bp) => bp >= 10_000);
  return days.slice(0, Math.max(0, end)).flatMap((day, at) => {
    const before = days.slice(0, at).filter((earlier) => openDays(earlier, day) > 0);
    const from = before.findLast((earlier) => openDays(earlier, day) >= 90) ?? before[0];
    if (from === undefined) return [];
    const gained = (done[at] ?? 0) - (done[days.indexOf(from)] ?? 0);
    if (gained <= 0) throw new Error('the sample’s finished projects all get on');
    let left = Math.ceil(((10_000 - (done[at] ?? 0)) * openDays(from, day)) / gained);
    let on = day;
    while (left > 0) {
      on += 1;
      if (isOpen(on)) left -= 1;
    }
    return [{ far: (days[end] ?? 0) - day, error: on - (days[end] ?? 0) }];
  });
}

function median(list: readonly number[]): number | null {
  const sorted = list.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

test('the sample, measured: late projects, weeks, days and projected dates as its files say', async () => {
  const engine = await withSample();
  const found = await trialProjects(engine, { settings: engine.config.delivery, date: DAY });
  expect(found).toMatchObject({ date: DAY, simulated: true, differences: [], projects: [] });
  expect(found.counts).toEqual({ registered: 43, reported: 43, unregistered: 0 });
  expect(found.quality.trial).toBeNull();
  const { asSet, calibration, withoutReports } = found.quality.current;
  const lateBy = (after: number) => {
    const decided = PROJECTS.filter((row) => numberOf(row.contract_delivery_on) + after <= numberOf(DAY));
    const late = decided.filter((row) => !deliveredBy(row, numberOf(row.contract_delivery_on) + after));
    return { decided: decided.length, late: late.length };
  };
  expect(asSet.events.late).toMatchObject(lateBy(0));
  expect(asSet.events.late90).toMatchObject(lateBy(90));
  expect(lateBy(0)).toEqual({ decided: 9, late: 9 });
  for (const level of SIGNAL_LEVELS) {
    const { hits, misses, falseAlarms, silences, precision, falseAlarmRate, warnedAfter, neverWarned } =
      asSet.events.late.levels[level];
    expect([hits + misses, falseAlarms + silences, warnedAfter + neverWarned]).toEqual([9, 0, misses]);
    expect([precision, falseAlarmRate]).toEqual([hits === 0 ? null : { numerator: hits, denominator: hits }, null]);
  }
  // 2024-11-30 is a Saturday of 2024-W48, 2025-10-31 a Friday of 2025-W44
  expect([asSet.load.weeks, withoutReports]).toEqual([49, 0]);
  const days = PROJECTS.map((row) => numberOf(DAY) - numberOf(reportsOf(row)[0]?.report_date));
  expect(asSet.load.projectDays).toBe(days.reduce((sum, one) => sum + one, 0));
  const built = PROJECTS.map((row) => errorsOf(reportsOf(row))).filter((errors) => errors.length > 0);
  for (const { band, low, high } of [
    { band: calibration.all, low: 0, high: 9999 },
    { band: calibration.bands.near, low: 0, high: 90 },
    { band: calibration.bands.middle, low: 91, high: 180 },
    { band: calibration.bands.far, low: 181, high: 9999 },
  ]) {
    const errors = built.flat().flatMap(({ far, error }) => (far >= low && far <= high ? [error] : []));
    expect(band).toMatchObject({ reports: errors.length, never: 0, median: median(errors) });
    expect(band.medianAbsolute).toBe(median(errors.map(Math.abs)));
  }
  expect(calibration.all).toMatchObject({ projects: built.length, reports: 32, median: -13.5 });
});

/** From the rows alone: filed, and as many households in as were sold. */
function deliveredBy(project: Row, day: number): boolean {
  const told = reportsOf(project).filter(({ report_date: date }) => numberOf(date) <= day);
  const filed = told.some(({ completion_filed: yes }) => yes === '1');
  return filed && told.some(({ households_delivered: in_ }) => Number(in_) >= Number(project.households_sold));
}

test('a limit of the gap to the plan, tried: who becomes red follows from the newest report, nobody else moves', async () => {
  const engine = await withSample();
  const found = await trialProjects(engine, { settings: withD1(engine, { red: whole(5) }), date: DAY });
  expect(found.differences).toEqual([
    { key: 'limits.D1.blue', from: '5', to: null },
    { key: 'limits.D1.yellow', from: '10', to: null },
    { key: 'limits.D1.orange', from: '15', to: null },
    { key: 'limits.D1.red', from: '25', to: '5' },
  ]);
  expect(found.projects).toHaveLength(43);
  const gap = ({ planned_progress_pct: planned, physical_progress_pct: built }: Row): number =>
    Math.round(Number(planned) * 100) - Math.round(Number(built) * 100);
  for (const row of PROJECTS) {
    const one = found.projects.find(({ projectNo }) => projectNo === row.project_no);
    const behind = reportsOf(row).some((report) => gap(report) >= 500 && numberOf(report.report_date) <= numberOf(DAY));
    const isDelivered = deliveredBy(row, numberOf(DAY));
    // the sample's gaps do not shrink: whoever was so far behind once is so in the newest report
    if (!isDelivered)
      expect([row.project_no, one?.trial.level === 'red']).toEqual([
        row.project_no,
        behind || one?.current.level === 'red',
      ]);
    if (!behind) expect([row.project_no, one?.changes]).toEqual([row.project_no, []]);
  }
  expect(found.projects.filter(({ changes }) => changes.includes('days')).length).toBeGreaterThan(0);
  const red = (side: 'current' | 'trial') => found.projects.filter((one) => one[side].level === 'red').length;
  expect(red('trial')).toBeGreaterThanOrEqual(red('current'));
  const places = found.projects.map(({ place }) => place.trial).sort((a, b) => a - b);
  expect(places).toEqual(Array.from({ length: 43 }, (_, at) => at + 1));
  expect(found.quality.trial?.asSet.events.late.decided).toBe(9);
  const redDays = (side: 'current' | 'trial') => found.projects.reduce((sum, one) => sum + one[side].daysAt.red, 0);
  expect(redDays('trial')).toBeGreaterThan(redDays('current'));
});

test('projects nobody reports on, and reports of numbers that the list does not hold, are counted apart', async () => {
  const engine = await createTestEngine();
  const projects = 'project_no,region_code,name,households_sold,contract_delivery_on';
  const reports = 'project_no,report_date,physical_progress_pct,planned_progress_pct,account_frozen';
  const csv = (...lines: string[]): Buffer => Buffer.from(`${lines.join('\n')}\n`);
  const list = [
    'P1,653101,甲,10,2026-10-31',
    'P2,653121,乙,10,2025-09-30',
    'P3,653122,丙,10,',
    'P4,653122,丁,10,2025-10-31',
  ];
  const told = ['P1,2025-09-30,50,50,0', 'P1,2025-11-03,50,50,1', 'P4,2025-09-30,50,50,0', 'X9,2025-09-30,50,50,0'];
  await take(engine, csv(projects, ...list), { feed: 'projects' });
  await take(engine, csv(reports, ...told), { feed: 'project-reports' });
  const settings = withD1(engine, {});
  const found = await trialProjects(engine, { settings, date: '2025-10-31' });
  expect(found.counts).toEqual({ registered: 4, reported: 2, unregistered: 1 });
  expect(found.quality.current).toMatchObject({ projects: 2, withoutReports: 2 });
  expect(found.quality.current.asSet.events.late).toMatchObject({ decided: 1, late: 1 });
  expect(found.simulated).toBe(false);
  expect(found.projects.map(({ projectNo, current }) => `${projectNo} ${current.level}`)).toEqual([
    'P1 unknown',
    'P2 orange',
    'P3 unknown',
    'P4 orange',
  ]);
  expect(found.projects[0]).toMatchObject({
    region: { code: '653101', name: '喀什市' },
    firstReportOn: '2025-09-30',
    deliveredOn: null,
  });
  // the account is frozen from the report of 3 November on, which a later day knows
  const later = await trialProjects(engine, { settings });
  expect(later.date).toBe('2025-11-06');
  expect(later.projects[0]).toMatchObject({ current: { level: 'red', firstOrangeOn: '2025-11-03' } });
});

test('what was known then, and no day that was not over by then', async () => {
  const engine = await withSample();
  const settings = engine.config.delivery;
  const then = await trialProjects(engine, { settings, asOf: new Date('2025-11-05T00:00:00Z') });
  expect(then).toMatchObject({ date: '2025-11-05', counts: { registered: 0, reported: 0 }, simulated: false });
  const future = trialProjects(engine, { settings, date: '2025-11-07' });
  await expect(future).rejects.toMatchObject({ kind: 'invalid', code: 'TRIAL_DATE' });
  const late = trialProjects(engine, { settings, asOf: new Date('2025-11-07T00:00:00Z') });
  await expect(late).rejects.toMatchObject({ kind: 'invalid', code: 'AS_OF_FUTURE' });
  await expect(trialProjects(engine, { settings, date: '2025-02-30' })).rejects.toMatchObject({ code: 'DATE_FORMAT' });
});
