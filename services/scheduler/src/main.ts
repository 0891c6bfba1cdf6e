import { runService } from '@quhua/engine';
import { startScheduler } from './index.ts';

await runService({ name: 'scheduler', start: async (engine, queues, env) => startScheduler(engine, queues, env) });
