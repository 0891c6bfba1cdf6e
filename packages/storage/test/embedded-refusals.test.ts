import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { chmod, lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { canReach, findNobody } from '../src/embedded/account.ts';
import { findBinaries, reachableBinaries } from '../src/embedded/binaries.ts';
import { toHomeError, toServerError } from '../src/embedded/errors.ts';
import { withLock } from '../src/embedded/lock.ts';
import { lifeOf } from '../src/embedded/procfs.ts';
import { countKept, expectStopped, isRoot, newHome, open, run, servers, usedHome } from './support/embedded-harness.ts';

const mounts: string[] = [];

afterEach(async () => {
  for (const mount of mounts.splice(0)) await run('umount', ['-l', mount]);
});

/** A file system of its own, which only root can have. */
async function mountTmpfs(size: string): Promise<string> {
  const folder = dirname(newHome());
  await run('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'tmpfs', folder]);
  mounts.push(folder);
  return folder;
}

test('a home that is a file, or below one, is refused by name', async () => {
  const file = newHome();
  writeFileSync(file, '');
  const refusal = { kind: 'invalid', code: 'EMBEDDED_HOME_NOT_FOLDER', message: expect.stringContaining(file) };
  await expect(open(file)).rejects.toMatchObject(refusal);
  await expect(open(join(file, 'below'))).rejects.toMatchObject(refusal);
});

test('a home that may not be written is refused, new or in use, and nothing is half-made', async () => {
  const folder = isRoot ? await mountTmpfs('1m') : dirname(newHome());
  const old = join(folder, 'old');
  mkdirSync(old);
  if (isRoot) await run('mount', ['-o', 'remount,ro', folder]);
  else for (const path of [old, folder]) chmodSync(path, 0o500);
  const refusal = { kind: 'invalid', code: 'EMBEDDED_HOME_NOT_WRITABLE' };
  await expect(open(join(folder, 'new'))).rejects.toMatchObject(refusal);
  await expect(open(old)).rejects.toMatchObject(refusal);
  expect(await readdir(folder)).toEqual(['old']);
  if (!isRoot) chmodSync(folder, 0o700);
});

test('a full disk at the first start leaves nothing half-made; with space it works', async () => {
  if (!isRoot) return expectDiskFullIsUnderstood();
  const folder = await mountTmpfs('20m');
  const home = join(folder, 'home');
  await expect(open(home)).rejects.toMatchObject({ kind: 'transient', code: 'EMBEDDED_DISK_FULL' });
  expect(existsSync(join(home, 'postgres'))).toBe(false);
  await expectStopped(home);
  await run('mount', ['-o', 'remount,size=200m', folder]);
  const server = await open(home);
  await server.release();
  await expectStopped(home);
});

test('a full disk at a later start is said, and the data is there when there is space again', async () => {
  if (!isRoot) return expectDiskFullIsUnderstood();
  const folder = await mountTmpfs('200m');
  const home = join(folder, 'home');
  await run('cp', ['-a', await usedHome(), home]);
  const filler = join(folder, 'filler');
  await run('sh', ['-c', `cat /dev/zero > '${filler}' 2>/dev/null || true`]);
  await expect(open(home)).rejects.toMatchObject({ kind: 'transient', code: 'EMBEDDED_DISK_FULL' });
  expect(servers(home)).toEqual([]);
  await rm(filler);
  const server = await open(home);
  expect(await countKept(server)).toBe(1000);
  await server.release();
  await expectStopped(home);
});

/** What a person without the right to mount can still check: that the tools' words for it are understood. */
function expectDiskFullIsUnderstood(): void {
  const errno = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
  const output = 'FATAL:  could not write lock file "postmaster.pid": No space left on device';
  const failure = { home: '/h', doing: { zh: '启动', en: 'starting' }, output, logFile: null };
  for (const error of [toHomeError(errno, '/h'), toServerError(failure)])
    expect(error).toMatchObject({ kind: 'transient', code: 'EMBEDDED_DISK_FULL' });
}

test('data of another PostgreSQL version is refused untouched', async () => {
  const home = await usedHome();
  const file = join(home, 'postgres', 'PG_VERSION');
  const version = await readFile(file, 'utf8');
  await writeFile(file, '17\n');
  await expect(open(home)).rejects.toMatchObject({
    kind: 'permanent',
    code: 'EMBEDDED_VERSION',
    message: expect.stringMatching(/PostgreSQL 17.*18/u),
  });
  await expectStopped(home);
  await writeFile(file, version);
  const server = await open(home);
  expect(await countKept(server)).toBe(1000);
  await server.release();
});

test('a folder with anything else in the place of the data is refused untouched', async () => {
  const home = newHome();
  await mkdir(join(home, 'postgres'), { recursive: true });
  await writeFile(join(home, 'postgres', 'letter.txt'), 'dear');
  await expect(open(home)).rejects.toMatchObject({ kind: 'permanent', code: 'EMBEDDED_NOT_DATA' });
  expect(readFileSync(join(home, 'postgres', 'letter.txt'), 'utf8')).toBe('dear');
});

test('a server that cannot start says its last words and where the log is', async () => {
  const home = await usedHome();
  await writeFile(join(home, 'postgres', 'postgresql.auto.conf'), "max_connections = 'many'\n");
  await expect(open(home)).rejects.toMatchObject({
    kind: 'permanent',
    code: 'EMBEDDED_SERVER_FAILED',
    message: expect.stringMatching(/启动数据库失败.*FATAL.*configuration file.*postgres\.log/u),
  });
  await expectStopped(home);
});

test('a data folder that others may read is closed, not refused', async () => {
  const home = await usedHome();
  await chmod(join(home, 'postgres'), 0o755);
  const server = await open(home);
  expect(statSync(join(home, 'postgres')).mode & 0o777).toBe(0o700);
  await server.release();
});

test('data of another user: root runs as that user, another user is refused', async () => {
  const home = await usedHome();
  if (isRoot) {
    await run('chown', ['-R', '1:1', home]);
    const server = await open(home);
    expect(statSync(join(home, 'postgres', 'postmaster.pid')).uid).toBe(1);
    await server.release();
    await expectStopped(home);
    expect(statSync(join(home, 'postgres.log')).uid).toBe(1); // that user can go on alone
  } else {
    const { serverAccount } = await import('../src/embedded/account.ts');
    await expect(serverAccount('/')).rejects.toMatchObject({ kind: 'invalid', code: 'EMBEDDED_OWNER' });
  }
});

test.each([
  { os: 'win32', cpu: 'x64' },
  { os: 'linux', cpu: 'riscv64' },
])('no server for $os-$cpu: said with what to do', async (platform) => {
  await expect(findBinaries(platform)).rejects.toMatchObject({
    kind: 'permanent',
    code: 'EMBEDDED_PLATFORM',
    message: expect.stringContaining('DATABASE_URL'),
  });
});

test('programs that the account cannot reach are copied once, whole, to the first place that takes them', async () => {
  const binaries = await findBinaries({ os: process.platform, cpu: process.arch });
  const folder = dirname(newHome()); // 0700, as a checkout in /root
  await symlink(binaries.folder, join(folder, 'native'));
  const hidden = { ...binaries, folder: join(folder, 'native') };
  const account = { uid: 65_534, gid: 65_534 };
  expect(await reachableBinaries(hidden, null)).toBe(hidden);
  const open = mkdtempSync('/tmp/quhua-embedded-');
  chmodSync(open, 0o755);
  try {
    const [loose, place] = [join(open, 'loose'), join(open, 'place')];
    await mkdir(loose);
    await chmod(loose, 0o777); // anybody could swap the programs there
    const found = await Promise.all([1, 2].map(() => reachableBinaries(hidden, account, [loose, place])));
    expect(found.map((copy) => copy.folder)).toEqual(Array(2).fill(join(place, `postgres-${binaries.version}`)));
    expect(await readdir(loose)).toEqual([]);
    expect(await readdir(place)).toEqual([`postgres-${binaries.version}`]);
    const copy = found[0]?.folder ?? '';
    expect((await lstat(join(copy, 'lib', 'libpq.so.5'))).isSymbolicLink()).toBe(true);
    expect(await canReach(join(copy, 'share', 'postgresql', 'postgres.bki'), account)).toBe(false); // readable, not executable
    expect(statSync(join(copy, 'share', 'postgresql', 'postgres.bki')).mode & 0o777).toBe(0o644);
    await run(join(copy, 'bin', 'postgres'), ['--version']);
    await expect(reachableBinaries(hidden, account, [loose])).rejects.toMatchObject({
      kind: 'permanent',
      code: 'EMBEDDED_BINARIES',
    });
  } finally {
    await rm(open, { recursive: true });
  }
});

test('nobody is looked up, whatever its numbers are', () => {
  expect(findNobody('root:x:0:0::/:/bin/sh\nnobody:x:99:98:Nobody:/:/sbin/nologin\n')).toEqual({ uid: 99, gid: 98 });
  for (const passwd of ['', 'root:x:0:0::/:\n', 'nobody:x:0:0::/:\n'])
    expect(() => findNobody(passwd)).toThrow(expect.objectContaining({ code: 'EMBEDDED_NO_ACCOUNT' }));
});

test('the lock keeps others out until its holder is done, and gives up waiting by name', async () => {
  const file = join(dirname(newHome()), 'lock');
  const order: string[] = [];
  let waits = 0;
  const turnedAway = Promise.withResolvers<void>();
  const onWait = (): void => {
    waits += 1;
    turnedAway.resolve();
  };
  const options = { waitMs: 10_000, onWait };
  let second: Promise<number> | null = null;
  await withLock(file, { waitMs: 10_000 }, async () => {
    second = withLock(file, options, async () => order.push('second'));
    await turnedAway.promise; // it opens the file in its own time
    await expect(withLock(file, { waitMs: 20 }, async () => {})).rejects.toMatchObject({
      kind: 'transient',
      code: 'EMBEDDED_BUSY',
    });
    order.push('first');
  });
  await second;
  expect(order).toEqual(['first', 'second']);
  expect(waits).toBe(1);
  await expect(withLock(file, options, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await withLock(file, options, () => delay(1)); // let go after a failure too
});

test('a life ends with its process, and pid 1 is not ours', () => {
  expect(lifeOf(process.pid)).toBe(lifeOf(process.pid));
  expect(lifeOf(process.pid)).not.toBe(lifeOf(1));
  expect(lifeOf(999_999_999)).toBe(null);
});
