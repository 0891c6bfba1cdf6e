import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NO_SIGNALS } from '@quhua/core';
import {
  ingestFile,
  type PlanProgressDocument,
  type PlanProgressInput,
  planProgress,
  watchPlan,
  withdrawBatch,
} from '@quhua/engine';
import { listAlertEvents, listAlerts } from '@quhua/storage';
import { describe, expect, test } from 'vitest';
import { createTestEngine, type TestEngine, take } from '../support/engine.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');
const DAY = '2025-10-31';

/** `完成 进度` of one target; `region` a code, or null for the area. */
function stateOf({ items }: PlanProgressDocument, id: string, region: string | null): string {
  const item = items.find((one) => one.id === id && (one.region?.code ?? null) === region);
  if (item === undefined) return 'none';
  return `${item.atLeast ? '>=' : ''}${item.done ?? '?'} of ${item.target ?? '-'} ${item.pace} ${item.through ?? ''}`.trim();
}

function progressCsv(...rows: readonly string[]): Buffer {
  return Buffer.from(`region_code,item,report_date,done_units,done_area\n${rows.map((row) => `${row}\n`).join('')}`);
}

async function asked(engine: TestEngine, input: PlanProgressInput = {}): Promise<PlanProgressDocument> {
  return planProgress(engine, { date: DAY, ...input });
}

async function takeSamples(engine: TestEngine, names: readonly string[]): Promise<void> {
  for (const name of names) await take(engine, readFileSync(join(FIXTURES, name)), { name });
}

describe('the plan of 2025', () => {
  test('without any data: every target is there, none is 0, and whoever owes is named', async () => {
    const engine = await createTestEngine();
    const found = await asked(engine);
    expect(found).toMatchObject({ year: 2025, date: DAY, elapsed: { day: 304, days: 365 }, simulated: false });
    expect(found.items.every(({ done, pace }) => done === null && (pace === 'NO_DATA' || pace === 'NOT_PLANNED'))).toBe(
      true,
    );
    const owing = found.items.filter(({ pace }) => pace === 'NO_DATA');
    expect(
      owing.every(({ missing, table, source }) => missing.length > 0 || (table !== null && source.readOff !== '')),
    ).toBe(true);
    // 13 + 1 lines of housing, every printed amount of tables 2 and 3, 12 targets of the text
    const printed = engine.config.plans[0]?.tables.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells)) ?? [];
    const columns = engine.config.plans[0]?.tables.flatMap((table) => table.columns).length ?? 0;
    expect(found.items).toHaveLength(printed.filter(({ amount }) => amount !== null).length + columns + 12);
  });

  test('with the sample feeds: permits, the ledger, projects and reports each say what is done', async () => {
    const engine = await createTestEngine();
    await takeSamples(engine, [
      'feeds/inventory.csv',
      'feeds/land.csv',
      'feeds/projects.csv',
      'feeds/project-reports.csv',
    ]);
    await takeSamples(engine, ['plan-progress-模拟数据.csv']);
    const found = await asked(engine);
    const states = (id: string, ...regions: (string | null)[]) => regions.map((region) => stateOf(found, id, region));
    expect(states('commercial_housing_area_wan_sqm', null, '653101', '653124', '653130')).toEqual([
      '133.065494 of 92.02 DONE 2025-10-31',
      '54.3529 of 51.00 DONE 2025-10-31',
      '0.00 of 0.00 NOT_PLANNED 2025-10-31',
      '0.00 of 0.10 BEHIND 2025-10-31',
    ]);
    expect(states('commercial_ha', null, '653121', '653124')).toEqual([
      '7.294 of 209.18 BEHIND 2025-10-31',
      '1.416 of 10.35 BEHIND 2025-10-31',
      'none',
    ]);
    expect(states('market_rental_ha', null, '653130')).toEqual(Array(2).fill('4.98 of 4.98 DONE 2025-10-31'));
    expect(states('public_rental_units', null, '653101', '653100-JKQ', '653121', '653129')).toEqual([
      '>=3452 of 11455 INCOMPLETE 2025-10-31',
      '2100 of 3000 BEHIND 2025-10-31',
      '100 of 100 DONE 2025-10-31',
      '1252 of 1252 DONE 2025-09-30',
      '? of 600 NO_DATA',
    ]);
    expect(states('guaranteed_projects', null)).toEqual(['>=5 of 43 INCOMPLETE 2025-10-31']);
    expect(states('urban_village_homes_started', '653101')).toEqual(['1922 of 1922 DONE 2025-10-31']);
    expect(states('shantytown_homes', '653121')).toEqual(['0 of 44 BEHIND 2025-10-31']);
    expect(states('old_estates', null)).toEqual(['>=42 of 99 INCOMPLETE 2025-10-31']);
    const owing = found.items.find(({ id }) => id === 'old_estates')?.missing.map(({ region }) => region?.code);
    expect(owing).toHaveLength(11);
    expect(owing).not.toContain('653101');
    expect(found.unmatched.map(({ region, feed }) => `${feed} ${region.code}`)).toEqual([
      'plan-progress 653122',
      'plan-progress 653125',
    ]);
    expect(found.items.find(({ id }) => id === 'public_rental_units')).toMatchObject({ simulated: true });
  });
});

describe('what is asked of it', () => {
  test('its oddities: three counties with land and hardly any housing', async () => {
    const { signals } = await asked(await createTestEngine());
    const land = signals.filter(({ code }) => code === 'LAND_PER_HOUSING');
    expect(land.map(({ region }) => region.name)).toEqual(['叶城县', '岳普湖县', '巴楚县']);
    expect(land[2]?.figures).toMatchObject({
      housingWanSqm: '0.10',
      landHectares: '32.29',
      ratio: '0.003',
      carriesWanSqm: '48.4',
    });
    expect(signals).toHaveLength(7);
  });

  test('one unit, and what is refused', async () => {
    const engine = await createTestEngine();
    const { items, signals } = await asked(engine, { region: '巴楚' });
    expect(new Set(items.map(({ region }) => region?.code))).toEqual(new Set(['653130']));
    expect(signals.map(({ code }) => code)).toEqual(['LAND_PER_HOUSING']);
    const refusals: [PlanProgressInput, string, string][] = [
      [{ year: 2031 }, 'not_found', 'PLAN_NOT_FOUND'],
      [{ date: '2024-10-31' }, 'not_found', 'PLAN_NOT_FOUND'],
      [{ year: 2025, date: '2024-12-31' }, 'invalid', 'PLAN_DATE'],
      [{ date: '2025-11-07' }, 'invalid', 'PLAN_DATE'],
      [{ date: '2025-02-30' }, 'invalid', 'DATE_FORMAT'],
      [{ region: '巴楚城' }, 'invalid', 'REGION_UNKNOWN'],
      [{ asOf: new Date('2026-01-01T00:00:00Z') }, 'invalid', 'AS_OF_FUTURE'],
    ];
    for (const [input, kind, code] of refusals)
      await expect(planProgress(engine, input), code).rejects.toMatchObject({ kind, code });
  });

  test('after its year it is looked at on its last day', async () => {
    const engine = await createTestEngine({ now: '2026-03-01T10:00:00+08:00' });
    expect(await planProgress(engine)).toMatchObject({
      year: 2025,
      date: '2025-12-31',
      elapsed: { day: 365, days: 365 },
    });
    expect(await planProgress(engine, { asOf: new Date('2025-06-01T00:00:00Z') })).toMatchObject({
      date: '2025-06-01',
    });
  });
});

describe('what was known when', () => {
  test('a report that is corrected, and one that is withdrawn, count as they were known then', async () => {
    const engine = await createTestEngine();
    const id = 'public_rental_units';
    await take(engine, progressCsv('653101,公租房套数,2025-09-30,1000,'), {
      asOf: '2025-10-05T00:00:00Z',
      name: 'a.csv',
    });
    await take(engine, progressCsv('653101,公租房套数,2025-09-30,1100,'), {
      asOf: '2025-10-10T00:00:00Z',
      name: 'b.csv',
    });
    const newer = await take(engine, progressCsv('653101,公租房套数,2025-10-31,3000,'), {
      asOf: '2025-11-02T00:00:00Z',
      name: 'c.csv',
    });
    const at = async (asOf?: string) => {
      const found = await planProgress(
        engine,
        asOf === undefined ? { date: DAY } : { year: 2025, asOf: new Date(asOf) },
      );
      return stateOf(found, id, '653101');
    };
    expect(await at('2025-10-01T00:00:00Z')).toBe('? of 3000 NO_DATA');
    expect(await at('2025-10-06T00:00:00Z')).toBe('1000 of 3000 BEHIND 2025-09-30');
    expect(await at('2025-10-15T00:00:00Z')).toBe('1100 of 3000 BEHIND 2025-09-30');
    expect(await at()).toBe('3000 of 3000 DONE 2025-10-31');
    engine.setNow('2025-11-07T10:00:00+08:00');
    await withdrawBatch(engine, { id: Number(newer.id), reason: '错报', by: 'test' });
    expect(await at()).toBe('1100 of 3000 BEHIND 2025-09-30');
    expect(await at('2025-11-05T00:00:00Z')).toBe('3000 of 3000 DONE 2025-10-31');
  });

  test('permits: a month that is reported while it runs, or without the figure, is not known', async () => {
    const engine = await createTestEngine();
    const csv = (...rows: readonly string[]) =>
      Buffer.from(
        `region_code,month,presale_unsold_area,completed_unsold_area,newly_permitted_area\n${rows.map((row) => `${row}\n`).join('')}`,
      );
    const state = async () => stateOf(await asked(engine), 'commercial_housing_area_wan_sqm', '653121');
    await take(engine, csv('653121,2025-01,1000.00,0,10000.00', '653121,2025-03,1000.00,0,20000.00'), {
      name: 'a.csv',
    });
    expect(await state()).toBe('>=3.00 of 6.00 AHEAD 2025-03-31');
    await take(engine, csv('653121,2025-02,1000.00,0,5000.00', '653121,2025-04,1000.00,0,'), { name: 'b.csv' });
    expect(await state()).toBe('3.50 of 6.00 AHEAD 2025-03-31');
    engine.setNow('2025-11-08T10:00:00+08:00');
    await take(engine, csv('653121,2025-11,1000.00,0,90000.00'), { name: 'c.csv' });
    expect(stateOf(await asked(engine, { date: '2025-11-08' }), 'commercial_housing_area_wan_sqm', '653121')).toBe(
      '3.50 of 6.00 AHEAD 2025-03-31',
    );
    await take(engine, csv('653121,2025-02,1000.00,0,'), { name: 'd.csv' });
    expect(await state()).toBe('3.50 of 6.00 AHEAD 2025-03-31'); // a gap takes nothing away
  });
});

describe('a file of progress', () => {
  test('rows that count for nothing are taken in with a word each', async () => {
    const engine = await createTestEngine();
    const name = 'plan-progress-模拟数据.csv';
    const result = await ingestFile(engine, { name, bytes: readFileSync(join(FIXTURES, name)), by: 'test' });
    expect(result).toMatchObject({ status: 'accepted', feed: 'plan-progress', simulated: true });
    expect(result.rows).toMatchObject({ total: 14, accepted: 10, warned: 3, quarantined: 1 });
    expect(result.reasons.map(({ code }) => code).sort()).toEqual([
      'PERIOD_FUTURE',
      'PLAN_ITEM_ELSEWHERE',
      'PLAN_ITEM_UNKNOWN',
      'PLAN_VALUE_MISSING',
    ]);
  });

  test('an item that the plan does not have counts once the configuration has it', async () => {
    const engine = await createTestEngine();
    const taken = await take(engine, progressCsv('653122,好房子样板,2025-10-31,3,', '653122,公租房套数,2024-10-31,3,'));
    expect(taken.rows).toMatchObject({ accepted: 0, warned: 2 });
    expect(taken.reasons.map(({ code }) => code).sort()).toEqual(['PLAN_ITEM_UNKNOWN', 'PLAN_MISSING']);
    const [plan, ...others] = engine.config.plans;
    const [target] = plan?.targets.filter(({ id }) => id === 'old_estates') ?? [];
    if (plan === undefined || target === undefined) throw new Error('the plan has that target');
    const later = { ...target, id: 'model_homes', title: '好房子样板', amount: 3, regionCode: '653122' };
    const grown = {
      ...engine,
      config: { ...engine.config, plans: [{ ...plan, targets: [...plan.targets, later] }, ...others] },
    };
    expect(stateOf(await asked(grown), 'model_homes', '653122')).toBe('3 of 3 DONE 2025-10-31');
  });

  test('corrections of known progress are shown with their unit', async () => {
    const engine = await createTestEngine();
    await take(engine, progressCsv('653101,公租房套数,2025-10-31,1000,'), {
      asOf: '2025-11-01T00:00:00Z',
      name: 'a.csv',
    });
    const bytes = progressCsv('653101,公租房套数,2025-10-31,900,', '653121,公租房套数,2025-10-31,900,');
    const result = await ingestFile(engine, { name: 'b.csv', bytes, by: 'test', dryRun: true });
    expect(result.changes).toEqual([
      {
        key: { region_code: '653101', item: '公租房套数', report_date: '2025-10-31' },
        column: 'done_units',
        before: '1000',
        after: '900',
        beforeBatch: expect.any(String),
      },
    ]);
  });
});

describe('alerts', () => {
  const listed = async (engine: TestEngine, status: 'open' | 'resolved' = 'open') =>
    (await listAlerts(engine.database.db, { jurisdiction: '653100', status })).filter(
      ({ kind }) => kind === 'PLAN_SIGNAL',
    );

  test('one for each unit with oddities, for information, once however often it is looked', async () => {
    const engine = await createTestEngine();
    expect(await watchPlan(engine)).toEqual({ opened: 7, resolved: 0 });
    expect(await watchPlan(engine)).toEqual({ opened: 0, resolved: 0 });
    const alerts = await listed(engine);
    expect(alerts.map(({ subject }) => subject.code).sort()).toEqual([
      '653100-JKQ',
      '653121',
      '653122',
      '653124',
      '653126',
      '653128',
      '653130',
    ]);
    const bachu = alerts.find(({ subject }) => subject.code === '653130');
    expect(bachu).toMatchObject({
      level: 'blue',
      status: 'open',
      rule: 'plan-2025',
      since: '2025-01',
      month: '2025-11',
      simulated: false,
    });
    expect(bachu?.text).toContain('0.10万㎡，而商品住宅用地32.29公顷');
    expect(bachu?.inputs).toMatchObject({ year: 2025, codes: ['LAND_PER_HOUSING'] });
    const events = await listAlertEvents(engine.database.db, bachu?.id ?? 0);
    expect(events.map(({ event }) => event)).toEqual(['open']);
  });

  test('other figures update it; other signals end it quietly and open a new one; none ends it', async () => {
    const engine = await createTestEngine();
    await watchPlan(engine);
    const [plan] = engine.config.plans;
    if (plan === undefined) throw new Error('there is a plan');
    const { landPerHousing } = plan.signals;
    const withSignals = (signals: typeof plan.signals) => ({
      ...engine,
      config: { ...engine.config, plans: [{ ...plan, signals }] },
    });
    const only = landPerHousing === null ? null : { ...landPerHousing, far: { numerator: 2n, denominator: 1n } };
    expect(await watchPlan(withSignals({ ...NO_SIGNALS, landPerHousing: only }))).toEqual({ opened: 0, resolved: 4 });
    expect((await listed(engine)).find(({ subject }) => subject.code === '653130')?.text).toContain(
      '容积率2可建64.6万㎡',
    );
    expect((await listed(engine)).find(({ subject }) => subject.code === '653130')?.episode).toBe(1);
    const blank = {
      ...NO_SIGNALS,
      landPerHousing: only,
      homeSize: [
        {
          homes: 'public_rental_units',
          area: 'public_rental_area_wan_sqm',
          above: { numerator: 30n, denominator: 1n },
          why: 'w',
        },
      ],
    };
    const before = (await listed(engine)).length;
    const changed = await watchPlan(withSignals(blank));
    expect(changed.resolved).toBe(3); // the same units, with a second signal each
    expect(before).toBe(3);
    expect((await listed(engine)).find(({ subject }) => subject.code === '653130')).toMatchObject({
      episode: 2,
      inputs: { codes: ['LAND_PER_HOUSING', 'HOME_SIZE'] },
    });
    const all = (await listed(engine)).length;
    expect(await watchPlan({ ...engine, config: { ...engine.config, plans: [] } })).toEqual({
      opened: 0,
      resolved: all,
    });
    expect(await listed(engine)).toEqual([]);
  });
});
