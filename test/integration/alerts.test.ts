import { loadConfig } from '@quhua/config';
import { addMonths, monthRange } from '@quhua/core';
import { assessMonths, checkFeeds, confirmAlert } from '@quhua/engine';
import { listAlertEvents, listAlerts, readDeliveryBalance } from '@quhua/storage';
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
import { marketConfig } from '../support/market-config.ts';

const UNIT = '653122';

/** Twelve months of sales that add up to 12,000 ㎡, and a month-end stock. */
async function givenUnit(engine: TestEngine, stock: string, to = '2025-09'): Promise<void> {
  const months = monthRange(addMonths(to, -11), to);
  await take(engine, salesCsv(months.map((month): SalesRow => [UNIT, month, '1000', '0'])), { name: 'sales.csv' });
  await take(engine, stockCsv([[UNIT, to, stock, '0']]), { name: 'stock.csv' });
  await assessMonths(engine);
}

async function restate(engine: TestEngine, rows: readonly StockRow[], at: string): Promise<void> {
  engine.setNow(at);
  await take(engine, stockCsv(rows), { name: `stock-${at}.csv` });
  await assessMonths(engine);
}

async function story(engine: TestEngine): Promise<string[]> {
  const { db } = engine.database;
  const alerts = (await listAlerts(db, { jurisdiction: '653100' })).toReversed();
  const lines = await Promise.all(
    alerts.map(async ({ id, kind, since, status }) => {
      const events = await listAlertEvents(db, id);
      return `${kind} ${since} ${status}: ${events.map((event) => event.event).join(' ')}`;
    }),
  );
  return lines;
}

test('a unit over 36 months opens one alert, with everything that the decision rested on', async () => {
  const engine = await createTestEngine({ config: loadConfig(await marketConfig()) });
  await givenUnit(engine, '36000.01');
  const [alert] = await listAlerts(engine.database.db, { jurisdiction: '653100' });
  expect(alert).toMatchObject({
    kind: 'TIER_SUSPEND',
    rule: 'mnr-2024-918',
    subject: { type: 'region', code: UNIT, name: '疏勒县' },
    level: 'red',
    status: 'open',
    episode: 1,
    month: '2025-09',
    inputs: {
      stock: '36000.01',
      sold: '12000.00',
      monthsPresent: 12,
      tier: 'SUSPEND',
      previousTier: null,
      rulebook: 'mnr-2024-918',
    },
  });
  expect(alert?.text).toContain('36.0（>36）个月');
  expect(alert?.text).toContain('自然资办函〔2024〕918号');
  await assessMonths(engine);
  expect(await story(engine)).toEqual(['TIER_SUSPEND 2025-09 open: open']);
});

test('a suspension ends only below 36 months, and is told of once', async () => {
  const engine = await createTestEngine({ config: loadConfig(await marketConfig()) });
  await givenUnit(engine, '36000.01');
  await restate(engine, [[UNIT, '2025-09', '36000.00', '0']], '2025-11-07T10:00:00+08:00');
  // Exactly 36: never suspended before, so the corrected month is not over 36 at all.
  expect(await story(engine)).toEqual(['TIER_SUSPEND 2025-09 resolved: open resolve', 'TIER_SWAP 2025-09 open: open']);
  const balance = await readDeliveryBalance(engine.database.db, engine.config.jurisdiction.code);
  expect(balance).toMatchObject({ created: 3, pending: 3 });
});

test('missing data neither ends an alert nor opens one', async () => {
  const engine = await createTestEngine({ config: loadConfig(await marketConfig()) });
  await givenUnit(engine, '50000');
  engine.setNow('2025-12-10T10:00:00+08:00');
  await take(engine, salesCsv([['653101', '2025-11', '5', '0']]), { name: 'other.csv' }); // the newest month moves on without this unit
  await assessMonths(engine);
  expect(await story(engine)).toEqual(['TIER_SUSPEND 2025-09 open: open']);
  const [alert] = await listAlerts(engine.database.db, { jurisdiction: '653100' });
  expect(alert?.month).toBe('2025-09');
});

test('a later report with a gap takes no known figure away', async () => {
  const engine = await createTestEngine({ config: loadConfig(await marketConfig()) });
  await givenUnit(engine, '50000');
  await restate(engine, [[UNIT, '2025-09', '-', '5']], '2025-11-07T10:00:00+08:00');
  expect(await story(engine)).toEqual(['TIER_SUSPEND 2025-09 open: open']);
});

test('a restated history corrects the beginning of a running alert without telling anybody again', async () => {
  const engine = await createTestEngine({ config: loadConfig(await marketConfig()) });
  await givenUnit(engine, '50000');
  const before = await readDeliveryBalance(engine.database.db, engine.config.jurisdiction.code);
  engine.setNow('2025-11-07T10:00:00+08:00');
  const months = monthRange('2024-06', '2024-09');
  await take(engine, salesCsv(months.map((month): SalesRow => [UNIT, month, '1000', '0'])), { name: 'older.csv' });
  await take(engine, stockCsv(monthRange('2025-06', '2025-08').map((month): StockRow => [UNIT, month, '49000', '0'])), {
    name: 'older-stock.csv',
  });
  await assessMonths(engine);
  expect(await story(engine)).toEqual(['TIER_SUSPEND 2025-06 open: open restate']);
  expect(await readDeliveryBalance(engine.database.db, engine.config.jurisdiction.code)).toEqual(before);
});

test('a correction that takes an alert its ground away resolves it, and says so', async () => {
  const engine = await createTestEngine({ config: loadConfig(await marketConfig()) });
  await givenUnit(engine, '50000');
  await restate(engine, [[UNIT, '2025-09', '500', '0']], '2025-11-07T10:00:00+08:00');
  expect(await story(engine)).toEqual(['TIER_SUSPEND 2025-09 resolved: open resolve']);
  const [alert] = await listAlerts(engine.database.db, { jurisdiction: '653100' });
  const [, resolve] = await listAlertEvents(engine.database.db, alert?.id ?? 0);
  expect(resolve?.detail).toMatchObject({ text: expect.stringContaining('更正') });
  await restate(engine, [[UNIT, '2025-09', '60000', '0']], '2025-11-08T10:00:00+08:00');
  expect((await listAlerts(engine.database.db, { jurisdiction: '653100', status: 'open' }))[0]).toMatchObject({
    episode: 2,
  });
});

test('net sales below zero wait for a person: nobody is told until it is confirmed', async () => {
  const engine = await createTestEngine({ config: loadConfig(await marketConfig()) });
  await givenUnit(engine, '100');
  engine.setNow('2025-11-07T10:00:00+08:00');
  await take(engine, salesCsv([[UNIT, '2025-09', '0', '50000']]), { name: 'cancelled.csv' });
  await assessMonths(engine);
  const waiting = await listAlerts(engine.database.db, { jurisdiction: '653100', status: 'unconfirmed' });
  expect(waiting).toMatchObject([{ kind: 'TIER_SUSPEND', inputs: { status: 'NET_NEGATIVE' } }]);
  expect(await readDeliveryBalance(engine.database.db, engine.config.jurisdiction.code)).toMatchObject({ created: 0 });
  await confirmAlert(engine, { id: waiting[0]?.id ?? 0, by: 'test' });
  expect(await readDeliveryBalance(engine.database.db, engine.config.jurisdiction.code)).toMatchObject({
    created: 1,
    pending: 1,
  });
  await expect(confirmAlert(engine, { id: waiting[0]?.id ?? 0, by: 'test' })).rejects.toMatchObject({
    code: 'ALERT_NOT_UNCONFIRMED',
  });
});

test('an overdue feed opens one alert that names who owes it, and ends when everything is in', async () => {
  const engine = await createTestEngine({ config: loadConfig(await marketConfig()), now: '2025-10-25T10:00:00+08:00' });
  const codes = engine.config.jurisdiction.regions.map((region) => region.code);
  await take(engine, salesCsv(codes.slice(1).map((code): SalesRow => [code, '2025-09', '10', '0'])), {
    name: 'most.csv',
  });
  expect(await checkFeeds(engine)).toMatchObject([{ feed: 'sales', month: '2025-09', missing: [{ code: codes[0] }] }]);
  await checkFeeds(engine);
  const late = await listAlerts(engine.database.db, { jurisdiction: '653100' });
  expect(late).toMatchObject([
    { kind: 'FEED_LATE', subject: { type: 'feed', code: 'sales' }, status: 'open', inputs: { missing: [codes[0]] } },
  ]);
  await take(engine, salesCsv([[codes[0] ?? '', '2025-09', '10', '0']]), { name: 'last.csv' });
  await checkFeeds(engine);
  expect((await listAlerts(engine.database.db, { jurisdiction: '653100' }))[0]).toMatchObject({ status: 'resolved' });
});

test('the events of a jurisdiction form one unbroken chain of hashes', async () => {
  const engine = await createTestEngine({ config: loadConfig(await marketConfig()) });
  await givenUnit(engine, '50000');
  await restate(engine, [[UNIT, '2025-09', '500', '0']], '2025-11-07T10:00:00+08:00');
  const events = await engine.database.db.selectFrom('alert_event').selectAll().orderBy('id').execute();
  expect(events.length).toBeGreaterThanOrEqual(2);
  expect(events[0]?.previous_hash).toBe('');
  for (const [at, event] of events.entries()) if (at > 0) expect(event.previous_hash).toBe(events[at - 1]?.hash);
});
