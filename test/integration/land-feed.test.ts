import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@quhua/config';
import { addMonths, type LandPolicy, monthRange } from '@quhua/core';
import {
  assessMonths,
  checkLand,
  confirmReservation,
  explainLand,
  landStatus,
  recheckLand,
  recordLand,
  releaseReservation,
  reserveLand,
  withdrawBatch,
} from '@quhua/engine';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createTestEngine, type SalesRow, salesCsv, stockCsv, type TestEngine, take } from '../support/engine.ts';
import { seeded } from '../support/seeded.ts';

const FEEDS = join(import.meta.dirname, '../fixtures/feeds');
const LAND = readFileSync(join(FEEDS, 'land.csv'), 'utf8');
const [HEADER = '', ...ROWS] = LAND.trim().split('\n');

/** Rows of a fixture by the names of their columns. */
function rowsOf(name: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(join(FEEDS, name), 'utf8').replace('\uFEFF', '').trim().split(/\r?\n/u);
  const names = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at] ?? '', cell])));
}

/** The engine's configuration with other settings for land. */
function withLand(config: Config, land: Partial<LandPolicy>): Config {
  const rulebooks = new Map(
    [...config.rulebooks].map(([id, book]) => {
      if (book.land === undefined) return [id, book];
      return [id, { ...book, land: { ...book.land, ...land } }];
    }),
  );
  return { ...config, rulebooks };
}

async function landEngine(land: Partial<LandPolicy> = {}, now = '2025-12-15T10:00:00+08:00'): Promise<TestEngine> {
  const engine = await createTestEngine({ now });
  return { ...engine, config: withLand(engine.config, land) };
}

function fileOf(rows: readonly string[]): Buffer {
  return Buffer.from(`${HEADER}\n${rows.join('\n')}\n`);
}

/** Completed, recovered and remaining of every unit. */
async function balancesOf(engine: TestEngine, asOf?: string): Promise<string[]> {
  const { units } = await landStatus(engine, { year: 2025, ...(asOf === undefined ? {} : { asOf: new Date(asOf) }) });
  return units.map(({ region, quota }) => [region, quota.completed, quota.recovered, quota.remaining].join(' ')).sort();
}

function published(column: string): string[] {
  return rowsOf('land-balance.csv')
    .map((row) => [row.region_code, row.completed, row.recovered, row[column]].join(' '))
    .sort();
}

/** The same, straight from the entries: what the newest entry of each sale says of a parcel, from `first` on. */
async function computed(engine: TestEngine, first: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    with used as (
      select distinct on (parcel_no) region_id, area_sqm from land_entry
      where kind = any(${first}::text[]) and land_use = '商品住宅用地' order by parcel_no, date desc, array_position(array['announced', 'sold', 'contracted'], kind) desc
    )
    select concat_ws(' ', r.code, coalesce(g.completed, 0), coalesce(g.recovered, 0),
      coalesce(g.completed, 0) + coalesce(g.recovered, 0) - coalesce((select sum(area_sqm) from used u where u.region_id = r.id), 0)) as line
    from region r left join (
      select region_id, sum(area_sqm) filter (where kind = 'completed') as completed, sum(area_sqm) filter (where kind = 'recovered') as recovered
      from land_entry group by region_id
    ) g on g.region_id = r.id order by 1
  `.execute(engine.database.db);
  return rows.map(({ line }) => line).sort();
}

const EVERY_STEP = ['announced', 'sold', 'contracted'];

test.each([
  { reserveAt: 'announced', first: EVERY_STEP, column: 'left_if_announced_counts' },
  { reserveAt: 'contracted', first: ['contracted'], column: 'left_if_contracted_counts' },
] as const)(
  'the sample ledger loads and every balance is the published one, taken at $reserveAt',
  async ({ reserveAt, first, column }) => {
    const engine = await landEngine({ reserveAt });
    const result = await take(engine, Buffer.from(LAND), { name: 'land.csv' });
    expect(result.rows).toMatchObject({ total: 86, accepted: 86 });
    const balances = await balancesOf(engine);
    expect(balances).toEqual(published(column));
    expect(balances).toEqual(await computed(engine, first));
    expect(await balancesOf(engine, '2025-12-15T10:00:00+08:00')).toEqual(balances);
    expect(balances).toContain(reserveAt === 'announced' ? '653131 2000 1200 -1600' : '653131 2000 1200 0');
  },
);

test('what counts at the deal lies between the two published columns, and is what the entries add up to', async () => {
  const engine = await landEngine({ reserveAt: 'sold' });
  await take(engine, Buffer.from(LAND), { name: 'land.csv' });
  expect(await balancesOf(engine)).toEqual(await computed(engine, ['sold', 'contracted']));
});

const CORRECTIONS = [
  'TD2025-0012,653101,completed,喀什2025-01号,商品住宅用地,30500,2025-03-25',
  'TD2025-0001,653125,announced,莎车2025-05号,商品住宅用地,1920,2025-02-02',
];

/** The ledger in three files and a later one that corrects two of them, each with the instant at which it became known. */
function parts(): { readonly rows: readonly string[]; readonly asOf: string }[] {
  const { below } = seeded(20_261_125);
  const parcels = [...new Set(ROWS.map((row) => row.split(',')[3]))];
  const home = new Map(parcels.map((parcel) => [parcel, below(3)])); // a parcel's entries stay together
  const days = ['2025-10-01', '2025-10-02', '2025-10-03'];
  return [
    ...days.map((day, at) => ({
      rows: ROWS.filter((row) => home.get(row.split(',')[3]) === at),
      asOf: `${day}T00:00:00Z`,
    })),
    { rows: CORRECTIONS, asOf: '2025-10-04T00:00:00Z' },
  ];
}

function orders<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, at) => orders(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

test('whatever the order in which files arrive, the balances are the same, now and as of each day', async () => {
  const outcomes = new Set<string>();
  const all = orders(parts());
  for (const order of all.filter((_, at) => at % 4 === 0)) {
    const engine = await landEngine();
    for (const { rows, asOf } of order) await take(engine, fileOf(rows), { asOf, name: `land-${asOf}.csv` });
    const known = [];
    for (const day of ['2025-10-01', '2025-10-02', '2025-10-03', '2025-10-04'])
      known.push(await balancesOf(engine, `${day}T12:00:00Z`));
    outcomes.add(JSON.stringify({ now: await balancesOf(engine), known }));
    expect(known.at(-1)).toEqual(await balancesOf(engine));
  }
  expect(outcomes.size).toBe(1);
  const [outcome = ''] = outcomes;
  const { now } = JSON.parse(outcome) as { now: string[] };
  const wanted = published('left_if_announced_counts').map((line) =>
    line.replace('653101 156720 10560 150180', '653101 146720 10560 140180'),
  );
  expect(now).toEqual(wanted);
});

/** Twelve months of sales up to November that add up to 12,000 ㎡, and a stock: the unit is at so many months. */
async function givenMonths(engine: TestEngine, unit: string, stock: string): Promise<void> {
  const months = monthRange(addMonths('2025-11', -11), '2025-11');
  const asOf = '2025-12-03T00:00:00Z';
  await take(engine, salesCsv(months.map((month): SalesRow => [unit, month, '1000', '0'])), {
    name: `sales-${unit}.csv`,
    asOf,
  });
  await take(engine, stockCsv([[unit, '2025-11', stock, '0']]), { name: `stock-${unit}.csv`, asOf });
  await assessMonths(engine);
}

const KASHGAR = { region: '653101', parcel: '喀什2025-90号', use: '商品住宅用地', by: 'test' };

test('a correction and its withdrawal change the answer from then on, and never what was known before', async () => {
  const engine = await landEngine({}, '2025-12-10T00:00:00Z');
  await take(engine, Buffer.from(LAND), { name: 'land.csv', asOf: '2025-12-04T00:00:00Z' });
  await givenMonths(engine, '653101', '30000');
  const ask = { ...KASHGAR, area: '145000', date: '2025-12-08' };
  const answer = async (asOf?: string) => {
    const found = await checkLand(engine, { ...ask, ...(asOf === undefined ? {} : { asOf: new Date(asOf) }) });
    const { derivedAgain, lines } = await explainLand(engine, Number(found.id));
    expect(derivedAgain).toBe(true);
    const sign = (kind: string): number => (kind === 'reserved' || kind === 'confirmed' ? -1 : 1);
    expect(lines.reduce((sum, { kind, area }) => sum + sign(kind) * Number(area), 0)).toBe(
      Number(found.quota.remaining),
    );
    return `${found.decision} ${found.quota.completed} ${found.quota.remaining}`;
  };
  const before = 'WITHIN_QUOTA 156720 150180';
  const after = 'OVER_QUOTA 146720 140180';
  expect(await answer()).toBe(before);
  engine.setNow('2025-12-12T00:00:00Z');
  const { id } = await take(engine, fileOf(CORRECTIONS.slice(0, 1)), { name: 'correction.csv' });
  expect(await answer()).toBe(after);
  expect(await answer('2025-12-11T00:00:00Z')).toBe(before);
  expect(await answer('2025-12-12T00:00:00Z')).toBe(after);
  engine.setNow('2025-12-14T00:00:00Z');
  await withdrawBatch(engine, { id: Number(id), by: 'test', reason: 'the first figure was right' });
  engine.setNow('2025-12-15T00:00:00Z');
  expect(await answer()).toBe(before);
  expect(await answer('2025-12-13T00:00:00Z')).toBe(after);
  expect(await answer('2025-12-11T00:00:00Z')).toBe(before);
  expect(await answer('2025-12-03T12:00:00Z')).toBe('OVER_QUOTA 0 0');
  expect(await answer('2025-12-02T00:00:00Z')).toBe('NO_BASIS 0 0');
});

test('accounts as stored are what follows from entries and reservations, whatever was done to them', async () => {
  const engine = await landEngine({}, '2025-12-10T00:00:00Z');
  const { id } = await take(engine, Buffer.from(LAND), { name: 'land.csv', asOf: '2025-12-04T00:00:00Z' });
  await givenMonths(engine, '653101', '30000');
  const agree = async () => {
    const now = await landStatus(engine, { year: 2025 });
    const known = await landStatus(engine, { year: 2025, asOf: engine.now() });
    const figures = ({ units }: typeof now) => units.map(({ region, tier, quota }) => ({ region, tier, quota }));
    expect(figures(known)).toEqual(figures(now));
    return now.units.find(({ region }) => region === '653101')?.quota;
  };
  expect(await agree()).toMatchObject({ remaining: '150180', reserved: '17100' });
  const reserve = (key: string, parcel: string, area: string) =>
    reserveLand(engine, { ...KASHGAR, parcel, area, date: '2025-12-08', key });
  await reserve('K1', '喀什2025-91号', '5公顷');
  await reserve('K2', '喀什2025-92号', '1000');
  await reserve('K3', '喀什2025-93号', '2000');
  expect(await agree()).toMatchObject({ remaining: '97180', reserved: '70100', confirmed: '0' });
  engine.setNow('2025-12-11T00:00:00Z');
  await confirmReservation(engine, { key: 'K1', area: '4公顷', by: 'test' });
  await releaseReservation(engine, { key: 'K2', by: 'test' });
  expect(await agree()).toMatchObject({ remaining: '108180', reserved: '19100', confirmed: '40000' });
  const entry = { region: '653101', parcel: '喀什2025-93号', use: '商品住宅用地', correct: false, by: 'test' };
  await recordLand(engine, { ...entry, entryNo: 'H1', kind: '公告', area: '1800', date: '2025-12-10' });
  expect(await agree()).toMatchObject({ remaining: '108380', reserved: '18900', confirmed: '40000' });
  await recordLand(engine, { ...entry, entryNo: 'H2', kind: '流拍', area: '1800', date: '2025-12-11' });
  expect(await agree()).toMatchObject({ remaining: '110180', reserved: '17100', confirmed: '40000' });
  await withdrawBatch(engine, { id: Number(id), by: 'test', reason: 'test' });
  expect(await agree()).toMatchObject({ remaining: '-40000', completed: '0', confirmed: '40000' });
});

test('every stored answer follows again from what it was made of, and one that was tampered with does not', async () => {
  const engine = await landEngine({}, '2025-12-10T00:00:00Z');
  await take(engine, Buffer.from(LAND), { name: 'land.csv', asOf: '2025-12-04T00:00:00Z' });
  const units: readonly [string, string][] = [
    ['653101', '30000'],
    ['653122', '40000'],
    ['653125', '15000'],
    ['653131', '30000'],
  ];
  for (const [unit, stock] of units) await givenMonths(engine, unit, stock);
  const answers: string[] = [];
  for (const region of ['653101', '653122', '653125', '653131', '653121', '653128']) {
    for (const use of ['商品住宅用地', '保障性住房用地'])
      for (const residentialShare of use === '商品住宅用地' ? [undefined, '0.7', '0'] : [undefined]) {
        const share = residentialShare === undefined ? {} : { residentialShare };
        const found = await checkLand(engine, { region, parcel: '新1号', use, area: '5000', by: 'test', ...share });
        answers.push(found.decision);
        expect(await explainLand(engine, Number(found.id))).toMatchObject({
          ...found,
          derivedAgain: true,
          purpose: 'check',
        });
        expect(await recheckLand(engine, { id: Number(found.id), by: 'test' })).toMatchObject({
          same: true,
          differences: [],
        });
      }
  }
  expect(new Set(answers)).toEqual(
    new Set(['WITHIN_QUOTA', 'OVER_QUOTA', 'SUSPENDED', 'ALLOWED', 'EXEMPT', 'NO_BASIS']),
  );
  const { rows } = await sql<{ id: number }>`
    update land_decision set decision = jsonb_set(decision, '{answer}', '"ALLOWED"') where answer = 'SUSPENDED' returning id
  `.execute(engine.database.db);
  expect(rows.length).toBeGreaterThan(0);
  for (const { id } of rows) expect(await explainLand(engine, id)).toMatchObject({ derivedAgain: false });
});

test('asked again after a correction, an old answer stands beside the new one with what differs', async () => {
  const engine = await landEngine({}, '2025-12-10T00:00:00Z');
  await take(engine, Buffer.from(LAND), { name: 'land.csv', asOf: '2025-12-04T00:00:00Z' });
  await givenMonths(engine, '653101', '30000');
  const { id } = await checkLand(engine, { ...KASHGAR, area: '14.5公顷', date: '2025-12-08' });
  engine.setNow('2025-12-12T00:00:00Z');
  await take(engine, fileOf(CORRECTIONS.slice(0, 1)), { name: 'correction.csv' });
  const { same, before, now, differences } = await recheckLand(engine, { id: Number(id), by: 'test' });
  expect([same, before.decision, now.decision]).toEqual([false, 'WITHIN_QUOTA', 'OVER_QUOTA']);
  expect(differences).toContain('竣工：原为 156720，现为 146720');
  expect(differences).toContain('剩余：原为 150180，现为 140180');
  expect(await explainLand(engine, Number(id))).toMatchObject({ decision: 'WITHIN_QUOTA', derivedAgain: true });
  expect(await explainLand(engine, Number(now.id))).toMatchObject({ decision: 'OVER_QUOTA', purpose: 'recheck' });
});
