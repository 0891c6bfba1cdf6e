import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '@quhua/config';
import { type Engine, openEngineQueues } from '@quhua/engine';
import type { Queues } from '@quhua/queue';
import { parseEnv, silentLogger, systemClock } from '@quhua/runtime';
import { openDatabase } from '@quhua/storage';
import { createBenchDatabase } from './database.ts';

export type BenchInstallation = AsyncDisposable & { readonly engine: Engine; readonly queues: Queues };
export type Servers = { readonly databaseUrl: string; readonly redisUrl: string };

/** An installation on a database and a queue prefix of its own. */
export async function openBench({ databaseUrl, redisUrl }: Servers, config: Config): Promise<BenchInstallation> {
  const scratch = await createBenchDatabase(databaseUrl);
  const home = await mkdtemp(join(tmpdir(), 'quhua-bench-'));
  const database = openDatabase({ connection: { connectionString: scratch.url }, name: 'bench' });
  const engine: Engine = { database, config, home, now: systemClock, log: silentLogger, onStep: () => {} };
  const env = parseEnv({
    REDIS_URL: redisUrl,
    QUHUA_QUEUE_PREFIX: `bench-${process.pid}-${performance.now().toFixed(0)}`,
    QUHUA_HOME: home,
  });
  const queues = await openEngineQueues(env, engine);
  return {
    engine,
    queues,
    [Symbol.asyncDispose]: async () => {
      for (const name of ['ingest', 'assess', 'alerts', 'digest'] as const) await queues.drop(name);
      await queues.close();
      await database.close();
      await scratch[Symbol.asyncDispose]();
      await rm(home, { recursive: true });
    },
  };
}
