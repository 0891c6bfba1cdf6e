import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@quhua/core';
import type { Logger } from '@quhua/runtime';
import { serverAccount } from './account.ts';
import { findBinaries, reachableBinaries } from './binaries.ts';
import { assertVersion, EMBEDDED_USER, prepareCluster } from './cluster.ts';
import { type EmbeddedConnection, ensureDatabase } from './database.ts';
import { errnoOf, toHomeError } from './errors.ts';
import { type LockOptions, withLock } from './lock.ts';
import { countOthers, joinMembers, leaveMembers } from './members.ts';
import { awaitPostmaster, findPostmaster, type Postmaster, startPostmaster, stopPostmaster } from './postmaster.ts';
import { lifeOf, sendSignal } from './procfs.ts';
import { findPassword, hasData, prepareSite, removeLeftovers, type Site } from './site.ts';
import { prepareSocketFolder, removeSocketFolder } from './socket.ts';
import type { Runner } from './spawn.ts';

export type EmbeddedServer = {
  /** node-postgres settings; over a private Unix socket. */
  readonly connection: EmbeddedConnection;
  /** Whether this call started it; false if it joined a running one. */
  readonly started: boolean;
  /** Leaves; the last one to leave stops the server. Idempotent. */
  release(): Promise<void>;
};

export type EmbeddedOptions = {
  /** Holds the data and everything about the server; made if missing. */
  readonly home: string;
  readonly log: Logger;
  readonly database?: string;
};

/** What one `openEmbedded` works with. */
type Visit = { readonly site: Site; readonly runner: Runner; readonly log: Logger; readonly database: string };
type Server = { readonly postmaster: Postmaster; readonly connection: EmbeddedConnection; readonly started: boolean };

/** Longer than the longest orderly stop. */
const LOCK_WAIT_MS = 120_000;
const ATTEMPTS = 3;
const WORTH_ANOTHER_TRY = new Set(['EMBEDDED_KILLED', 'EMBEDDED_NOT_ANSWERING', 'EMBEDDED_PASSWORD']);

/**
 * A PostgreSQL server on `home` that accepts connections, its database made: started, or joined if one runs.
 *
 * Shapes: each call counts by itself, in this process or another; the server stops when the last is released. A process
 * that dies without releasing stops counting; a server left alone by such deaths is joined by the next call.
 * Errors: invalid/EMBEDDED_HOME_NOT_FOLDER, EMBEDDED_HOME_NOT_WRITABLE, EMBEDDED_OWNER; transient/EMBEDDED_DISK_FULL,
 * EMBEDDED_BUSY, EMBEDDED_KILLED, EMBEDDED_NOT_ANSWERING, EMBEDDED_NOT_READY; permanent/EMBEDDED_PLATFORM,
 * EMBEDDED_VERSION, EMBEDDED_NOT_DATA, EMBEDDED_BINARIES, EMBEDDED_NO_ACCOUNT, EMBEDDED_UNREACHABLE, EMBEDDED_PASSWORD,
 * EMBEDDED_SOCKET_FOLDER, EMBEDDED_SERVER_FAILED. A failed call leaves no idle server behind.
 * Concurrency: start, stop and membership are serialised between processes by a lock the kernel drops at death.
 */
export async function openEmbedded({ home, log, database = 'quhua' }: EmbeddedOptions): Promise<EmbeddedServer> {
  const binaries = await findBinaries({ os: process.platform, cpu: process.arch });
  const site = await prepareSite(home);
  try {
    const { server, member } = await withLock(site.lock, lockOptions(log, site), async () => {
      const account = await serverAccount(site.data);
      const runner = { binaries: await reachableBinaries(binaries, account), account };
      return enter({ site, runner, log, database });
    });
    log.debug({ folder: site.data, pid: server.postmaster.pid, started: server.started }, 'embedded database open');
    const { connection, started, postmaster } = server;
    return { connection, started, release: once(() => leave({ site, log, member, postmaster })) };
  } catch (error) {
    throw toHomeError(error, site.home);
  }
}

async function enter(visit: Visit): Promise<{ readonly server: Server; readonly member: string }> {
  const { site, runner, log } = visit;
  await removeLeftovers(site, log);
  await assertVersion(site, runner.binaries.major);
  const member = await joinMembers(site.members);
  try {
    const others = await countOthers(site.members, member);
    return { server: await serve(visit, others), member };
  } catch (error) {
    await leaveMembers(site.members, member);
    throw error;
  }
}

/** Joins or starts; again if the server was killed or crashed just then, or its password is of another copy. */
async function serve(visit: Visit, others: number): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await join(visit, others)) ?? (await start(visit, others));
    } catch (error) {
      const code = error instanceof AppError ? error.code : '';
      if (attempt === ATTEMPTS || !WORTH_ANOTHER_TRY.has(code)) throw error;
      if (code === 'EMBEDDED_PASSWORD') {
        if (others > 0) throw error;
        await rm(visit.site.password, { force: true }); // the next start sets a new one
      }
      visit.log.warn({ code, attempt }, 'embedded database not usable yet, trying again');
      await delay(20);
    }
  }
}

/** The running server; null if there is none, or one that nobody uses and that could not be used: it is stopped then. */
async function join(visit: Visit, others: number): Promise<Server | null> {
  const { site, log, database } = visit;
  const postmaster = await awaitPostmaster(site);
  if (postmaster === null) return null;
  try {
    const password = await findPassword(site);
    if (password === null) throw passwordLost(site);
    const connection = connectionTo(postmaster, password, database);
    await ensureDatabase(connection);
    return { postmaster, connection, started: false };
  } catch (error) {
    if ((await findPostmaster(site)) === null) return null; // stopped or killed meanwhile
    if (others > 0) throw error;
    log.warn({ pid: postmaster.pid, error: String(error) }, 'the running database cannot be used, starting it again');
    await stopPostmaster(site, log);
    return null;
  }
}

async function start(visit: Visit, others: number): Promise<Server> {
  const { site, runner, log, database } = visit;
  const fresh = !(await hasData(site));
  const password = await prepareCluster(visit);
  const socketFolder = await prepareSocketFolder(site, runner.account, password);
  const postmaster = await startPostmaster({ site, runner, log, socketFolder }).catch(async (error: unknown) => {
    if ((await findPostmaster(site)) === null) await removeSocketFolder(site, socketFolder);
    throw error;
  });
  try {
    const connection = connectionTo(postmaster, password, database);
    await ensureDatabase(connection, fresh);
    return { postmaster, connection, started: true };
  } catch (error) {
    if (others === 0) await stopPostmaster(site, log);
    throw error;
  }
}

type Leaving = {
  readonly site: Site;
  readonly log: Logger;
  readonly member: string;
  readonly postmaster: Postmaster;
};

async function leave({ site, log, member, postmaster }: Leaving): Promise<void> {
  try {
    await withLock(site.lock, lockOptions(log, site), async () => {
      await leaveMembers(site.members, member);
      if ((await countOthers(site.members, member)) === 0) await stopPostmaster(site, log);
    });
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw toHomeError(error, site.home);
    // The home was deleted under the server: there is nothing to keep.
    log.warn({ home: site.home }, 'home folder is gone, ending its database');
    if (lifeOf(postmaster.pid) === postmaster.life) sendSignal(postmaster.pid, 'SIGQUIT');
    await removeSocketFolder(site, postmaster.socketFolder);
  }
}

/** Runs once for however many calls; a failed run may be tried again. */
function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => {
    running ??= work().catch((error: unknown) => {
      running = null;
      throw error;
    });
    return running;
  };
}

function connectionTo({ socketFolder, port }: Postmaster, password: string, database: string): EmbeddedConnection {
  return { host: socketFolder, port, user: EMBEDDED_USER, password, database };
}

function lockOptions(log: Logger, { home }: Site): LockOptions {
  return {
    waitMs: LOCK_WAIT_MS,
    onWait: () => log.debug({ home }, 'another process is starting or stopping the database, waiting'),
  };
}

function passwordLost({ password }: Site): AppError {
  const message = `数据库密码文件不见了：${password}；请先停止使用该数据库的其他进程再重试，届时会重设密码 / the password file is gone: stop the other processes on this database and try again, a new password is set then`;
  return new AppError('permanent', 'EMBEDDED_PASSWORD', message);
}
