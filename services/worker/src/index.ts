import { fileChannel } from '@quhua/alerts';
import type { Engine } from '@quhua/engine';
import { type Canary, type Queues, type QueueWorker, startCanary } from '@quhua/queue';
import { alertsProcessor } from './processors/alerts.ts';
import { assessProcessor } from './processors/assess.ts';
import { ingestProcessor } from './processors/ingest.ts';
import { type RelayOptions, startRelay } from './relay.ts';

export { type Relay, type RelayOptions, startRelay } from './relay.ts';

export type WorkerOptions = { readonly relay?: RelayOptions };
export type Worker = {
  /** Stops intake, lets running jobs end, in order. */
  readonly close: (deadlineMs?: number) => Promise<void>;
  readonly canary: Canary;
};

/** A large file keeps its process busy; another worker must not take that for death. */
const INGEST_LOCK_MS = 10_000;

/** Starts relay and processors of every queue; any number of workers may run at once. */
export async function startWorker(engine: Engine, queues: Queues, options: WorkerOptions = {}): Promise<Worker> {
  const channels = { file: fileChannel(engine.home, engine.now) };
  const workers: QueueWorker[] = [
    await queues.work('ingest', ingestProcessor(engine), { concurrency: 2, lockMs: INGEST_LOCK_MS }),
    await queues.work('assess', assessProcessor(engine, queues), { concurrency: 1 }),
    await queues.work('alerts', alertsProcessor(engine, channels), { concurrency: 8 }),
  ];
  const canary = await startCanary(queues, {
    onState: ({ state }) => engine.log[state === 'ok' ? 'info' : 'error']({ state }, 'queue consumer'),
  });
  const relay = await startRelay(engine, queues, options.relay).catch(async (error: unknown) => {
    await canary.close();
    throw error;
  });
  return {
    canary,
    close: async (deadlineMs = 10_000) => {
      await relay.close();
      await canary.close();
      await Promise.all(workers.map((worker) => worker.close({ deadlineMs })));
    },
  };
}
