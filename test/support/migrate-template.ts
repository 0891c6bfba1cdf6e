import { migrateToLatest, openDatabase } from '@quhua/storage';

/** Brings the empty database at `url` to the current schema. */
export async function migrateTemplate(url: string): Promise<void> {
  await using database = openDatabase({
    connection: { connectionString: url },
    name: 'quhua-test-template',
    poolSize: 2,
  });
  await migrateToLatest(database);
}
