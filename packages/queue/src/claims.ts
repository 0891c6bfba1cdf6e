import { setTimeout as delay } from 'node:timers/promises';
import type { IQueueBackend } from 'bullmq';

const AFTER_FAILURE_MS = 500;
const LONGEST_WAIT_S = 5;

/**
 * The same backend, but a worker on it rests after a failed claim and looks for jobs at least every few seconds.
 *
 * BullMQ asks again at once when a claim fails for another reason than a refused connection (a server that starts up, a
 * full disk, a missing socket file): one core at 100 % and a flood of errors until it is over. And on PostgreSQL it
 * waits up to an hour for a notification while a delayed job exists, on a connection that may be dead.
 */
export function claimsGently(backend: IQueueBackend): IQueueBackend {
  const claim = backend.moveToActive.bind(backend);
  backend.moveToActive = async (token, name) => {
    try {
      return await claim(token, name);
    } catch (error) {
      await delay(AFTER_FAILURE_MS);
      throw error;
    }
  };
  Object.defineProperty(backend, 'maximumBlockTimeout', { value: LONGEST_WAIT_S });
  return backend;
}
