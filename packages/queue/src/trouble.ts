import { AppError } from '@quhua/core';
import type { Logger } from '@quhua/runtime';

/** Says once that something began to fail and once that it works again, not every failure between. */
export type Trouble = {
  readonly failed: (error: unknown) => void;
  readonly worked: () => void;
  /** From here on nothing is said: connections that end because they are closed are in no trouble. */
  readonly end: () => void;
};

/** Listener for errors that come in floods while a server is away. */
export function watchTrouble(log: Logger, fields: object): Trouble {
  let current: string | null = null;
  let failures = 0;
  let ended = false;
  return {
    end() {
      ended = true;
    },
    failed(error) {
      if (ended) return;
      failures += 1;
      const reason = reasonOf(error);
      const kind = reason.replace(/\d+|job \S+/gu, '#'); // one outage, many ids
      if (kind === current) return;
      current = kind;
      log.warn({ ...fields, reason }, 'queue connection in trouble');
    },
    worked() {
      if (current === null) return;
      log.info({ ...fields, failures }, 'queue connection works again');
      current = null;
      failures = 0;
    },
  };
}

/** What the queue's server or driver threw, as an error somebody can act on. `place`: host and port. */
export function toQueueError(error: unknown, place: string): AppError {
  if (error instanceof AppError) return error;
  const reason = reasonOf(error);
  const cause = { cause: error };
  if (/^(?:OOM|MISCONF) |^(?:53100|53200)\b/u.test(reason)) {
    const text = `队列已满或磁盘写不进去（${place}，${reason}）：释放空间后自动继续 / the queue at ${place} cannot store any more`;
    return new AppError('transient', 'QUEUE_FULL', text, cause);
  }
  if (/^READONLY |^25006\b/u.test(reason)) {
    const text = `队列服务器 ${place} 只读（副本？），请连接主服务器 / the queue server ${place} is read-only: connect to the primary`;
    return new AppError('transient', 'QUEUE_READ_ONLY', text, cause);
  }
  if (/^(?:WRONGPASS|NOAUTH|NOPERM)\b|^(?:28P01|28000|3D000|42501)\b/u.test(reason)) {
    const text = `队列服务器 ${place} 拒绝访问（${reason}）：检查用户名、密码、数据库和权限 / the queue server ${place} refuses access: check user, password, database and rights`;
    return new AppError('permanent', 'QUEUE_DENIED', text); // no cause: a refused AUTH carries the password
  }
  const text = `队列服务器 ${place} 无法访问（${reason}）：启动它，或检查地址与网络 / the queue server ${place} does not answer: start it, or check address and network`;
  return new AppError('transient', 'QUEUE_DOWN', text, cause);
}

/** Code and first words of an error, as one line without arguments of commands. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const text = error.message.split('\n')[0]?.slice(0, 120) ?? '';
  return text.startsWith(code) ? text : `${code} ${text}`.trim();
}
