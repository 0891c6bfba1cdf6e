import { randomBytes } from 'node:crypto';
import type { CanaryQueue, QueueName } from './names.ts';
import type { Queues } from './open-queues.ts';
import type { QueueWorker } from './worker.ts';

export type CanaryReport = {
  /** `wedged`: jobs go in and are not taken out again, or the server is away. */
  readonly state: 'ok' | 'wedged';
  /** When a canary job last came through; null before the first. */
  readonly lastSuccessAt: Date | null;
  /** Queues with waiting jobs that an idle worker of this process does not take. */
  readonly stuck: readonly QueueName[];
};

export type CanaryOptions = {
  readonly everyMs?: number;
  /** How long nothing may come through. */
  readonly wedgedAfterMs?: number;
  /** Called at the first verdict and whenever the state or the stuck queues change. */
  readonly onState?: (report: CanaryReport) => void;
};

export type Canary = {
  readonly report: () => CanaryReport;
  readonly close: () => Promise<void>;
};

const EVERY_MS = 2_000;
const WEDGED_AFTER_MS = 6_000;

/**
 * Watches whether this process still takes jobs: `isRunning` of a BullMQ worker stays true when it never will again.
 *
 * A canary job goes round a queue of its own every `everyMs`; beside that every worker of the process is compared with
 * its queue: jobs waiting, capacity free, nothing picked up.
 * Errors: transient/QUEUE_DOWN if the server is away at the start.
 */
export async function startCanary(queues: Queues, options: CanaryOptions = {}): Promise<Canary> {
  const { everyMs = EVERY_MS, wedgedAfterMs = WEDGED_AFTER_MS, onState = () => {} } = options;
  const name: CanaryQueue = `canary-c${randomBytes(6).toString('hex')}`; // another process must not eat our bird
  const watch = new ConsumerWatch(queues, { except: name, wedgedAfterMs });
  let lastSuccess = { at: null as Date | null, tick: performance.now() };
  let told = '';
  const worker = await queues.work(name, async () => {
    lastSuccess = { at: new Date(), tick: performance.now() };
    tell();
  });
  const report = (): CanaryReport => {
    const stuck = watch.stuck();
    const late = performance.now() - lastSuccess.tick > wedgedAfterMs;
    return { state: late || stuck.length > 0 ? 'wedged' : 'ok', lastSuccessAt: lastSuccess.at, stuck };
  };
  const tell = (): void => {
    const now = report();
    const summary = now.lastSuccessAt === null && now.state === 'ok' ? '' : [now.state, ...now.stuck].join();
    if (summary === told) return;
    told = summary;
    onState(now);
  };
  const timer = setInterval(() => {
    tell();
    void beat(queues, name);
    void watch.look().then(tell);
  }, everyMs);
  timer.unref(); // a watch alone keeps no process running
  await beat(queues, name);
  return {
    report,
    close: async () => {
      clearInterval(timer);
      await worker.close({ deadlineMs: everyMs });
      await queues.drop(name).catch(() => {}); // a server that is away keeps an empty queue
    },
  };
}

/** One id for all: while one is in the queue, further ones add nothing. A failed add shows as a canary that is late. */
async function beat(queues: Queues, name: CanaryQueue): Promise<void> {
  const data = { v: 1, at: new Date().toISOString() } as const;
  await queues.add(name, [{ jobId: 'canary', data }]).catch(() => {});
}

type Mark = { readonly pickups: number; readonly since: number | null };

/** Finds workers that leave jobs lying although they could take them. */
class ConsumerWatch {
  readonly #queues: Queues;
  readonly #except: QueueName;
  readonly #wedgedAfterMs: number;
  readonly #marks = new Map<QueueWorker, Mark>();

  constructor(queues: Queues, { except, wedgedAfterMs }: { except: QueueName; wedgedAfterMs: number }) {
    this.#queues = queues;
    this.#except = except;
    this.#wedgedAfterMs = wedgedAfterMs;
  }

  stuck(): QueueName[] {
    const now = performance.now();
    const late = [...this.#marks].filter(([, { since }]) => since !== null && now - since > this.#wedgedAfterMs);
    return [...new Set(late.map(([worker]) => worker.name))].toSorted();
  }

  async look(): Promise<void> {
    const workers = this.#queues.workers().filter(({ name }) => name !== this.#except);
    for (const gone of [...this.#marks.keys()].filter((worker) => !workers.includes(worker))) this.#marks.delete(gone);
    await Promise.allSettled(workers.map((worker) => this.#lookAt(worker)));
  }

  async #lookAt(worker: QueueWorker): Promise<void> {
    const { waiting } = await this.#queues.counts(worker.name);
    const { running, concurrency, pickups } = worker.activity();
    const before = this.#marks.get(worker);
    const leavesLying = waiting > 0 && running < concurrency && (before === undefined || before.pickups === pickups);
    const since = leavesLying ? (before?.since ?? performance.now()) : null;
    this.#marks.set(worker, { pickups, since });
  }
}
