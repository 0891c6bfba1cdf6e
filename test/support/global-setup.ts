import type { ProvidedContext } from 'vitest';
import type { TestProject } from 'vitest/node';
import { acquireServers, type TestServers } from './servers.ts';
import { createTemplate } from './template.ts';

/** Finds or starts the run's servers and makes the migrated template; what it returns takes everything away again. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const servers = await acquireServers({ environment: process.env, report });
  project.provide('databaseUrl', servers.databaseUrl);
  project.provide('redisUrl', servers.redisUrl);
  project.provide('runId', servers.runId);
  project.provide('template', await makeTemplate(servers));
  return servers.release;
}

/** A schema that cannot be migrated fails the tests that need it, and lets the others say what they have to say. */
async function makeTemplate({ databaseUrl, runId }: TestServers): Promise<ProvidedContext['template']> {
  try {
    const { migrateTemplate } = await import('./migrate-template.ts');
    return { name: await createTemplate({ databaseUrl, runId, migrate: migrateTemplate }) };
  } catch (error) {
    const failure = String(error);
    report(`迁移失败，需要数据库的测试都会失败 / migration failed, tests that need the schema will fail: ${failure}`);
    return { failure };
  }
}

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
