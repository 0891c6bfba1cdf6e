import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { appendFile, readdir, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import {
  countKept,
  eventually,
  expectStopped,
  isRoot,
  newHome,
  open,
  postmasterPid,
  query,
  servers,
  startChild,
  usedHome,
} from './support/embedded-harness.ts';

test('the first open initialises and starts, release stops, the next open finds the data', async () => {
  const home = newHome();
  const first = await open(home);
  expect(first.started).toBe(true);
  await query(first, 'create table t as select 42 as n');
  await first.release();
  await expectStopped(home);
  const second = await open(home);
  expect(second.started).toBe(true);
  expect(second.connection).toEqual(first.connection); // a pool finds the server again
  expect(await query(second, 'select n from t')).toEqual([{ n: 42 }]);
  await second.release();
  await expectStopped(home);
  expect(readFileSync(join(home, 'postgres.log'), 'utf8')).not.toMatch(/FATAL|ERROR/u);
});

test('calls in one process count one by one; release counts once however often it is called', async () => {
  const home = await usedHome();
  const [first, second] = await Promise.all([open(home), open(home)]);
  expect([first.started, second.started].toSorted()).toEqual([false, true]);
  await Promise.all([first.release(), first.release()]);
  await first.release();
  expect(await countKept(second)).toBe(1000);
  await second.release();
  await expectStopped(home);
});

test('the process that started it may leave first: the server stays for those that joined', async () => {
  const home = await usedHome();
  const starter = startChild(home);
  expect(await starter.until('started')).toBe(true);
  const joiner = startChild(home);
  expect(await joiner.until('started')).toBe(false);
  starter.tell('release');
  await starter.ended;
  joiner.tell('ask');
  expect(await joiner.until('answer')).toBe(1);
  joiner.tell('release');
  await joiner.ended;
  await expectStopped(home);
});

test('five processes at once on a folder that does not exist: one starts, four join, the last to leave stops it', async () => {
  const home = newHome();
  const children = Array.from({ length: 5 }, () => startChild(home));
  const started = await Promise.all(children.map((child) => child.until('started')));
  expect(started.toSorted()).toEqual([false, false, false, false, true]);
  expect(servers(home).filter(({ isChild }) => !isChild)).toHaveLength(1);
  for (const child of children) child.tell('ask');
  expect(await Promise.all(children.map((child) => child.until('answer')))).toEqual([1, 1, 1, 1, 1]);
  for (const child of children) child.tell('release');
  await Promise.all(children.map((child) => child.ended));
  await expectStopped(home);
});

test('five processes coming and going at once never meet a stopped server', async () => {
  const home = await usedHome();
  const visits = Array.from({ length: 5 }, async () => {
    for (let visit = 0; visit < 4; visit++) {
      const server = await open(home);
      expect(await countKept(server)).toBe(1000);
      await server.release();
    }
  });
  await Promise.all(visits);
  await expectStopped(home);
});

test('Ctrl-C reaches the command and not the server, which it stops in order', async () => {
  const home = await usedHome();
  const child = startChild(home);
  await child.until('started');
  process.kill(-(child.process.pid ?? Number.NaN), 'SIGINT'); // the group, as a terminal does
  expect(await child.until('answer')).toBe(1);
  await child.ended;
  await expectStopped(home);
  expect(readFileSync(join(home, 'postgres.log'), 'utf8').trimEnd()).toMatch(/database system is shut down$/u);
});

test('the server keeps what it acknowledges, speaks UTF-8 and UTC, and listens on no network', async () => {
  const server = await open(await usedHome());
  const names = ['fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'listen_addresses', 'TimeZone'];
  const rows = await query<{ name: string; setting: string }>(
    server,
    `select name, setting from pg_settings where name in ('${names.join("', '")}')`,
  );
  expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    data_checksums: 'on',
    listen_addresses: '',
    TimeZone: 'UTC',
  });
  const texts = await query(
    server,
    `select pg_encoding_to_char(encoding) as encoding, upper('été ж') as upper, '疏' ~ '[[:alpha:]]' as alpha
     from pg_database where datname = current_database()`,
  );
  expect(texts).toEqual([{ encoding: 'UTF8', upper: 'ÉTÉ Ж', alpha: true }]);
  await server.release();
});

test('nobody gets in without the password, which only the owner can read', async () => {
  const home = await usedHome();
  const server = await open(home);
  const wrong = new pg.Client({ ...server.connection, password: 'wrong' });
  await expect(wrong.connect()).rejects.toThrow(/password authentication failed/u);
  await wrong.end();
  expect(statSync(join(home, 'postgres.password')).mode & 0o777).toBe(0o600);
  expect(statSync(home).mode & 0o777).toBe(0o700);
  expect(statSync(join(home, 'postgres')).mode & 0o777).toBe(0o700);
  expect(statSync(server.connection.host).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(home, 'postgres', 'pg_hba.conf'), 'utf8')).not.toMatch(/^(?!#).*\btrust\b/mu);
  await server.release();
});

test('another database is made at first use, in a running server and in a new one', async () => {
  const home = await usedHome();
  const first = await open(home);
  const second = await open(home, '第二 "个"');
  expect(await query(second, 'select current_database() as name')).toEqual([{ name: '第二 "个"' }]);
  await first.release();
  await second.release();
  const third = await open(home, 'third');
  expect(await query(third, 'select current_database() as name')).toEqual([{ name: 'third' }]);
  await third.release();
});

test('a home deep down, with spaces, Chinese, commas and quotes in its path', async () => {
  const home = join(newHome(), '去化 监测', `a, "b" 'c'`, '很深的文件夹'.repeat(8), 'home');
  const server = await open(home);
  expect(Buffer.byteLength(`${server.connection.host}/.s.PGSQL.5432`)).toBeLessThanOrEqual(103);
  const child = startChild(home);
  expect(await child.until('started')).toBe(false);
  child.tell('release');
  await child.ended;
  await server.release();
  await expectStopped(home);
  expect(existsSync(server.connection.host)).toBe(false); // nothing stays outside the home
});

test('a home that the server can enter and whose path is short holds the socket too', async () => {
  const home = await usedHome(`去化, "a" 'b'`);
  chmodSync(dirname(home), 0o755);
  chmodSync(home, 0o755);
  const server = await open(home);
  expect(server.connection.host).toBe(join(home, 'postgres.socket'));
  await server.release();
  await expectStopped(home);
});

test('below a folder that only its owner may enter (/root), whose mode stays as it is', async () => {
  const home = newHome(); // in a folder made by mkdtemp, so 0700
  const server = await open(home);
  expect(statSync(dirname(home)).mode & 0o777).toBe(0o700);
  expect(statSync(join(home, 'postgres', 'PG_VERSION')).uid).toBe(statSync(`/proc/${postmasterPid(home)}`).uid);
  expect(statSync(`/proc/${postmasterPid(home)}`).uid === process.getuid?.()).toBe(!isRoot);
  // What still uses the path of the data folder after the start: settings read again, workers, a session's crash.
  await query(server, "alter system set work_mem = '33MB'");
  await query(server, 'select pg_reload_conf()');
  await query(server, 'create table big as select n from generate_series(1, 300000) n');
  const parallel = `set min_parallel_table_scan_size = 0; set parallel_setup_cost = 0; set parallel_tuple_cost = 0;
    set debug_parallel_query = on; select count(*) from big`;
  await query(server, parallel);
  const [session] = await query<{ work_mem: string; pid: number }>(
    server,
    "select current_setting('work_mem') as work_mem, pg_backend_pid() as pid",
  );
  expect(session?.work_mem).toBe('33MB');
  const client = new pg.Client(server.connection);
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  process.kill(rows[0]?.pid ?? Number.NaN, 'SIGKILL');
  await client.end();
  await eventually(() => readFileSync(join(home, 'postgres.log'), 'utf8').includes('reinitializing'), 'crash noticed');
  const again = await open(home); // waits for the recovery
  expect(await query(again, 'select count(*)::int as n from big')).toEqual([{ n: 300_000 }]);
  await again.release();
  await server.release();
  await expectStopped(home);
});

test('root without the right to look into the processes of others, as in a container, joins and stops the server', async () => {
  const home = await usedHome();
  const wrapper = isRoot ? ['setpriv', '--bounding-set', '-sys_ptrace', '--inh-caps', '-sys_ptrace'] : [];
  const first = startChild(home, wrapper);
  expect(await first.until('started')).toBe(true);
  process.kill(first.process.pid ?? Number.NaN, 'SIGKILL');
  await first.ended;
  const second = startChild(home, wrapper);
  expect(await second.until('started')).toBe(false);
  second.tell('release');
  await second.ended;
  expect(second.events.at(-1)).toEqual({ released: true });
  await expectStopped(home);
});

test('a log that has grown large makes way at the next start, and one older is kept', async () => {
  const home = await usedHome();
  const log = join(home, 'postgres.log');
  await truncate(log, 11 * 1024 * 1024);
  await appendFile(log, 'old end\n');
  const server = await open(home);
  expect(statSync(log).size).toBeLessThan(100_000);
  expect(readFileSync(`${log}.1`, 'utf8').endsWith('old end\n')).toBe(true);
  await server.release();
  expect((await readdir(home)).filter((name) => name.startsWith('postgres.log')).toSorted()).toEqual([
    'postgres.log',
    'postgres.log.1',
  ]);
});
