import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import type { Chore } from './cleanup.ts';
import { findProgram, outputOf, pathFolders, signalIfAlive } from './programs.ts';

/** The queue library's lower bound for Lua scripts and `LMOVE`. */
const OLDEST_REDIS = [6, 2] as const;
const USUAL = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/usr/local/sbin'];

export type RedisPlace = { readonly port: number; readonly folder: string; readonly args: readonly string[] };

/** One way of running a Redis in the foreground on a port of 127.0.0.1, with its files in a folder. */
export type RedisProgram = {
  readonly label: string;
  readonly launch: (place: RedisPlace) => { readonly command: string; readonly args: readonly string[] };
  /** Sends a signal to the server behind the process that `launch` became. */
  readonly signal: (pid: number, signal: NodeJS.Signals) => void;
  /** Ends the server if the tests end first. */
  readonly chore: (pid: number) => Chore;
};

/** `redis-server` (or its fork `valkey-server`) on the PATH or in the usual places, if it is new enough. */
export async function installedRedis(): Promise<RedisProgram | null> {
  const command = findProgram(['redis-server', 'valkey-server'], [...pathFolders(), ...USUAL]);
  if (command === null) return null;
  const version = /v=(\d+\.\d+(?:\.\d+)?)/u.exec(await outputOf(command, ['--version'], 5_000).catch(() => ''))?.[1];
  if (version === undefined || !isNewEnough(version)) return null;
  return {
    label: `Redis ${version}, ${command}`,
    launch: ({ port, folder, args }) => {
      const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no'];
      return { command, args: [...place, ...args] };
    },
    signal: signalIfAlive,
    chore: (pid) => ({ kind: 'process', pid, signal: 'SIGKILL' }),
  };
}

/** Whether a version such as "7.0.15" will do. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_REDIS[0] || (major === OLDEST_REDIS[0] && minor >= OLDEST_REDIS[1]);
}

/** Installs Debian's package when this is root on Debian or Ubuntu; null elsewhere. */
export async function installRedis(report: (line: string) => void): Promise<RedisProgram | null> {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return null;
  const apt = findProgram(['apt-get'], pathFolders());
  if (apt === null) return null;
  report('没有 Redis：正在用 apt-get 安装 redis-server / no Redis here: installing redis-server with apt-get');
  await withoutStartingServices(async () => {
    const install = ['install', '-y', '--no-install-recommends', 'redis-server'];
    const quiet = ['-qq', '-o', 'DPkg::Lock::Timeout=120'];
    await outputOf('env', ['DEBIAN_FRONTEND=noninteractive', apt, ...quiet, 'update'], 180_000);
    await outputOf('env', ['DEBIAN_FRONTEND=noninteractive', apt, ...quiet, ...install], 300_000);
  });
  return installedRedis();
}

/** Debian starts what it installs unless this script forbids it; a machine that has the script keeps its own. */
async function withoutStartingServices(work: () => Promise<void>): Promise<void> {
  const policy = '/usr/sbin/policy-rc.d';
  const isOurs = !existsSync(policy);
  if (isOurs) await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await work();
  } finally {
    if (isOurs) await rm(policy, { force: true });
  }
}
