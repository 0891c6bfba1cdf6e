import { readFile, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@quhua/core';
import type { Logger } from '@quhua/runtime';
import { giveTo } from './account.ts';
import { diskFull, errnoOf, killed, toServerError } from './errors.ts';
import { lifeOf, listPostgresIn, runsPostgresIn, sendSignal, serverTag } from './procfs.ts';
import { openLog, type Site } from './site.ts';
import { EMBEDDED_PORT, removeSocketFolder } from './socket.ts';
import { cannotExecute, giveFolder, launch, type Runner } from './spawn.ts';

/** A running server, as its postmaster.pid tells. */
export type Postmaster = {
  readonly pid: number;
  readonly life: string;
  readonly socketFolder: string;
  readonly port: number;
  readonly status: string;
};

const POLL_MS = 3;
/** Crash recovery replays at most max_wal_size and some; a slow disk gets its time. */
const READY_WITHIN_MS = 300_000;
const ORPHANS_REMAIN = /pre-existing shared memory block|lock file "postmaster\.pid" already exists/u;
const ORPHANS_WITHIN_MS = 30_000;
const MIN_FREE_BYTES = 16 * 1024 * 1024; // one WAL segment

/**
 * The server on the data folder, if one is alive, in whatever state.
 *
 * A postmaster.pid that names another program is removed, as PostgreSQL would refuse to start beside it; that of a
 * dead process stays, as PostgreSQL reads in it which shared memory to look for.
 */
export async function findPostmaster(site: Site): Promise<Postmaster | null> {
  const found = await readPidFile(site);
  if (found === null || runsPostgresIn(site.data, found.pid)) return found;
  await endOrphans(site.data);
  await removePidFile(site);
  return null;
}

/** What postmaster.pid says; null if there is none or its process is dead. */
async function readPidFile(site: Site): Promise<Postmaster | null> {
  const text = await unlessMissing(readFile(pidFile(site), 'utf8'));
  const lines = (text ?? '').split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  const life = Number.isInteger(pid) && pid > 0 ? lifeOf(pid) : null;
  if (life === null) return null;
  return { pid, life, port: Number(lines[3]), socketFolder: lines[4] ?? '', status: lines[7] ?? '' };
}

async function timeOfPidFile(site: Site): Promise<bigint | null> {
  return (await unlessMissing(stat(pidFile(site), { bigint: true })))?.mtimeNs ?? null;
}

async function removePidFile(site: Site): Promise<void> {
  await rm(pidFile(site), { force: true });
}

function pidFile({ data }: Site): string {
  return join(data, 'postmaster.pid');
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | null> {
  return reading.catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  });
}

/**
 * The server on the data folder once it accepts connections; null if none runs, or the one that did has stopped.
 *
 * Errors: transient/EMBEDDED_NOT_READY if it takes too long, e.g. in crash recovery.
 */
export async function awaitPostmaster(site: Site, withinMs = READY_WITHIN_MS): Promise<Postmaster | null> {
  const until = performance.now() + withinMs;
  for (;;) {
    const found = await findPostmaster(site);
    if (found === null || found.status === 'ready') return found;
    if (performance.now() > until) throw notReady(site, found);
    await delay(POLL_MS);
  }
}

type StartOptions = {
  readonly site: Site;
  readonly runner: Runner;
  readonly log: Logger;
  readonly socketFolder: string;
};

/**
 * Starts a server and resolves when it accepts connections.
 *
 * Errors: permanent/EMBEDDED_SERVER_FAILED with its last words, transient/EMBEDDED_DISK_FULL,
 * EMBEDDED_KILLED, EMBEDDED_NOT_READY.
 * Concurrency: call only under the home's lock, when `findPostmaster` found none.
 */
export async function startPostmaster(options: StartOptions): Promise<Postmaster> {
  const { site, log } = options;
  const until = performance.now() + ORPHANS_WITHIN_MS;
  for (let attempt = 1; ; attempt++) {
    const outcome = await tryStart(options);
    if (typeof outcome !== 'string') return outcome;
    if (!ORPHANS_REMAIN.test(outcome) || performance.now() > until) throw await whyNotStarted(site, outcome);
    if (attempt === 1) log.info({ folder: site.data }, 'processes of a killed server remain, ending them');
    await endOrphans(site.data);
    // PostgreSQL counts a zombie as alive, and where pid 1 does not reap it stays one for good.
    if ((await readPidFile(site)) === null) await removePidFile(site);
    await delay(20);
  }
}

/** The running server, or what it logged before it gave up. */
async function tryStart({ site, runner, socketFolder }: StartOptions): Promise<Postmaster | string> {
  const stale = await timeOfPidFile(site);
  await using given = await giveFolder(site.data, runner.account);
  const { handle, start } = await openLog(site);
  await using logFile = handle;
  await giveTo(site.log, runner.account);
  const child = launch(runner, {
    program: 'postgres',
    args: ['-D', given.path, ...onlyFor(site, socketFolder)],
    given,
    output: logFile.fd,
  });
  child.unref();
  let failure: unknown = null;
  child.once('error', (error) => {
    failure = error;
  });
  const until = performance.now() + READY_WITHIN_MS;
  for (;;) {
    if (failure !== null) throw cannotExecute(runner, failure);
    if (child.signalCode !== null) throw killed(child.signalCode);
    if (child.exitCode !== null) return (await readFile(site.log)).subarray(start).toString('utf8');
    const found = await readPidFile(site);
    // In a container pids repeat: a stale file may already name our child as ready.
    if (found?.pid === child.pid && found?.status === 'ready' && (await timeOfPidFile(site)) !== stale) return found;
    if (performance.now() > until) throw notReady(site, found);
    await delay(POLL_MS);
  }
}

/** Given on the command line because nothing else may be true of this server, whatever postgresql.conf says. */
function onlyFor({ data }: Site, socketFolder: string): string[] {
  const settings = {
    listen_addresses: '',
    port: String(EMBEDDED_PORT),
    unix_socket_directories: `"${socketFolder.replaceAll('"', '""')}"`, // a list: a comma in the path would split it
    unix_socket_permissions: '0700',
    cluster_name: serverTag(data),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** On a full disk the log is empty too, so the disk is asked. */
async function whyNotStarted({ home, log }: Site, output: string): Promise<AppError> {
  const { bavail, bsize } = await statfs(home);
  if (bavail * bsize < MIN_FREE_BYTES) return diskFull(home);
  return toServerError({ home, doing: { zh: '启动数据库', en: 'starting the database' }, output, logFile: log });
}

function notReady({ log }: Site, found: Postmaster | null): AppError {
  const who = found === null ? '' : `（pid ${found.pid}，状态 ${found.status || '?'}）`;
  const message = `数据库${who}迟迟未就绪，可能在做崩溃恢复：请稍后重试，并查看日志 / the database is not ready yet, perhaps in crash recovery: try again later and see the log: ${log}`;
  return new AppError('transient', 'EMBEDDED_NOT_READY', message);
}

/**
 * Processes of a killed postmaster hold its shared memory until they notice, which a busy query does not.
 * Killing them loses nothing: what they had not committed ends with the crash recovery of the next start.
 */
async function endOrphans(data: string): Promise<void> {
  const found = listPostgresIn(data);
  const postmaster = found.find(({ isChild }) => !isChild);
  // A postmaster whose pid file was deleted would stop by itself within a minute; this way it does so in order.
  if (postmaster !== undefined) sendSignal(postmaster.pid, 'SIGINT');
  else for (const { pid } of found) sendSignal(pid, 'SIGKILL');
}

const STOP_STEPS = [
  { signal: 'SIGINT', waitMs: 60_000 }, // fast: ends sessions, writes a checkpoint
  { signal: 'SIGQUIT', waitMs: 10_000 }, // immediate: the next start recovers
  { signal: 'SIGKILL', waitMs: 10_000 },
] as const;

/**
 * Stops the server on the data folder and resolves when it is gone; nothing to do if none runs.
 * Concurrency: call only under the home's lock.
 */
export async function stopPostmaster(site: Site, log: Logger): Promise<void> {
  const found = await findPostmaster(site);
  if (found === null) return;
  for (const { signal, waitMs } of STOP_STEPS) {
    if (signal !== 'SIGINT') log.warn({ pid: found.pid, signal }, 'the database does not stop, insisting');
    if (!sendSignal(found.pid, signal) || (await isGone(found, waitMs))) break;
  }
  await removeSocketFolder(site, found.socketFolder);
}

async function isGone({ pid, life }: Postmaster, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (lifeOf(pid) === life) {
    if (performance.now() > until) return false;
    await delay(POLL_MS);
  }
  return true;
}
