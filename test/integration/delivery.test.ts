import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileChannel, type Message } from '@quhua/alerts';
import { loadConfig } from '@quhua/config';
import { AppError, monthRange } from '@quhua/core';
import { assessMonths, deliverAlert, relayOutbox } from '@quhua/engine';
import { type AlertPayload, openQueues, type Queues } from '@quhua/queue';
import { silentLogger } from '@quhua/runtime';
import { countOutbox, listDeliveries, readDeliveryBalance, reofferOutbox } from '@quhua/storage';
import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { createTestEngine, type SalesRow, salesCsv, stockCsv, type TestEngine, take } from '../support/engine.ts';
import { atEnd } from '../support/lifetime.ts';
import { marketConfig } from '../support/market-config.ts';
import { until } from '../support/poll.ts';
import { testPrefix } from '../support/redis.ts';

/** An engine with one alert on its way. */
async function withOneAlert(options: Parameters<typeof createTestEngine>[0] = {}): Promise<TestEngine> {
  const engine = await createTestEngine({ config: loadConfig(await marketConfig()), ...options });
  await take(
    engine,
    salesCsv(monthRange('2024-10', '2025-09').map((month): SalesRow => ['653122', month, '1000', '0'])),
  );
  await take(engine, stockCsv([['653122', '2025-09', '50000', '0']]));
  await assessMonths(engine);
  return engine;
}

async function openTestQueues(): Promise<Queues> {
  const connection = { kind: 'redis', url: inject('redisUrl'), prefix: testPrefix() } as const;
  const queues = await openQueues({ connection, log: silentLogger });
  atEnd(() => queues.close());
  return queues;
}

async function onlyDelivery(engine: TestEngine): Promise<string> {
  const rows = await engine.database.db.selectFrom('delivery').select('id').execute();
  expect(rows).toHaveLength(1);
  return rows[0]?.id ?? '';
}

test('a delivery is sent once, marked sent, and closes its outbox row', async () => {
  const engine = await withOneAlert();
  const id = await onlyDelivery(engine);
  const channels = { file: fileChannel(engine.home, engine.now) };
  expect(await deliverAlert(engine, channels, id)).toBe(true);
  expect(await deliverAlert(engine, channels, id)).toBe(false);
  const lines = readFileSync(join(engine.home, 'sent/market-supervision.jsonl'), 'utf8').trim().split('\n');
  expect(lines).toHaveLength(1);
  const message = JSON.parse(lines[0] ?? '{}');
  expect(message).toEqual({
    deliveryId: id,
    receiver: 'market-supervision',
    sentAt: '2025-11-06T02:00:00.000Z',
    repeat: false,
    alerts: [
      {
        id: expect.any(String),
        event: 'open',
        kind: 'TIER_SUSPEND',
        subject: { type: 'region', code: '653122', name: '疏勒县' },
        level: 'red',
      },
    ],
    text: expect.stringMatching(/^【红色预警】疏勒县：2025年9月去化周期50\.0个月/u),
  });
  expect(await readDeliveryBalance(engine.database.db, engine.config.jurisdiction.code)).toMatchObject({
    created: 1,
    delivered: 1,
    pending: 0,
  });
});

test('a channel that fails leaves the delivery for the next attempt, which says that it may be a repeat', async () => {
  const engine = await withOneAlert();
  const id = await onlyDelivery(engine);
  const sent: Message[] = [];
  const channel = {
    send: async (message: Message) => {
      sent.push(message);
      if (sent.length === 1) throw new AppError('transient', 'CHANNEL_FILE', 'disk full');
    },
  };
  await expect(deliverAlert(engine, { file: channel }, id)).rejects.toMatchObject({ code: 'CHANNEL_FILE' });
  expect(await readDeliveryBalance(engine.database.db, engine.config.jurisdiction.code)).toMatchObject({
    pending: 1,
    delivered: 0,
  });
  expect(await deliverAlert(engine, { file: channel }, id)).toBe(true);
  expect(sent.map((message) => message.repeat)).toEqual([false, true]);
  expect(new Set(sent.map((message) => message.deliveryId)).size).toBe(1);
  const alert = await engine.database.db.selectFrom('alert').select('id').executeTakeFirstOrThrow();
  expect(await listDeliveries(engine.database.db, alert.id)).toMatchObject([{ status: 'sent', attempts: 2 }]);
});

test('an owner whose lease ran out cannot record what another has taken over', async () => {
  const engine = await withOneAlert();
  const id = await onlyDelivery(engine);
  const { db } = engine.database;
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = deliverAlert(engine, { file: { send: () => held } }, id);
  await until(async () => (await db.selectFrom('delivery').select('attempts').executeTakeFirst())?.attempts === 1, {
    withinMs: 5_000,
    what: 'claim',
  });
  expect(await deliverAlert(engine, { file: { send: async () => {} } }, id)).toBe(false); // somebody is at it
  await sql`update delivery set lease_until = now() - interval '1 second'`.execute(db);
  expect(await deliverAlert(engine, { file: { send: async () => {} } }, id)).toBe(true);
  release();
  expect(await slow).toBe(false);
  expect(await db.selectFrom('delivery').select(['status', 'attempts']).execute()).toEqual([
    { status: 'sent', attempts: 2 },
  ]);
});

test('two relays at once hand over every message once', async () => {
  const engine = await withOneAlert();
  const handed: string[] = [];
  const queues = {
    add: async (_name: unknown, jobs: readonly { jobId: string }[]) => {
      handed.push(...jobs.map((job) => job.jobId));
    },
  };
  const counts = await Promise.all([
    relayOutbox(engine, queues),
    relayOutbox(engine, queues),
    relayOutbox(engine, queues),
  ]);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(handed.length);
  expect(new Set(handed).size).toBe(handed.length);
  expect(await countOutbox(engine.database.db, engine.config.jurisdiction.code)).toMatchObject({ waiting: 0 });
});

test('a queue that is down keeps nothing from being handed over later', async () => {
  const engine = await withOneAlert();
  const down = { add: () => Promise.reject(new AppError('transient', 'QUEUE_DOWN', 'down')) };
  const before = await countOutbox(engine.database.db, engine.config.jurisdiction.code);
  await expect(relayOutbox(engine, down)).rejects.toMatchObject({ code: 'QUEUE_DOWN' });
  expect(await countOutbox(engine.database.db, engine.config.jurisdiction.code)).toEqual(before);
});

test('what a queue took and nobody finished is offered again under a new attempt', async () => {
  const engine = await withOneAlert();
  const jobs: string[] = [];
  const queues = {
    add: async (_name: unknown, added: readonly { jobId: string }[]) => {
      jobs.push(...added.map((job) => job.jobId));
    },
  };
  await relayOutbox(engine, queues);
  const first = jobs.splice(0);
  expect(await engine.database.transaction((tx) => reofferOutbox(tx, engine.config.jurisdiction.code, 60_000))).toBe(0);
  expect(await engine.database.transaction((tx) => reofferOutbox(tx, engine.config.jurisdiction.code, 0))).toBe(
    first.length,
  );
  await relayOutbox(engine, queues);
  expect(jobs.toSorted()).toEqual(first.map((id) => id.replace(/\|0$/u, '|1')).toSorted());
});

test("another system's queue gets every alert too, and takes none from our worker", async () => {
  const base = await createTestEngine({ config: loadConfig(await marketConfig()) });
  const alerts = {
    ...base.config.alerts,
    receivers: [
      ...base.config.alerts.receivers,
      { name: 'land', title: '自然资源局', channels: [{ channel: 'queue', consumer: 'land' } as const] },
    ],
    routes: [...base.config.alerts.routes, { receiver: 'land' }],
  };
  const engine = await withOneAlert({ config: { ...base.config, alerts } });
  const queues = await openTestQueues();
  const seen: AlertPayload[] = [];
  await queues.work('alerts-land', async (payload) => {
    seen.push(payload);
  });
  await relayOutbox(engine, queues);
  await until(() => seen.length === 1, { withinMs: 10_000, what: 'the other system to see the alert' });
  const rows = await engine.database.db
    .selectFrom('delivery')
    .select(['id', 'channel', 'status'])
    .orderBy('channel')
    .execute();
  expect(rows).toEqual([
    { id: expect.any(String), channel: 'file', status: 'pending' },
    { id: seen[0]?.deliveryId, channel: 'queue', status: 'sent' },
  ]);
  expect(await queues.counts('alerts')).toMatchObject({ waiting: 1 });
  const shown = await sql<{
    kind: string;
  }>`select kind from alert_public where id = ${Number(seen[0]?.alertId)}`.execute(engine.database.db);
  expect(shown.rows).toEqual([{ kind: 'TIER_SUSPEND' }]);
});

test('two jurisdictions in one database relay, count and deliver only what is their own', async () => {
  const first = await withOneAlert();
  const { config } = first;
  const second = await withOneAlert({
    databaseUrl: first.databaseUrl,
    config: { ...config, jurisdiction: { ...config.jurisdiction, code: 'other' } },
  });
  const codes = [first, second].map((engine) => engine.config.jurisdiction.code);
  for (const code of codes) {
    expect(await readDeliveryBalance(first.database.db, code)).toMatchObject({ created: 1, pending: 1 });
    expect(await countOutbox(first.database.db, code)).toMatchObject({ waiting: 3 });
  }
  const handed: string[] = [];
  const queues = {
    add: async (_name: unknown, jobs: readonly { jobId: string }[]) => {
      handed.push(...jobs.map((job) => job.jobId));
    },
  };
  await relayOutbox(second, queues);
  expect(handed).toHaveLength(3);
  expect(await countOutbox(first.database.db, '653100')).toMatchObject({ waiting: 3 });
  const [other] = await sql<{
    id: string;
  }>`select d.id from delivery d join alert a on a.id = d.alert_id where a.jurisdiction = 'other'`
    .execute(first.database.db)
    .then((result) => result.rows);
  const send = { file: { send: async () => {} } };
  await expect(deliverAlert(first, send, other?.id ?? '')).rejects.toMatchObject({ code: 'ALERT_NOT_FOUND' });
  expect(await deliverAlert(second, send, other?.id ?? '')).toBe(true);
});
