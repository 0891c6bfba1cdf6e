import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import pg from 'pg';
import { expect, test } from 'vitest';
import { schemaOfPrefix } from '../src/connection.ts';
import type { QueueConnection } from '../src/index.ts';
import { rawQueue } from './support/raw.ts';
import { alert, alertJobs, atEnd, KINDS, open, ownConnection, startPrivateRedis, until } from './support/servers.ts';

const EXAMPLE = fileURLToPath(new URL('../../../examples/alert-consumer.mjs', import.meta.url));

/** Runs the example as another system would, with nothing but its environment. */
function startExample(environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [EXAMPLE], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { lines: '', errors: '' };
  child.stdout.on('data', (data) => (said.lines += String(data)));
  child.stderr.on('data', (data) => (said.errors += String(data)));
  atEnd(async () => void child.kill('SIGKILL'));
  return { child, said };
}

function addressOf(connection: QueueConnection): Record<string, string> {
  if (connection.kind === 'redis') return { QUHUA_REDIS_URL: connection.url };
  return 'connectionString' in connection.connection
    ? { QUHUA_DATABASE_URL: connection.connection.connectionString }
    : {};
}

test.each(KINDS)('on %s the example prints each alert once and stops when told to', async (kind) => {
  const connection = ownConnection(kind);
  const queues = await open(connection);
  await queues.add('alerts', alertJobs('ours'));
  await queues.add('alerts-land', alertJobs('d1', 'd2'));
  const names = { QUHUA_QUEUE_PREFIX: connection.prefix, QUHUA_CONSUMER: 'land' };
  const { child, said } = startExample({ ...addressOf(connection), ...names });
  await until(() => said.lines.includes('d2'), { withinMs: 10_000, what: `two alerts; said ${said.errors}` });
  await queues.add('alerts-land', [{ jobId: 'd1|2', data: alert('d1') }, ...alertJobs('d3')]);
  await until(() => said.lines.includes('d3'), { withinMs: 3_000, what: 'the third alert' });
  expect(said.lines.split('\n').filter(Boolean)).toEqual(
    ['d1', 'd2', 'd3'].map((id) => `alert 7 event 9 delivery ${id}`),
  );
  const raw = await rawQueue(connection, 'alerts-land');
  await raw.add('alerts-land', { v: 2, id: 'd4' }, { jobId: 'd4|1' });
  await until(async () => (await queues.counts('alerts-land')).delayed === 1, {
    withinMs: 3_000,
    what: 'the newer job',
  });
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await gone).toEqual([0, null]);
  expect(said.errors).toBe('');
  expect(await queues.counts('alerts')).toMatchObject({ waiting: 1 });
});

test('on PostgreSQL a consumer needs no more than the rights the README names', async () => {
  const connection = ownConnection('postgres');
  const queues = await open(connection);
  await queues.add('alerts-land', alertJobs('d1'));
  const [url, schema] = [new URL(addressOf(connection).QUHUA_DATABASE_URL ?? ''), schemaOfPrefix(connection.prefix)];
  const admin = new pg.Client({ connectionString: url.href });
  admin.on('error', () => {});
  await admin.connect();
  const role = `qt_${connection.prefix.slice(-8)}`;
  await admin.query(`create role ${role} login password 'pw'; grant usage on schema "${schema}" to ${role};
    grant select, insert, update, delete on all tables in schema "${schema}" to ${role};
    grant usage on all sequences in schema "${schema}" to ${role}`);
  atEnd(async () => {
    await admin.query(`drop owned by ${role}; drop role ${role}`);
    await admin.end();
  });
  [url.username, url.password] = [role, 'pw'];
  const names = { QUHUA_QUEUE_PREFIX: connection.prefix, QUHUA_CONSUMER: 'land' };
  const { said } = startExample({ QUHUA_DATABASE_URL: url.href, ...names });
  await until(() => said.lines.includes('d1'), { withinMs: 10_000, what: `the alert; said ${said.errors}` });
  await until(async () => (await queues.counts('alerts-land')).completed === 1, { withinMs: 3_000, what: 'its end' });
  expect(said.errors).toBe('');
});

test('on Redis a consumer can be kept to its own queue', async () => {
  const server = await startPrivateRedis();
  const queues = await open({ kind: 'redis', url: server.url, prefix: 'qt' });
  const redis = new Redis(server.url);
  atEnd(async () => redis.disconnect());
  await redis.acl(
    'SETUSER',
    'land',
    'on',
    '>pw',
    'resetkeys',
    '~qt:alerts-land:*',
    '+@all',
    '-@admin',
    '-@dangerous',
    '+info',
  );
  await queues.add('alerts', alertJobs('ours'));
  await queues.add('alerts-land', alertJobs('d1'));
  const url = `redis://land:pw@127.0.0.1:${server.port}`;
  const { said } = startExample({ QUHUA_REDIS_URL: url, QUHUA_QUEUE_PREFIX: 'qt', QUHUA_CONSUMER: 'land' });
  await until(() => said.lines.includes('d1'), { withinMs: 10_000, what: `the alert; said ${said.errors}` });
  await until(async () => (await queues.counts('alerts-land')).completed === 1, { withinMs: 3_000, what: 'its end' });
  const land = new Redis(url);
  atEnd(async () => land.disconnect());
  await expect(land.hgetall('qt:alerts:ours|1')).rejects.toThrow('NOPERM');
  await expect(land.lrange('qt:alerts:wait', 0, -1)).rejects.toThrow('NOPERM');
});
