import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { errnoOf } from './errors.ts';

const HAS_PROC = process.platform === 'linux';

/**
 * What tells this life of a pid from the next one that gets its number: the boot and the start time.
 *
 * Missing: null for a dead process; a zombie is dead. Where there is no /proc every living process says 'alive'.
 */
export function lifeOf(pid: number): string | null {
  if (!HAS_PROC) return isAlive(pid) ? 'alive' : null;
  const stat = readProc(`/proc/${pid}/stat`);
  if (stat === null) return isAlive(pid) ? 'hidden' : null; // /proc mounted with hidepid
  // The name in parentheses may hold anything, so count from the last one: state, then 18 fields to the start time.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  return `${bootId()}.${fields[19]}`;
}

/**
 * Marks the processes of one data folder: its server runs under this cluster_name, which is in every command line.
 * Made from device and inode, so that a copy of the folder has another and a renamed one keeps it.
 */
export function serverTag(folder: string): string {
  const identity = identityOf(folder) ?? folder;
  return `quhua-${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`;
}

/** Whether `pid` is a PostgreSQL process of the data folder; where there is no /proc, whether it is PostgreSQL at all. */
export function runsPostgresIn(folder: string, pid: number): boolean {
  if (!HAS_PROC) return programOf(pid) === 'postgres';
  if (readProc(`/proc/${pid}/comm`)?.trim() !== 'postgres') return false;
  if (readProc(`/proc/${pid}/cmdline`)?.includes(serverTag(folder))) return true;
  // One that was started by hand has no tag. Root in a container may not read this of another user's process.
  const place = identityOf(`/proc/${pid}/cwd`);
  return place !== null && place === identityOf(folder);
}

type PostgresProcess = { readonly pid: number; readonly isChild: boolean };

/** Every PostgreSQL process of the data folder; children are those that a postmaster started. */
export function listPostgresIn(folder: string): PostgresProcess[] {
  if (!HAS_PROC) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map(Number)
    .filter((pid) => runsPostgresIn(folder, pid) && lifeOf(pid) !== null)
    .map((pid) => ({ pid, isChild: (readProc(`/proc/${pid}/cmdline`) ?? '').startsWith('postgres: ') }));
}

/** Sends a signal; false if the process is gone. */
export function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    return sendSignal(pid, 0);
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

function programOf(pid: number): string | null {
  try {
    return basename(execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim());
  } catch {
    return null; // ps exits 1 for a pid that is gone
  }
}

function bootId(): string {
  return (readProc('/proc/sys/kernel/random/boot_id') ?? '').slice(0, 8);
}

/** Device and inode: the same folder under whatever path. */
function identityOf(path: string): string | null {
  const found = quietly(() => statSync(path));
  return found === null ? null : `${found.dev}:${found.ino}`;
}

function readProc(path: string): string | null {
  return quietly(() => readFileSync(path, 'utf8'));
}

/** Null for a process that ended meanwhile or belongs to someone else. */
function quietly<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (/^(?:ENOENT|ESRCH|EACCES|EPERM)$/u.test(errnoOf(error))) return null;
    throw error;
  }
}
