import type { Logger } from '@quhua/runtime';
import { type ConnectionSettings, type Database, openDatabase } from './database.ts';
import { openEmbedded } from './embedded/server.ts';
import { assertSchemaCurrent, migrateToLatest, readSchemaState } from './migrate.ts';

export type StorageOptions = {
  /** A server of yours; null: the embedded one in `home`. */
  readonly databaseUrl: string | null;
  readonly home: string;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  readonly log: Logger;
  /**
   * `always`: bring the schema up to date. `empty`: only fill a database that holds nothing of ours yet, and refuse an
   * older schema. `never`: look at nothing.
   */
  readonly migrate: 'always' | 'empty' | 'never';
};

/**
 * Opens the database that an installation lives in, with the schema of this program.
 *
 * Errors: transient/DATABASE_DOWN, invalid/DATABASE_LOGIN, permanent/SCHEMA_OLDER, permanent/SCHEMA_NEWER, and those of
 * the embedded server. Concurrency: any number of processes; the embedded server is started by the first and stopped by the last.
 */
export async function openStorage({ databaseUrl, home, name, log, migrate }: StorageOptions): Promise<Database> {
  const embedded = databaseUrl === null ? await openEmbedded({ home, log }) : null;
  const connection: ConnectionSettings = embedded?.connection ?? { connectionString: databaseUrl ?? '' };
  const database = openDatabase({ connection, name });
  const close = async (): Promise<void> => {
    await database.close();
    await embedded?.release();
  };
  try {
    await prepareSchema(database, embedded === null ? migrate : migrate === 'never' ? 'never' : 'always');
  } catch (error) {
    await close();
    throw error;
  }
  return { ...database, close, [Symbol.asyncDispose]: close };
}

async function prepareSchema(database: Database, migrate: StorageOptions['migrate']): Promise<void> {
  if (migrate === 'never') return;
  if (migrate === 'empty') {
    const { applied, unknown } = await readSchemaState(database.db);
    if (applied.length > 0 || unknown.length > 0) return assertSchemaCurrent(database.db);
  }
  await migrateToLatest(database);
}
