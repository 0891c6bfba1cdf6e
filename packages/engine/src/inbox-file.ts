import { mkdir, open, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '@quhua/core';
import type { Engine } from './engine.ts';
import { inboxFolder } from './inbox-folder.ts';
import { ingestFile, refuseFile } from './ingest-file.ts';
import type { IngestResult, IngestStatus } from './ingest-result.ts';

/** Where a file of the inbox goes once it was looked at. */
const FOLDERS: Readonly<Record<IngestStatus, string>> = {
  accepted: 'done',
  duplicate: 'done',
  held: 'held',
  rejected: 'refused',
};
export const TAKEN_FOLDERS: readonly string[] = [...new Set(Object.values(FOLDERS))];

/** Five failures end a job; whatever is tried more often than this has killed its process at least three times. */
const MOST_ATTEMPTS = 8;

/** Which file this is, and in what state: another one of the same name or length is not it. */
type Identity = { readonly ino: bigint; readonly size: bigint; readonly mtimeNs: bigint };

/**
 * Takes in one file of the inbox and moves it to `done`, `held` or `refused`; null if it is gone, or still being
 * written: it is offered again when it is at rest.
 *
 * Shapes: `attempt` counts from 1; a file that keeps killing its process is refused, so that the others go on.
 * Errors: permanent/INBOX_FILE if it cannot be read. Concurrency: as `ingestFile`; what takes the file's place meanwhile
 * stays in the inbox.
 */
export async function ingestInboxFile(engine: Engine, name: string, attempt = 1): Promise<IngestResult | null> {
  const folder = inboxFolder(engine);
  const path = join(folder, basename(name));
  const file = await readAtRest(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null; // another worker has taken it in
    const message = `读不了收件箱中的文件 ${name}：${error.message} / cannot read the file`;
    throw new AppError('permanent', 'INBOX_FILE', message, { cause: error });
  });
  if (file === null) return null;
  const input = { name: basename(name), bytes: file.bytes, by: 'inbox' };
  const result =
    attempt > MOST_ATTEMPTS ? await refuseFile(engine, input, crashes(name)) : await ingestFile(engine, input);
  engine.onStep('inbox.ingested');
  await moveAside({ path, identity: file.identity }, join(folder, FOLDERS[result.status]), result);
  engine.onStep('inbox.moved');
  return result;
}

function crashes(name: string): AppError {
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

type Taken = { readonly path: string; readonly identity: Identity };

/** Moves exactly the file that was read. */
async function moveAside({ path, identity }: Taken, folder: string, { id }: IngestResult): Promise<void> {
  const info = await identityOf(path);
  if (info === null || !isSame(info, identity)) return;
  await mkdir(folder, { recursive: true });
  const target = join(folder, `${id}-${basename(path)}`);
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
