import { AppError } from '@quhua/core';
import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { type Database, type Db, toAppError } from './database.ts';
import { up as init } from './migrations/0001_init.ts';
import { up as feeds } from './migrations/0002_feeds.ts';
import { up as sources } from './migrations/0004_sources.ts';
import { up as planProgress } from './migrations/0005_plan_progress.ts';
import { up as land } from './migrations/0006_land.ts';
import { up as delivery } from './migrations/0007_delivery.ts';
import { up as projectSchedule } from './migrations/0008_project_schedule.ts';
import { up as projectCases } from './migrations/0009_project_case.ts';
import { up as alertPeople } from './migrations/0012_alert_people.ts';

/** Numbered, forward only; a landed one is never edited. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001_init': { up: init },
  '0002_feeds': { up: feeds },
  '0004_sources': { up: sources },
  '0005_plan_progress': { up: planProgress },
  '0006_land': { up: land },
  '0007_delivery': { up: delivery },
  '0008_project_schedule': { up: projectSchedule },
  '0009_project_case': { up: projectCases },
  '0012_alert_people': { up: alertPeople },
};

export type SchemaState = {
  readonly applied: readonly string[];
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
};

/** Which migrations the database has, lacks, and has that this program does not know. */
export async function readSchemaState(db: Db): Promise<SchemaState> {
  const known = Object.keys(MIGRATIONS);
  const { rows: tables } = await sql<{
    name: string | null;
  }>`select to_regclass('kysely_migration')::text as name`.execute(db);
  if (tables[0]?.name === null) return { applied: [], missing: known, unknown: [] };
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  const applied = rows.map((row) => row.name);
  return {
    applied,
    missing: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

/**
 * Brings the database to this program's schema; returns the names of what was applied now.
 *
 * Errors: permanent/SCHEMA_NEWER if the database was made by a newer program: nothing is touched.
 * Concurrency: one advisory lock; of many at once one migrates and the others wait and find nothing to do.
 */
export async function migrateToLatest({ db }: Pick<Database, 'db'>): Promise<string[]> {
  await readSchemaState(db)
    .then(refuseNewer)
    .catch((error: unknown) => {
      throw toAppError(error);
    });
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) throw toAppError(error);
  return results.filter((result) => result.status === 'Success').map((result) => result.migrationName);
}

/** Errors: permanent/SCHEMA_OLDER or SCHEMA_NEWER unless the database has exactly this program's schema. */
export async function assertSchemaCurrent(db: Db): Promise<void> {
  const state = await readSchemaState(db).catch((error: unknown) => {
    throw toAppError(error);
  });
  refuseNewer(state);
  if (state.missing.length === 0) return;
  const message = `数据库结构较旧，缺 ${state.missing.join('、')}：请先运行 quhua migrate / the database's schema is older: run quhua migrate`;
  throw new AppError('permanent', 'SCHEMA_OLDER', message);
}

function refuseNewer({ unknown }: SchemaState): void {
  if (unknown.length === 0) return;
  const message = `数据库由更新的程序建立（${unknown.join('、')}）：请升级本程序 / the database is newer than this program: upgrade it`;
  throw new AppError('permanent', 'SCHEMA_NEWER', message);
}
