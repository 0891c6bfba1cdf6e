import { parseArgs } from 'node:util';
import { createOutput, fromCaller, reportFailure, tolerateClosedPipe } from '@quhua/cli';
import { AppError } from '@quhua/core';
import { inboxFolder, openEngine, openEngineQueues } from '@quhua/engine';
import { readEnv, Shutdown, untilStopSignal } from '@quhua/runtime';
import { startScheduler } from '@quhua/scheduler';
import { startWorker } from '@quhua/worker';
import { firstPass } from './first-pass.ts';

const USAGE = `用法 / usage: npm start -- [--once] [--no-sample] [--config DIR] [--json]
  --once        处理一遍即结束 / end after the first pass
  --no-sample   不接收模拟数据 / do not take in the sample feeds
  --config DIR  配置目录，默认 config/kashgar / configuration directory
  --json        只在标准输出写一个 JSON 文档 / one JSON document on stdout
`;

function readOptions() {
  const flag = { type: 'boolean', default: false } as const;
  const options = { once: flag, 'no-sample': flag, json: flag, help: flag, config: { type: 'string' } } as const;
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    const message = `${error instanceof Error ? error.message : String(error)}\n${USAGE.trimEnd()}`;
    throw new AppError('invalid', 'USAGE', message, { cause: error });
  }
}

/** Runs everything in one process until it is told to stop; never throws. Returns the exit code. */
export async function runStandalone(): Promise<number> {
  tolerateClosedPipe();
  try {
    return await run();
  } catch (error) {
    return reportFailure(error, process.argv.includes('--json'));
  }
}

async function run(): Promise<number> {
  const { once, json, config, help, 'no-sample': noSample } = readOptions();
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const base = readEnv();
  const env = config === undefined ? base : { ...base, configDir: fromCaller(base, config) };
  const out = await createOutput({ json, color: env.color });
  const stopped = untilStopSignal();
  const engine = await openEngine({ env, service: 'standalone', migrate: 'always' });
  await using shutdown = new Shutdown({ deadlineMs: 20_000, log: engine.log });
  shutdown.add('database', engine.close);
  const queues = await openEngineQueues(env, engine);
  shutdown.add('queues', () => queues.close());
  const worker = await startWorker(engine, queues);
  shutdown.add('worker', () => worker.close());
  await firstPass(engine, { out, sample: !noSample });
  if (once) return 0;
  const scheduler = startScheduler(engine, queues, env);
  shutdown.add('scheduler', scheduler.close);
  out.line(
    `\n运行中。把文件放进 ${inboxFolder(engine)} 即自动接收、评估、预警；Ctrl-C 停止 / running, Ctrl-C stops it`,
  );
  await stopped;
  out.line('正在停止 / stopping');
  if ((await shutdown.run()).length > 0) process.exit(1); // what did not close in time must not keep the process
  return 0;
}
