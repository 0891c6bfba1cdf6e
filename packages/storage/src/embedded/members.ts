import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lifeOf } from './procfs.ts';

/**
 * Who uses the server: one empty file per `openEmbedded` that has not been released, named after its process.
 * Everything is in the name, so that it can be written on a full disk and read by any user.
 * Concurrency: call only under the home's lock.
 */
export async function joinMembers(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const name = `${process.pid}_${lifeOf(process.pid)}_${await placeOf(folder)}_${randomBytes(4).toString('hex')}`;
  await writeFile(join(folder, name), '', { mode: 0o600 });
  return name;
}

export async function leaveMembers(folder: string, name: string): Promise<void> {
  await rm(join(folder, name), { force: true });
}

/** How many members are alive, `self` not counted; files of dead processes are removed. */
export async function countOthers(folder: string, self: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => name !== self);
  const place = await placeOf(folder);
  const dead = names.filter((name) => !isAlive(name, place));
  await Promise.all(dead.map((name) => rm(join(folder, name), { force: true })));
  return names.length - dead.length;
}

/** A pid that another program has got since does not count: its start time differs. Nor does a copied file. */
function isAlive(name: string, place: string): boolean {
  const [pid = '', life = '', where = ''] = name.split('_');
  if (!/^[1-9]\d*$/u.test(pid) || where !== place) return false;
  const now = lifeOf(Number(pid));
  return now !== null && (now === life || now === 'hidden');
}

/** Tells the folder from a copy of it, whose members are on the other server. */
async function placeOf(folder: string): Promise<string> {
  const { ino } = await stat(folder, { bigint: true });
  return ino.toString(36);
}
