import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { silentLogger } from '@quhua/runtime';
import { Redis } from 'ioredis';
import pg from 'pg';
import { cleanup } from '../../../../test/support/cleanup.ts';
import { startPostgres, startRedis } from '../../../../test/support/servers.ts';
import { type NewJob, openQueues, type QueueConnection, type Queues } from '../../src/index.ts';

// Figures of the README: `node packages/queue/test/bench/queue.ts [redis|postgres]`. Servers of its own, one process.
const KINDS = ['redis', 'postgres'] as const;
const RATE = 50;
const LATENCY_JOBS = 500;

function jobs(from: number, count: number): NewJob<'alerts'>[] {
  return Array.from({ length: count }, (_, at) => {
    const deliveryId = `d${from + at}`;
    return { jobId: `${deliveryId}|1`, data: { v: 1, deliveryId, alertId: '7', eventId: '9' } };
  });
}

function percentile(values: readonly number[], share: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1)} ms`;
}

/** Times from `send(id)` to `arrived(id)` at a steady rate. */
class Stopwatch {
  readonly #begun = new Map<string, number>();
  readonly #took: number[] = [];

  arrived(id: string): void {
    this.#took.push(performance.now() - (this.#begun.get(id) ?? Number.NaN));
  }

  async run(send: (id: string) => Promise<unknown>): Promise<string> {
    await delay(500);
    const start = performance.now();
    for (let at = 0; at < LATENCY_JOBS; at += 1) {
      await delay(Math.max(0, start + (at * 1_000) / RATE - performance.now()));
      this.#begun.set(`d${at}`, performance.now());
      await send(`d${at}`);
    }
    while (this.#took.length < LATENCY_JOBS) await delay(5);
    return [0.5, 0.9, 0.99, 1].map((share) => `p${share * 100} ${percentile(this.#took, share)}`).join(', ');
  }
}

/** From the call of `add` to the call of the handler. */
async function latency(queues: Queues): Promise<string> {
  const watch = new Stopwatch();
  const worker = await queues.work('alerts', async ({ deliveryId }) => watch.arrived(deliveryId));
  const figures = await watch.run((deliveryId) =>
    queues.add('alerts', [{ jobId: `${deliveryId}|1`, data: { v: 1, deliveryId, alertId: '7', eventId: '9' } }]),
  );
  await worker.close();
  return figures;
}

/** The same way without a queue library, for the ratio: RPUSH to BLPOP. */
async function bareRedis(url: string): Promise<string> {
  const [sender, receiver] = [new Redis(url), new Redis(url)];
  const watch = new Stopwatch();
  const receive = async (): Promise<void> => {
    for (;;) watch.arrived((await receiver.blpop('bare', 0))?.[1] ?? '');
  };
  receive().catch(() => {}); // ends with its connection
  const figures = await watch.run((id) => sender.rpush('bare', id));
  for (const redis of [sender, receiver]) redis.disconnect();
  return figures;
}

/** The same way without a queue library, for the ratio: a committed INSERT with NOTIFY to LISTEN. */
async function barePostgres(url: string): Promise<string> {
  const [sender, receiver] = [new pg.Client(url), new pg.Client(url)];
  await Promise.all([sender.connect(), receiver.connect()]);
  await sender.query('create table bare (id text)');
  await receiver.query('listen bare');
  const watch = new Stopwatch();
  receiver.on('notification', ({ payload }) => watch.arrived(payload ?? ''));
  const insert = `with row as (insert into bare values ($1) returning id) select pg_notify('bare', id) from row`;
  const figures = await watch.run((id) => sender.query(insert, [id]));
  await Promise.all([sender.end(), receiver.end()]);
  return figures;
}

async function perSecond(count: number, work: () => Promise<unknown>): Promise<string> {
  const start = performance.now();
  await work();
  return `${Math.round((count * 1_000) / (performance.now() - start))}/s`;
}

async function adding(queues: Queues): Promise<string> {
  const oneByOne = await perSecond(1_000, async () => {
    for (const job of jobs(0, 1_000)) await queues.add('digest', [{ jobId: job.jobId, data: { v: 1, runId: 'r' } }]);
  });
  const bulk = await perSecond(20_000, async () => {
    for (let from = 0; from < 20_000; from += 100) await queues.add('alerts-bench', jobs(from, 100));
  });
  const atOnce = await perSecond(2_846, () => queues.add('alerts-storm', jobs(0, 2_846)));
  return `one by one ${oneByOne}, by 100 ${bulk}, 2,846 at once ${atOnce}`;
}

async function taking(queues: Queues, concurrency: number): Promise<string> {
  const count = 2_000;
  const name = `alerts-take${concurrency}` as const;
  await queues.add(name, jobs(0, count));
  const done = Promise.withResolvers<void>();
  let seen = 0;
  return perSecond(count, async () => {
    const worker = await queues.work(name, async () => void (++seen === count && done.resolve()), { concurrency });
    await done.promise;
    await worker.close();
  });
}

async function bench(connection: QueueConnection, url: string): Promise<void> {
  const bare = connection.kind === 'redis' ? bareRedis : barePostgres;
  console.log(`${connection.kind}: bare round trip at ${RATE}/s: ${await bare(url)}`);
  const queues = await openQueues({ connection, log: silentLogger });
  console.log(`${connection.kind}: add to pickup at ${RATE}/s: ${await latency(queues)}`);
  console.log(`${connection.kind}: adding: ${await adding(queues)}`);
  console.log(`${connection.kind}: taking: 1 at a time ${await taking(queues, 1)}, 16 ${await taking(queues, 16)}`);
  await queues.close();
}

for (const kind of KINDS.filter((one) => process.argv.length < 3 || process.argv.includes(one))) {
  const server =
    kind === 'redis' ? await startRedis([], console.error) : await startPostgres({ fsync: 'on' }, console.error);
  const where = kind === 'redis' ? { kind, url: server.url } : { kind, connection: { connectionString: server.url } };
  await bench({ ...where, prefix: 'bench' } as QueueConnection, server.url); // safe: one of the two shapes
  await server.stop();
}
await cleanup.finish();
