import { AppError } from '@quhua/core';
import type { Logger } from '@quhua/runtime';
import type { Job, Processor } from 'bullmq';
import { type Backend, CONNECTION_IN_FACTORY } from './connection.ts';
import { type PayloadOf, readPayload } from './contracts.ts';
import { endedWithin, within } from './deadline.ts';
import type { QueueName } from './names.ts';
import { ANSWER_WITHIN_MS, DRAIN_DELAY_S, LOCK_MS, WORKER_OPTIONS } from './settings.ts';
import { type Trouble, toQueueError, watchTrouble } from './trouble.ts';

export type JobInfo = {
  readonly id: string;
  /** 1 for the first run; counts failures and killed workers, not the times it was put back. */
  readonly attempt: number;
};

/** Does one job. A transient AppError or any other error is tried again, another AppError is final. */
export type Handler<N extends QueueName> = (payload: PayloadOf<N>, job: JobInfo) => Promise<void>;

export type WorkOptions = {
  /** Jobs at a time; 1 if not given. */
  readonly concurrency?: number;
  /** How long a job stays with a worker that shows no sign of life; longer for work that blocks the event loop. */
  readonly lockMs?: number;
};

export type WorkerActivity = { readonly running: number; readonly concurrency: number; readonly pickups: number };
export type CloseOptions = { readonly deadlineMs?: number };

export type QueueWorker = {
  readonly name: QueueName;
  readonly activity: () => WorkerActivity;
  /** Takes no more jobs and waits for those it has; after the deadline another worker may take them over. */
  readonly close: (options?: CloseOptions) => Promise<{ readonly drained: boolean }>;
};

export type WorkerParts<N extends QueueName> = {
  readonly backend: Backend;
  readonly prefix: string;
  readonly log: Logger;
  readonly name: N;
  readonly handler: Handler<N>;
  readonly options: WorkOptions;
};

const CLOSE_DEADLINE_MS = 10_000;
const FORCED_CLOSE_MS = 1_000;
const PUT_BACK_MS = 2_000;

/**
 * A worker that takes jobs until it is closed.
 *
 * Errors: transient/QUEUE_DOWN if the server does not answer now; later outages are waited out and logged.
 * Concurrency: at least once: a job whose lock ran out runs again elsewhere, so handlers fence their writes.
 */
export async function startWorker<N extends QueueName>(parts: WorkerParts<N>): Promise<QueueWorker> {
  const { backend, prefix, log, name, options } = parts;
  const { withBackend } = await import('bullmq');
  const { Worker } = withBackend(backend.consumers);
  const trouble = watchTrouble(log, { queue: name, place: backend.place });
  const counts = { running: 0, pickups: 0 };
  const concurrency = options.concurrency ?? 1;
  const worker = new Worker<unknown, void>(name, await processorOf(parts, trouble, counts), {
    ...WORKER_OPTIONS,
    connection: CONNECTION_IN_FACTORY,
    prefix,
    concurrency,
    drainDelay: DRAIN_DELAY_S[backend.kind],
    lockDuration: options.lockMs ?? LOCK_MS,
  });
  worker.on('error', trouble.failed);
  worker.getBackend().on('ready', trouble.worked);
  // On an unmigrated or unreachable server BullMQ's loop would spin without yielding: it begins only after an answer.
  await within(ANSWER_WITHIN_MS, worker.waitUntilReady()).catch(async (error: unknown) => {
    await endedWithin(FORCED_CLOSE_MS, worker.close(true));
    throw toQueueError(error, backend.place);
  });
  const loop = worker.run().catch(trouble.failed);
  let closing: Promise<{ drained: boolean }> | null = null;
  return {
    name,
    activity: () => ({ ...counts, concurrency }),
    close: ({ deadlineMs = CLOSE_DEADLINE_MS } = {}) => {
      closing ??= stop(worker, loop, { deadlineMs, trouble });
      return closing;
    },
  };
}

type Stoppable = {
  pause(doNotWaitActive: boolean): Promise<void>;
  close(force: boolean): Promise<void>;
  getBackend(): { disconnectBlocking(wait: boolean): Promise<void> };
};

type Stopping = { readonly deadlineMs: number; readonly trouble: Trouble };

/** Pauses before it closes: BullMQ's `close` cannot be forced once it has begun to wait. */
async function stop(
  worker: Stoppable,
  loop: Promise<void>,
  { deadlineMs, trouble }: Stopping,
): Promise<{ drained: boolean }> {
  await worker.pause(true);
  const woken = worker.getBackend().disconnectBlocking(true); // an idle worker would first wait out its blocking read
  woken.catch(() => {});
  const drained = await endedWithin(deadlineMs, loop);
  trouble.end();
  await endedWithin(FORCED_CLOSE_MS, worker.close(true));
  return { drained };
}

async function processorOf<N extends QueueName>(
  parts: WorkerParts<N>,
  trouble: Trouble,
  counts: { running: number; pickups: number },
): Promise<Processor<unknown, void>> {
  const { UnrecoverableError, DelayedError } = await import('bullmq');
  const { name, handler, log } = parts;
  const unreadable = new Set<number>();
  return async (job, token) => {
    trouble.worked();
    counts.pickups += 1;
    const reading = readPayload(name, job.data);
    if (reading.kind === 'newer') {
      if (!unreadable.has(reading.v)) log.warn({ queue: name, jobId: job.id, v: reading.v }, 'newer jobs are put back');
      unreadable.add(reading.v);
      const delayMs = Math.round(PUT_BACK_MS * (0.5 + Math.random())); // PostgreSQL takes whole milliseconds only
      await job.moveToDelayed(Date.now() + delayMs, token);
      throw new DelayedError();
    }
    if (reading.kind === 'invalid') {
      log.error({ queue: name, jobId: job.id, faults: reading.faults }, 'job payload is invalid');
      throw new UnrecoverableError('JOB_INVALID');
    }
    counts.running += 1;
    try {
      await handler(reading.payload, infoOf(job));
    } catch (error) {
      throw isFinal(error) ? new UnrecoverableError(report(parts, job, error)) : new Error(report(parts, job, error));
    } finally {
      counts.running -= 1;
    }
  };
}

function infoOf(job: Job<unknown, void>): JobInfo {
  return { id: job.id ?? '', attempt: job.attemptsMade + job.stalledCounter + 1 };
}

function isFinal(error: unknown): boolean {
  return error instanceof AppError && error.kind !== 'transient';
}

/** Logs a failed job; what the queue itself keeps is the code only, since other systems may share its server. */
function report<N extends QueueName>({ log, name }: WorkerParts<N>, job: Job<unknown, void>, error: unknown): string {
  const fields = { queue: name, jobId: job.id, attempt: infoOf(job).attempt };
  if (error instanceof AppError) {
    log.warn({ ...fields, kind: error.kind, code: error.code, error: error.message }, 'job failed');
    return error.code;
  }
  log.error({ ...fields, error: error instanceof Error ? error.stack : String(error) }, 'job failed: a bug');
  return error instanceof Error ? error.name : 'UNKNOWN';
}
