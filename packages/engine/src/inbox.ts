import { createHash } from 'node:crypto';
import { mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { NewJob, Queues } from '@quhua/queue';
import type { Engine } from './engine.ts';
import { inboxFolder } from './inbox-folder.ts';
import { takeBackGrown } from './inbox-grown.ts';
import { usableNames } from './inbox-names.ts';

export const INGEST_QUEUE = 'ingest';

/** A file that does not end like a whole one may still be on its way; it is taken all the same after this long at rest. */
const INCOMPLETE_SETTLE_MS = 10_000;
const UNFINISHED_NAMES = /^[.~]|\.(?:part|tmp|crdownload|filepart)$/iu;
/** How often the folders of files that were taken in are looked at for some that went on growing. */
const LOOK_BACK_MS = 15_000;

export type Inbox = {
  /** Offers every file that has come to rest to the ingest queue; returns how many. */
  readonly scan: () => Promise<number>;
};

type Seen = { readonly ino: number; readonly size: number; readonly mtimeMs: number; readonly since: number };

/**
 * Watches an inbox for files at rest. The folder itself is the truth: a file stays until it is taken in, and is offered
 * again every minute, so nothing is lost with the queue or a process.
 *
 * Concurrency: any number of watchers; a file offered twice is taken in once.
 */
export function watchInbox(engine: Engine, queues: Pick<Queues, 'add'>, settleMs: number): Inbox {
  const seen = new Map<string, Seen>();
  let lookedBack = 0; // the first look is at everything: files may have grown while nobody watched
  return {
    scan: async () => {
      const folder = inboxFolder(engine);
      await mkdir(folder, { recursive: true });
      const now = engine.now().getTime();
      if (now - lookedBack >= LOOK_BACK_MS) {
        // Twice the time back, for a file system whose clock is not quite ours.
        await takeBackGrown(engine, folder, lookedBack - LOOK_BACK_MS);
        lookedBack = now;
      }
      const names = await usableNames(folder, UNFINISHED_NAMES);
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
  const { ino, size, mtimeMs } = info;
  if (before?.ino === ino && before.size === size && before.mtimeMs === mtimeMs) return before;
  return { ino, size, mtimeMs, since: now };
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
function jobOf(name: string, { ino, size, mtimeMs }: Seen, now: Date): NewJob<'ingest'> {
  const minute = Math.floor(now.getTime() / 60_000);
  const hash = createHash('sha256').update(`${name}/${ino}/${size}/${mtimeMs}`).digest('hex').slice(0, 24);
  return { jobId: `inbox-${hash}-${minute}`, data: { v: 1, file: name } };
}
