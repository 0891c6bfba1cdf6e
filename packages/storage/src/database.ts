import { AppError } from '@quhua/core';
import { CompiledQuery, Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import type { Schema } from './schema.ts';

export type Db = Kysely<Schema>;

/**
 * A transaction: what locks, or must commit with its caller, takes this and not a `Db`.
 * `client` is the same connection, for COPY.
 */
export type Tx = { readonly sql: Db; readonly client: pg.PoolClient };

export type ConnectionSettings =
  | { readonly connectionString: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
    };

export type DatabaseOptions = {
  readonly connection: ConnectionSettings;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  readonly poolSize?: number;
};

/** One pool of connections, and transactions on it. */
export type Database = AsyncDisposable & {
  readonly db: Db;
  readonly connection: ConnectionSettings;
  /**
   * Runs `work` in one transaction and commits; rolls back whatever it throws.
   *
   * Errors: transient/DATABASE_DOWN if the server is away or the connection breaks; the caller may try again.
   */
  readonly transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** Calls back whenever another connection notifies `channel`; reconnects by itself. Returns how to stop. */
  readonly listen: (channel: string, onNotify: () => void) => Promise<() => Promise<void>>;
  readonly close: () => Promise<void>;
};

/** How long a listener that lost its connection waits before it tries again. */
const RELISTEN_MS = 500;

const INT8 = 20;
const DATE = 1082;
const INT8_ARRAY = 1016;

/** bigint and count(*) as safe integers (refused beyond), days as text: node-pg's own choices lose one or shift the other. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8) return toSafeInteger;
    if (oid === DATE) return (text: string) => text;
    if (oid === INT8_ARRAY) return toSafeIntegers;
    return pg.types.getTypeParser(oid, format as 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};

function toSafeInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new AppError(
    'permanent',
    'NUM_RANGE',
    `数据库中的整数超出可精确表示的范围 / integer outside the exact range: ${text}`,
  );
}

function toSafeIntegers(text: string): (number | null)[] {
  const inner = text.slice(1, -1);
  return inner === '' ? [] : inner.split(',').map((item) => (item === 'NULL' ? null : toSafeInteger(item)));
}

const SESSION: readonly string[] = [
  'timezone=UTC',
  'datestyle=ISO,YMD', // days are text everywhere, and part of what rows are told apart by
  'lock_timeout=30s',
  'idle_in_transaction_session_timeout=60s',
  // Disks that these servers stand on seek for nothing: reading a thousand units by index beats reading all by scan.
  'random_page_cost=1.1',
  'jit=off', // compiling a statement that runs for milliseconds takes longer than running it
];

/** Opens a pool; connects on first use. */
export function openDatabase({ connection, name, poolSize = 10 }: DatabaseOptions): Database {
  const settings: pg.PoolConfig = {
    ...connection,
    types,
    max: poolSize,
    application_name: name,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    options: SESSION.map((setting) => `-c ${setting}`).join(' '),
  };
  const pool = new pg.Pool(settings);
  pool.on('error', () => {}); // an idle connection that breaks is replaced at the next use
  // One that breaks in a moment between two queries tells nobody else: unheard, that would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: explaining(pool) }) });
  let closed: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closed ??= db.destroy();
    return closed;
  };
  return {
    db,
    connection,
    transaction: (work) => runTransaction(pool, work),
    listen: (channel, onNotify) => listen(settings, channel, onNotify),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function runTransaction<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch(explain);
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query('begin');
    const result = await work({ sql: boundTo(client), client });
    await client.query('commit');
    return result;
  } catch (error) {
    broken ??= await client.query('rollback').then(
      () => undefined,
      (failure: Error) => failure,
    );
    throw toAppError(error);
  } finally {
    client.off('error', onError);
    client.release(broken); // a connection in an unknown state is destroyed, not returned
  }
}

/** The pool as Kysely sees it: a server that is away shows as an AppError, as it does in a transaction. */
function explaining(pool: pg.Pool): PostgresPool {
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect().catch(explain);
      const query: unknown = (text: string, values: unknown[]) => client.query(text, values).catch(explain);
      return { query: query as PostgresPoolClient['query'], release: (destroy) => client.release(destroy) }; // safe: it asks for cursors only where it is given them
    },
  };
}

function explain(error: unknown): never {
  throw toAppError(error);
}

/** Kysely over one connection that is not its own to release. */
function boundTo(client: pg.PoolClient): Db {
  const lent: PostgresPoolClient = { query: client.query.bind(client), release: () => {} };
  return new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: { connect: async () => lent, end: async () => {}, options: {} } }),
  });
}

/** One connection at a time: an attempt that fails, or a connection that ends, makes exactly one further attempt. */
async function listen(settings: pg.PoolConfig, channel: string, onNotify: () => void): Promise<() => Promise<void>> {
  let stopped = false;
  let current: pg.Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  const later = (): void => {
    if (!stopped) timer = setTimeout(() => void connect().catch(later), RELISTEN_MS);
  };
  const connect = async (): Promise<void> => {
    const client = new pg.Client(settings);
    client.on('error', () => {});
    client.on('notification', onNotify);
    try {
      await client.connect();
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      void client.end().catch(() => {});
      throw error;
    }
    current = client;
    client.once('end', later);
    onNotify(); // whatever was sent while nobody listened
    if (stopped) await client.end();
  };
  await connect().catch(explain);
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await current?.end().catch(() => {});
  };
}

/** 25P03: the server ended a transaction that stood idle for too long, and its connection with it. */
const DOWN = /^(?:08|25P03|53|57P0[1-3]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)/u;
const LOST = /terminated|timeout exceeded when trying to connect|Connection ended|not queryable|timeout expired/iu;
const RETRY = /^(?:40001|40P01|55P03)$/u;

/** An error of the database as one that says what to do; every other error as it is. */
export function toAppError(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (RETRY.test(code))
    return new AppError('transient', 'DATABASE_BUSY', '数据库正忙，请重试 / database busy, try again', {
      cause: error,
    });
  const noSocket = code === 'ENOENT' && 'syscall' in error && error.syscall === 'connect'; // any other ENOENT is about a file
  if (noSocket || DOWN.test(code) || LOST.test(error.message)) {
    const message = `数据库连不上或连接中断（${code || error.message}）：请确认 PostgreSQL 在运行、DATABASE_URL 正确 / PostgreSQL is not reachable`;
    return new AppError('transient', 'DATABASE_DOWN', message, { cause: error });
  }
  if (code === '28P01' || code === '28000' || code === '3D000') {
    const message = `数据库拒绝登录（${error.message}）：请检查 DATABASE_URL 中的用户、密码和库名 / PostgreSQL refused the login`;
    return new AppError('invalid', 'DATABASE_LOGIN', message, { cause: error });
  }
  return error;
}

/** Whether the server answers. Errors: transient/DATABASE_DOWN. */
export async function pingDatabase({ db }: Pick<Database, 'db'>): Promise<void> {
  await db.executeQuery(CompiledQuery.raw('select 1')).catch(explain);
}
