import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '@quhua/runtime';
import pg from 'pg';
import { afterAll, expect } from 'vitest';
import { listPostgresIn } from '../../src/embedded/procfs.ts';
import { type EmbeddedServer, openEmbedded } from '../../src/embedded/server.ts';

export const isRoot = process.getuid?.() === 0;

const homes: string[] = [];
const children: ChildProcess[] = [];

/** Ends what a failed test left: only processes this file started, and servers on this file's own folders. */
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const home of homes) {
    for (const { pid } of servers(home)) process.kill(pid, 'SIGKILL');
    const socketFolder = readPidFile(home)[4] ?? '';
    if (basename(socketFolder).startsWith('quhua-')) rmSync(socketFolder, { recursive: true, force: true });
    rmSync(dirname(home), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
});

/** In memory where there is room: what is tested here is processes, and a busy disk makes initdb slow. */
function tempFolder(): string {
  if (!existsSync('/dev/shm')) return realpathSync(tmpdir());
  const { bavail, bsize } = statfsSync('/dev/shm');
  return bavail * bsize > 2 ** 31 ? '/dev/shm' : realpathSync(tmpdir());
}

/** The path of a home that does not exist yet, in a temporary folder of its own (0700). */
export function newHome(name = 'home'): string {
  const home = join(mkdtempSync(join(tempFolder(), 'quhua-embedded-')), name);
  homes.push(home);
  return home;
}

export function open(home: string, database?: string): Promise<EmbeddedServer> {
  return openEmbedded({ home, log: silentLogger, ...(database === undefined ? {} : { database }) });
}

/** One template a test file: most tests are about what comes after initdb. */
let template: Promise<string> | null = null;

/** A home whose database was initialised, used and stopped. */
export async function usedHome(name = 'home'): Promise<string> {
  template ??= makeTemplate();
  const home = newHome(name);
  await run('cp', ['-a', await template, home]); // with owners and modes
  return home;
}

async function makeTemplate(): Promise<string> {
  const home = newHome();
  const server = await open(home);
  await query(server, 'create table kept as select generate_series(1, 1000) as n');
  await server.release();
  return home;
}

export async function countKept(server: EmbeddedServer): Promise<number> {
  const rows = await query<{ n: number }>(server, 'select count(*)::int as n from kept');
  return rows[0]?.n ?? 0;
}

export async function query<Row extends pg.QueryResultRow>(server: EmbeddedServer, sql: string): Promise<Row[]> {
  const client = new pg.Client(server.connection);
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** PostgreSQL processes working on the home. */
export function servers(home: string): { readonly pid: number; readonly isChild: boolean }[] {
  return existsSync(join(home, 'postgres')) ? listPostgresIn(join(home, 'postgres')) : [];
}

export function postmasterPid(home: string): number {
  return Number(readPidFile(home)[0]);
}

function readPidFile(home: string): string[] {
  const file = join(home, 'postgres', 'postmaster.pid');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
}

/** Nothing runs and nothing half-made lies there; what may lie there is named. */
export async function expectStopped(home: string): Promise<void> {
  expect(servers(home)).toEqual([]);
  const allowed = /^postgres(?:\.(?:lock|log|members|password|socket))?$/u;
  expect((await readdir(home)).filter((name) => !allowed.test(name))).toEqual([]);
  expect(await readdir(join(home, 'postgres.members'))).toEqual([]);
}

export type Event = { readonly [name: string]: unknown };

export type Child = {
  readonly process: ChildProcess;
  readonly events: Event[];
  readonly tell: (word: string) => void;
  /** The first event that has `name`; fails if the process ends without one. */
  readonly until: (name: string) => Promise<unknown>;
  readonly ended: Promise<void>;
};

/** A process of its own that opens the home; see embedded-child.ts. `wrapper` is a command that runs it. */
export function startChild(home: string, wrapper: readonly string[] = []): Child {
  const script = fileURLToPath(new URL('./embedded-child.ts', import.meta.url));
  const [program = '', ...args] = [...wrapper, process.execPath, script, home];
  const child = spawn(program, args, { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  child.stdin.on('error', () => {});
  const events: Event[] = [];
  let isOver = false;
  createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line) as Event));
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      isOver = true;
      resolve();
    });
  });
  const until = async (name: string): Promise<unknown> => {
    for (;;) {
      const found = events.find((event) => name in event);
      if (found !== undefined) return found[name];
      if (isOver) throw new Error(`child ended without "${name}": ${JSON.stringify(events)}`);
      await delay(2);
    }
  };
  return { process: child, events, tell: (word) => child.stdin.write(`${word}\n`), until, ended };
}

/** Waits for something another process does. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  const until = performance.now() + 15_000;
  while (!condition()) {
    if (performance.now() > until) throw new Error(`never happened: ${what}`);
    await delay(1);
  }
}

/** Processes below `pid`, whatever they are. */
export function descendants(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return [{ pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }];
      } catch {
        return []; // ended meanwhile
      }
    });
  const below = (top: number): number[] =>
    parents.filter(({ parent }) => parent === top).flatMap((found) => [found.pid, ...below(found.pid)]);
  return below(pid);
}

/** A process that does nothing, run by the user the server runs as. */
export function startIdler(home: string, cwd = '/'): ChildProcess {
  const { uid, gid } = statSync(join(home, 'postgres'));
  const child = spawn('/bin/sleep', ['600'], { cwd, stdio: 'ignore', ...(isRoot ? { uid, gid } : {}) });
  children.push(child);
  return child;
}

/** Runs a command; fails if it does. */
export async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} exited ${code}`);
}
