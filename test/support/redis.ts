import { inject } from 'vitest';
import { atEnd } from './lifetime.ts';
import type { PrivateRedis } from './redis-server.ts';
import { KEY_PREFIX, randomName } from './run-id.ts';
import { startRedis } from './servers.ts';

/** A key prefix that no other test has, fit for `QUHUA_QUEUE_PREFIX`; its keys are removed when the run ends. */
export function testPrefix(): string {
  return `${KEY_PREFIX}${inject('runId')}-${randomName(8)}`;
}

export type PrivateRedisOptions = {
  /** Settings over the usual ones: `['--appendonly', 'no', '--maxmemory-policy', 'allkeys-lru']`. */
  readonly args?: readonly string[];
};

/** A Redis of the test's own, to be flushed, killed, frozen and restarted; goes when the test (or the file) ends. */
export async function startPrivateRedis({ args = [] }: PrivateRedisOptions = {}): Promise<PrivateRedis> {
  const server = await startRedis(args, () => {});
  atEnd(() => server.stop());
  return server;
}
