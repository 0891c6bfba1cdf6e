import { migrateToLatest, openDatabase } from '@quhua/storage';
import pg from 'pg';

export type BenchDatabase = AsyncDisposable & { readonly url: string };

let made = 0;

/** A migrated database of its own, dropped at the end. */
export async function createBenchDatabase(serverUrl: string): Promise<BenchDatabase> {
  made += 1;
  const name = `quhua_bench_${process.pid}_${made}`;
  await administer(serverUrl, `create database ${name}`);
  const url = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).toString();
  const database = openDatabase({ connection: { connectionString: url }, name: 'bench' });
  await migrateToLatest(database);
  await database.close();
  return { url, [Symbol.asyncDispose]: () => administer(serverUrl, `drop database ${name} with (force)`) };
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}
