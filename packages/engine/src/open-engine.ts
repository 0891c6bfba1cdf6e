import { createHash } from 'node:crypto';
import { loadConfig } from '@quhua/config';
import { openQueues, type Queues } from '@quhua/queue';
import { type Clock, createLogger, type Env, systemClock } from '@quhua/runtime';
import { openStorage } from '@quhua/storage';
import type { Engine } from './engine.ts';

export type OpenOptions = {
  readonly env: Env;
  /** Name of the process: in logs and in pg_stat_activity. */
  readonly service: string;
  readonly migrate: 'always' | 'empty';
  readonly now?: Clock;
  readonly onStep?: (step: string) => void;
};

export type OpenEngine = Engine & AsyncDisposable & { readonly env: Env; readonly close: () => Promise<void> };

/**
 * An engine on the installation that the environment names; configuration first, so that a wrong one starts no server.
 *
 * Errors: invalid/CONFIG_INVALID and those of `openStorage`.
 */
export async function openEngine({
  env,
  service,
  migrate,
  now = systemClock,
  onStep = () => {},
}: OpenOptions): Promise<OpenEngine> {
  const config = loadConfig(env.configDir);
  const log = createLogger(env.logLevel, service);
  const database = await openStorage({
    databaseUrl: env.databaseUrl,
    home: env.home,
    name: `quhua-${service}`,
    log,
    migrate,
  });
  const close = (): Promise<void> => database.close();
  return { env, config, database, home: env.home, now, log, onStep, close, [Symbol.asyncDispose]: close };
}

/**
 * The queues of a jurisdiction: on Redis if the environment names one, else in its database. Each jurisdiction has its
 * own, also where several share one database and one Redis.
 *
 * Errors: transient/QUEUE_DOWN, permanent/REDIS_EVICTS.
 */
export function openEngineQueues(
  env: Env,
  { database, config, log }: Pick<Engine, 'database' | 'config' | 'log'>,
): Promise<Queues> {
  const prefix = `${env.queuePrefix}-${slugOf(config.jurisdiction.code)}`;
  const connection =
    env.redisUrl === null
      ? ({ kind: 'postgres', connection: database.connection, prefix } as const)
      : ({ kind: 'redis', url: env.redisUrl, prefix } as const);
  return openQueues({ connection, log });
}

/** A jurisdiction's code as part of a prefix; one that does not fit is hashed. */
function slugOf(code: string): string {
  return /^[a-z0-9_-]{1,10}$/u.test(code) ? code : createHash('sha256').update(code).digest('hex').slice(0, 10);
}
