import { setTimeout as delay } from 'node:timers/promises';
import { type OpenEngine, openEngine, openEngineQueues, watchInbox } from '@quhua/engine';
import { parseEnv } from '@quhua/runtime';
import { startScheduler } from '@quhua/scheduler';
import { startWorker } from '@quhua/worker';
import type { Installation } from './installation.ts';

export type HereOptions = {
  readonly now: () => Date;
  readonly onStep?: (step: string) => void;
  /** When the relay offers again what a queue took and nobody finished. */
  readonly leaseMs?: number;
  /** `false`: files are taken in, scheduled jobs are not run: what they would catch up shows as missing. */
  readonly schedule?: boolean;
};

export type ServicesHere = AsyncDisposable & { readonly engine: OpenEngine };

/** Worker and scheduler of an installation in this process, as `npm start` runs them: cheaper than two processes. */
export async function startServicesHere(
  installation: Installation,
  { now, onStep = () => {}, leaseMs, schedule = true }: HereOptions,
): Promise<ServicesHere> {
  await using opened = new AsyncDisposableStack();
  const env = parseEnv({ ...installation.env, QUHUA_LOG: 'silent' });
  const engine = opened.use(await openEngine({ env, service: 'here', migrate: 'empty', now, onStep }));
  const queues = opened.use(await openEngineQueues(env, engine));
  const worker = await startWorker(engine, queues, leaseMs === undefined ? {} : { relay: { leaseMs } });
  opened.defer(() => worker.close());
  const files = schedule
    ? startScheduler(engine, queues, env)
    : keepScanning(watchInbox(engine, queues, env.inboxSettleMs));
  opened.defer(() => files.close());
  const resources = opened.move();
  return { engine, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

function keepScanning({ scan }: ReturnType<typeof watchInbox>): { readonly close: () => Promise<void> } {
  let stopped = false;
  const run = async (): Promise<void> => {
    while (!stopped) {
      await scan();
      await delay(30);
    }
  };
  const running = run();
  return {
    close: async () => {
      stopped = true;
      await running;
    },
  };
}
