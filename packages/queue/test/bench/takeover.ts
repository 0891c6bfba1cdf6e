import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '@quhua/runtime';
import { cleanup } from '../../../../test/support/cleanup.ts';
import { startPostgres, startRedis } from '../../../../test/support/servers.ts';
import { openQueues, type QueueConnection } from '../../src/index.ts';

// SIGKILL of a worker in a job until another has the job: `node packages/queue/test/bench/takeover.ts`, servers of its own.
const ROUNDS = 8;
const SIDE_BY_SIDE = 5;
const CHILD = fileURLToPath(new URL('../support/child.ts', import.meta.url));

async function takesJob(child: ChildProcess): Promise<void> {
  if (child.stdout !== null) await once(child.stdout, 'data');
}

/** Milliseconds from the kill to the second start of the job; the job was held for a random time before. */
async function takeover(connection: QueueConnection): Promise<number> {
  const queues = await openQueues({ connection, log: silentLogger });
  const child = spawn(process.execPath, [CHILD, 'hold', JSON.stringify(connection)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const again = Promise.withResolvers<void>();
  await queues.add('alerts', [{ jobId: 'd|1', data: { v: 1, deliveryId: 'd', alertId: '7', eventId: '9' } }]);
  await takesJob(child);
  await queues.work('alerts', async () => again.resolve());
  await delay(Math.random() * 3_000);
  child.kill('SIGKILL');
  const start = performance.now();
  await again.promise;
  const took = performance.now() - start;
  await queues.close();
  return took;
}

for (const kind of ['redis', 'postgres'] as const) {
  const server = kind === 'redis' ? await startRedis([], console.error) : await startPostgres({}, console.error);
  const where = kind === 'redis' ? { kind, url: server.url } : { kind, connection: { connectionString: server.url } };
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const some = Array.from(
      { length: SIDE_BY_SIDE },
      (_, at) => takeover({ ...where, prefix: `r${round}-${at}` } as QueueConnection), // safe: one of the two shapes
    );
    took.push(...(await Promise.all(some)));
  }
  const sorted = took.toSorted((a, b) => a - b).map(Math.round);
  const [half, most] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  console.log(`${kind}: ${took.length} kills, taken over after p50 ${half} ms, max ${most} ms`);
  await server.stop();
}
await cleanup.finish();
