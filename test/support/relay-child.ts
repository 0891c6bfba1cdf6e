/** Started by tests: a relay of one installation and nothing else. */
import { openEngine, openEngineQueues } from '@quhua/engine';
import { readEnv, untilStopSignal } from '@quhua/runtime';
import { startRelay } from '@quhua/worker';

const stopped = untilStopSignal();
const env = readEnv();
await using engine = await openEngine({ env, service: 'relay', migrate: 'empty' });
await using queues = await openEngineQueues(env, engine);
const relay = await startRelay(engine, queues);
process.stderr.write('relay up\n');
await stopped;
await relay.close();
