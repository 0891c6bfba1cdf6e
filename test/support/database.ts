import pg from 'pg';
import { inject } from 'vitest';
import { atEnd } from './lifetime.ts';
import { DATABASE_PREFIX, randomName } from './run-id.ts';
import { administer, databaseAt } from './template.ts';

export type TestDatabase = { readonly url: string; readonly name: string; readonly drop: () => Promise<void> };

export type TestDatabaseOptions = {
  /** `false`: empty, for tests of the migrations themselves. */
  readonly migrated?: boolean;
};

/**
 * A database of one's own on the run's server, with the current schema; call it in a test, a `beforeAll`, or at the top
 * of the file.
 *
 * Dropped when the test that called it ends, else when the file does; whoever is still connected is cut off.
 */
export async function createTestDatabase({ migrated = true }: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = inject('databaseUrl');
  const name = `${DATABASE_PREFIX}${inject('runId')}_${randomName(10)}`;
  const [quoted, from] = [pg.escapeIdentifier(name), pg.escapeIdentifier(migrated ? templateName() : 'template0')];
  await administer(server, [`create database ${quoted} template ${from}`]);
  const drop = atEnd(() => administer(server, [`drop database if exists ${quoted} with (force)`]));
  return { url: databaseAt(server, name), name, drop };
}

function templateName(): string {
  const template = inject('template');
  if ('name' in template) return template.name;
  throw new Error(`no migrated template: ${template.failure}`);
}
