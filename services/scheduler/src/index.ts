import { type FSWatcher, mkdirSync, watch } from 'node:fs';
import { hostname } from 'node:os';
import {
  assessMonths,
  checkAlerts,
  checkFeeds,
  checkLandAccounts,
  type Engine,
  inboxFolder,
  type Jobs,
  mailFolders,
  type PullOptions,
  pullSources,
  runSchedule,
  watchAllProjects,
  watchInbox,
} from '@quhua/engine';
import type { Queues } from '@quhua/queue';
import cron from 'node-cron';

export type SchedulerOptions = {
  readonly inboxSettleMs: number;
  readonly inboxPollMs?: number;
  /** Values of headers that sources are asked with; left out, there are none. */
  readonly sourceSecret?: PullOptions['secret'];
};
export type Scheduler = { readonly close: () => Promise<void> };

/** Watches the inbox and the mailboxes and pokes the schedule; any number of schedulers may run at once. */
export function startScheduler(
  engine: Engine,
  queues: Queues,
  { inboxSettleMs, inboxPollMs, sourceSecret = () => null }: SchedulerOptions,
): Scheduler {
  const jobs: Jobs = {
    'assess-due': () => assessMonths(engine),
    'check-feeds': () => checkFeeds(engine),
    'pull-sources': () => pullSources(engine, { secret: sourceSecret }),
    'check-land': () => checkLandAccounts(engine),
    'check-projects': () => watchAllProjects(engine),
    'check-alerts': () => checkAlerts(engine),
  };
  const by = `${hostname()}/${process.pid}`;
  const schedule = loop(engine, 'schedule', () => runSchedule(engine, jobs, { by }));
  const inbox = watchInbox(engine, queues, inboxSettleMs);
  const pollMs = inboxPollMs ?? Math.max(50, Math.min(250, inboxSettleMs / 2));
  let soon: NodeJS.Timeout | undefined;
  const scan = loop(engine, 'inbox', async () => {
    await inbox.scan();
    // A file that is about to come to rest does not wait for the next look.
    const due = inbox.dueInMs();
    if (due !== null && due < pollMs) soon = setTimeout(() => scan.poke(), due + 1);
  });
  const folders = [inboxFolder(engine), ...mailFolders(engine).map(({ folder }) => folder)];
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  // The watcher only wakes the scan early; a file system that tells nothing is polled all the same.
  const watchers = folders.map((folder) => watchFolder(folder, scan.poke));
  const poll = setInterval(scan.poke, pollMs);
  // The clock only pokes: which slots are due stands in the database.
  const clock = cron.schedule('*/10 * * * * *', schedule.poke, { noOverlap: true });
  schedule.poke();
  scan.poke();
  return {
    close: async () => {
      for (const watcher of watchers) watcher?.close();
      clearInterval(poll);
      clearTimeout(soon);
      await clock.destroy();
      await Promise.all([schedule.close(), scan.close()]);
    },
  };
}

function watchFolder(folder: string, onChange: () => void): FSWatcher | null {
  try {
    return watch(folder, onChange).on('error', () => {});
  } catch {
    return null; // no watches left on this machine
  }
}

type Loop = { readonly poke: () => void; readonly close: () => Promise<void> };

/** Runs work one at a time; a failure is logged once and tried again at the next poke. */
function loop({ log }: Engine, name: string, work: () => Promise<unknown>): Loop {
  let running: Promise<void> | null = null;
  let stopped = false;
  let failing = false;
  const run = async (): Promise<void> => {
    try {
      await work();
      failing = false;
    } catch (error) {
      if (!failing)
        log.error({ loop: name, error: error instanceof Error ? error.message : String(error) }, 'loop waits');
      failing = true;
    } finally {
      running = null;
    }
  };
  return {
    poke: () => {
      if (!stopped) running ??= run();
    },
    close: async () => {
      stopped = true;
      await running;
    },
  };
}
