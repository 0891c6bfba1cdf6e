import { openEngine, openEngineQueues } from '@quhua/engine';
import { readEnv, Shutdown, untilStopSignal } from '@quhua/runtime';
import { startWorker } from './index.ts';

const env = readEnv();
const stopped = untilStopSignal();
const engine = await openEngine({ env, service: 'worker', migrate: 'empty' });
const shutdown = new Shutdown({ deadlineMs: 20_000, log: engine.log });
shutdown.add('database', engine.close);
const queues = await openEngineQueues(env, engine.database, engine.log);
shutdown.add('queues', () => queues.close());
const worker = await startWorker(engine, queues);
shutdown.add('worker', () => worker.close());
engine.log.info({}, 'worker up');

await stopped;
const failures = await shutdown.run();
process.exitCode = failures.length === 0 ? 0 : 1;
