import { AppError } from '@quhua/core';
import type { Logger } from '@quhua/runtime';
import { claimsGently } from './claims.ts';
import { type Backend, type PostgresSettings, schemaOfPrefix } from './connection.ts';
import { within } from './deadline.ts';
import { ADD_WITHIN_MS, ANSWER_WITHIN_MS, SILENCE_MS } from './settings.ts';
import { toQueueError, watchTrouble } from './trouble.ts';

type Settings = { readonly connection: PostgresSettings; readonly prefix: string; readonly log: Logger };

const PRODUCER_CONNECTIONS = 4;
/** Per worker, beside the one that listens: claiming, finishing and renewing locks take turns. */
const WORKER_CONNECTIONS = 3;

/**
 * BullMQ's tables in a schema of their own, migrated, with one pool that all producers share.
 *
 * Errors: transient/QUEUE_DOWN; permanent/QUEUE_DENIED, QUEUE_SCHEMA_NEWER, QUEUE_SERVER_TOO_OLD.
 * Concurrency: BullMQ's migrator holds an advisory lock; processes that start together wait for each other.
 */
export async function openPostgres({ connection, prefix, log }: Settings): Promise<Backend> {
  const [bullmq, { Client }] = await Promise.all([import('bullmq'), import('pg')]);
  const schema = schemaOfPrefix(prefix);
  const config = { ...withoutOptions(connection), connectionTimeoutMillis: ANSWER_WITHIN_MS, keepAlive: true };
  const client = new Client({ ...config, application_name: 'quhua-queue-migrate' });
  const place = `${client.host}:${client.port}`;
  await migrate(bullmq, client, { schema, place });
  const pool = { ...config, schema, query_timeout: SILENCE_MS };
  const shared = bullmq.createPostgresBackend('quhua', {
    connection: { ...pool, max: PRODUCER_CONNECTIONS, query_timeout: ADD_WITHIN_MS, application_name: 'quhua-queue' },
  });
  const trouble = watchTrouble(log, { place });
  shared.on('error', trouble.failed);
  await within(ANSWER_WITHIN_MS, shared.waitUntilReady()).catch(async (error: unknown) => {
    await shared.close().catch(() => {});
    throw toQueueError(error, place);
  });
  const workers = { ...pool, max: WORKER_CONNECTIONS, application_name: 'quhua-queue-worker' };
  return {
    kind: 'postgres',
    place,
    warnings: [],
    producers: (name) => shared.forQueue(name),
    consumers: (name, options, extra) =>
      claimsGently(bullmq.createPostgresBackend(name, { ...options, connection: workers }, extra)),
    isUp: () => true,
    ping: async () => {
      const counted = within(ANSWER_WITHIN_MS, shared.getCounts(['waiting']));
      await counted.catch((error: unknown) => Promise.reject(toQueueError(error, place)));
    },
    close: () => {
      trouble.end();
      return shared.close();
    },
  };
}

type BullMQ = typeof import('bullmq');
type Target = { readonly schema: string; readonly place: string };

async function migrate(bullmq: BullMQ, client: import('pg').Client, { schema, place }: Target): Promise<void> {
  client.on('error', () => {}); // shows in the query that fails
  try {
    await client.connect();
    if ((await schemaVersion(bullmq, client, schema)) < bullmq.LATEST_SCHEMA_VERSION) {
      await bullmq.runMigrations(client, schema);
    }
  } catch (error) {
    throw toStartError(bullmq, error, place);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Looked up first: a role that may use the schema but not create one must be able to start. */
async function schemaVersion(bullmq: BullMQ, client: import('pg').Client, schema: string): Promise<number> {
  try {
    return await bullmq.assertSchemaCompatibility(client, schema);
  } catch (error) {
    if (error instanceof bullmq.SchemaMigrationRequiredError) return 0;
    throw error;
  }
}

function toStartError(bullmq: BullMQ, error: unknown, place: string): AppError {
  if (error instanceof bullmq.SchemaVersionMismatchError) {
    const text = `数据库 ${place} 中的队列表由更新版本建立，请升级本程序 / the queue tables at ${place} belong to a newer version: upgrade this program`;
    return new AppError('permanent', 'QUEUE_SCHEMA_NEWER', text, { cause: error });
  }
  if (error instanceof bullmq.UnsupportedPostgresVersionError) {
    const text = `PostgreSQL ${place} 版本过旧 / PostgreSQL ${place} is too old`;
    return new AppError('permanent', 'QUEUE_SERVER_TOO_OLD', text, { cause: error });
  }
  return toQueueError(error, place);
}

/**
 * `options=` of a connection string as a field of its own: BullMQ puts the schema there, and what stands in the string
 * would win over it.
 */
function withoutOptions(connection: PostgresSettings): PostgresSettings & { readonly options?: string } {
  if (!('connectionString' in connection) || !/[?&]options=/u.test(connection.connectionString)) return connection;
  const [address = '', query = ''] = connection.connectionString.split('?', 2);
  const parameters = new URLSearchParams(query);
  const options = parameters.get('options') ?? '';
  parameters.delete('options');
  return { connectionString: `${address}?${parameters}`, options };
}
