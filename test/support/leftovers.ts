import { Redis } from 'ioredis';
import pg from 'pg';
import { DATABASE_PREFIX, KEY_PREFIX, runStartOf } from './run-id.ts';

const A_DAY_MS = 24 * 60 * 60 * 1000;

/** Drops the databases of test runs that `isOurs` names, whoever is connected to them. Errors: names those that stayed. */
export async function dropDatabases(url: string, isOurs: (name: string) => boolean): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  await client.connect();
  const failures: unknown[] = [];
  try {
    const like = `${DATABASE_PREFIX.replaceAll('_', '\\_')}%`;
    const query = 'select datname from pg_database where datname like $1';
    const { rows } = await client.query<{ datname: string }>(query, [like]);
    for (const name of rows.map((row) => row.datname).filter(isOurs)) {
      const drop = `drop database if exists ${pg.escapeIdentifier(name)} with (force)`;
      await client.query(drop).catch((error: unknown) => failures.push(error)); // one of somebody else's must not keep the rest
    }
  } finally {
    await client.end();
  }
  if (failures.length > 0) throw new AggregateError(failures, 'not every database could be dropped');
}

/** Removes the keys of test runs that `isOurs` names; every other key of the server stays. Returns how many. */
export async function removeKeys(
  url: string,
  isOurs: (key: string) => boolean,
  beginning: string = KEY_PREFIX,
): Promise<number> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1, retryStrategy: () => null });
  redis.on('error', () => {});
  await redis.connect();
  try {
    let removed = 0;
    for await (const found of redis.scanStream({ match: `${beginning}*`, count: 1_000 })) {
      const keys = (found as string[]).filter(isOurs); // safe: what SCAN returns
      if (keys.length > 0) removed += await redis.unlink(...keys);
    }
    return removed;
  } finally {
    redis.disconnect();
  }
}

type Servers = { readonly databaseUrl: string; readonly redisUrl: string };

/** Clears what runs that died left on a server that stays, once it is older than a day. */
export async function clearLeftovers({ databaseUrl, redisUrl }: Servers, now: Date): Promise<void> {
  const isOld = (name: string): boolean => {
    const started = runStartOf(name);
    return started !== null && now.getTime() - started.getTime() > A_DAY_MS;
  };
  // what cannot be cleared belongs to somebody else, or another run is just clearing it: no reason not to test
  await Promise.allSettled([dropDatabases(databaseUrl, isOld), removeKeys(redisUrl, isOld)]);
}
