/** Started by tests: a relay of one installation and nothing else. */
import { runService } from '@quhua/engine';
import { startRelay } from '@quhua/worker';

await runService({ name: 'relay', start: (engine, queues) => startRelay(engine, queues) });
