import { AppError } from '@quhua/core';
import type { QueueWarning } from './connection.ts';

/** Oldest Redis whose Lua and `LMOVE` the queue library relies on. */
const OLDEST = [6, 2] as const;

/** What a Redis says of itself: fields of `INFO`, and of `CONFIG GET` where that is allowed (else null). */
export type RedisFacts = {
  readonly place: string;
  readonly info: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, string>> | null;
};

/** Fields of the answer to `INFO`. Missing: section titles and empty lines have none. */
export function parseInfo(text: string): Record<string, string> {
  const pairs = text.split(/\r?\n/u).flatMap((line): [string, string][] => {
    const at = line.indexOf(':');
    return line.startsWith('#') || at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
  });
  return Object.fromEntries(pairs);
}

/**
 * Why queues must not be put on this Redis, or null. Jobs and locks are only safe on a primary that never evicts.
 *
 * Shapes: an AppError of kind permanent that says what to set.
 */
export function redisRefusal({ place, info, config }: RedisFacts): AppError | null {
  const refuse = (code: string, message: string) => new AppError('permanent', code, message);
  const mode = info.redis_mode ?? 'standalone';
  if (mode !== 'standalone' || info.cluster_enabled === '1') {
    const text = `Redis ${place} 处于 ${mode} 模式，队列需要单机主服务器 / Redis ${place} runs as ${mode}; the queues need a single primary`;
    return refuse('REDIS_NOT_STANDALONE', text);
  }
  if (info.role === 'slave') {
    const text = `Redis ${place} 是只读副本，请连接主服务器 / Redis ${place} is a replica: connect to its primary`;
    return refuse('REDIS_READ_ONLY', text);
  }
  if (!isNewEnough(info.redis_version)) {
    const text = `Redis ${place} 版本 ${info.redis_version} 过旧，至少 ${OLDEST.join('.')} / Redis ${place} is too old, at least ${OLDEST.join('.')}`;
    return refuse('REDIS_TOO_OLD', text);
  }
  const policy = policyOf({ info, config });
  if (policy !== undefined && policy !== 'noeviction') {
    const text = `Redis ${place} 内存满时会丢弃数据（maxmemory-policy ${policy}）：执行 CONFIG SET maxmemory-policy noeviction 并写入 redis.conf / Redis ${place} would evict jobs: set maxmemory-policy noeviction, also in redis.conf`;
    return refuse('REDIS_EVICTS', text);
  }
  return null;
}

/** What an operator should know of a Redis that is not refused. */
export function redisWarnings({ place, info, config }: RedisFacts): QueueWarning[] {
  const warnings: QueueWarning[] = [];
  const fsync = config?.appendfsync;
  if (info.aof_enabled === '0' || fsync === 'no') {
    const what = info.aof_enabled === '0' ? 'appendonly no' : 'appendfsync no';
    const message = `Redis ${place} 重启会丢失排队作业（${what}）：作业会从数据库重新发出，但会迟到；设置 appendonly yes、appendfsync everysec / Redis ${place} forgets queued jobs at a restart; they come again from the database, late. Set appendonly yes, appendfsync everysec`;
    warnings.push({ code: 'REDIS_NOT_DURABLE', message });
  }
  if (policyOf({ info, config }) === undefined || info.aof_enabled === undefined || config === null) {
    const message = `Redis ${place} 不允许读取 CONFIG，未能核对：应为 maxmemory-policy noeviction、appendonly yes、appendfsync everysec / Redis ${place} forbids CONFIG, so its settings could not be fully checked`;
    warnings.push({ code: 'REDIS_UNCHECKED', message });
  }
  return warnings;
}

function policyOf({ info, config }: Pick<RedisFacts, 'info' | 'config'>): string | undefined {
  return config?.['maxmemory-policy'] ?? info.maxmemory_policy;
}

function isNewEnough(version: string | undefined): boolean {
  if (version === undefined) return true; // a fork that hides it; the queue library checks for what it needs
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
