import { parseArgs } from 'node:util';
import { createOutput, fromCaller, reportFailure } from '@quhua/cli';
import { inboxFolder, openEngine, openEngineQueues } from '@quhua/engine';
import { readEnv, Shutdown, untilStopSignal } from '@quhua/runtime';
import { startScheduler } from '@quhua/scheduler';
import { startWorker } from '@quhua/worker';
import { firstPass } from './first-pass.ts';

const OPTIONS = { once: { type: 'boolean' }, 'no-sample': { type: 'boolean' }, config: { type: 'string' } } as const;

async function run(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  const base = readEnv();
  const env = values.config === undefined ? base : { ...base, configDir: fromCaller(base, values.config) };
  const out = createOutput({ json: false, color: env.color });
  const stopped = untilStopSignal();
  const engine = await openEngine({ env, service: 'standalone', migrate: 'always' });
  await using shutdown = new Shutdown({ deadlineMs: 20_000, log: engine.log });
  shutdown.add('database', engine.close);
  const queues = await openEngineQueues(env, engine.database, engine.log);
  shutdown.add('queues', () => queues.close());
  const worker = await startWorker(engine, queues);
  shutdown.add('worker', () => worker.close());
  await firstPass(engine, { out, sample: values['no-sample'] !== true });
  if (values.once === true) return 0;
  const scheduler = startScheduler(engine, queues, env);
  shutdown.add('scheduler', scheduler.close);
  out.line(`\n运行中。把文件放进 ${inboxFolder(engine)} 即自动接收、评估、预警；Ctrl-C 停止 / running`);
  await stopped;
  out.line('正在停止 / stopping');
  return (await shutdown.run()).length === 0 ? 0 : 1;
}

try {
  process.exitCode = await run();
} catch (error) {
  process.exitCode = reportFailure(error, false);
}
