import type { Config } from '@quhua/config';
import type { Expectation, FeedName } from '@quhua/core';
import { assessMonths, checkFeeds, type FeedHealth, feedsHealth, ingestFile, withdrawBatch } from '@quhua/engine';
import { listAlerts } from '@quhua/storage';
import { expect, test } from 'vitest';
import {
  createTestEngine,
  type SalesRow,
  type StockRow,
  salesCsv,
  stockCsv,
  type TestEngine,
  take,
} from '../support/engine.ts';

const CODES = (engine: TestEngine) => engine.config.jurisdiction.regions.map((region) => region.code);
const [A, B] = ['653101', '653121'];

function withExpected(
  engine: TestEngine,
  expected: Partial<Record<FeedName, Expectation>>,
  more: Partial<Config> = {},
) {
  const { schedule } = engine.config;
  const config = {
    ...engine.config,
    ...more,
    schedule: { ...schedule, expected: { ...schedule.expected, ...expected } },
  };
  return { ...engine, config };
}

/** Sales of every unit, some left out; no two months alike. */
function salesOf(engine: TestEngine, month: string, without: readonly string[] = []): Buffer {
  const codes = CODES(engine).filter((code) => !without.includes(code));
  return salesCsv(codes.map((code): SalesRow => [code, month, `10.${month.slice(5)}`, '0']));
}

async function healthOf(engine: TestEngine, feed: FeedName): Promise<FeedHealth> {
  const found = (await feedsHealth(engine)).find((health) => health.feed === feed);
  if (found === undefined) throw new Error(`${feed} is not watched`);
  return found;
}

function notFresh({ units }: FeedHealth): string[] {
  return units.filter(({ state }) => state !== 'fresh').map(({ region, state }) => `${region.code} ${state}`);
}

async function openKinds(engine: TestEngine): Promise<string[]> {
  const alerts = await listAlerts(engine.database.db, { jurisdiction: '653100', status: 'open' });
  return alerts.map(({ kind }) => kind).sort();
}

test('a feed of which nothing ever came is not watched', async () => {
  const engine = await createTestEngine();
  expect(await feedsHealth(engine)).toEqual([]);
});

test('fresh, late, stale: as the days go by, in the time zone of the jurisdiction', async () => {
  const engine = await createTestEngine({ now: '2025-11-10T23:59:00+08:00' });
  await take(engine, salesOf(engine, '2025-09'));
  expect(await healthOf(engine, 'sales')).toMatchObject({ state: 'fresh', month: '2025-09', due: '2025-10-07' });
  engine.setNow('2025-11-11T00:00:00+08:00');
  const late = await healthOf(engine, 'sales');
  expect(late).toMatchObject({ state: 'late', month: '2025-10', due: '2025-11-07', since: '2025-11-11' });
  expect(late.missing).toHaveLength(13);
  engine.setNow('2025-12-18T00:00:00+08:00');
  expect(await healthOf(engine, 'sales')).toMatchObject({ state: 'stale', counts: { stale: 13, fresh: 0 } });
});

test('some units in, some not: the feed is partial, and each unit says what it owes', async () => {
  const engine = await createTestEngine({ now: '2025-11-15T10:00:00+08:00' });
  await take(engine, salesOf(engine, '2025-09'), { name: 'sept.csv' });
  await take(engine, salesOf(engine, '2025-10', [A, B]), { name: 'oct.csv' });
  const health = await healthOf(engine, 'sales');
  expect(health).toMatchObject({ state: 'partial', counts: { fresh: 11, late: 2 } });
  expect(notFresh(health)).toEqual([`${A} late`, `${B} late`]);
  expect(health.units.find(({ region }) => region.code === A)?.months).toEqual(['2025-10']);
});

test('a month without a figure that assessments need is partial, with an alert of its own', async () => {
  const engine = await createTestEngine({ now: '2025-11-15T10:00:00+08:00' });
  await take(engine, salesOf(engine, '2025-10', [A]), { name: 'most.csv' });
  await take(engine, salesCsv([[A, '2025-10', '10', '']]), { name: 'half.csv' });
  expect(notFresh(await healthOf(engine, 'sales'))).toEqual([`${A} partial`]);
  await checkFeeds(engine);
  expect(await openKinds(engine)).toEqual(['FEED_PARTIAL']);
  await take(engine, salesCsv([[A, '2025-10', '10', '0']]), { name: 'whole.csv' });
  await checkFeeds(engine);
  expect(await openKinds(engine)).toEqual([]);
});

test('units have days of their own', async () => {
  const base = await createTestEngine({ now: '2025-11-15T10:00:00+08:00' });
  const { sales } = base.config.schedule.expected;
  if (sales?.rhythm !== 'monthly') throw new Error('sales come monthly');
  const engine = withExpected(base, { sales: { ...sales, units: { [A]: { dueDay: 20 } } } });
  await take(engine, salesOf(engine, '2025-09'));
  expect(notFresh(await healthOf(engine, 'sales'))).not.toContain(`${A} late`);
  expect((await healthOf(engine, 'sales')).counts).toMatchObject({ fresh: 1, late: 12 });
});

test('a unit whose row was quarantined, or whose file is refused, is refused until something replaces it', async () => {
  const engine = await createTestEngine({ now: '2025-11-15T10:00:00+08:00' });
  await take(engine, salesOf(engine, '2025-09'), { name: 'sept.csv' });
  const rows = salesOf(engine, '2025-10').toString().replace(`${A},2025-10,10.10`, `${A},2025-10,许多`);
  engine.setNow('2025-11-15T11:00:00+08:00');
  await take(engine, Buffer.from(rows), { name: 'oct.csv' });
  expect(notFresh(await healthOf(engine, 'sales'))).toEqual([`${A} refused`]);
  engine.setNow('2025-11-15T12:00:00+08:00');
  const refused = await ingestFile(engine, {
    name: '疏附县网签10月.csv',
    bytes: Buffer.from('a,b\n1,2\n'),
    by: 'test',
  });
  expect(refused.status).toBe('rejected');
  expect(notFresh(await healthOf(engine, 'sales'))).toEqual([`${A} refused`, `${B} refused`]);
  engine.setNow('2025-11-15T13:00:00+08:00');
  await take(engine, salesCsv([A, B].map((code): SalesRow => [code ?? '', '2025-10', '11', '0'])), {
    name: 'both.csv',
  });
  expect(notFresh(await healthOf(engine, 'sales'))).toEqual([]);
});

test('late stays open while units turn stale, and both end when everything is in', async () => {
  const engine = await createTestEngine({ now: '2025-11-15T10:00:00+08:00' });
  await take(engine, salesOf(engine, '2025-09'), { name: 'sept.csv' });
  await checkFeeds(engine);
  expect(await openKinds(engine)).toEqual(['FEED_LATE']);
  engine.setNow('2025-12-20T10:00:00+08:00');
  await checkFeeds(engine);
  expect(await openKinds(engine)).toEqual(['FEED_LATE', 'FEED_STALE']);
  await take(engine, salesOf(engine, '2025-10'), { name: 'oct.csv' });
  await checkFeeds(engine);
  expect(await openKinds(engine)).toEqual(['FEED_LATE']);
  const november = await take(engine, salesOf(engine, '2025-11'), { name: 'nov.csv' });
  await checkFeeds(engine);
  expect(await openKinds(engine)).toEqual([]);
  await withdrawBatch(engine, { id: Number(november.id), by: 'test', reason: 'wrong' });
  await checkFeeds(engine);
  expect(await openKinds(engine)).toEqual(['FEED_LATE']);
});

test('a feed that is expected every so many days is late as a whole', async () => {
  const base = await createTestEngine({ now: '2025-11-01T10:00:00+08:00' });
  const days = { rhythm: 'days', everyDays: 7, graceDays: 3, staleDays: 40, owner: null } as const;
  const engine = withExpected(base, { sales: days });
  await take(engine, salesOf(engine, '2025-09'));
  expect(await healthOf(engine, 'sales')).toMatchObject({ state: 'fresh', due: '2025-11-08' });
  engine.setNow('2025-11-12T00:00:00+08:00');
  expect(await healthOf(engine, 'sales')).toMatchObject({ state: 'late', units: [] });
  await checkFeeds(engine);
  expect(await openKinds(engine)).toEqual(['FEED_LATE']);
});

test("a feed's owner is told of its alerts besides those whom the routes name", async () => {
  const base = await createTestEngine({ now: '2025-11-15T10:00:00+08:00' });
  const { sales } = base.config.schedule.expected;
  if (sales === undefined) throw new Error('sales are expected');
  const { alerts } = base.config;
  const owner = { name: 'statistics', title: '统计科', channels: [{ channel: 'file' as const }] };
  const engine = withExpected(
    base,
    { sales: { ...sales, owner: 'statistics' } },
    { alerts: { ...alerts, receivers: [...alerts.receivers, owner] } },
  );
  await take(engine, salesOf(engine, '2025-09'));
  await checkFeeds(engine);
  await ingestFile(engine, { name: 'x.csv', bytes: Buffer.from('a,b\n1,2\n'), by: 'test', feed: 'sales' });
  const told = await engine.database.db
    .selectFrom('delivery')
    .select(['receiver', 'reason'])
    .orderBy('receiver')
    .execute();
  expect(told.map(({ receiver, reason }) => `${receiver} ${reason}`)).toEqual([
    'market-supervision routes[0]',
    'market-supervision routes[0]',
    'statistics owner',
    'statistics owner',
  ]);
});

test('a unit whose data go stale keeps its market alert', async () => {
  const engine = await createTestEngine({ now: '2025-11-15T10:00:00+08:00' });
  const months = Array.from({ length: 12 }, (_, at) => `2024-${String(at + 1).padStart(2, '0')}`);
  const sales = months.map((month): SalesRow => [A ?? '', month, '100', '0']);
  await take(engine, salesCsv(sales), { name: 'sales.csv' });
  const stock = months.map((month): StockRow => [A ?? '', month, '900000', '0']);
  await take(engine, stockCsv(stock), { name: 'stock.csv' });
  await assessMonths(engine);
  expect(await openKinds(engine)).toContain('TIER_SUSPEND');
  for (const now of ['2026-02-01T10:00:00+08:00', '2027-03-01T10:00:00+08:00']) {
    engine.setNow(now);
    await assessMonths(engine);
    await checkFeeds(engine);
    expect(await openKinds(engine)).toEqual(expect.arrayContaining(['FEED_LATE', 'FEED_STALE', 'TIER_SUSPEND']));
  }
});
