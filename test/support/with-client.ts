import type { ConnectionSettings } from '@quhua/storage';
import pg from 'pg';

/** A database by its URL, or by the settings of a pool on it. */
export type Target = string | ConnectionSettings;

/** Works on one connection of its own; waits for a busy server longer than a person would. */
export async function withClient<T>(target: Target, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const settings = typeof target === 'string' ? { connectionString: target } : target;
  const client = new pg.Client({ ...settings, connectionTimeoutMillis: 30_000, types: { getTypeParser } });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Rows of one statement, in which every column is known to be what `Row` says. */
export function ask<Row extends object>(target: Target, text: string, values: unknown[] = []): Promise<Row[]> {
  return withClient(target, async (client) => (await client.query<Row & pg.QueryResultRow>(text, values)).rows);
}

const INT8 = 20;

const getTypeParser: typeof pg.types.getTypeParser = ((oid: number, format?: 'text') =>
  oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser; // safe: counts of a test are small
