import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { NewJob, Queues } from '@quhua/queue';
import { type Completeness, completenessOf, safeFileName, usableNames } from '@quhua/sources';
import type { Engine } from './engine.ts';
import { raiseRefusal, settleRefusal } from './feed-refusals.ts';
import { inboxFolder, type MailFolder, mailFolders } from './inbox-folder.ts';
import { takeBackGrown } from './inbox-grown.ts';

export const INGEST_QUEUE = 'ingest';

/** A container that is whole by its own structure need only be seen twice unchanged. */
const WHOLE_SETTLE_MS = 50;
/** A file that does not end like a whole one may still be on its way; it is taken all the same after this long at rest. */
const LIKELY_SETTLE_MS = 10_000;
/** A container that asks for more is never taken; somebody is told once it has stood still for so long. */
const INCOMPLETE_TOLD_MS = 15 * 60_000;
const UNFINISHED_NAMES = /^[.~]|\.(?:part|tmp|crdownload|filepart)$/iu;
/** How often the folders of files that were taken in are looked at for some that went on growing. */
const LOOK_BACK_MS = 15_000;

export type Inbox = {
  /** Offers every file that has come to rest to the ingest queue; returns how many. */
  readonly scan: () => Promise<number>;
  /** How long until a file that was seen may have come to rest; null if none is awaited. */
  readonly dueInMs: () => number | null;
};

type Seen = {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly since: number;
  readonly completeness: Completeness;
  readonly told: boolean;
};
/** A folder that is watched; `box` is null for the inbox. */
type Box = { readonly folder: string; readonly box: MailFolder | null; readonly seen: Map<string, Seen> };

/**
 * Watches the inbox and the folders of messages for files at rest. A folder itself is the truth: a file stays until it is
 * taken in, and is offered again every minute, so nothing is lost with the queue or a process.
 *
 * Concurrency: any number of watchers; a file offered twice is taken in once.
 */
export function watchInbox(engine: Engine, queues: Pick<Queues, 'add'>, settleMs: number): Inbox {
  const inbox: Box = { folder: inboxFolder(engine), box: null, seen: new Map() };
  const boxes = [inbox, ...mailFolders(engine).map((box): Box => ({ folder: box.folder, box, seen: new Map() }))];
  let lookedBack = 0; // the first look is at everything: files may have grown while nobody watched
  let dueInMs: number | null = null;
  return {
    dueInMs: () => dueInMs,
    scan: async () => {
      for (const { folder } of boxes) await mkdir(folder, { recursive: true });
      const now = engine.now().getTime();
      if (now - lookedBack >= LOOK_BACK_MS) {
        // Twice the time back, for a file system whose clock is not quite ours.
        await takeBackGrown(engine, inbox.folder, lookedBack - LOOK_BACK_MS);
        lookedBack = now;
      }
      const ready: NewJob<'ingest'>[] = [];
      const waits: number[] = [];
      for (const box of boxes) await scanBox(engine, box, { settleMs, ready, waits });
      dueInMs = waits.length === 0 ? null : Math.min(...waits);
      if (ready.length > 0) await queues.add(INGEST_QUEUE, ready);
      return ready.length;
    },
  };
}

type Scan = { readonly settleMs: number; readonly ready: NewJob<'ingest'>[]; readonly waits: number[] };

async function scanBox(engine: Engine, { folder, box, seen }: Box, { settleMs, ready, waits }: Scan): Promise<void> {
  const names = (await usableNames(folder, UNFINISHED_NAMES)).filter((name) => box === null || box.accepts.test(name));
  for (const [name, { told }] of seen) {
    if (names.includes(name)) continue;
    seen.delete(name);
    if (told) await engine.database.transaction((tx) => settleRefusal(engine, tx, safeFileName(name)));
  }
  for (const name of names) {
    const state = await observe(join(folder, name), seen.get(name), engine.now().getTime());
    if (state === null) continue;
    seen.set(name, state);
    const rest = engine.now().getTime() - state.since;
    const wait = settleOf(state, settleMs);
    if (wait === null) {
      if (rest >= INCOMPLETE_TOLD_MS && !state.told) {
        await tellIncomplete(engine, name);
        seen.set(name, { ...state, told: true });
      }
    } else if (rest >= wait) ready.push(jobOf(name, { state, box, now: engine.now() }));
    else waits.push(wait - rest);
  }
}

/** How long a file has to stand still before it is taken; null: until it is whole. */
function settleOf({ completeness }: Seen, settleMs: number): number | null {
  switch (completeness) {
    case 'whole':
      return Math.min(settleMs, WHOLE_SETTLE_MS);
    case 'ended':
      return settleMs;
    case 'likely':
      return LIKELY_SETTLE_MS;
    case 'unfinished':
      return null;
  }
}

async function observe(path: string, before: Seen | undefined, now: number): Promise<Seen | null> {
  const info = await stat(path).catch(() => null);
  if (info === null) return null;
  const { ino, size, mtimeMs } = info;
  if (before?.ino === ino && before.size === size && before.mtimeMs === mtimeMs) return before;
  return { ino, size, mtimeMs, since: now, completeness: await completenessOf(path, size), told: false };
}

/** Concurrency: one alert a file, however many watch. */
async function tellIncomplete(engine: Engine, file: string): Promise<void> {
  const { name } = safeFileName(file);
  const message = `文件没有传完，已停了 15 分钟：请重新放一次 / the file is not whole and has not grown for 15 minutes: put it there again`;
  const reason = { code: 'FILE_INCOMPLETE', message };
  await engine.database.transaction((tx) =>
    raiseRefusal(engine, tx, { name, at: engine.now(), simulated: false, reason }),
  );
  engine.log.warn({ file }, 'a file that does not end');
}

type Offer = { readonly state: Seen; readonly box: MailFolder | null; readonly now: Date };

/** One job a file and minute: a job that failed for good does not keep the file from being offered again. */
function jobOf(name: string, { state, box, now }: Offer): NewJob<'ingest'> {
  const minute = Math.floor(now.getTime() / 60_000);
  const where = box === null ? '' : `${box.name}/`;
  const text = `${where}${name}/${state.ino}/${state.size}/${state.mtimeMs}`;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 24);
  const data = { v: 1, file: name, ...(box === null ? {} : { box: box.name }) } as const;
  return { jobId: `inbox-${hash}-${minute}`, data };
}
