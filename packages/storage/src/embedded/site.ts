import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Logger } from '@quhua/runtime';
import { errnoOf, toHomeError } from './errors.ts';

/** Where everything of one embedded server lies. */
export type Site = {
  readonly home: string;
  /** PostgreSQL's data folder; exists only when initdb has finished. */
  readonly data: string;
  readonly lock: string;
  readonly members: string;
  readonly password: string;
  readonly log: string;
  readonly socket: string;
};

const INITDB_PREFIX = 'postgres.initdb-';

/** Makes the home folder (0700) if there is none. Errors: invalid/EMBEDDED_HOME_*, transient/EMBEDDED_DISK_FULL. */
export async function prepareSite(folder: string): Promise<Site> {
  try {
    await makeFolder(resolve(folder));
    const home = await realpath(folder);
    return {
      home,
      data: join(home, 'postgres'),
      lock: join(home, 'postgres.lock'),
      members: join(home, 'postgres.members'),
      password: join(home, 'postgres.password'),
      log: join(home, 'postgres.log'),
      socket: join(home, 'postgres.socket'),
    };
  } catch (error) {
    throw toHomeError(error, resolve(folder));
  }
}

/** As `mkdir -p`; Node's own answers ENOENT on a read-only file system, which would send the user looking elsewhere. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' && (await isFolder(folder))) return;
    if (errnoOf(error) !== 'ENOENT') throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder, { mode: 0o700 });
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Prefix for `mkdtemp` of a folder that initdb works in until it is finished. */
export function initdbPrefix({ home }: Site): string {
  return join(home, INITDB_PREFIX);
}

/**
 * Removes what killed initdbs left. Only their own temporary folders: a finished one has been renamed.
 * Concurrency: call only under the home's lock.
 */
export async function removeLeftovers(site: Site, log: Logger): Promise<void> {
  const leftovers = (await readdir(site.home)).filter((name) => name.startsWith(INITDB_PREFIX));
  for (const name of leftovers) {
    const folder = join(site.home, name);
    log.info({ folder }, 'removing what an interrupted initdb left');
    try {
      // An initdb whose starter was killed may still be writing for a moment.
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
    } catch (error) {
      log.warn({ folder, error: String(error) }, 'leftover of initdb not removed, the next start tries again');
    }
  }
}

/** Whether there is a data folder; an empty one counts as none. */
export async function hasData({ data }: Site): Promise<boolean> {
  try {
    return (await readdir(data)).length > 0;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

export async function findPassword({ password }: Site): Promise<string | null> {
  try {
    return (await readFile(password, 'utf8')).trim() || null;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Makes a random password and stores it, 0600, whole or not at all. */
export async function createPassword(site: Site): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  const unfinished = `${site.password}.new`;
  await using file = await open(unfinished, 'w', 0o600);
  await file.writeFile(`${password}\n`);
  await file.sync();
  await rename(unfinished, site.password);
  await syncFolder(site.home);
  return password;
}

/** Makes a rename in `folder` survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

const ROTATE_BYTES = 10 * 1024 * 1024;

/** Opens the server's log for appending; one older log is kept. `start` is where new lines begin. */
export async function openLog({ log }: Site): Promise<{ handle: Awaited<ReturnType<typeof open>>; start: number }> {
  const size = await stat(log).then(
    (found) => found.size,
    () => 0,
  );
  if (size > ROTATE_BYTES) await rename(log, `${log}.1`);
  return { handle: await open(log, 'a', 0o600), start: size > ROTATE_BYTES ? 0 : size };
}
