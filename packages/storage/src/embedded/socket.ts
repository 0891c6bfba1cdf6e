import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '@quhua/core';
import { type Account, canReach, giveTo } from './account.ts';
import { errnoOf } from './errors.ts';
import type { Site } from './site.ts';

/** Only names the socket file: the server listens on no network. */
export const EMBEDDED_PORT = 5432;

const SOCKET_FILE = `.s.PGSQL.${EMBEDDED_PORT}`;
const MAX_PATH_BYTES = 103; // the kernel's limit: 107 on Linux, 103 on macOS
/** /run first: only root can write there, nothing tidies it up, and it is not private to one systemd service. */
const SHARED_PLACES = ['/run', '/tmp'];

/**
 * A private folder (0700) for the server's socket, the same at every start so that pools find a restarted server.
 * It lies in the home if the path is short enough and the server's user can go there, else below /run or /tmp.
 *
 * Concurrency: call only under the home's lock and while no server runs; removes the socket a killed one left,
 * whose lock file may name a pid that is another program's by now.
 */
export async function prepareSocketFolder(site: Site, account: Account, password: string): Promise<string> {
  const folder = await chooseFolder(site, account, password);
  await giveTo(folder, account);
  await rm(join(folder, SOCKET_FILE), { force: true });
  await rm(join(folder, `${SOCKET_FILE}.lock`), { force: true });
  return folder;
}

/** Removes the folder of a stopped server if it is not in the home. */
export async function removeSocketFolder(site: Site, folder: string): Promise<void> {
  if (folder === site.socket || !SHARED_PLACES.includes(dirname(folder))) return;
  await rm(folder, { recursive: true, force: true });
}

async function chooseFolder(site: Site, account: Account, password: string): Promise<string> {
  const short = Buffer.byteLength(join(site.socket, SOCKET_FILE)) <= MAX_PATH_BYTES;
  if (short && (await canReach(site.home, account))) {
    await mkdir(site.socket, { recursive: true, mode: 0o700 });
    await chmod(site.socket, 0o700);
    return site.socket;
  }
  // Nobody can guess the name, and another copy of the same home gets another one.
  const { dev, ino } = await stat(site.data);
  const seed = createHash('sha256').update(`socket ${password} ${dev} ${ino}`).digest('hex');
  const names = [0, 16, 32, 48].map((at) => `quhua-${seed.slice(at, at + 16)}`);
  for (const folder of SHARED_PLACES.flatMap((place) => names.map((name) => join(place, name)))) {
    if (await takeFolder(folder, account)) return folder;
  }
  const message = `无法在 ${SHARED_PLACES.join('、')} 下建立套接字文件夹：请清理其中的 quhua-* 文件夹，或把 QUHUA_HOME 移到较短的路径 / no socket folder could be made there: remove the quhua-* folders, or move QUHUA_HOME to a shorter path`;
  throw new AppError('permanent', 'EMBEDDED_SOCKET_FOLDER', message);
}

/** False if somebody else holds the name, or we may not write there. */
async function takeFolder(folder: string, account: Account): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (/^(?:EACCES|EPERM|EROFS|ENOENT|ENOSPC)$/u.test(errnoOf(error))) return false;
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
  const { uid, mode } = await lstat(folder);
  const owners = [process.getuid?.(), account?.uid];
  return owners.includes(uid) && (mode & 0o170077) === 0o040000;
}
