import { Redis } from 'ioredis';
import pg from 'pg';
import { OLDEST_POSTGRES } from './postgres-programs.ts';
import { isNewEnough } from './redis-programs.ts';

/** What became of a server that the environment names: usable, or why not. */
export type Verdict = { readonly label: string } | { readonly refusal: string };

/** Whether the tests may use the PostgreSQL of DATABASE_URL. */
export async function checkGivenPostgres(url: string): Promise<Verdict> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000, query_timeout: 3_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ number: number; version: string; allowed: boolean }>(
      `select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
              (select rolcreatedb or rolsuper from pg_roles where rolname = current_user) as allowed`,
    );
    const server = rows[0];
    if (server === undefined || server.number < OLDEST_POSTGRES * 10_000) {
      return { refusal: `PostgreSQL ${server?.version ?? '?'} 版本过低 / older than ${OLDEST_POSTGRES}` };
    }
    if (!server.allowed) return { refusal: '该用户无权建库 / its user may not create databases' };
    return { label: `PostgreSQL ${server.version}, DATABASE_URL` };
  } catch (error) {
    return { refusal: reasonOf(error) };
  } finally {
    await client.end().catch(() => {});
  }
}

/** Whether the tests may use the Redis of REDIS_URL. */
export async function checkGivenRedis(url: string): Promise<Verdict> {
  const quick = { lazyConnect: true, connectTimeout: 3_000, commandTimeout: 3_000, maxRetriesPerRequest: 1 };
  const redis = new Redis(url, { ...quick, retryStrategy: () => null });
  let reason: unknown;
  redis.on('error', (error) => {
    reason = error;
  });
  try {
    await redis.connect();
    const version = /^redis_version:(\S+)/mu.exec(await redis.info('server'))?.[1] ?? '0';
    if (!isNewEnough(version)) return { refusal: `Redis ${version} 版本过低 / older than 6.2` };
    return { label: `Redis ${version}, REDIS_URL` };
  } catch (error) {
    return { refusal: reasonOf(reason ?? error) };
  } finally {
    redis.disconnect();
  }
}

/** An attempt on several addresses fails with an AggregateError whose own message is empty. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
