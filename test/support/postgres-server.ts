import { type ChildProcess, execFile } from 'node:child_process';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { cleanup } from './cleanup.ts';
import { until } from './poll.ts';
import { type PostgresPrograms, reachablePrograms } from './postgres-programs.ts';
import {
  childrenOf,
  ended,
  freePort,
  hasEnded,
  lastLines,
  type OsUser,
  signalIfAlive,
  spawnServer,
  unprivilegedUser,
} from './programs.ts';
import { randomName } from './run-id.ts';
import { type ServerFolder, serverFolder } from './server-folders.ts';

const USER = 'quhua_test';

/** Throw-away data: what a crash of the machine would lose is not worth the wait; a crash of the server loses nothing. */
const SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
};

export type PrivatePostgres = AsyncDisposable & {
  /** The database `postgres`, as superuser. */
  readonly url: string;
  readonly port: number;
  readonly label: string;
  readonly pid: () => number | null;
  /** SIGKILL, as a power cut of the process; resolves when it is gone. */
  readonly kill: () => Promise<void>;
  /** Stops the server if it runs (fast shutdown) and starts it on the same data and port. */
  readonly restart: () => Promise<void>;
  /** Freezes every process of the server: it accepts nothing and answers nothing until `resume`. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Stops the server and removes its folder. */
  readonly stop: () => Promise<void>;
};

export type PostgresOptions = {
  readonly programs: PostgresPrograms;
  readonly settings?: Readonly<Record<string, string>>;
};

/** Makes a cluster in a temporary folder and starts it on a free port. */
export async function startPostgresServer(options: PostgresOptions): Promise<PrivatePostgres> {
  const user = unprivilegedUser();
  const folder = await serverFolder(user);
  try {
    const programs = await reachablePrograms(options.programs, user, folder.path);
    const password = randomName(24);
    const data = await createCluster({ programs, user, folder: folder.path, password });
    const server = new Server({
      programs,
      user,
      folder,
      data,
      settings: { ...SETTINGS, ...options.settings },
      password,
    });
    await server.startAnywhere();
    return server;
  } catch (error) {
    await rm(folder.path, { recursive: true, force: true });
    folder.forget();
    throw error;
  }
}

type ClusterOptions = { programs: PostgresPrograms; user: OsUser | null; folder: string; password: string };

async function createCluster({ programs, user, folder, password }: ClusterOptions): Promise<string> {
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  for (const path of user === null ? [] : [data, passwordFile]) await chown(path, user?.uid ?? 0, user?.gid ?? 0);
  const choices = ['--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', '--no-sync', '--no-instructions'];
  const args = ['-D', data, '-U', USER, `--pwfile=${passwordFile}`, ...choices];
  const environment = { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' };
  await promisify(execFile)(programs.initdb, args, { cwd: folder, env: environment, timeout: 60_000, ...(user ?? {}) });
  await rm(passwordFile);
  return data;
}

type Parts = {
  readonly programs: PostgresPrograms;
  readonly user: OsUser | null;
  readonly folder: ServerFolder;
  readonly data: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly password: string;
};

class Server implements PrivatePostgres {
  readonly #parts: Parts;
  #process: ChildProcess | null = null;
  port = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get url(): string {
    return `postgres://${USER}:${this.#parts.password}@127.0.0.1:${this.port}/postgres`;
  }

  get label(): string {
    return this.#parts.programs.label;
  }

  pid(): number | null {
    return this.#process === null || hasEnded(this.#process) ? null : (this.#process.pid ?? null);
  }

  /** Tries another port when somebody was quicker. */
  async startAnywhere(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      this.port = await freePort();
      try {
        await this.#start();
        return;
      } catch (error) {
        if (attempt === 5 || !/Address already in use/u.test(String(error))) throw error;
      }
    }
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async restart(): Promise<void> {
    await this.#end('SIGINT');
    // after a SIGKILL the old back ends may hold the shared memory for a moment longer
    await until(() => this.#start().then(() => true), {
      withinMs: 15_000,
      everyMs: 100,
      what: 'PostgreSQL to restart',
    });
  }

  pause(): void {
    this.#signalAll('SIGSTOP');
  }

  resume(): void {
    this.#signalAll('SIGCONT');
  }

  async stop(): Promise<void> {
    await this.#end('SIGQUIT'); // at once: nothing is kept
    await rm(this.#parts.folder.path, { recursive: true, force: true, maxRetries: 5 });
    this.#parts.folder.forget();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Every back end has a session of its own, so a signal to the group would reach the postmaster alone. */
  #signalAll(signal: NodeJS.Signals): void {
    const pid = this.pid();
    if (pid === null) return;
    for (const each of [pid, ...childrenOf(pid)]) signalIfAlive(each, signal);
  }

  async #start(): Promise<void> {
    const { programs, user, folder, data, settings } = this.#parts;
    const logFile = join(folder.path, 'postgres.log');
    const chosen = Object.entries({ ...settings, port: String(this.port) });
    const args = ['-D', data, ...chosen.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
    const server = await spawnServer({ command: programs.postgres, args, cwd: folder.path, logFile, user });
    this.#process = server;
    if (server.pid !== undefined) {
      const forget = cleanup.add({ kind: 'process', pid: server.pid, signal: 'SIGQUIT' });
      server.once('exit', forget);
    }
    const answers = (): Promise<true> => (hasEnded(server) ? Promise.resolve(true) : ping(this.url));
    await until(answers, { withinMs: 30_000, what: `${programs.label} to answer` });
    if (hasEnded(server)) throw new Error(`${programs.label} 未能启动 / did not start:\n${await lastLines(logFile)}`);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#process;
    if (server?.pid === undefined || hasEnded(server)) return;
    this.resume();
    signalIfAlive(server.pid, signal);
    await ended(server);
  }
}

async function ping(url: string): Promise<true> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } finally {
    await client.end().catch(() => {});
  }
}
