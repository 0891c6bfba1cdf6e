import type { ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { cleanup } from './cleanup.ts';
import { until } from './poll.ts';
import { ended, freePort, hasEnded, lastLines, spawnServer } from './programs.ts';
import type { RedisProgram } from './redis-programs.ts';
import { type ServerFolder, serverFolder } from './server-folders.ts';

/** As in production: what was acknowledged survives a restart, and a full memory refuses instead of forgetting. */
const SETTINGS = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', '', '--maxmemory-policy', 'noeviction'];

export type PrivateRedis = AsyncDisposable & {
  readonly url: string;
  readonly port: number;
  readonly label: string;
  readonly pid: () => number | null;
  /** SIGKILL; resolves when it is gone. */
  readonly kill: () => Promise<void>;
  /** Stops the server if it runs and starts it on the same port and append-only file. */
  readonly restart: () => Promise<void>;
  /** Freezes the server: connections stay open and nothing is answered until `resume`. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Stops the server and removes its folder. */
  readonly stop: () => Promise<void>;
};

export type RedisOptions = {
  readonly program: RedisProgram;
  /** Come after the usual ones and win: `['--appendonly', 'no']`. */
  readonly args?: readonly string[];
};

/** Starts a Redis in a temporary folder on a free port. */
export async function startRedisServer({ program, args = [] }: RedisOptions): Promise<PrivateRedis> {
  const folder = await serverFolder(null);
  const server = new Server(program, args, folder);
  try {
    await server.startAnywhere();
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

class Server implements PrivateRedis {
  readonly #program: RedisProgram;
  readonly #args: readonly string[];
  readonly #folder: ServerFolder;
  #process: ChildProcess | null = null;
  port = 0;

  constructor(program: RedisProgram, args: readonly string[], folder: ServerFolder) {
    this.#program = program;
    this.#args = args;
    this.#folder = folder;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}/0`;
  }

  get label(): string {
    return this.#program.label;
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
    await this.#end('SIGTERM');
    await this.#start();
  }

  pause(): void {
    this.#signal('SIGSTOP');
  }

  resume(): void {
    this.#signal('SIGCONT');
  }

  async stop(): Promise<void> {
    await this.#end('SIGKILL'); // nothing is kept
    await rm(this.#folder.path, { recursive: true, force: true, maxRetries: 5 });
    this.#folder.forget();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #start(): Promise<void> {
    const logFile = join(this.#folder.path, 'redis.log');
    const place = { port: this.port, folder: this.#folder.path, args: [...SETTINGS, ...this.#args] };
    const { command, args } = this.#program.launch(place);
    const server = await spawnServer({ command, args, cwd: this.#folder.path, logFile, user: null });
    this.#process = server;
    if (server.pid !== undefined) server.once('exit', cleanup.add(this.#program.chore(server.pid)));
    const answers = async (): Promise<boolean> => hasEnded(server) || (await isReady(this.port));
    await until(answers, { withinMs: 15_000, what: `${this.label} to answer` });
    if (hasEnded(server)) throw new Error(`Redis 未能启动 / did not start:\n${await lastLines(logFile)}`);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#process;
    if (server === null || hasEnded(server)) return;
    this.resume();
    this.#signal(signal);
    await ended(server);
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.pid();
    if (pid !== null) this.#program.signal(pid, signal);
  }
}

/** Whether a PING is answered with PONG; "LOADING" means that the append-only file is still being read. */
function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (answer) => {
      resolve(answer.toString('latin1').startsWith('+PONG'));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
