import { chown, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanup } from './cleanup.ts';
import { isOpenToAll, type OsUser } from './programs.ts';

const PREFIX = 'quhua-test-';
const A_DAY_MS = 24 * 60 * 60 * 1000;

export type ServerFolder = { readonly path: string; readonly forget: () => void };

/** A new folder that goes with this process; owned by `user`, who can reach it, if one is given. */
export async function serverFolder(user: OsUser | null): Promise<ServerFolder> {
  const parents = [tmpdir(), '/tmp', '/var/tmp'];
  const parent = user === null ? tmpdir() : (parents.find(isReachable) ?? tmpdir());
  const path = await mkdtemp(join(parent, PREFIX));
  const forget = cleanup.add({ kind: 'folder', path });
  if (user !== null) await chown(path, user.uid, user.gid);
  return { path, forget };
}

function isReachable(folder: string): boolean {
  try {
    return isOpenToAll(folder);
  } catch {
    return false;
  }
}

/** Removes the folders that runs left which ended with their whole machine, once they are older than a day. */
export async function clearOldFolders(now: Date): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names.filter((entry) => entry.startsWith(PREFIX))) {
    const path = join(tmpdir(), name);
    const info = await stat(path).catch(() => null);
    const isOwn = info !== null && (process.getuid?.() === 0 || info.uid === process.getuid?.());
    if (isOwn && now.getTime() - info.mtimeMs > A_DAY_MS) await rm(path, { recursive: true, force: true });
  }
}
