import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** What a program prints on stdout; rejects when it fails or takes longer. */
export async function outputOf(command: string, args: readonly string[], timeoutMs: number): Promise<string> {
  const { stdout } = await promisify(execFile)(command, [...args], { timeout: timeoutMs, killSignal: 'SIGKILL' });
  return stdout.trim();
}

/** Folders of PATH in their order. */
export function pathFolders(): string[] {
  return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
}

/** The first of `names` that stands executable in one of the folders. */
export function findProgram(names: readonly string[], folders: readonly string[]): string | null {
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return candidates.find(isExecutable) ?? null;
}

/** The folders `<parent>/<entry>/<rest>` that exist, highest entry first (as `/usr/lib/postgresql/17/bin`). */
export function versionFolders(parent: string, pattern: RegExp, rest: string): string[] {
  try {
    const entries = readdirSync(parent).filter((entry) => pattern.test(entry));
    entries.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
    return entries.map((entry) => join(parent, entry, rest));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** A user without rights to run a server as, when this process is root: PostgreSQL refuses to run as root. */
export type OsUser = { readonly uid: number; readonly gid: number };

/** `nobody` when this process is root, else null: run as whoever this is. */
export function unprivilegedUser(): OsUser | null {
  if (process.getuid?.() !== 0) return null;
  const line = readFileSync('/etc/passwd', 'utf8').match(/^nobody:[^:]*:(\d+):(\d+):/mu);
  return line === null ? { uid: 65_534, gid: 65_534 } : { uid: Number(line[1]), gid: Number(line[2]) };
}

/** Whether a user without rights may pass through every folder down to `path` (a clone in /root: no). */
export function isOpenToAll(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** A port nobody listens on now, below the range from which outgoing connections take theirs. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    if (await isFree(port)) return port;
  }
  throw new Error('20000–29999 中找不到空闲端口 / no free port between 20000 and 29999');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

export type ServerCommand = {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly logFile: string;
  readonly user: OsUser | null;
};

/** Starts a server in a group of its own, so that Ctrl-C stops the tests first and the servers after them. */
export async function spawnServer({ command, args, cwd, logFile, user }: ServerCommand): Promise<ChildProcess> {
  const log = await open(logFile, 'a');
  try {
    const server = spawn(command, [...args], {
      cwd,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: { PATH: process.env.PATH ?? '', TZ: 'UTC', LC_ALL: 'C' },
      ...(user ?? {}),
    });
    server.on('error', () => {}); // shows as an exit without a pid
    server.unref();
    return server;
  } finally {
    await log.close();
  }
}

/** Whether the process has ended, or never began. */
export function hasEnded(server: ChildProcess): boolean {
  return server.pid === undefined || server.exitCode !== null || server.signalCode !== null;
}

/** Resolves when the process has ended. */
export async function ended(server: ChildProcess): Promise<void> {
  if (hasEnded(server)) return;
  server.ref();
  await new Promise<void>((resolve) => server.once('exit', () => resolve()));
}

/** The last lines a server wrote, for the message about why it did not start. */
export async function lastLines(logFile: string, count = 12): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-count).join('\n');
}

/** Sends a signal to a process that may have ended meanwhile. */
export function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // safe: only kill(2) fails here
  }
}

/** The processes that `pid` started and that still run. */
export function childrenOf(pid: number): number[] {
  const table = existsSync('/proc/self/stat') ? parentsFromProc() : parentsFromPs();
  return table.filter(([, parent]) => parent === pid).map(([child]) => child);
}

function parentsFromProc(): [number, number][] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/u.test(name));
  return pids.flatMap((name): [number, number][] => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]; // the name in brackets may hold spaces
      return [[Number(name), Number(parent)]];
    } catch {
      return []; // ended meanwhile
    }
  });
}

function parentsFromPs(): [number, number][] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => line.trim().split(/\s+/u).map(Number) as [number, number]); // safe: two columns were asked for
}
