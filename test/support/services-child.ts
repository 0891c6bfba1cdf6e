/**
 * Started by tests: worker and scheduler of one installation, as in production, but for a clock that can be moved on (a
 * minute at every SIGUSR2) and an order to stop or kill itself at given steps.
 */
import { openEngine, openEngineQueues } from '@quhua/engine';
import { readEnv, untilStopSignal } from '@quhua/runtime';
import { startScheduler } from '@quhua/scheduler';
import { startWorker } from '@quhua/worker';
import { orderedClock, type StepOrder, stepHook } from './step-order.ts';

export type ServicesOrder = StepOrder & {
  /** When the relay offers again what a queue took and nobody finished. */
  readonly leaseMs?: number;
  /** User whose rights the program has once everything is open. */
  readonly user?: { readonly uid: number; readonly gid: number };
};

const order = JSON.parse(process.argv[2] ?? '') as ServicesOrder; // safe: written by the test
const stopped = untilStopSignal();
const env = readEnv();
const { onStep, counts } = stepHook(order);
const { now, advance } = orderedClock(order);
process.on('SIGUSR2', () => advance(60_000));
const engine = await openEngine({ env, service: 'services', migrate: 'empty', now, onStep });
const queues = await openEngineQueues(env, engine);
const worker = await startWorker(engine, queues, { relay: { leaseMs: order.leaseMs ?? 15_000 } });
const scheduler = startScheduler(engine, queues, env);
if (order.user !== undefined) {
  process.setegid?.(order.user.gid);
  process.seteuid?.(order.user.uid);
}
process.stdout.write('up\n');
await stopped;
await scheduler.close();
await worker.close();
await queues.close();
await engine.close();
process.stdout.write(JSON.stringify(counts));
