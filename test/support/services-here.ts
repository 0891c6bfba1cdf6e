import { type OpenEngine, openEngine, openEngineQueues } from '@quhua/engine';
import { parseEnv } from '@quhua/runtime';
import { startScheduler } from '@quhua/scheduler';
import { startWorker } from '@quhua/worker';
import type { Installation } from './installation.ts';

export type HereOptions = {
  readonly now: () => Date;
  readonly onStep?: (step: string) => void;
  /** When the relay offers again what a queue took and nobody finished. */
  readonly leaseMs?: number;
};

export type ServicesHere = AsyncDisposable & { readonly engine: OpenEngine };

/** Worker and scheduler of an installation in this process, as `npm start` runs them: cheaper than two processes. */
export async function startServicesHere(
  installation: Installation,
  { now, onStep, leaseMs }: HereOptions,
): Promise<ServicesHere> {
  await using opened = new AsyncDisposableStack();
  const env = parseEnv({ ...installation.env, QUHUA_LOG: 'silent' });
  const engine = opened.use(
    await openEngine({ env, service: 'here', migrate: 'empty', now, ...(onStep === undefined ? {} : { onStep }) }),
  );
  const queues = opened.use(await openEngineQueues(env, engine));
  const worker = await startWorker(engine, queues, leaseMs === undefined ? {} : { relay: { leaseMs } });
  opened.defer(() => worker.close());
  const scheduler = startScheduler(engine, queues, env);
  opened.defer(() => scheduler.close());
  const resources = opened.move();
  return { engine, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}
