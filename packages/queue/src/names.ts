import { AppError } from '@quhua/core';

/** The queues that our own worker takes jobs from. */
export const OWN_QUEUES = ['ingest', 'assess', 'alerts', 'digest'] as const;

export type OwnQueue = (typeof OWN_QUEUES)[number];
/** Queue of one outside system, so that it takes no job from our worker and none from another system. */
export type ConsumerQueue = `alerts-${string}`;
/** Queue on which one process watches its own consuming (`startCanary`). */
export type CanaryQueue = `canary-${string}`;
export type QueueName = OwnQueue | ConsumerQueue | CanaryQueue;

const CONSUMER = /^[a-z][a-z0-9-]{0,39}$/u;
const JOB_ID_LENGTH = 512;

/** Queue of an outside system by its name in the configuration. Errors: invalid/CONSUMER_NAME_INVALID. */
export function consumerQueue(consumer: string): ConsumerQueue {
  if (CONSUMER.test(consumer)) return `alerts-${consumer}`;
  const text = JSON.stringify(consumer);
  throw new AppError(
    'invalid',
    'CONSUMER_NAME_INVALID',
    `接收系统名称 ${text} 不合规：须以小写字母开头，只含小写字母、数字和 -，最多 40 个字符 / consumer ${text}: a lower-case letter first, then lower case, digits or -, at most 40`,
  );
}

/** A queue's name out of stored text (an outbox row). Errors: invalid/QUEUE_UNKNOWN. */
export function parseQueueName(text: string): QueueName {
  const own = OWN_QUEUES.find((name) => name === text);
  if (own !== undefined) return own;
  const [, kind, rest = ''] = /^(alerts|canary)-(.*)$/su.exec(text) ?? [];
  if (kind === 'alerts' && CONSUMER.test(rest)) return `alerts-${rest}`;
  if (kind === 'canary' && CONSUMER.test(rest)) return `canary-${rest}`;
  const shown = JSON.stringify(text);
  throw new AppError('invalid', 'QUEUE_UNKNOWN', `没有名为 ${shown} 的队列 / no queue is named ${shown}`);
}

/** Job id of one attempt at delivering `key`: another attempt is another job, the same attempt never is. */
export function jobIdOf(key: string, attempt: number): string {
  return `${key.replaceAll('%', '%25').replaceAll(':', '%3A')}|${attempt}`;
}

/** Refuses what BullMQ would refuse or quietly treat otherwise on one of its backends. Errors: invalid/JOB_ID_INVALID. */
export function assertJobId(jobId: string): void {
  const fault = jobIdFault(jobId);
  if (fault === null) return;
  const shown = JSON.stringify(jobId.slice(0, 80));
  throw new AppError('invalid', 'JOB_ID_INVALID', `作业编号 ${shown} 不可用：${fault}`);
}

function jobIdFault(jobId: string): string | null {
  if (jobId === '') return '不能为空 / must not be empty';
  if (jobId.length > JOB_ID_LENGTH) return `超过 ${JOB_ID_LENGTH} 个字符 / is longer than ${JOB_ID_LENGTH} characters`;
  if (jobId.includes(':')) return '不能含冒号（用 jobIdOf） / must hold no colon (use jobIdOf)';
  if (/^[+-]?\d+$/u.test(jobId)) return '不能全是数字 / must not be all digits';
  if (/\p{Cc}/u.test(jobId)) return '不能含控制字符 / must hold no control character';
  return null;
}
