import { silentLogger } from '@quhua/runtime';
import { openQueues, type QueueConnection, startCanary } from '../../src/index.ts';

// A process of its own for tests: `hold` takes a job and never ends it, `leave` uses everything, closes and must end.
const [mode, text = ''] = process.argv.slice(2);
const connection = JSON.parse(text) as QueueConnection; // safe: written by the test
const queues = await openQueues({ connection, log: silentLogger });

if (mode === 'hold') {
  const forever = new Promise<void>(() => {});
  await queues.work('alerts', async ({ deliveryId }) => {
    console.log(deliveryId);
    await forever;
  });
} else {
  const done = Promise.withResolvers<void>();
  const canary = await startCanary(queues, { everyMs: 100 });
  await queues.work('alerts', async () => done.resolve(), { concurrency: 2 });
  await queues.add('alerts', [{ jobId: 'd1|1', data: { v: 1, deliveryId: 'd1', alertId: '7', eventId: '9' } }]);
  await done.promise;
  await queues.ping();
  await canary.close();
  await queues.close();
  console.log('closed');
}
