import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Every test of the workspace in one run, against servers that `global-setup.ts` finds or starts. */
export default defineConfig({
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'services/*/test/**/*.test.ts',
      'examples/test/**/*.test.ts',
      'test/{integration,e2e,chaos}/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', 'test/fixtures/**', 'test/bench/**'],
    globalSetup: ['test/support/global-setup.ts'],
    env: { TZ: 'UTC' },
    pool: 'forks',
    maxWorkers: Math.max(2, availableParallelism()), // most tests wait for a server or a child process
    retry: 0, // a test that fails now and then is a fault
    bail: 0,
    passWithNoTests: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
  },
});
