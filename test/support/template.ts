import pg from 'pg';
import { DATABASE_PREFIX } from './run-id.ts';

export type TemplateOptions = {
  readonly databaseUrl: string;
  readonly runId: string;
  /** Brings the empty database at this address to the current schema. */
  readonly migrate: (url: string) => Promise<void>;
};

/** Makes the migrated database from which each test file clones its own; returns its name. */
export async function createTemplate({ databaseUrl, runId, migrate }: TemplateOptions): Promise<string> {
  const name = `${DATABASE_PREFIX}${runId}_template`;
  await administer(databaseUrl, [`create database ${pg.escapeIdentifier(name)}`]);
  await migrate(databaseAt(databaseUrl, name));
  // one open connection to a template is enough to make every clone fail
  await administer(databaseUrl, [`alter database ${pg.escapeIdentifier(name)} allow_connections false`]);
  return name;
}

/** The same server, another database. */
export function databaseAt(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/** Runs statements that cannot stand in a transaction. */
export async function administer(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
