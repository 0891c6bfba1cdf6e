import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { QueueConnection } from '../src/index.ts';
import { alertJobs, atEnd, KINDS, open, ownConnection, until } from './support/servers.ts';

const CHILD = fileURLToPath(new URL('./support/child.ts', import.meta.url));

/** Starts the child program; `output` grows with what it prints. */
function startChild(mode: 'hold' | 'leave', connection: QueueConnection) {
  const child = spawn(process.execPath, [CHILD, mode, JSON.stringify(connection)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said.text += String(data)));
  atEnd(() => kill(child));
  return { child, said };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Runs the same on both backends at a time: these tests mostly wait for a lock to run out. */
function onBoth(name: string, body: (kind: (typeof KINDS)[number]) => Promise<void>): void {
  test(name, async () => void (await Promise.all(KINDS.map(body))), 40_000);
}

onBoth('a job of a killed worker is run by another within 5 s, as its next attempt', async (kind) => {
  const connection = ownConnection(kind);
  const queues = await open(connection);
  await queues.add('alerts', alertJobs('d1', 'd2'));
  const { child, said } = startChild('hold', connection);
  await until(() => said.text.includes('d1'), { withinMs: 10_000, what: `the child to take the job (${kind})` });
  const seen: string[] = [];
  await queues.work('alerts', async ({ deliveryId }, { attempt }) => void seen.push(`${deliveryId} #${attempt}`));
  await until(() => seen.length === 1, { withinMs: 2_000, what: `the job that nobody holds (${kind})` });
  await kill(child);
  await until(() => seen.length === 2, { withinMs: 5_000, what: `the job of the killed worker (${kind})` });
  expect(seen).toEqual(['d2 #1', 'd1 #2']);
});

onBoth('a job whose workers are killed again and again is not given up', async (kind) => {
  const connection = ownConnection(kind);
  const queues = await open(connection);
  await queues.add('alerts', alertJobs('d1'));
  for (let round = 0; round < 2; round += 1) {
    const { child, said } = startChild('hold', connection);
    await until(() => said.text.includes('d1'), { withinMs: 10_000, what: `a child to take the job (${kind})` });
    await kill(child);
  }
  const attempts: number[] = [];
  await queues.work('alerts', async (_, { attempt }) => void attempts.push(attempt));
  await until(() => attempts.length === 1, { withinMs: 5_000, what: `the job (${kind})` });
  expect(attempts).toEqual([3]);
  expect(await queues.counts('alerts')).toMatchObject({ failed: 0 });
});

onBoth('a process that closed its queues ends by itself', async (kind) => {
  const { child, said } = startChild('leave', ownConnection(kind));
  const [code] = await Promise.race([once(child, 'exit'), afterMs(10_000, said)]);
  expect(said.text).toBe('closed\n');
  expect(code).toBe(0);
});

async function afterMs(ms: number, said: { text: string }): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, ms).unref());
  throw new Error(`the child still runs; it said: ${said.text}`);
}
