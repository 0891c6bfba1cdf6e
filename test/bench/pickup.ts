import { appendOutbox } from '@quhua/storage';
import { startRelay } from '@quhua/worker';
import { nationalConfig } from './national.ts';
import { type Figure, median, quantile } from './report.ts';
import { openBench, type Servers } from './services.ts';

const PER_SECOND = 50;
const SECONDS = 20;

/** From the commit of an outbox row to the worker that has its job in hand, on Redis, at a steady rate. */
export async function benchPickup(servers: Servers): Promise<Figure[]> {
  await using bench = await openBench(servers, nationalConfig());
  const { engine, queues } = bench;
  const committed = new Map<string, number>();
  const seen = new Map<string, number>();
  const consumer = await queues.work(
    'alerts-bench',
    async ({ deliveryId }) => {
      seen.set(deliveryId, performance.now());
    },
    { concurrency: 8 },
  );
  const relay = await startRelay(engine, queues);
  for (let at = 0; at < PER_SECOND * SECONDS; at += 1) {
    const deliveryId = `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
    const next = new Promise((resolve) => setTimeout(resolve, 1_000 / PER_SECOND));
    const payload = { v: 1, deliveryId, alertId: '1', eventId: '1' };
    await engine.database.transaction((tx) =>
      appendOutbox(tx, engine.config.jurisdiction.code, [{ queue: 'alerts-bench', jobKey: deliveryId, payload }]),
    );
    committed.set(deliveryId, performance.now());
    await next;
  }
  while (seen.size < committed.size) await new Promise((resolve) => setTimeout(resolve, 20));
  await relay.close();
  await consumer.close();
  await queues.drop('alerts-bench');
  // A job can be in hand before the committing client has heard that its commit landed: that counts as at once.
  const times = [...committed].map(([id, at]) => Math.max(0, (seen.get(id) ?? Number.NaN) - at));
  const note = `p50 ${median(times).toFixed(1)} ms, ${times.length} messages at ${PER_SECOND}/s`;
  return [
    { what: 'commit → job seen by a worker, Redis, p99', value: quantile(times, 0.99), unit: 'ms', atMost: 25, note },
  ];
}
