import { existsSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type Child,
  descendants,
  eventually,
  expectStopped,
  newHome,
  open,
  query,
  startChild,
} from './support/embedded-harness.ts';

const pidOf = (child: Child): number => child.process.pid ?? Number.NaN;

const MOMENTS = [
  { at: 'the folder of initdb is made', finished: false, seen: (home: string) => initdbFolder(home) !== null },
  { at: 'PG_VERSION is there', finished: false, seen: (home: string) => inInitdb(home, 'data/PG_VERSION') },
  { at: 'pg_control is there', finished: false, seen: (home: string) => inInitdb(home, 'data/global/pg_control') },
  {
    at: 'the first database is there',
    finished: false,
    seen: (home: string) => inInitdb(home, 'data/base/1/PG_VERSION'),
  },
  { at: 'the folder is renamed', finished: true, seen: (home: string) => existsSync(join(home, 'postgres')) },
  {
    at: 'the server is starting',
    finished: true,
    seen: (home: string) => existsSync(join(home, 'postgres', 'postmaster.pid')),
  },
];

test.each(MOMENTS)('kill -9 of everything during the first start, when $at', async ({ seen, finished }) => {
  const home = newHome();
  const child = startChild(home);
  await eventually(() => seen(home), 'moment of the kill');
  for (const pid of [...descendants(pidOf(child)), pidOf(child)]) quietKill(pid);
  await child.ended;
  expect(existsSync(join(home, 'postgres'))).toBe(finished); // else the kill came too late to mean anything
  const server = await open(home);
  expect(await query(server, 'select current_database() as name')).toEqual([{ name: 'quhua' }]);
  await server.release();
  await expectStopped(home);
});

test('kill -9 of the starting process only: its initdb may still write while the next one works', async () => {
  const home = newHome();
  const child = startChild(home);
  await eventually(() => inInitdb(home, 'data/global/pg_control'), 'initdb at work');
  process.kill(pidOf(child), 'SIGKILL');
  const server = await open(home);
  expect(server.started).toBe(true);
  await server.release();
  const next = await open(home);
  await next.release();
  await expectStopped(home);
});

test('an empty data folder counts as none, a half-written password as none', async () => {
  const home = newHome();
  await mkdir(join(home, 'postgres'), { recursive: true, mode: 0o700 });
  await writeFile(join(home, 'postgres.password'), '');
  const server = await open(home);
  expect(await query(server, 'select 1 as n')).toEqual([{ n: 1 }]);
  await server.release();
});

function initdbFolder(home: string): string | null {
  if (!existsSync(home)) return null;
  const name = readdirSync(home).find((entry) => entry.startsWith('postgres.initdb-'));
  return name === undefined ? null : join(home, name);
}

function inInitdb(home: string, path: string): boolean {
  const folder = initdbFolder(home);
  return folder !== null && existsSync(join(folder, path));
}

function quietKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ended by itself meanwhile
  }
}
