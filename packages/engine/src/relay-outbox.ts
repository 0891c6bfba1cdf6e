import { jobIdOf, type NewJob, parseQueueName, type QueueName, type Queues } from '@quhua/queue';
import { lockWaitingOutbox, markEnqueued, markQueued, type OutboxRow } from '@quhua/storage';
import { ALERTS_QUEUE } from './announce.ts';
import type { Engine } from './engine.ts';

/** Messages that one pass takes: the locks are held while the queue answers. */
const ROWS_AT_ONCE = 500;

/**
 * Hands waiting outbox rows to the queues until none waits; returns how many.
 *
 * Errors: transient/QUEUE_DOWN: the rows stay and the next call goes on with them.
 * Concurrency: any number of relays; a row is handed over by one. A crash between queue and commit hands it over
 * twice, under the same job id.
 */
export async function relayOutbox({ database, config, onStep }: Engine, queues: Pick<Queues, 'add'>): Promise<number> {
  let relayed = 0;
  for (;;) {
    const count = await database.transaction(async (tx) => {
      const rows = await lockWaitingOutbox(tx, config.jurisdiction.code, ROWS_AT_ONCE);
      if (rows.length === 0) return 0;
      onStep('relay.locked');
      for (const [queue, part] of Map.groupBy(rows, (row) => row.queue))
        await queues.add(parseQueueName(queue), part.map(toJob));
      onStep('relay.enqueued');
      const others = rows.filter(isForOthers);
      await markEnqueued(
        tx,
        rows.map((row) => row.id),
        others.map((row) => row.id),
      );
      await markQueued(
        tx,
        others.map((row) => row.jobKey),
      );
      return rows.length;
    });
    if (count > 0) onStep('relay.committed');
    relayed += count;
    if (count < ROWS_AT_ONCE) return relayed;
  }
}

function toJob({ jobKey, attempt, payload }: OutboxRow): NewJob<QueueName> {
  return { jobId: jobIdOf(jobKey, attempt), data: payload as NewJob<QueueName>['data'] }; // safe: `add` checks it
}

/** A message to another system's queue is delivered once that queue has it. */
function isForOthers({ queue }: OutboxRow): boolean {
  return queue.startsWith(`${ALERTS_QUEUE}-`);
}
