import { AppError, EXIT, EXIT_OF_KIND } from '@quhua/core';
import type { Queues } from '@quhua/queue';
import { type Env, readEnv, Shutdown, untilStopSignal } from '@quhua/runtime';
import { type OpenEngine, openEngine, openEngineQueues } from './open-engine.ts';

export type Service = {
  /** In logs and in pg_stat_activity. */
  readonly name: string;
  readonly start: (engine: OpenEngine, queues: Queues, env: Env) => Promise<{ readonly close: () => Promise<void> }>;
};

const STOP_WITHIN_MS = 20_000;
const TRY_AGAIN_MS = 1_000;

/**
 * Runs a service until SIGTERM or Ctrl-C and ends the process: 0 stopped in order, 1 not, else by design §9 why it did
 * not start. A server that is not there yet is waited for; what only a person can put right ends the service at once.
 */
export async function runService(service: Service): Promise<never> {
  const stop = new AbortController();
  const stopped = untilStopSignal().then(() => stop.abort());
  const code = await serve(service, { stopped, signal: stop.signal }).catch((error: unknown) =>
    stop.signal.aborted ? 0 : explain(service.name, error),
  );
  process.exit(code); // what did not close in time must not keep the process
}

type Stop = { readonly stopped: Promise<void>; readonly signal: AbortSignal };

async function serve(service: Service, { stopped, signal }: Stop): Promise<number> {
  const { name } = service;
  const env = readEnv();
  const engine = await patiently(name, signal, () => openEngine({ env, service: name, migrate: 'empty' }));
  const shutdown = new Shutdown({ deadlineMs: STOP_WITHIN_MS, log: engine.log });
  shutdown.add('database', engine.close);
  try {
    const { queues, work } = await patiently(name, signal, () => openWork(service, engine, env));
    shutdown.add('queues', () => queues.close());
    shutdown.add(name, () => work.close());
    engine.log.info({}, `${name} up`);
    await stopped;
  } catch (error) {
    await shutdown.run();
    throw error;
  }
  return (await shutdown.run()).length === 0 ? 0 : 1;
}

async function openWork({ start }: Service, engine: OpenEngine, env: Env) {
  const queues = await openEngineQueues(env, engine);
  try {
    return { queues, work: await start(engine, queues, env) };
  } catch (error) {
    await queues.close();
    throw error;
  }
}

/** Tries until it works, as long as only a server is missing. Errors: those of `open` that will not go away. */
async function patiently<T>(name: string, stop: AbortSignal, open: () => Promise<T>): Promise<T> {
  let told = '';
  for (;;) {
    try {
      return await open();
    } catch (error) {
      stop.throwIfAborted();
      if (!(error instanceof AppError) || error.kind !== 'transient') throw error;
      if (error.code !== told) process.stderr.write(`${name} 等待 / waits: ${error.code}：${error.message}\n`);
      told = error.code;
    }
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
    stop.throwIfAborted();
  }
}

/** Says why a service did not start, without a stack where the reason is known; returns the exit code. */
function explain(name: string, error: unknown): number {
  if (error instanceof AppError) {
    process.stderr.write(`${name} 不能启动 / cannot start: ${error.code}：${error.message}\n`);
    return EXIT_OF_KIND[error.kind];
  }
  process.stderr.write(`${name}: ${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.bug;
}
