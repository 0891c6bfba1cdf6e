import { AppError } from '@quhua/core';
import type { Logger } from '@quhua/runtime';
import type { Redis, RedisOptions } from 'ioredis';
import { parseInfo, type RedisFacts, redisRefusal, redisWarnings } from './check-redis.ts';
import { claimsGently } from './claims.ts';
import type { Backend } from './connection.ts';
import { within } from './deadline.ts';
import { ADD_WITHIN_MS, ANSWER_WITHIN_MS, reconnectDelayMs, SILENCE_MS } from './settings.ts';
import { toQueueError, watchTrouble } from './trouble.ts';

type RedisSettings = { readonly url: string; readonly log: Logger; readonly requireDurable: boolean };

const EVERY_CONNECTION = {
  connectTimeout: ANSWER_WITHIN_MS,
  keepAlive: 10_000,
  retryStrategy: reconnectDelayMs,
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'), // a failover: find the new primary
} satisfies RedisOptions;

/**
 * A Redis that passed the start-up check, with the one connection that all producers share.
 *
 * Errors: transient/QUEUE_DOWN; permanent/QUEUE_DENIED, REDIS_EVICTS, REDIS_NOT_STANDALONE, REDIS_READ_ONLY,
 * REDIS_TOO_OLD, REDIS_NOT_DURABLE (only if required).
 */
export async function openRedis({ url, log, requireDurable }: RedisSettings): Promise<Backend> {
  const place = placeOfUrl(url);
  const [{ Redis }, { createRedisBackend }] = await Promise.all([import('ioredis'), import('bullmq')]);
  const redis = new Redis(url, {
    ...EVERY_CONNECTION,
    lazyConnect: true,
    enableOfflineQueue: false, // fail at once instead of waiting: the outbox keeps the row
    maxRetriesPerRequest: 1,
    socketTimeout: ADD_WITHIN_MS,
  });
  const warnings = await connectAndCheck(redis, place, requireDurable);
  const trouble = watchTrouble(log, { place });
  redis.on('error', trouble.failed);
  redis.on('ready', trouble.worked);
  const worker = { ...EVERY_CONNECTION, url, maxRetriesPerRequest: null, socketTimeout: SILENCE_MS };
  return {
    kind: 'redis',
    place,
    warnings,
    producers: (name, options, extra) => createRedisBackend(name, { ...options, connection: redis }, extra),
    consumers: (name, options, extra) =>
      claimsGently(createRedisBackend(name, { ...options, connection: worker }, extra)),
    isUp: () => redis.status === 'ready',
    ping: () => answersWell(redis, place),
    close: async () => redis.disconnect(),
  };
}

async function connectAndCheck(redis: Redis, place: string, requireDurable: boolean) {
  let lastError: unknown;
  const remember = (error: unknown): void => {
    lastError ??= error; // what `connect` itself rejects with is only "Connection is closed."
  };
  redis.on('error', remember);
  try {
    await within(ANSWER_WITHIN_MS, redis.connect());
    const facts = await within(ANSWER_WITHIN_MS, readFacts(redis, place));
    const refusal = redisRefusal(facts);
    if (refusal !== null) throw refusal;
    const warnings = redisWarnings(facts);
    const loss = warnings.find(({ code }) => code === 'REDIS_NOT_DURABLE');
    if (requireDurable && loss !== undefined) throw new AppError('permanent', loss.code, loss.message);
    return warnings;
  } catch (error) {
    redis.disconnect();
    throw toQueueError(error instanceof AppError ? error : (lastError ?? error), place);
  } finally {
    redis.off('error', remember);
    redis.on('error', () => {}); // a late one must not end the process
  }
}

async function readFacts(redis: Redis, place: string): Promise<RedisFacts> {
  const info = parseInfo(await redis.info());
  return { place, info, config: await readConfig(redis) };
}

/** Settings that `INFO` lacks; null where `CONFIG` is forbidden or renamed, as managed servers do. */
async function readConfig(redis: Redis): Promise<Record<string, string> | null> {
  try {
    const answer = await redis.config('GET', 'append*');
    const policy = await redis.config('GET', 'maxmemory-policy');
    return { ...toRecord(answer), ...toRecord(policy) };
  } catch (error) {
    if (error instanceof Error && /^(?:NOPERM|ERR) /u.test(error.message)) return null;
    throw error;
  }
}

function toRecord(answer: unknown): Record<string, string> {
  const flat = Array.isArray(answer) ? answer.map(String) : [];
  return Object.fromEntries(flat.flatMap((key, at) => (at % 2 === 0 ? [[key, flat[at + 1] ?? '']] : [])));
}

async function answersWell(redis: Redis, place: string): Promise<void> {
  let refusal: AppError | null;
  try {
    const info = parseInfo(await within(ANSWER_WITHIN_MS, redis.info()));
    refusal = redisRefusal({ place, info, config: null });
  } catch (error) {
    throw toQueueError(error, place);
  }
  if (refusal !== null) throw refusal;
}

/** Host and port of a URL. Errors: invalid/QUEUE_URL_INVALID, without the URL, which may hold a password. */
function placeOfUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed !== null && /^rediss?:$/u.test(parsed.protocol) && parsed.hostname !== '') {
    return `${parsed.hostname}:${parsed.port || 6379}`;
  }
  const text = '队列地址有误，应为 redis://主机:端口 / the queue URL is wrong: redis://host:port is expected';
  throw new AppError('invalid', 'QUEUE_URL_INVALID', text);
}
