import { assessMonths, runAssessJob, withdrawBatch } from '@quhua/engine';
import { countOutbox, listAlerts, openDatabase } from '@quhua/storage';
import { expect, test } from 'vitest';
import { createTestEngine, type TestEngine, take } from '../support/engine.ts';
import { atEnd } from '../support/lifetime.ts';
import { until } from '../support/poll.ts';
import { ask } from '../support/with-client.ts';
import { stockOf, yearOfSales } from './stories.ts';

/** An installation in which one unit is to be found suspended as soon as somebody assesses it. */
async function givenUnitDue(): Promise<TestEngine> {
  const engine = await createTestEngine({ now: '2025-11-20T10:10:00+08:00' });
  await take(engine, yearOfSales(), { name: 'sales.csv' });
  await take(engine, stockOf({ '653101': '40000' }), { name: 'stock.csv' });
  return engine;
}

async function kinds(engine: TestEngine): Promise<string[]> {
  return (await listAlerts(engine.database.db, { jurisdiction: '653100' })).map((alert) => alert.kind);
}

test('what a host with a clock ahead took in is assessed at once by one that is behind', async () => {
  const engine = await givenUnitDue();
  engine.setNow('2025-11-20T10:09:00+08:00');
  await assessMonths(engine);
  expect(await kinds(engine)).toEqual(['TIER_SUSPEND']);
});

test('what a host with a clock ahead withdrew is assessed at once by one that is behind', async () => {
  const engine = await givenUnitDue();
  await assessMonths(engine);
  const wrong = await take(engine, stockOf({ '653101': '41000' }), { name: 'wrong.csv' });
  await withdrawBatch(engine, { id: Number(wrong.id), by: 'test', reason: 'test' });
  engine.setNow('2025-11-20T10:09:00+08:00');
  await assessMonths(engine);
  const [alert] = await listAlerts(engine.database.db, { jurisdiction: '653100' });
  expect(alert).toMatchObject({ status: 'open', inputs: { stock: '40000.00' } });
});

test('a message is not done while somebody else holds its units: that one may die', async () => {
  const engine = await givenUnitDue();
  const doomed = openDatabase({ connection: { connectionString: engine.databaseUrl }, name: 'doomed' });
  atEnd(() => doomed.close());
  const death = Promise.withResolvers<void>();
  const holding = Promise.withResolvers<void>();
  const dying = doomed.transaction(async (tx) => {
    await assessMonths({ ...engine, database: { ...doomed, transaction: (work) => work(tx) } });
    holding.resolve();
    await death.promise;
    throw new Error('killed');
  });
  await Promise.race([holding.promise, dying]);
  const keys = await ask<{ key: string }>(
    engine.databaseUrl,
    "select job_key as key from outbox where queue = 'assess'",
  );
  const jobs = Promise.all(keys.map(({ key }) => runAssessJob(engine, key)));
  const waiting = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  await until(async () => (await ask(engine.databaseUrl, waiting)).length > 0, {
    withinMs: 10_000,
    what: 'a job that waits',
  });
  death.resolve();
  await expect(dying).rejects.toThrow('killed');
  await jobs;
  expect(await kinds(engine)).toEqual(['TIER_SUSPEND']);
  expect(await countOutbox(engine.database.db, engine.config.jurisdiction.code)).toMatchObject({
    unfinished: 0,
    done: 2,
  });
});
