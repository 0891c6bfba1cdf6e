import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { createTestDatabase } from './database.ts';
import { temporaryFolder } from './folders.ts';
import { atEnd } from './lifetime.ts';
import { marketConfig } from './market-config.ts';
import { testPrefix } from './redis.ts';
import { DATABASE_PREFIX, randomName } from './run-id.ts';
import { administer, databaseAt } from './template.ts';

const ROOT = join(import.meta.dirname, '../..');

/** One quhua that a test owns: a database, a home and a queue, and the environment that tells a service of them. */
export type Installation = {
  readonly databaseUrl: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
};

export type InstallationOptions = {
  /** Which server carries the queues. */
  readonly queue?: 'redis' | 'postgres';
  /** Servers other than the run's own. */
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
  /** Folder of another configuration than `marketConfig`. */
  readonly config?: string;
};

/** A new installation on the run's servers, with an empty home. */
export async function createInstallation(options: InstallationOptions = {}): Promise<Installation> {
  const databaseUrl = options.databaseUrl ?? (await createTestDatabase()).url;
  const home = await temporaryFolder('home');
  const redis = options.queue === 'postgres' ? {} : { REDIS_URL: options.redisUrl ?? inject('redisUrl') };
  const env = {
    ...bareEnvironment(),
    ...redis,
    DATABASE_URL: databaseUrl,
    QUHUA_HOME: home,
    QUHUA_CONFIG: options.config ?? (await marketConfig()),
    QUHUA_QUEUE_PREFIX: testPrefix(),
    QUHUA_INBOX_SETTLE_MS: '50',
  };
  return { databaseUrl, home, env };
}

/** What every process of ours needs, and nothing of the person's who runs the tests. */
export function bareEnvironment(): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    TZ: 'UTC',
    NO_COLOR: '1',
    NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/node-compile'), // half of a start is compiling
  };
}

/** A copy of an installation at rest: nobody may be connected to it. */
export async function cloneInstallation({ databaseUrl, home, env }: Installation): Promise<Installation> {
  const server = inject('databaseUrl');
  const name = `${DATABASE_PREFIX}${inject('runId')}_${randomName(10)}`;
  const [to, from] = [name, new URL(databaseUrl).pathname.slice(1)].map((each) => pg.escapeIdentifier(each));
  await administer(server, [`create database ${to} template ${from}`]);
  atEnd(() => administer(server, [`drop database if exists ${to} with (force)`]));
  const copy = await temporaryFolder('home');
  await cp(home, copy, { recursive: true });
  const url = databaseAt(server, name);
  const queue = env.REDIS_URL === undefined ? {} : { QUHUA_QUEUE_PREFIX: testPrefix() }; // in Redis nothing is cloned
  return { databaseUrl: url, home: copy, env: { ...env, ...queue, DATABASE_URL: url, QUHUA_HOME: copy } };
}
