import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { lifeOf } from '../src/embedded/procfs.ts';
import {
  type Child,
  countKept,
  eventually,
  expectStopped,
  newHome,
  open,
  postmasterPid,
  query,
  servers,
  startChild,
  startIdler,
  usedHome,
} from './support/embedded-harness.ts';

const pidOf = (child: Child): number => child.process.pid ?? Number.NaN;
const kill = (pid: number): true => process.kill(pid, 'SIGKILL');

test('kill -9 of the process alone: its server goes on, the next open joins it and stops it', async () => {
  const home = await usedHome();
  const child = startChild(home);
  await child.until('started');
  const pid = postmasterPid(home);
  kill(pidOf(child));
  await child.ended;
  const server = await open(home);
  expect(server.started).toBe(false);
  expect(postmasterPid(home)).toBe(pid);
  expect(await countKept(server)).toBe(1000);
  await server.release();
  await expectStopped(home);
});

test('kill -9 of server and process in a write loop, again and again: no acknowledged row is lost', async () => {
  const home = await usedHome();
  for (let round = 0; round < 3; round++) {
    const child = startChild(home);
    expect(await child.until('started')).toBe(true);
    child.tell('insert');
    await eventually(() => child.events.length > 100 * (round + 1), 'rows acknowledged');
    kill(postmasterPid(home));
    kill(pidOf(child));
    await child.ended;
    const acknowledged = child.events.filter((event) => 'inserted' in event).length;
    const server = await open(home);
    expect(server.started).toBe(true);
    const [found] = await query<{ n: number }>(
      server,
      `select count(*)::int as n from t where round = '${pidOf(child)}' and length(filler) = 500`,
    );
    expect(found?.n).toBeGreaterThanOrEqual(acknowledged);
    await server.release();
  }
  await expectStopped(home);
});

test('kill -9 of the server under two processes: the next open starts it, and pools find it again', async () => {
  const home = await usedHome();
  const child = startChild(home);
  await child.until('started');
  const mine = await open(home);
  kill(postmasterPid(home));
  const again = await open(home);
  expect(again.started).toBe(true);
  expect(again.connection).toEqual(mine.connection);
  child.tell('ask');
  expect(await child.until('answer')).toBe(1);
  await again.release();
  await mine.release();
  child.tell('release');
  await child.ended;
  await expectStopped(home);
});

test('kill -9 of the server while a session is too busy to notice: the session is ended, its work undone', async () => {
  const home = await usedHome();
  const first = await open(home);
  const busy = new pg.Client(first.connection);
  busy.on('error', () => {});
  await busy.connect();
  await busy.query('begin; delete from kept');
  const loop = busy.query('do $$ begin loop end loop; end $$').catch(() => 'cut');
  const [session] = await query<{ pid: number }>(
    first,
    "select pid from pg_stat_activity where query like 'do $$%' and state = 'active'",
  );
  kill(postmasterPid(home));
  const second = await open(home);
  expect(await loop).toBe('cut');
  expect(lifeOf(session?.pid ?? Number.NaN)).toBe(null);
  expect(await countKept(second)).toBe(1000);
  await second.release();
  await first.release();
  await expectStopped(home);
});

test.each([
  { who: 'another program', inData: false },
  { who: 'another program that stands in the data folder', inData: true },
])('a postmaster.pid that names $who is not believed', async ({ inData }) => {
  const home = await usedHome();
  const data = join(home, 'postgres');
  const server = await open(home);
  const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  await server.release();
  const idler = startIdler(home, inData ? data : '/');
  await writeFile(join(data, 'postmaster.pid'), [String(idler.pid), ...lines.slice(1)].join('\n'));
  await mkdir(server.connection.host, { recursive: true, mode: 0o700 });
  await writeFile(join(server.connection.host, '.s.PGSQL.5432.lock'), `${idler.pid}\n${data}\n`);
  const again = await open(home);
  expect(again.started).toBe(true);
  expect(await countKept(again)).toBe(1000);
  expect(idler.exitCode ?? idler.signalCode).toBe(null); // and left alone
  expect(again.connection).toEqual(server.connection);
  await again.release();
  await expectStopped(home);
});

test('a member file of a dead process, of one whose pid another has by now, or of a copied home keeps nobody', async () => {
  const home = await usedHome();
  const server = await open(home);
  const members = join(home, 'postgres.members');
  const [own = ''] = await readdir(members);
  const [pid = '', life = '', ...rest] = own.split('_');
  const forged = [
    [pid, '00000000.1', ...rest],
    ['999999999', life, ...rest],
    [pid, life, 'copied', 'file'],
  ];
  for (const name of forged) await writeFile(join(members, name.join('_')), '');
  await writeFile(join(members, '.DS_Store'), '');
  await server.release();
  await expectStopped(home);
});

test('a copy made while the server runs opens beside it, each with its own data', async () => {
  const home = await usedHome();
  const server = await open(home);
  const copy = newHome();
  await cp(home, copy, { recursive: true, filter: (path) => !path.includes('.s.PGSQL') }); // as root: owned by root
  const copied = await open(copy);
  expect(copied.started).toBe(true);
  await query(copied, 'delete from kept');
  expect(await countKept(server)).toBe(1000);
  await copied.release();
  expect(await countKept(server)).toBe(1000);
  await server.release();
  await expectStopped(home);
  await expectStopped(copy);
});

test('a lost or foreign password is replaced once nobody else is on the server', async () => {
  const home = await usedHome();
  const file = join(home, 'postgres.password');
  await rm(file);
  const server = await open(home); // stopped, password gone: only the data folder was restored
  expect(await countKept(server)).toBe(1000);
  await writeFile(file, 'of another copy\n');
  await expect(open(home)).rejects.toMatchObject({ kind: 'permanent', code: 'EMBEDDED_PASSWORD' });
  await rm(file);
  await expect(open(home)).rejects.toMatchObject({ kind: 'permanent', code: 'EMBEDDED_PASSWORD' });
  expect(await countKept(server)).toBe(1000); // the one who is on it is not disturbed
  await server.release();
  await writeFile(file, 'of another copy\n');
  const again = await open(home);
  expect(await countKept(again)).toBe(1000);
  expect(again.connection.password).not.toBe('of another copy');
  await again.release();
});

test('a server that nobody uses and whose socket was tidied away is started again', async () => {
  const home = await usedHome();
  const child = startChild(home);
  const host = String(await child.until('host'));
  kill(pidOf(child));
  await child.ended;
  await rm(join(host, '.s.PGSQL.5432'));
  const server = await open(home);
  expect(server.started).toBe(true);
  expect(await countKept(server)).toBe(1000);
  await server.release();
  await expectStopped(home);
});

test('a home deleted under its server: release ends the server and says nothing', async () => {
  const home = await usedHome();
  const server = await open(home);
  const pid = postmasterPid(home);
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
  await server.release();
  await eventually(() => lifeOf(pid) === null, 'server ended');
  expect(existsSync(dirname(home))).toBe(true);
  expect(servers(home)).toEqual([]);
});
