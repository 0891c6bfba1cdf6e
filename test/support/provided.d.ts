import 'vitest';

declare module 'vitest' {
  /** What `global-setup.ts` hands to the test files: `inject('databaseUrl')` and so on. */
  interface ProvidedContext {
    /** An administrator's database on the run's PostgreSQL: databases may be created from it; nothing is stored in it. */
    databaseUrl: string;
    /** The run's Redis. Shared with other test files and perhaps with other people: only ever under `testPrefix()`. */
    redisUrl: string;
    /** Begins the name of every database, role and key of this run. */
    runId: string;
    /** The migrated database from which `createTestDatabase()` clones, or why there is none. */
    template: { readonly name: string } | { readonly failure: string };
  }
}
