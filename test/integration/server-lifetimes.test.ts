import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { describe, expect, inject, test, vi } from 'vitest';
import { openRedis, query } from '../support/connections.ts';
import { temporaryFolder } from '../support/folders.ts';
import { atEnd } from '../support/lifetime.ts';
import { until } from '../support/poll.ts';
import { testPrefix } from '../support/redis.ts';
import { newRunId } from '../support/run-id.ts';
import { placeProgram } from '../support/stand-ins.ts';
import { databaseAt } from '../support/template.ts';

vi.setConfig({ testTimeout: 60_000 }); // servers take seconds to start on a machine that is busy

async function databases(url: string): Promise<string[]> {
  const rows = await query(url, "select datname as name from pg_database where datname like 'quhua%'");
  return rows.map((row) => (row as { name: string }).name);
}

type Held = { readonly databaseUrl: string; readonly redisUrl: string; readonly runId: string };

/** A process that holds servers as a test run does. */
async function hold(env: Record<string, string>): Promise<{ child: ChildProcess; held: Held; said: () => string }> {
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...rest } = process.env;
  const program = join(import.meta.dirname, '../support/hold-servers.ts');
  const child = spawn(process.execPath, [program], { env: { ...rest, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  atEnd(async () => void child.kill('SIGKILL'));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, held: JSON.parse(line) as Held, said: () => said };
  }
  throw new Error(`no servers: ${said}`);
}

const GONE = { withinMs: 30_000, what: 'everything to be tidied up' };

const yes = (): boolean => true;
const no = (): boolean => false;

describe('however a run ends', () => {
  const endings = [
    { how: 'by itself', end: (child: ChildProcess) => child.stdin?.end() },
    { how: 'by SIGTERM', end: (child: ChildProcess) => child.kill('SIGTERM') },
    { how: 'by kill -9', end: (child: ChildProcess) => child.kill('SIGKILL') },
  ];

  test.each(endings)('$how: the servers that it started stop, and their folders go', async ({ end }) => {
    const TMPDIR = await temporaryFolder('held');
    await chmod(TMPDIR, 0o755); // PostgreSQL may have to run as another user
    const PATH = `${await placeProgram('docker', 'exit 1')}${delimiter}${process.env.PATH}`;
    const { child, held, said } = await hold({ DATABASE_URL: 'postgres://127.0.0.1:9/x', PATH, TMPDIR });
    expect(said()).toMatch(/DATABASE_URL 不能用，另找服务 \/ not usable/u);
    expect(await query(held.databaseUrl, 'select 1 as a')).toEqual([{ a: 1 }]);
    expect(await openRedis(held.redisUrl).ping()).toBe('PONG');
    expect(await readdir(TMPDIR)).toHaveLength(2);
    end(child);
    await until(() => query(held.databaseUrl, 'select 1').then(no, yes), GONE);
    await until(() => openRedis(held.redisUrl).ping().then(no, yes), GONE);
    await until(async () => (await readdir(TMPDIR)).length === 0, GONE);
  });

  test.each(endings)('$how: on servers that stay, what it made goes and what others have stays', async ({ end }) => {
    const [databaseUrl, redisUrl] = [inject('databaseUrl'), inject('redisUrl')];
    const redis = openRedis(redisUrl);
    const old = newRunId(new Date(Date.now() - 25 * 60 * 60 * 1000));
    const other = newRunId(new Date(Date.now() - 60_000));
    for (const run of [old, other]) {
      await query(databaseUrl, `create database quhua_test_${run}_x`);
      await redis.set(`qt-${run}-x:y`, '1');
    }
    await redis.set(`${testPrefix()}:foreign`, '1');

    const { child, held } = await hold({ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl });
    expect(held).toMatchObject({ databaseUrl, redisUrl });
    expect(await databases(databaseUrl)).not.toContain(`quhua_test_${old}_x`); // more than a day old: nobody's any more
    expect(await redis.exists(`qt-${old}-x:y`)).toBe(0);

    const own = `quhua_test_${held.runId}_x`;
    await query(databaseUrl, `create database ${own}`);
    const user = new pg.Client({ connectionString: databaseAt(databaseUrl, own) });
    user.on('error', () => {});
    await user.connect(); // a test that was killed leaves connections behind
    await redis.set(`qt-${held.runId}-x:y`, '1');
    end(child);
    await until(async () => !(await databases(databaseUrl)).includes(own), GONE);
    await until(async () => (await redis.exists(`qt-${held.runId}-x:y`)) === 0, GONE);
    expect(await databases(databaseUrl)).toContain(`quhua_test_${other}_x`);
    expect(await redis.exists(`qt-${other}-x:y`)).toBe(1);

    await query(databaseUrl, `drop database quhua_test_${other}_x`);
    await redis.del(`qt-${other}-x:y`);
    await user.end().catch(() => {});
  });
});
