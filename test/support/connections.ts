import { Redis } from 'ioredis';
import pg from 'pg';
import { atEnd } from './lifetime.ts';

/** One statement on a connection of its own. */
export async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 500 });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(text)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** A connection that fails soon instead of waiting, and comes back by itself; closed with the test. */
export function openRedis(url: string): Redis {
  const redis = new Redis(url, { maxRetriesPerRequest: 0, commandTimeout: 500, retryStrategy: () => 50 });
  redis.on('error', () => {});
  atEnd(async () => redis.disconnect());
  return redis;
}
