import { mkdir, open, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '@quhua/core';

/** Five failures end a job; whatever is tried more often than this has killed its process at least three times. */
export const MOST_ATTEMPTS = 8;

/** Which file this is, and in what state: another one of the same name or length is not it. */
type Identity = { readonly ino: bigint; readonly size: bigint; readonly mtimeNs: bigint };

export type TakenFile = {
  readonly name: string;
  readonly path: string;
  readonly bytes: Buffer;
  readonly identity: Identity;
};

/**
 * A file of a folder, read whole; null if it is gone, or changed while it was read: it is offered again at rest.
 *
 * Errors: permanent/INBOX_FILE if it cannot be read.
 */
export async function takeFile(folder: string, name: string): Promise<TakenFile | null> {
  const path = join(folder, basename(name));
  const file = await readAtRest(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null; // another worker has taken it in
    const message = `读不了收件箱中的文件 ${name}：${error.message} / cannot read the file`;
    throw new AppError('permanent', 'INBOX_FILE', message, { cause: error });
  });
  return file === null ? null : { ...file, name: basename(name), path };
}

/** Why a file is refused unread. */
export function crashes(name: string): AppError {
  const message = `处理文件 ${name} 时程序屡次崩溃，已停止尝试：请检查文件并报告此问题 / the program crashed on this file again and again: check the file and report it`;
  return new AppError('invalid', 'FILE_PROCESS_CRASH', message);
}

/** A file's bytes; null if it changed while they were read. */
async function readAtRest(path: string): Promise<{ bytes: Buffer; identity: Identity } | null> {
  await using file = await open(path);
  const identity = await file.stat({ bigint: true });
  const bytes = await file.readFile();
  const after = await file.stat({ bigint: true });
  return isSame(identity, after) && BigInt(bytes.length) === after.size ? { bytes, identity } : null;
}

/** Moves exactly the file that was read. */
export async function moveAside({ path, identity }: TakenFile, target: string): Promise<void> {
  const info = await identityOf(path);
  if (info === null || !isSame(info, identity)) return;
  await mkdir(join(target, '..'), { recursive: true });
  if (!(await moved(path, target))) return;
  // Replaced in the moment between: whatever went along goes back to be taken in as well.
  const arrived = await identityOf(target);
  if (arrived !== null && !isSame(arrived, identity)) await putBack(target, path);
}

/** Puts a file into the inbox under its name, or under one that is free. */
export async function putBack(from: string, path: string): Promise<void> {
  const isTaken = (await identityOf(path)) !== null;
  await moved(from, isTaken ? join(path, '..', basename(from)) : path);
}

/** False if the file is not there: somebody else has moved it. */
async function moved(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

async function identityOf(path: string): Promise<Identity | null> {
  return stat(path, { bigint: true }).catch(() => null);
}

function isSame(a: Identity, b: Identity): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs;
}
