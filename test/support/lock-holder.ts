import { createHash } from 'node:crypto';
import pg from 'pg';
import { atEnd } from './lifetime.ts';
import { until } from './poll.ts';
import { ask } from './with-client.ts';

export type LockHolder = { readonly release: () => Promise<void> };

/** Holds what one statement locks, in a transaction of its own, until it is released or the test ends. */
export async function holdLock(databaseUrl: string, text: string, values: unknown[] = []): Promise<LockHolder> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 30_000 });
  client.on('error', () => {});
  await client.connect();
  await client.query('begin');
  await client.query(text, values);
  return { release: atEnd(() => client.end()) };
}

/** Holds what everybody who takes in these bytes has to wait for. */
export function holdFile(databaseUrl: string, bytes: Buffer): Promise<LockHolder> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return holdLock(databaseUrl, 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [`653100/${sha256}`]);
}

/** Waits until somebody waits for a lock in this database. */
export async function untilBlocked(databaseUrl: string): Promise<void> {
  const text = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  await until(async () => (await ask(databaseUrl, text)).length > 0, {
    withinMs: 30_000,
    what: 'somebody to be blocked',
  });
}
