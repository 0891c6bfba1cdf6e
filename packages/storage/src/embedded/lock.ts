import { open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@quhua/core';

const SQLITE_BUSY = 5;

export type LockOptions = { readonly waitMs: number; readonly onWait?: () => void };

/**
 * Runs `work` while no other process, and no other call in this one, runs under the same lock file.
 *
 * The lock is SQLite's lock on an empty file: the kernel drops it when its holder dies, however it dies, on Linux,
 * macOS and Windows alike, and Node has no other call that locks a file.
 *
 * Errors: transient/EMBEDDED_BUSY if the holder has not let go within `waitMs`.
 */
export async function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  await (await open(file, 'a', 0o600)).close(); // our mode, and a plain errno if the file cannot be made
  const lock = new DatabaseSync(file);
  try {
    await acquire(lock, file, options);
    return await work();
  } finally {
    lock.close();
  }
}

async function acquire(lock: DatabaseSync, file: string, { waitMs, onWait }: LockOptions): Promise<void> {
  const until = performance.now() + waitMs;
  let waiting = false;
  while (!tryLock(lock)) {
    if (performance.now() > until) {
      const message = `另一个进程正在启动或停止数据库，${Math.round(waitMs / 1000)} 秒内未结束：请稍后重试 / another process has been starting or stopping the database for too long, try again: ${file}`;
      throw new AppError('transient', 'EMBEDDED_BUSY', message);
    }
    if (!waiting) onWait?.();
    waiting = true;
    await delay(5 + Math.random() * 10); // apart from each other, so that nobody is passed over for long
  }
}

function tryLock(lock: DatabaseSync): boolean {
  try {
    lock.exec('pragma journal_mode = memory; begin exclusive'); // no journal file beside the lock
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return false;
    throw error;
  }
}
