import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@quhua/core';
import pg from 'pg';
import { errnoOf } from './errors.ts';

/** node-postgres settings; `host` is the folder of the Unix socket. */
export type EmbeddedConnection = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
};

const NO_SUCH_DATABASE = '3D000';
const MADE_MEANWHILE = new Set(['42P04', '23505']);
const DISK_FULL = '53100';
const WRONG_PASSWORD = '28P01';
const CANNOT_CONNECT_NOW = '57P03'; // starting, recovering or stopping
const CONNECT_WITHIN_MS = 10_000;
const RECOVER_WITHIN_MS = 300_000;

/**
 * Proves that the server lets us in, and makes the database if it is not there.
 *
 * `fresh` says that it cannot be there yet: asking would only leave a FATAL line in a new server's log.
 * Errors: transient/EMBEDDED_NOT_ANSWERING, permanent/EMBEDDED_PASSWORD.
 * Concurrency: call only under the home's lock.
 */
export async function ensureDatabase(connection: EmbeddedConnection, fresh = false): Promise<void> {
  if (!fresh && (await canConnect(connection))) return;
  const create = `create database ${pg.escapeIdentifier(connection.database)}`;
  await withClient({ ...connection, database: 'postgres' }, (client) => client.query(create)).catch(
    (error: unknown) => {
      // The session of a killed process may be making it still.
      if (!MADE_MEANWHILE.has(errnoOf(error))) throw toConnectError(error, connection.host);
    },
  );
}

/** False if everything is right but the database is missing. Waits while the server recovers from a session's crash. */
async function canConnect(connection: EmbeddedConnection): Promise<boolean> {
  const until = performance.now() + RECOVER_WITHIN_MS;
  for (;;) {
    try {
      return await withClient(connection, async () => true);
    } catch (error) {
      if (errnoOf(error) === NO_SUCH_DATABASE) return false;
      if (errnoOf(error) !== CANNOT_CONNECT_NOW || performance.now() > until)
        throw toConnectError(error, connection.host);
    }
    await delay(10);
  }
}

async function withClient<T>(connection: EmbeddedConnection, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: CONNECT_WITHIN_MS });
  client.on('error', () => {}); // told by the failing call as well
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

function toConnectError(error: unknown, host: string): unknown {
  if (!(error instanceof Error) || errnoOf(error) === DISK_FULL) return error;
  if (errnoOf(error) === WRONG_PASSWORD) {
    const message = `数据库不接受保存的密码，数据文件夹可能来自另一份备份：请先停止使用它的其他进程再重试，届时会重设密码 / the stored password is refused, perhaps the data is from another copy: stop the other processes on it and try again, a new password is set then`;
    return new AppError('permanent', 'EMBEDDED_PASSWORD', message, { cause: error });
  }
  const message = `数据库在运行但连不上（${host}：${error.message}）：请稍后重试；若仍如此，请停止使用它的所有进程再试 / the database runs but does not answer: try again later, or stop every process on it first`;
  return new AppError('transient', 'EMBEDDED_NOT_ANSWERING', message, { cause: error });
}
