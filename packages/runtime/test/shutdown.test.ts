import { expect, test, vi } from 'vitest';
import { Shutdown, silentLogger } from '../src/index.ts';

const options = { deadlineMs: 1_000, log: silentLogger };

test('what was opened last is closed first, once', async () => {
  const order: string[] = [];
  const shutdown = new Shutdown(options);
  for (const name of ['database', 'queues', 'worker']) {
    shutdown.add(name, async () => {
      order.push(name);
    });
  }
  expect(await Promise.all([shutdown.run(), shutdown.run()])).toEqual([[], []]);
  expect(order).toEqual(['worker', 'queues', 'database']);
});

test('a step that fails does not stop the next, and every failure is told', async () => {
  const errors = vi.fn();
  const shutdown = new Shutdown({ ...options, log: { ...silentLogger, error: errors } });
  const closed = vi.fn(async () => {});
  shutdown.add('database', closed);
  shutdown.add('queues', () => Promise.reject(new Error('no answer')));
  shutdown.add('worker', () => Promise.reject(new Error('stuck')));
  expect((await shutdown.run()).map((error) => error.message)).toEqual(['stuck', 'no answer']);
  expect(closed).toHaveBeenCalledOnce();
  expect(errors).toHaveBeenCalledTimes(2);
});

test('a step that hangs is given up at the deadline', async () => {
  vi.useFakeTimers();
  try {
    const shutdown = new Shutdown(options);
    const closed = vi.fn(async () => {});
    shutdown.add('database', closed);
    shutdown.add('worker', () => new Promise(() => {}));
    const run = shutdown.run();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await run).toHaveLength(1);
    expect(closed).toHaveBeenCalledOnce();
  } finally {
    vi.useRealTimers();
  }
});
