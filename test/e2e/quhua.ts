import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { vi } from 'vitest';
import { cleanup } from '../support/cleanup.ts';
import { temporaryFolder } from '../support/folders.ts';
import { atEnd } from '../support/lifetime.ts';
import { ROOT } from '../support/planted.ts';

/** A test starts up to a score of processes, next to others that do the same: time here bounds a hang, not the work. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

export const FEEDS = join(ROOT, 'test/fixtures/feeds');
const CLI = join(ROOT, 'services/cli/src/main.ts');
const STANDALONE = join(ROOT, 'services/standalone/src/main.ts');

export type Place = {
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where the command is typed; left out, the repository. */
  readonly cwd?: string;
};
export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
export type Running = {
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
};

/** Where an installation of a test's own may live; nothing is there yet. */
export async function newHome(name = 'home'): Promise<string> {
  return join(await temporaryFolder('e2e'), name);
}

/** Runs one command line to its end. */
export function quhua(args: readonly string[], place: Place): Promise<Ended> {
  return startProgram(CLI, args, place).ended;
}

/** Starts a command line that goes on until it is told to stop. */
export function startQuhua(args: readonly string[], place: Place): Running {
  return startProgram(CLI, args, place);
}

export function startStandalone(args: readonly string[], place: Place): Running {
  return startProgram(STANDALONE, args, place);
}

function startProgram(program: string, args: readonly string[], { home, env = {}, cwd = ROOT }: Place): Running {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...cleanEnvironment(), QUHUA_HOME: home, ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`could not start ${program}`);
  const forget = cleanup.add({ kind: 'process', pid, signal: 'SIGKILL' });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      forget();
      resolve({ code, stdout, stderr });
    });
  });
  atEnd(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return { stdout: () => stdout, stderr: () => stderr, kill: (signal) => child.kill(signal), child, ended };
}

/** Nothing of the machine's own installation may show: servers, home, colours. */
function cleanEnvironment(): Record<string, string | undefined> {
  const own = /^(?:QUHUA_.*|DATABASE_URL|REDIS_URL|INIT_CWD|NO_COLOR|FORCE_COLOR)$/u;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

/** The one JSON document of a command that ended as expected; anything else on stdout makes this fail. */
export function documentOf<T = Record<string, unknown>>({ code, stdout, stderr }: Ended, expectedCode = 0): T {
  if (code !== expectedCode) throw new Error(`exit ${code}, not ${expectedCode}: ${stdout}${stderr}`);
  return JSON.parse(stdout) as T; // safe: the caller checks what it reads
}

/** Runs a command with `--json` and gives its document. */
export async function ask<T = Record<string, unknown>>(
  args: readonly string[],
  place: Place,
  expectedCode = 0,
): Promise<T> {
  return documentOf<T>(await quhua([...args, '--json'], place), expectedCode);
}

export type ErrorDocument = {
  readonly error: { readonly kind: string; readonly code: string; readonly message: string; readonly details: unknown };
};
