import { AppError } from '@quhua/core';
import type { Logger } from '@quhua/runtime';
import type { IQueueBackend, JobsOptions, Queue } from 'bullmq';
import { openPostgres } from './backend-postgres.ts';
import { openRedis } from './backend-redis.ts';
import { type Backend, CONNECTION_IN_FACTORY, type QueueConnection, type QueueWarning } from './connection.ts';
import { type PayloadOf, readPayload } from './contracts.ts';
import { endedWithin, within } from './deadline.ts';
import { assertJobId, type QueueName } from './names.ts';
import { ADD_WITHIN_MS, ANSWER_WITHIN_MS, QUEUE_OPTIONS } from './settings.ts';
import { toQueueError } from './trouble.ts';
import { type CloseOptions, type Handler, type QueueWorker, startWorker, type WorkOptions } from './worker.ts';

export type OpenOptions = {
  readonly connection: QueueConnection;
  readonly log: Logger;
  /** Refuse a Redis that forgets at a restart, instead of warning. */
  readonly requireDurable?: boolean;
};

export type NewJob<N extends QueueName> = { readonly jobId: string; readonly data: PayloadOf<N> };

export type QueueCounts = {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  readonly completed: number;
};

/** The queues of one installation. They only ring the bell: what is to be done stands in PostgreSQL. */
export type Queues = AsyncDisposable & {
  readonly kind: QueueConnection['kind'];
  readonly warnings: readonly QueueWarning[];
  /**
   * Puts jobs in, all or (after an error) perhaps some; the same ids again add nothing while the queue holds them.
   *
   * Errors: transient/QUEUE_DOWN, QUEUE_FULL, QUEUE_READ_ONLY at once or within 5 s; invalid/JOB_ID_INVALID,
   * JOB_INVALID before anything is sent.
   */
  readonly add: <N extends QueueName>(name: N, jobs: readonly NewJob<N>[]) => Promise<void>;
  /** Starts a worker; it survives outages of the server and runs until it or the queues are closed. */
  readonly work: <N extends QueueName>(name: N, handler: Handler<N>, options?: WorkOptions) => Promise<QueueWorker>;
  /** Workers started here and not yet closed. */
  readonly workers: () => readonly QueueWorker[];
  readonly counts: (name: QueueName) => Promise<QueueCounts>;
  /** Removes a queue with every job in it: of a consumer that was struck off. */
  readonly drop: (name: QueueName) => Promise<void>;
  /** Resolves if the server answers and is still fit for queues. Errors: as at the start. */
  readonly ping: () => Promise<void>;
  /** Drains the workers, then ends every connection. */
  readonly close: (options?: CloseOptions) => Promise<void>;
};

/**
 * Opens the queues on Redis or PostgreSQL; refuses a server on which jobs would not be safe.
 *
 * Errors: transient/QUEUE_DOWN within 3 s; permanent/QUEUE_DENIED and those of `openRedis` and `openPostgres`;
 * invalid/QUEUE_PREFIX_INVALID, QUEUE_URL_INVALID.
 */
export async function openQueues({ connection, log, requireDurable = false }: OpenOptions): Promise<Queues> {
  const { prefix } = connection;
  if (!/^[a-z][a-z0-9_-]{0,40}$/u.test(prefix)) {
    const text =
      '队列前缀须为小写字母开头的字母、数字、_ 或 -，最多 41 个字符 / the queue prefix must be lower case, digits, _ or -, at most 41';
    throw new AppError('invalid', 'QUEUE_PREFIX_INVALID', text);
  }
  const backend =
    connection.kind === 'redis'
      ? await openRedis({ url: connection.url, log, requireDurable })
      : await openPostgres({ connection: connection.connection, prefix, log });
  for (const { code, message } of backend.warnings) log.warn({ code }, message);
  return queuesOn(backend, prefix, log);
}

function queuesOn(backend: Backend, prefix: string, log: Logger): Queues {
  const producers = new Producers(backend, prefix);
  const workers = new Set<QueueWorker>();
  const close = async (options: CloseOptions = {}): Promise<void> => {
    await Promise.all([...workers].map((worker) => worker.close(options)));
    await producers.close();
  };
  return {
    kind: backend.kind,
    warnings: backend.warnings,
    add: async (name, jobs) => {
      const bulk = jobs.map((job) => toBulkJob(name, job));
      if (bulk.length > 0) await producers.use(name, (queue) => addTo(queue, bulk));
    },
    work: async (name, handler, options = {}) => {
      const worker = await startWorker({ backend, prefix, log, name, handler, options });
      const known: QueueWorker = {
        ...worker,
        close: (how) => {
          workers.delete(known);
          return worker.close(how);
        },
      };
      workers.add(known);
      return known;
    },
    workers: () => [...workers],
    counts: (name) => producers.use(name, countsOf),
    drop: (name) => producers.use(name, (queue) => queue.obliterate({ force: true })),
    ping: () => backend.ping(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

type BullQueue = Pick<
  Queue<unknown, void>,
  'add' | 'addBulk' | 'close' | 'getJobCounts' | 'obliterate' | 'waitUntilReady'
>;

type BulkJob = { readonly name: string; readonly data: object; readonly opts: JobsOptions };

/** The queues that this process puts jobs into, made when first used. */
class Producers {
  readonly #backend: Backend;
  readonly #prefix: string;
  readonly #queues = new Map<QueueName, Promise<BullQueue>>();

  constructor(backend: Backend, prefix: string) {
    this.#backend = backend;
    this.#prefix = prefix;
  }

  /** Errors: every failure of the server as an AppError, within the time for an add. */
  async use<T>(name: QueueName, work: (queue: BullQueue) => Promise<T>): Promise<T> {
    const { place } = this.#backend;
    if (!this.#backend.isUp()) throw toQueueError(new Error('not connected'), place);
    try {
      return await within(
        ADD_WITHIN_MS,
        this.#queue(name).then((queue) => work(queue)),
      );
    } catch (error) {
      throw toQueueError(error, place);
    }
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#queues.values());
    const queues = opened.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    await endedWithin(ANSWER_WITHIN_MS, Promise.allSettled(queues.map((queue) => queue.close())));
    await endedWithin(ANSWER_WITHIN_MS, this.#backend.close());
  }

  #queue(name: QueueName): Promise<BullQueue> {
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const opening = this.#open(name);
    this.#queues.set(name, opening);
    opening.catch(() => this.#queues.delete(name)); // one that could not be opened stays broken: make another next time
    return opening;
  }

  async #open(name: QueueName): Promise<BullQueue> {
    const bullmq = await import('bullmq');
    const { Queue } = bullmq.withBackend(this.#backend.producers);
    const queue = new Queue<unknown, void>(name, {
      ...QUEUE_OPTIONS,
      connection: CONNECTION_IN_FACTORY,
      prefix: this.#prefix,
    });
    queue.on('error', () => {}); // the shared connection reports for all of them
    const expected = this.#backend.kind === 'redis' ? bullmq.RedisQueueBackend : bullmq.PostgresQueueBackend;
    assertBackend(queue.getBackend(), expected);
    try {
      await within(ANSWER_WITHIN_MS, queue.waitUntilReady());
      return queue;
    } catch (error) {
      await queue.close().catch(() => {});
      throw error;
    }
  }
}

/** BullMQ silently takes Redis on localhost:6379 where a factory is missing or misplaced. */
function assertBackend(backend: IQueueBackend, expected: new (...args: never[]) => IQueueBackend): void {
  const isExpected = backend instanceof expected;
  if (!isExpected) throw new Error(`the queue does not run on ${expected.name}`);
}

/** One job goes the short way: for each bulk BullMQ creates and drops two temporary tables on PostgreSQL. */
async function addTo(queue: BullQueue, jobs: readonly BulkJob[]): Promise<void> {
  const [first, ...others] = jobs;
  if (first !== undefined && others.length === 0) await queue.add(first.name, first.data, first.opts);
  else await queue.addBulk([...jobs]);
}

async function countsOf(queue: BullQueue): Promise<QueueCounts> {
  const found = await queue.getJobCounts('waiting', 'active', 'delayed', 'failed', 'completed');
  const { waiting = 0, active = 0, delayed = 0, failed = 0, completed = 0 } = found;
  return { waiting, active, delayed, failed, completed };
}

/** The canary's one id must be free again as soon as it came through. */
function optionsOf(name: QueueName) {
  return name.startsWith('canary-') ? { attempts: 1, removeOnComplete: true, removeOnFail: true } : {};
}

function toBulkJob<N extends QueueName>(name: N, { jobId, data }: NewJob<N>): BulkJob {
  assertJobId(jobId);
  const reading = readPayload(name, data);
  if (reading.kind === 'payload') return { name, data: reading.payload, opts: { jobId, ...optionsOf(name) } };
  const faults = reading.kind === 'newer' ? `v: ${reading.v}` : reading.faults;
  const shown = JSON.stringify(jobId);
  throw new AppError(
    'invalid',
    'JOB_INVALID',
    `作业 ${shown} 内容有误 / the payload of job ${shown} is wrong: ${faults}`,
  );
}
