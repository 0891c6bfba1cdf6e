import { silentLogger } from '@quhua/runtime';
import { Redis } from 'ioredis';
import pg from 'pg';
import { expect, test } from 'vitest';
import { schemaOfPrefix } from '../src/connection.ts';
import { type CanaryReport, openQueues, type QueueConnection, startCanary } from '../src/index.ts';
import { startProxy } from './support/proxy.ts';
import { alertJobs, atEnd, KINDS, open, ownConnection, startPrivateRedis, until } from './support/servers.ts';

const QUICK = { everyMs: 50, wedgedAfterMs: 600 };
const redisAt = (port: number): QueueConnection => ({
  kind: 'redis',
  url: `redis://127.0.0.1:${port}/0`,
  prefix: 'qt',
});

async function watched(queues: Parameters<typeof startCanary>[0]) {
  const told: CanaryReport[] = [];
  const canary = await startCanary(queues, { ...QUICK, onState: (report) => void told.push(report) });
  atEnd(() => canary.close());
  return { canary, told };
}

/** What stands in Redis under a prefix, or whether anything stands in BullMQ's tables. */
async function keysOf(connection: QueueConnection): Promise<string[]> {
  if (connection.kind === 'redis') {
    const redis = new Redis(connection.url);
    return redis.keys(`${connection.prefix}:*`).finally(() => redis.disconnect());
  }
  const client = new pg.Client(connection.connection);
  await client.connect();
  const schema = schemaOfPrefix(connection.prefix);
  const tables = ['job', 'meta', 'event'].map((table) => `select queue from "${schema}".${table}`).join(' union all ');
  const { rows } = await client.query<{ queue: string }>(tables).finally(() => client.end());
  return rows.map(({ queue }) => queue);
}

test.each(KINDS)('on %s the canary comes through, says so once and leaves nothing', async (kind) => {
  const connection = ownConnection(kind);
  const queues = await open(connection);
  const { canary, told } = await watched(queues);
  await until(() => told.length > 0, { withinMs: 3_000, what: 'the first verdict' });
  const first = canary.report().lastSuccessAt;
  await until(() => canary.report().lastSuccessAt !== first, { withinMs: 3_000, what: 'the next round' });
  expect(told.map(({ state }) => state)).toEqual(['ok']);
  await canary.close();
  await until(async () => (await keysOf(connection)).length === 0, { withinMs: 3_000, what: 'every key to be gone' });
  expect(queues.workers()).toEqual([]);
});

test('a wedged consumer is found although the server is well and its worker believes that it runs', async () => {
  const server = await startPrivateRedis();
  const proxy = await startProxy({ host: '127.0.0.1', port: server.port });
  const queues = await open(redisAt(proxy.port)); // its first connection is the producers'
  const { canary, told } = await watched(queues);
  await until(() => canary.report().lastSuccessAt !== null, { withinMs: 3_000, what: 'the first round' });
  proxy.freezeFrom(1);
  const start = performance.now();
  await until(() => canary.report().state === 'wedged', { withinMs: 2_000, what: 'the wedged consumer' });
  expect(performance.now() - start).toBeGreaterThan(QUICK.wedgedAfterMs - 100);
  await queues.ping(); // so it is not the server
  const before = canary.report().lastSuccessAt;
  expect(before).toBeInstanceOf(Date);
  proxy.thaw();
  await until(() => canary.report().state === 'ok', { withinMs: 5_000, what: 'the consumer to come back' });
  expect(told.map(({ state }) => state)).toEqual(['ok', 'wedged', 'ok']);
  expect(canary.report().lastSuccessAt).not.toEqual(before);
});

test('one wedged worker is named while the canary itself is well', async () => {
  const server = await startPrivateRedis();
  const proxy = await startProxy({ host: '127.0.0.1', port: server.port });
  const queues = await open(redisAt(proxy.port));
  const { canary, told } = await watched(queues);
  await queues.work('digest', async () => {});
  const seen: string[] = [];
  const first = proxy.connections();
  await queues.work('alerts', async ({ deliveryId }) => void seen.push(deliveryId));
  proxy.freezeFrom(first);
  await queues.add('alerts', alertJobs('d1'));
  await until(() => canary.report().stuck.length > 0, { withinMs: 3_000, what: 'the stuck queue' });
  expect(canary.report()).toMatchObject({ state: 'wedged', stuck: ['alerts'] });
  proxy.thaw();
  await until(() => canary.report().state === 'ok', { withinMs: 5_000, what: 'the worker to come back' });
  expect(seen).toEqual(['d1']);
  expect(told.map(({ state }) => state)).toEqual(['ok', 'wedged', 'ok']);
});

test('a worker that is busy to capacity is not wedged', async () => {
  const queues = await open(ownConnection('redis'));
  const { canary } = await watched(queues);
  const release = Promise.withResolvers<void>();
  const worker = await queues.work('alerts', () => release.promise);
  await queues.add('alerts', alertJobs('d1', 'd2'));
  await until(() => worker.activity().running === 1, { withinMs: 3_000, what: 'the busy worker' });
  await new Promise((resolve) => setTimeout(resolve, QUICK.wedgedAfterMs * 2)); // longer than the limit
  expect(canary.report()).toMatchObject({ state: 'ok', stuck: [] });
  release.resolve();
});

test('an outage of the server is seen, and its end', async () => {
  const server = await startPrivateRedis();
  const queues = await openQueues({ connection: redisAt(server.port), log: silentLogger });
  const { canary, told } = await watched(queues);
  atEnd(() => queues.close());
  await until(() => canary.report().lastSuccessAt !== null, { withinMs: 3_000, what: 'the first round' });
  await server.kill();
  await until(() => canary.report().state === 'wedged', { withinMs: 2_000, what: 'the outage' });
  await server.restart();
  await until(() => canary.report().state === 'ok', { withinMs: 3_000, what: 'the end of the outage' });
  expect(told.map(({ state }) => state)).toEqual(['ok', 'wedged', 'ok']);
});
