import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@quhua/core';
import { type Account, canReach } from './account.ts';
import type { Binaries } from './binaries.ts';

/** The programs, and the user that runs them. */
export type Runner = { readonly binaries: Binaries; readonly account: Account };

/** A folder as a spawned program sees it. */
type GivenFolder = AsyncDisposable & { readonly path: string; readonly fd: number | null };

const GIVEN_FD = 3;

/**
 * Hands a folder to a program whose user may not pass through the folders above it (a home below /root, mode 0700).
 *
 * The kernel follows /proc/self/fd/3 straight to the open folder, without asking about the way there, so nobody's
 * permissions need loosening and the data stays in the user's home. PostgreSQL's own children inherit the descriptor.
 * Errors: permanent/EMBEDDED_UNREACHABLE where there is no /proc.
 */
export async function giveFolder(folder: string, account: Account): Promise<GivenFolder> {
  if (await canReach(folder, account)) return { path: folder, fd: null, [Symbol.asyncDispose]: async () => {} };
  if (process.platform !== 'linux') {
    const message = `PostgreSQL 以 nobody 身份运行，进不了 ${folder}：请换一个 QUHUA_HOME，或以普通用户运行 / PostgreSQL runs as nobody and cannot enter that folder: choose another QUHUA_HOME, or run as an ordinary user`;
    throw new AppError('permanent', 'EMBEDDED_UNREACHABLE', message);
  }
  const handle = await open(folder, 'r');
  return { path: `/proc/self/fd/${GIVEN_FD}`, fd: handle.fd, [Symbol.asyncDispose]: () => handle.close() };
}

type Launch = {
  readonly program: 'initdb' | 'postgres';
  readonly args: readonly string[];
  readonly given: GivenFolder;
  /** Where the program's words go, or 'pipe' to read them. */
  readonly output: number | 'pipe';
};

/**
 * Starts a PostgreSQL program as the account, in a session of its own: Ctrl-C reaches us, not it.
 * Its environment is empty, so that PGDATA, PGPORT, locale and the like of the user's shell play no part.
 */
export function launch(runner: Runner, { program, args, given, output }: Launch): ChildProcess {
  const stdio: StdioOptions = [output === 'pipe' ? 'pipe' : 'ignore', output, output];
  if (given.fd !== null) stdio[GIVEN_FD] = given.fd;
  const options = { cwd: '/', env: { LC_ALL: 'C', TZ: 'UTC' }, detached: true, stdio, ...(runner.account ?? {}) };
  try {
    return spawn(join(runner.binaries.folder, 'bin', program), args, options);
  } catch (error) {
    throw cannotExecute(runner, error); // e.g. a container's root that may not change its user
  }
}

/** Runs a program to its end. Errors: permanent/EMBEDDED_BINARIES if it cannot be executed at all. */
export async function runToEnd(
  runner: Runner,
  job: Omit<Launch, 'output'> & { readonly input?: string },
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = launch(runner, { ...job, output: 'pipe' });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  child.stdin?.on('error', () => {}); // it ended without reading; the exit code tells
  child.stdin?.end(job.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(cannotExecute(runner, error)));
    child.once('close', (code) => resolve({ code, output }));
  });
}

export function cannotExecute({ binaries }: Runner, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `PostgreSQL 程序无法运行（${binaries.folder}）：请重新安装依赖，或设置 DATABASE_URL；注意系统须为 glibc 的 Linux 或 macOS，且该文件夹未以 noexec 挂载 / the PostgreSQL program cannot be executed: install again, or set DATABASE_URL; it needs glibc Linux or macOS and no noexec mount (${reason})`;
  return new AppError('permanent', 'EMBEDDED_BINARIES', message, { cause });
}
