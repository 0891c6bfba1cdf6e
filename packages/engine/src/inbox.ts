import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '@quhua/core';
import type { NewJob, Queues } from '@quhua/queue';
import type { Engine } from './engine.ts';
import { ingestFile } from './ingest-file.ts';
import type { IngestResult, IngestStatus } from './ingest-result.ts';

export const INGEST_QUEUE = 'ingest';

/** Where a file of the inbox goes once it was looked at. */
const FOLDERS: Readonly<Record<IngestStatus, string>> = {
  accepted: 'done',
  duplicate: 'done',
  held: 'held',
  rejected: 'refused',
};
/** A file that does not end like a whole one may still be on its way; it is taken all the same after this long at rest. */
const INCOMPLETE_SETTLE_MS = 10_000;
const UNFINISHED_NAMES = /^[.~]|\.(?:part|tmp|crdownload|filepart)$/iu;

export type Inbox = {
  /** Offers every file that has come to rest to the ingest queue; returns how many. */
  readonly scan: () => Promise<number>;
};

type Seen = { readonly size: number; readonly mtimeMs: number; readonly since: number };

/** Folder into which people and systems drop files. */
export function inboxFolder({ home }: Pick<Engine, 'home'>): string {
  return join(home, 'inbox');
}

/**
 * Watches an inbox for files at rest. The folder itself is the truth: a file stays until it is taken in, and is offered
 * again every minute, so nothing is lost with the queue or a process.
 *
 * Concurrency: any number of watchers; a file offered twice is taken in once.
 */
export function watchInbox(engine: Engine, queues: Pick<Queues, 'add'>, settleMs: number): Inbox {
  const seen = new Map<string, Seen>();
  return {
    scan: async () => {
      const folder = inboxFolder(engine);
      await mkdir(folder, { recursive: true });
      const names = (await readdir(folder, { withFileTypes: true }))
        .filter((entry) => entry.isFile() && !UNFINISHED_NAMES.test(entry.name))
        .map((entry) => entry.name);
      for (const name of seen.keys()) if (!names.includes(name)) seen.delete(name);
      const ready: NewJob<'ingest'>[] = [];
      for (const name of names) {
        const state = await observe(join(folder, name), seen.get(name), engine.now().getTime());
        if (state === null) continue;
        seen.set(name, state);
        if (await atRest(join(folder, name), state, { now: engine.now().getTime(), settleMs }))
          ready.push(jobOf(name, state, engine.now()));
      }
      if (ready.length > 0) await queues.add(INGEST_QUEUE, ready);
      return ready.length;
    },
  };
}

async function observe(path: string, before: Seen | undefined, now: number): Promise<Seen | null> {
  const info = await stat(path).catch(() => null);
  if (info === null) return null;
  if (before !== undefined && before.size === info.size && before.mtimeMs === info.mtimeMs) return before;
  return { size: info.size, mtimeMs: info.mtimeMs, since: now };
}

async function atRest(
  path: string,
  { size, since }: Seen,
  { now, settleMs }: { now: number; settleMs: number },
): Promise<boolean> {
  if (now - since >= INCOMPLETE_SETTLE_MS) return true;
  return now - since >= settleMs && (await endsWithNewline(path, size));
}

async function endsWithNewline(path: string, size: number): Promise<boolean> {
  if (size === 0) return false;
  const file = await open(path).catch(() => null);
  if (file === null) return false;
  await using opened = file;
  const { buffer } = await opened.read({ buffer: Buffer.alloc(1), position: size - 1 });
  return buffer[0] === 0x0a;
}

/** One job a file and minute: a job that failed for good does not keep the file from being offered again. */
function jobOf(name: string, { size, mtimeMs }: Seen, now: Date): NewJob<'ingest'> {
  const minute = Math.floor(now.getTime() / 60_000);
  const hash = createHash('sha256').update(`${name}/${size}/${mtimeMs}`).digest('hex').slice(0, 24);
  return { jobId: `inbox-${hash}-${minute}`, data: { v: 1, file: name } };
}

/**
 * Takes in one file of the inbox and moves it to `done`, `held` or `refused`; null if it is gone, or still being written.
 *
 * Errors: permanent/INBOX_FILE if it cannot be read or moved. Concurrency: as `ingestFile`.
 */
export async function ingestInboxFile(engine: Engine, name: string): Promise<IngestResult | null> {
  const folder = inboxFolder(engine);
  const path = join(folder, basename(name));
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null; // another worker has taken it in
    throw new AppError(
      'permanent',
      'INBOX_FILE',
      `读不了收件箱中的文件 ${name}：${error.message} / cannot read the file`,
      { cause: error },
    );
  });
  if (bytes === null) return null;
  const result = await ingestFile(engine, { name: basename(name), bytes, by: 'inbox' });
  engine.onStep('inbox.ingested');
  await moveAside(path, {
    folder: join(folder, FOLDERS[result.status]),
    name: `${result.id}-${basename(name)}`,
    size: bytes.length,
  });
  engine.onStep('inbox.moved');
  return result;
}

async function moveAside(
  path: string,
  target: { readonly folder: string; readonly name: string; readonly size: number },
): Promise<void> {
  const info = await stat(path).catch(() => null);
  // Grown while it was read: what is new is offered again, as a file of its own content.
  if (info === null || info.size !== target.size) return;
  await mkdir(target.folder, { recursive: true });
  await rename(path, join(target.folder, target.name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
