import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cleanup } from './cleanup.ts';
import { atEnd } from './lifetime.ts';
import { until } from './poll.ts';

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** A process that a test started; killed when the test (or the file) ends. */
export type TestProcess = {
  readonly pid: number;
  /** Everything that it has written so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  readonly isRunning: () => boolean;
  /** Resolves when it has ended and everything it wrote was read. */
  readonly exit: Promise<Exit>;
  readonly signal: (signal: NodeJS.Signals) => void;
};

export type StartOptions = {
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
};

const SERVICES = fileURLToPath(new URL('../../services', import.meta.url));

/** Starts one of our services as production does. */
export function startService(name: 'worker' | 'scheduler' | 'standalone', options: StartOptions): TestProcess {
  return startProgram(`${SERVICES}/${name}/src/main.ts`, options);
}

/** Starts a program on this Node. */
export function startProgram(program: string, { args = [], env, cwd }: StartOptions): TestProcess {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const exit = new Promise<Exit>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  const pid = watched(child);
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  atEnd(async () => {
    child.kill('SIGKILL');
    if (isRunning()) await new Promise((resolve) => child.once('exit', resolve)); // not `exit`: a server it left may hold the pipes
  });
  return { pid, output, isRunning, exit, signal: (signal) => void child.kill(signal) };
}

/** The keeper ends it too, should these tests be killed. */
function watched(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the process could not be started');
  child.once('exit', cleanup.add({ kind: 'process', pid: child.pid, signal: 'SIGKILL' }));
  return child.pid;
}

/** Waits until a process writes `text` to either stream; fails if it ends before. */
export async function untilSaid(
  { output, isRunning }: TestProcess,
  text: string | RegExp,
  withinMs = 30_000,
): Promise<void> {
  const said = (): boolean => [output.stdout, output.stderr].some((stream) => stream.search(text) >= 0);
  await until(() => said() || !isRunning(), { withinMs, what: `a process to say ${text}:\n${tail(output)}` });
  if (!said()) throw new Error(`ended without saying ${text}:\n${tail(output)}`);
}

/** How a process ended; fails if it does not within the time. */
export async function untilEnded(child: TestProcess, withinMs = 30_000): Promise<Exit> {
  await until(() => !child.isRunning(), { withinMs, what: `process ${child.pid} to end:\n${tail(child.output)}` });
  return child.exit;
}

/** Waits until a process was stopped (SIGSTOP), by itself or by others. */
export async function untilStopped(child: TestProcess, withinMs = 30_000): Promise<void> {
  const stopped = (): boolean => /\) [Tt] /u.test(statusOf(child.pid));
  await until(stopped, { withinMs, what: `process ${child.pid} to stop:\n${tail(child.output)}` });
}

function statusOf(pid: number): string {
  const path = `/proc/${pid}/stat`;
  return existsSync(path) ? readFileSync(path, 'latin1') : '';
}

function tail({ stdout, stderr }: TestProcess['output']): string {
  return `${stdout}\n${stderr}`.trim().slice(-2_000);
}
