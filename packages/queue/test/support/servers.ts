import { silentLogger } from '@quhua/runtime';
import { inject } from 'vitest';
import { createTestDatabase } from '../../../../test/support/database.ts';
import { atEnd } from '../../../../test/support/lifetime.ts';
import { testPrefix } from '../../../../test/support/redis.ts';
import { type OpenOptions, openQueues, type QueueConnection, type Queues } from '../../src/index.ts';

export { until } from '../../../../test/support/poll.ts';
export { startPrivatePostgres } from '../../../../test/support/postgres.ts';
export { startPrivateRedis } from '../../../../test/support/redis.ts';
export { atEnd, createTestDatabase, testPrefix };

export const KINDS = ['redis', 'postgres'] as const;

const database = await createTestDatabase({ migrated: false }); // one for the file that imports this

/** Queues that no other test has: a prefix of their own on the run's Redis or in the file's database. */
export function ownConnection(kind: QueueConnection['kind']): QueueConnection {
  const prefix = testPrefix();
  if (kind === 'redis') return { kind, url: inject('redisUrl'), prefix };
  return { kind, connection: { connectionString: database.url }, prefix };
}

/** Opens queues that are closed when the test ends. */
export async function open(connection: QueueConnection, options: Partial<OpenOptions> = {}): Promise<Queues> {
  const queues = await openQueues({ connection, log: silentLogger, ...options });
  atEnd(() => queues.close({ deadlineMs: 1_000 }));
  return queues;
}

/** The payload of an alert job. */
export function alert(deliveryId: string) {
  return { v: 1, deliveryId, alertId: '7', eventId: '9' } as const;
}

/** Alert jobs for deliveries, first attempt each. */
export function alertJobs(...deliveryIds: readonly string[]) {
  return deliveryIds.map((deliveryId) => ({ jobId: `${deliveryId}|1`, data: alert(deliveryId) }));
}
