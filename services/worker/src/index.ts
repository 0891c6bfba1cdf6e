import { fileChannel } from '@quhua/alerts';
import type { Engine } from '@quhua/engine';
import { type Canary, type Queues, type QueueWorker, startCanary } from '@quhua/queue';
import { alertsProcessor } from './processors/alerts.ts';
import { assessProcessor } from './processors/assess.ts';
import { ingestProcessor } from './processors/ingest.ts';
import { type Relay, type RelayOptions, startRelay } from './relay.ts';

export { type Relay, type RelayOptions, startRelay } from './relay.ts';

export type WorkerOptions = { readonly relay?: RelayOptions };
export type Worker = {
  /** Stops intake, lets running jobs end, in order. */
  readonly close: (deadlineMs?: number) => Promise<void>;
  readonly canary: Canary;
};

/** Starts relay and processors of every queue; any number of workers may run at once. */
export async function startWorker(engine: Engine, queues: Queues, options: WorkerOptions = {}): Promise<Worker> {
  const channels = { file: fileChannel(engine.home, engine.now) };
  const workers: QueueWorker[] = [
    await queues.work('ingest', ingestProcessor(engine), { concurrency: 2 }),
    await queues.work('assess', assessProcessor(engine), { concurrency: 1 }),
    await queues.work('alerts', alertsProcessor(engine, channels), { concurrency: 8 }),
  ];
  const relay: Relay = await startRelay(engine, queues, options.relay);
  const canary = await startCanary(queues, {
    onState: ({ state }) => engine.log[state === 'ok' ? 'info' : 'error']({ state }, 'queue consumer'),
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
