import { openEngine, openEngineQueues } from '@quhua/engine';
import { readEnv, Shutdown, untilStopSignal } from '@quhua/runtime';
import { startScheduler } from './index.ts';

const env = readEnv();
const stopped = untilStopSignal();
const engine = await openEngine({ env, service: 'scheduler', migrate: 'empty' });
const shutdown = new Shutdown({ deadlineMs: 20_000, log: engine.log });
shutdown.add('database', engine.close);
const queues = await openEngineQueues(env, engine.database, engine.log);
shutdown.add('queues', () => queues.close());
const scheduler = startScheduler(engine, queues, env);
shutdown.add('scheduler', () => scheduler.close());
engine.log.info({}, 'scheduler up');

await stopped;
const failures = await shutdown.run();
process.exitCode = failures.length === 0 ? 0 : 1;
