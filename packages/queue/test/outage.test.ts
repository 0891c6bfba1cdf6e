import { silentLogger } from '@quhua/runtime';
import { Redis } from 'ioredis';
import pg from 'pg';
import { expect, test } from 'vitest';
import { schemaOfPrefix } from '../src/connection.ts';
import type { QueueConnection, Queues } from '../src/index.ts';
import { rawQueue } from './support/raw.ts';
import {
  alert,
  alertJobs,
  atEnd,
  open,
  ownConnection,
  startPrivatePostgres,
  startPrivateRedis,
  until,
} from './support/servers.ts';

const redisAt = (url: string): QueueConnection => ({ kind: 'redis', url, prefix: 'qt' });

/** Queues with a worker that writes down what it did. */
async function working(connection: QueueConnection, log = silentLogger) {
  const queues = await open(connection, { log });
  const seen: string[] = [];
  await queues.work('alerts', async ({ deliveryId }) => void seen.push(deliveryId));
  await queues.add('alerts', alertJobs('before'));
  await until(() => seen.length === 1, { withinMs: 3_000, what: 'the first job' });
  return { queues, seen };
}

async function addOnce(queues: Queues, id: string): Promise<void> {
  await until(() => queues.add('alerts', alertJobs(id)).then(() => true), { withinMs: 3_000, what: 'an add' });
}

async function expectDown(queues: Queues): Promise<void> {
  const start = performance.now();
  await expect(queues.add('alerts', alertJobs('during'))).rejects.toMatchObject({
    kind: 'transient',
    code: 'QUEUE_DOWN',
  });
  await expect(queues.counts('alerts')).rejects.toMatchObject({ kind: 'transient' });
  await expect(queues.ping()).rejects.toMatchObject({ kind: 'transient' });
  expect(performance.now() - start).toBeLessThan(2_000);
}

async function administer(url: string): Promise<Redis> {
  const redis = new Redis(url);
  atEnd(async () => redis.disconnect());
  return redis;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms)); // the outage itself

const OUTAGES = [
  { kind: 'redis', seconds: 3 },
  { kind: 'redis', seconds: 12 },
  { kind: 'postgres', seconds: 3 },
  { kind: 'postgres', seconds: 12 },
] as const;

async function goThrough({ kind, seconds }: (typeof OUTAGES)[number]): Promise<void> {
  const logged: string[] = [];
  const note = (_: object, message: string): void => void logged.push(message);
  const server = kind === 'redis' ? await startPrivateRedis() : await startPrivatePostgres();
  const connection: QueueConnection =
    kind === 'redis' ? redisAt(server.url) : { kind, connection: { connectionString: server.url }, prefix: 'qt' };
  const { queues, seen } = await working(connection, { ...silentLogger, warn: note, info: note });
  await server.kill();
  await pause(500);
  await expectDown(queues);
  await pause((seconds - 1) * 1_000);
  await server.restart();
  const start = performance.now();
  await addOnce(queues, 'after');
  await until(() => seen.includes('after'), { withinMs: 3_000, what: `a job after ${seconds} s without ${kind}` });
  expect(performance.now() - start).toBeLessThan(3_000);
  await queues.ping();
  expect(logged.filter((message) => message.includes('in trouble')).length).toBeLessThan(9); // not one per attempt
  expect(logged).toContain('queue connection works again');
}

async function freeze(): Promise<void> {
  const server = await startPrivateRedis();
  const { queues, seen } = await working(redisAt(server.url));
  server.pause();
  const start = performance.now();
  await expect(queues.add('alerts', alertJobs('during'))).rejects.toMatchObject({ code: 'QUEUE_DOWN' });
  expect(performance.now() - start).toBeLessThan(6_000);
  server.resume();
  await addOnce(queues, 'after');
  await until(() => seen.includes('after'), { withinMs: 5_000, what: 'a job after the thaw' });
}

/** A job that gets into the table without a notification, while the worker waits for a job of next hour. */
async function loseNotification(): Promise<void> {
  const connection = ownConnection('postgres');
  const { queues, seen } = await working(connection);
  const raw = await rawQueue(connection, 'alerts');
  await raw.add('alerts', alert('next hour'), { jobId: 'next-hour', delay: 3_600_000 });
  await pause(1_500); // by now the worker knows of it
  const client = new pg.Client(connection.kind === 'postgres' ? connection.connection : {});
  await client.connect();
  await client
    .query(
      `insert into "${schemaOfPrefix(connection.prefix)}".job
        (queue, id, seq, name, state, data, opts, priority, delay_ms, max_attempts, added_at_ms, pending_deps)
        values ('alerts', 'd1|1', 9999, 'alerts', 'waiting', $1, '{}', 0, 0, 1, 0, 0)`,
      [JSON.stringify(alert('silent'))],
    )
    .finally(() => client.end());
  await until(() => seen.includes('silent'), { withinMs: 7_000, what: 'the job nobody told of' });
  expect((await queues.counts('alerts')).delayed).toBe(1);
}

// Side by side in one test, since they mostly wait; not `test.concurrent`: what they open must end with this test.
test('in an outage adds fail at once or in time; afterwards jobs are taken again without a restart', async () => {
  await Promise.all([...OUTAGES.map(goThrough), freeze(), loseNotification()]);
}, 40_000);

test('FLUSHALL: what was lost comes again under the next attempt, and the worker goes on', async () => {
  const server = await startPrivateRedis();
  const { queues, seen } = await working(redisAt(server.url));
  const ids = Array.from({ length: 500 }, (_, at) => `d${at}`);
  await queues.add('alerts', alertJobs(...ids));
  await (await administer(server.url)).flushall();
  await pause(100);
  const lost = ids.filter((id) => !seen.includes(id));
  expect(lost.length).toBeGreaterThan(0);
  await queues.add(
    'alerts',
    lost.map((id) => ({ jobId: `${id}|2`, data: alert(id) })),
  );
  await until(() => new Set(seen).size === 501, { withinMs: 5_000, what: 'all jobs' });
});

test('a full Redis refuses the add, keeps what it has, and takes jobs again when there is room', async () => {
  const server = await startPrivateRedis();
  const { queues, seen } = await working(redisAt(server.url));
  const redis = await administer(server.url);
  await redis.config('SET', 'maxmemory', '1');
  await expect(queues.add('alerts', alertJobs('d1'))).rejects.toMatchObject({ kind: 'transient', code: 'QUEUE_FULL' });
  await redis.config('SET', 'maxmemory', '0');
  await queues.add('alerts', alertJobs('d2'));
  await until(() => seen.includes('d2'), { withinMs: 3_000, what: 'a job when there is room' });
});

test('a Redis that became read-only refuses the add', async () => {
  const [server, primary] = await Promise.all([startPrivateRedis(), startPrivateRedis()]);
  const { queues } = await working(redisAt(server.url));
  const redis = await administer(server.url);
  await redis.replicaof('127.0.0.1', primary.port);
  await expect(queues.add('alerts', alertJobs('d1'))).rejects.toMatchObject({ kind: 'transient' });
  await until(
    () =>
      queues.ping().then(
        () => false,
        (error) => error.code === 'REDIS_READ_ONLY',
      ),
    {
      withinMs: 3_000,
      what: 'ping to name the cause',
    },
  );
  await redis.replicaof('NO', 'ONE');
  await addOnce(queues, 'after');
});

test('a server that refuses every claim is asked gently', async () => {
  const server = await startPrivateRedis();
  const redis = await administer(server.url);
  await redis.acl('SETUSER', 'quhua', 'on', '>pw', '~*', '&*', '+@all');
  const queues = await open(redisAt(`redis://quhua:pw@127.0.0.1:${server.port}`));
  const forbidden = Promise.withResolvers<void>();
  const seen: string[] = [];
  const worker = await queues.work('alerts', async ({ deliveryId }) => {
    seen.push(deliveryId);
    await forbidden.promise;
  });
  await queues.add('alerts', alertJobs('d1', 'd2')); // a worker that has found the queue empty would wait anyway
  await until(() => worker.activity().running === 1, { withinMs: 3_000, what: 'the first job' });
  await redis.acl('SETUSER', 'quhua', '-eval', '-evalsha');
  forbidden.resolve();
  await pause(1_000);
  const refused = /errorstat_NOPERM:count=(\d+)/u.exec(await redis.info('errorstats'))?.[1];
  expect(Number(refused)).toBeGreaterThan(0);
  expect(Number(refused)).toBeLessThan(30); // tens of thousands without the rest after a failed claim
  await redis.acl('SETUSER', 'quhua', '+@all');
  await until(() => seen.includes('d2'), { withinMs: 5_000, what: 'the jobs when it may claim again' });
});
