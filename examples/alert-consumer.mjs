// Another system's consumer: prints every alert once. Needs: npm install bullmq ioredis pg
import { createPostgresBackend, createRedisBackend, DelayedError, Worker } from 'bullmq';

const { QUHUA_REDIS_URL: redis, QUHUA_DATABASE_URL: database, QUHUA_CONSUMER: consumer = 'example' } = process.env;
const { QUHUA_QUEUE_PREFIX: prefix = 'quhua-653100' } = process.env;
const connection = redis
  ? { url: redis, maxRetriesPerRequest: null }
  : { connectionString: database, schema: `${prefix.replaceAll('-', '$')}_queue`, max: 3 };
const timing = { lockDuration: 10_000, stalledInterval: 1_000, maxStalledCount: 1_000_000, runRetryDelay: 500 };

const seen = new Set(); // in earnest: a unique column in your database, written with what the alert changes there

async function take(job, token) {
  const { v, deliveryId, alertId, eventId } = job.data;
  if (v > 1) {
    await job.moveToDelayed(Date.now() + 60_000, token); // newer than this program: keep it until the upgrade
    throw new DelayedError();
  }
  if (seen.has(deliveryId)) return; // at least once: a repeat carries the same delivery id
  console.log(`alert ${alertId} event ${eventId} delivery ${deliveryId}`);
  seen.add(deliveryId);
}

const options = { prefix, connection, ...timing, autorun: false };
const worker = new Worker(`alerts-${consumer}`, take, options, redis ? createRedisBackend : createPostgresBackend);
worker.on('error', (error) => console.error(error.message));
process.once('SIGTERM', () => worker.close());
await worker.waitUntilReady(); // before run: on a server that is not ready its loop would spin
await worker.run();
