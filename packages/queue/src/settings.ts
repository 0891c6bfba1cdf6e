/** A server that does not answer in this time counts as away. */
export const ANSWER_WITHIN_MS = 2_500;
/** An add that was not confirmed in this time may have happened: the same job id makes a second try harmless. */
export const ADD_WITHIN_MS = 5_000;
/** Longer than the longest blocking read, so that only a dead connection is cut. */
export const SILENCE_MS = 15_000;

/** Retries inside the queue; what still fails afterwards is driven again from the outbox, under a new attempt. */
export const JOB_OPTIONS = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 500, jitter: 0.5 },
  // Finished jobs are kept for a look only: what happened stands in PostgreSQL.
  removeOnComplete: { count: 200, age: 60 * 60 },
  removeOnFail: { count: 1_000, age: 7 * 24 * 60 * 60 },
  stackTraceLimit: 0, // texts of errors may name things that are nobody else's on a shared Redis
} as const;

export const QUEUE_OPTIONS = {
  defaultJobOptions: JOB_OPTIONS,
  streams: { events: { maxLen: 1_000 } }, // nobody reads BullMQ's event stream here
} as const;

export const WORKER_OPTIONS = {
  autorun: false, // started once the server is known to answer: see `startWorker`
  stalledInterval: 1_000,
  maxStalledCount: 1_000_000, // PostgreSQL decides when to give up: a killed worker is not the job's fault
  runRetryDelay: 500, // BullMQ's 15 s would be the recovery time after an outage
} as const;

/**
 * Seconds that an idle worker waits before it looks again unasked. On Redis a dead blocking read is cut a second after,
 * so it is part of the recovery time; on PostgreSQL each look costs three queries.
 */
export const DRAIN_DELAY_S = { redis: 1, postgres: 2 } as const;

/** A killed worker's job is free after this and at most two stalled checks: together within 5 s. */
export const LOCK_MS = 3_000;

/** Milliseconds until the next attempt to connect; never longer than a second, so that nobody waits after an outage. */
export function reconnectDelayMs(attempt: number): number {
  return Math.min(100 * attempt, 1_000);
}
