import { AppError } from '@quhua/core';
import pg from 'pg';
import type { EmbeddedServer } from './embedded.ts';
import { errnoOf } from './embedded-errors.ts';

type Connection = EmbeddedServer['connection'];

const NO_SUCH_DATABASE = '3D000';
const WRONG_PASSWORD = '28P01';
const CONNECT_WITHIN_MS = 15_000;

/**
 * Proves that the server lets us in, and makes the database if it is not there.
 *
 * Errors: transient/EMBEDDED_NOT_ANSWERING, permanent/EMBEDDED_PASSWORD.
 * Concurrency: call only under the home's lock.
 */
export async function ensureDatabase(connection: Connection): Promise<void> {
  const missing = await withClient(connection, async () => false).catch((error: unknown) => {
    if (errnoOf(error) === NO_SUCH_DATABASE) return true;
    throw toConnectError(error, connection.host);
  });
  if (!missing) return;
  const create = `create database ${pg.escapeIdentifier(connection.database)}`;
  await withClient({ ...connection, database: 'postgres' }, (client) => client.query(create));
}

async function withClient<T>(connection: Connection, work: (client: pg.Client) => Promise<T>): Promise<T> {
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
  if (!(error instanceof Error)) return error;
  if (errnoOf(error) === WRONG_PASSWORD) {
    const message = `数据库不接受保存的密码，数据文件夹可能来自另一份备份：请先停止使用它的其他进程再重试，届时会重设密码 / the stored password is refused, perhaps the data is from another copy: stop the other processes on it and try again, a new password is set then`;
    return new AppError('permanent', 'EMBEDDED_PASSWORD', message, { cause: error });
  }
  const message = `数据库在运行但连不上（${host}：${error.message}）：请稍后重试；若仍如此，请停止使用它的所有进程再试 / the database runs but does not answer: try again later, or stop every process on it first`;
  return new AppError('transient', 'EMBEDDED_NOT_ANSWERING', message, { cause: error });
}
