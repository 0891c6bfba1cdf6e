import { AppError, type JobName, type ScheduledJob } from '@quhua/core';
import { claimRun, findLastSlot, finishRun, listAbandonedRuns, releaseRun, skipRuns } from '@quhua/storage';
import { CronExpressionParser } from 'cron-parser';
import type { Engine } from './engine.ts';

/** What each job does. */
export type Jobs = Readonly<Record<JobName, () => Promise<unknown>>>;

export type ScheduleOptions = {
  /** Name of this scheduler in the run ledger. */
  readonly by: string;
  /** A run that is not finished by then counts as abandoned, and is taken over. */
  readonly leaseMs?: number;
};

/** Slots further back than this many are never caught up one by one. */
const MOST_CAUGHT_UP = 500;

/**
 * Runs every slot that is due and that nobody has taken, by each job's catch-up policy; also slots whose taker died.
 * Called as often as one likes: the truth is the (job, slot) row, a clock only pokes.
 *
 * Shapes: a job that was never run begins with its newest past slot. A run that a server's absence ended is tried again.
 * Concurrency: any number of schedulers; each slot takes effect once.
 */
export async function runSchedule(
  engine: Engine,
  jobs: Jobs,
  { by, leaseMs = 600_000 }: ScheduleOptions,
): Promise<number> {
  const jurisdiction = engine.config.jurisdiction.code;
  let ran = 0;
  for (const { job, slot } of await listAbandonedRuns(engine.database.db, jurisdiction)) {
    ran += await runSlot(engine, jobs, { job: job as JobName, slot, caughtUp: true, by, leaseMs }); // safe: written below only
  }
  for (const scheduled of engine.config.schedule.jobs) {
    const { due, skipped } = await dueSlots(engine, scheduled);
    await skipRuns(
      engine.database.db,
      skipped.map((slot) => ({ jurisdiction, job: scheduled.job, slot })),
      by,
    );
    for (const [at, slot] of due.entries()) {
      ran += await runSlot(engine, jobs, { job: scheduled.job, slot, caughtUp: at < due.length - 1, by, leaseMs });
    }
  }
  return ran;
}

async function dueSlots(
  { database, config, now }: Engine,
  { job, cron, catchUp }: ScheduledJob,
): Promise<{ due: Date[]; skipped: Date[] }> {
  const last = await findLastSlot(database.db, config.jurisdiction.code, job);
  const slots = slotsSince(cron, { timeZone: config.jurisdiction.timezone, after: last ?? null, until: now() });
  const newest = slots.at(-1);
  if (newest === undefined) return { due: [], skipped: [] };
  if (catchUp === 'each') return { due: slots, skipped: [] };
  const onTime = now().getTime() - newest.getTime() < 60_000;
  if (catchUp === 'none' && !onTime) return { due: [], skipped: slots };
  return { due: [newest], skipped: slots.slice(0, -1) };
}

export type SlotRange = { readonly timeZone: string; readonly after: Date | null; readonly until: Date };

/** Slots of a cron expression after one instant up to another, oldest first; without `after`, the newest one. */
export function slotsSince(cron: string, { timeZone, after, until }: SlotRange): Date[] {
  // The parser gives slots strictly before its own instant; one that is due right now belongs to the past.
  const expression = CronExpressionParser.parse(cron, { tz: timeZone, currentDate: new Date(until.getTime() + 1) });
  const slots: Date[] = [];
  while (slots.length < MOST_CAUGHT_UP) {
    const slot = expression.prev().toDate();
    if (after !== null && slot.getTime() <= after.getTime()) break;
    slots.unshift(slot);
    if (after === null) break;
  }
  return slots;
}

type Slot = {
  readonly job: JobName;
  readonly slot: Date;
  readonly caughtUp: boolean;
  readonly by: string;
  readonly leaseMs: number;
};

async function runSlot(engine: Engine, jobs: Jobs, { job, slot, caughtUp, by, leaseMs }: Slot): Promise<number> {
  const { db } = engine.database;
  const key = { jurisdiction: engine.config.jurisdiction.code, job, slot };
  if (!(await claimRun(db, { ...key, caughtUp, by, leaseMs }))) return 0;
  engine.onStep('schedule.claimed');
  try {
    await jobs[job]();
    await finishRun(db, key, 'done', null);
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error);
    // A server that was away comes back; what is due once a day must not wait for tomorrow.
    if (error instanceof AppError && error.kind === 'transient') {
      engine.log.warn({ job, slot, error: note }, 'scheduled job is tried again');
      await releaseRun(db, key);
      return 0;
    }
    engine.log.error({ job, slot, error: note }, 'scheduled job failed');
    await finishRun(db, key, 'failed', note);
  }
  return 1;
}
