import { createPostgresBackend, createRedisBackend, type IQueueBackend, type Queue, withBackend } from 'bullmq';
import { schemaOfPrefix } from '../../src/connection.ts';
import type { QueueConnection } from '../../src/index.ts';
import { atEnd } from './servers.ts';

export type RawQueue = Queue<unknown, void, string, unknown, void, string, IQueueBackend, object>;

/** BullMQ itself on the same queue: what another program, or a newer build of ours, would put in and see. */
export async function rawQueue(connection: QueueConnection, name: string): Promise<RawQueue> {
  const { Queue } = withBackend<IQueueBackend, object>((queue, options, extra) =>
    connection.kind === 'redis'
      ? createRedisBackend(queue, { ...options, connection: { url: connection.url } }, extra)
      : createPostgresBackend(
          queue,
          { ...options, connection: { ...connection.connection, schema: schemaOfPrefix(connection.prefix) } },
          extra,
        ),
  );
  const queue = new Queue<unknown, void>(name, { connection: {}, prefix: connection.prefix });
  queue.on('error', () => {});
  await queue.waitUntilReady();
  atEnd(() => queue.close());
  return queue;
}
