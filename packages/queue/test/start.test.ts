import { inspect } from 'node:util';
import { silentLogger } from '@quhua/runtime';
import { LATEST_SCHEMA_VERSION, runMigrations } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { expect, test } from 'vitest';
import { openQueues, type QueueConnection } from '../src/index.ts';
import { alertJobs, atEnd, createTestDatabase, open, startPrivateRedis, testPrefix } from './support/servers.ts';

const redisAt = (url: string): QueueConnection => ({ kind: 'redis', url, prefix: 'qt' });
const postgresAt = (connectionString: string): QueueConnection => ({
  kind: 'postgres',
  connection: { connectionString },
  prefix: 'qt',
});

async function failure(connection: QueueConnection): Promise<unknown> {
  return openQueues({ connection, log: silentLogger }).then(
    (queues) => queues.close().then(() => 'opened'),
    (error: unknown) => error,
  );
}

async function administer(url: string): Promise<Redis> {
  const redis = new Redis(url);
  atEnd(async () => redis.disconnect());
  return redis;
}

test('refuses a Redis that would evict jobs', async () => {
  const server = await startPrivateRedis({ args: ['--maxmemory-policy', 'allkeys-lru'] });
  const error = await failure(redisAt(server.url));
  expect(error).toMatchObject({ kind: 'permanent', code: 'REDIS_EVICTS' });
  expect(String(error)).toContain('noeviction');
});

test('ping notices a Redis that was made unfit later', async () => {
  const server = await startPrivateRedis();
  const queues = await open(redisAt(server.url));
  await queues.ping();
  await (await administer(server.url)).config('SET', 'maxmemory-policy', 'volatile-lru');
  await expect(queues.ping()).rejects.toMatchObject({ kind: 'permanent', code: 'REDIS_EVICTS' });
});

test.each([
  { args: ['--appendonly', 'no'], why: 'no append-only file' },
  { args: ['--appendfsync', 'no'], why: 'no fsync' },
])('warns of a Redis that forgets at a restart, or refuses it where told to: $why', async ({ args }) => {
  const { url } = await startPrivateRedis({ args });
  const logged: unknown[] = [];
  const log = { ...silentLogger, warn: (fields: object) => void logged.push(fields) };
  const queues = await open(redisAt(url), { log });
  expect(queues.warnings.map(({ code }) => code)).toEqual(['REDIS_NOT_DURABLE']);
  expect(logged).toEqual([{ code: 'REDIS_NOT_DURABLE' }]);
  const strict = openQueues({ connection: redisAt(url), log: silentLogger, requireDurable: true });
  await expect(strict).rejects.toMatchObject({ kind: 'permanent', code: 'REDIS_NOT_DURABLE' });
});

test('works for a user that sees only its prefix, and says that it could not check the settings', async () => {
  const { url, port } = await startPrivateRedis();
  const rules = ['on', '>s3cret', '~qt:*', '&*', '+@all', '-@admin', '-@dangerous', '+info'];
  await (await administer(url)).acl('SETUSER', 'quhua', ...rules);
  const queues = await open(redisAt(`redis://quhua:s3cret@127.0.0.1:${port}/0`));
  expect(queues.warnings.map(({ code }) => code)).toEqual(['REDIS_UNCHECKED']);
  const done = Promise.withResolvers<void>();
  await queues.work('alerts', async () => done.resolve());
  await queues.add('alerts', alertJobs('d1'));
  await done.promise;
});

test('refuses a replica', async () => {
  const [primary, replica] = await Promise.all([startPrivateRedis(), startPrivateRedis()]);
  await (await administer(replica.url)).replicaof('127.0.0.1', primary.port);
  expect(await failure(redisAt(replica.url))).toMatchObject({ kind: 'permanent', code: 'REDIS_READ_ONLY' });
});

test('refuses a cluster node', async () => {
  const { url } = await startPrivateRedis({ args: ['--cluster-enabled', 'yes'] });
  expect(await failure(redisAt(url.replace(/\/0$/u, '')))).toMatchObject({ code: 'REDIS_NOT_STANDALONE' });
});

test('a wrong password is refused and stands in no error', async () => {
  const { url, port } = await startPrivateRedis();
  await (await administer(url)).config('SET', 'requirepass', 'right');
  for (const login of [':wr0ng-s3cret@', 'quhua:wr0ng-s3cret@', '']) {
    const error = await failure(redisAt(`redis://${login}127.0.0.1:${port}`));
    expect(error).toMatchObject({ kind: 'permanent', code: 'QUEUE_DENIED' });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('s3cret');
  }
});

test.each([
  { connection: redisAt('redis://:s3cret@127.0.0.1:1/0'), why: 'Redis' },
  { connection: postgresAt('postgres://quhua:s3cret@127.0.0.1:1/quhua'), why: 'PostgreSQL' },
])('a server that is down is named, without the password: $why', async ({ connection }) => {
  const start = performance.now();
  const error = await failure(connection);
  expect(performance.now() - start).toBeLessThan(1_000);
  expect(error).toMatchObject({ kind: 'transient', code: 'QUEUE_DOWN' });
  expect(String(error)).toContain('127.0.0.1:1');
  expect(String(error)).toContain('ECONNREFUSED');
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('s3cret');
});

test('a frozen Redis counts as down within 3 s', async () => {
  const server = await startPrivateRedis();
  server.pause();
  const start = performance.now();
  expect(await failure(redisAt(server.url))).toMatchObject({ kind: 'transient', code: 'QUEUE_DOWN' });
  expect(performance.now() - start).toBeLessThan(3_000);
  server.resume();
});

test.each(['http://host', 'redis://', 'not a url with s3cret'])(
  'a wrong address is refused unseen: %s',
  async (url) => {
    const error = await failure(redisAt(url));
    expect(error).toMatchObject({ kind: 'invalid', code: 'QUEUE_URL_INVALID' });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('s3cret');
  },
);

test.each(['', 'Q', 'a:b', '1a', 'a'.repeat(42)])(
  'a prefix that does not fit both backends is refused: "%s"',
  async (prefix) => {
    const error = await failure({ ...redisAt('redis://127.0.0.1:1'), prefix });
    expect(error).toMatchObject({ kind: 'invalid', code: 'QUEUE_PREFIX_INVALID' });
  },
);

async function emptyDatabase(): Promise<string> {
  return (await createTestDatabase({ migrated: false })).url;
}

async function sql(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  atEnd(() => client.end());
  return client;
}

test('processes that start together migrate once', async () => {
  const url = await emptyDatabase();
  const opened = await Promise.all([1, 2, 3, 4].map(() => open(postgresAt(url))));
  expect(opened).toHaveLength(4);
  const { rows } = await (await sql(url)).query('select count(*)::int as n from qt_queue.migration');
  expect(rows).toEqual([{ n: LATEST_SCHEMA_VERSION }]);
});

test('a role that may not create a schema can use one that is there', async () => {
  const url = await emptyDatabase();
  const client = await sql(url);
  const role = `qt_${testPrefix().slice(-8)}`;
  await client.query(`create role ${role} login password 'pw'`);
  atEnd(async () => {
    await client.query(`drop owned by ${role}; drop role ${role}`);
  });
  const limited = new URL(url);
  [limited.username, limited.password] = [role, 'pw'];
  expect(await failure(postgresAt(limited.href))).toMatchObject({ kind: 'permanent', code: 'QUEUE_DENIED' });
  await runMigrations(client, 'qt_queue');
  await client.query(`grant usage, create on schema qt_queue to ${role};
    grant all on all tables in schema qt_queue to ${role}; grant all on all sequences in schema qt_queue to ${role}`);
  const queues = await open(postgresAt(limited.href));
  await queues.add('alerts', alertJobs('d1'));
  expect((await queues.counts('alerts')).waiting).toBe(1);
});

test('refuses tables of a newer version', async () => {
  const url = await emptyDatabase();
  await (await open(postgresAt(url))).close();
  await (await sql(url)).query(`insert into qt_queue.migration values (9999, 'later', 99)`);
  expect(await failure(postgresAt(url))).toMatchObject({ kind: 'permanent', code: 'QUEUE_SCHEMA_NEWER' });
});

test('a database that is not there is refused', async () => {
  const url = new URL(await emptyDatabase());
  url.pathname = '/quhua_test_not_there';
  expect(await failure(postgresAt(url.href))).toMatchObject({ kind: 'permanent', code: 'QUEUE_DENIED' });
});

test('session options of the connection string do not displace the schema', async () => {
  const url = new URL(await emptyDatabase());
  url.searchParams.set('options', '-c search_path=public -c statement_timeout=60s');
  const queues = await open(postgresAt(url.href));
  await queues.add('alerts', alertJobs('d1'));
  expect((await queues.counts('alerts')).waiting).toBe(1);
});
