import { runService } from '@quhua/engine';
import { startWorker } from './index.ts';

await runService({ name: 'worker', start: (engine, queues) => startWorker(engine, queues) });
