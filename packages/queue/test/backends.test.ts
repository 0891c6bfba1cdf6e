import { AppError } from '@quhua/core';
import { describe, expect, test } from 'vitest';
import type { Handler, JobInfo } from '../src/index.ts';
import { rawQueue } from './support/raw.ts';
import { alert, alertJobs, KINDS, open, ownConnection, until } from './support/servers.ts';

const SOON = { withinMs: 5_000, what: 'the expected jobs' };

/** A handler that writes down what it was given; `then` decides how the job ends. */
function recorder(then: (job: JobInfo) => Promise<void> | void = () => {}) {
  const seen: string[] = [];
  const handler: Handler<'alerts'> = async ({ deliveryId }, job) => {
    seen.push(`${deliveryId} #${job.attempt}`);
    await then(job);
  };
  return { seen, handler };
}

describe.each(KINDS)('on %s', (kind) => {
  test('a job is handed out once, with its payload, id and attempt', async () => {
    const queues = await open(ownConnection(kind));
    const given: unknown[] = [];
    await queues.work('alerts', async (payload, job) => void given.push([payload, job]));
    await queues.add('alerts', [{ jobId: 'd1|3', data: alert('d1') }]);
    await until(() => given.length > 0, SOON);
    expect(given).toEqual([[alert('d1'), { id: 'd1|3', attempt: 1 }]]);
    await until(async () => (await queues.counts('alerts')).completed === 1, SOON);
    expect(queues.kind).toBe(kind);
    await queues.ping();
  });

  test('jobs come in the order in which they were put in', async () => {
    const queues = await open(ownConnection(kind));
    const ids = Array.from({ length: 50 }, (_, at) => `d${at}`);
    await queues.add('alerts', alertJobs(...ids));
    await queues.add('alerts', []);
    const { seen, handler } = recorder();
    await queues.work('alerts', handler);
    await until(() => seen.length === 50, SOON);
    expect(seen).toEqual(ids.map((id) => `${id} #1`));
  });

  test('an id that the queue still holds adds nothing, the next attempt does', async () => {
    const queues = await open(ownConnection(kind));
    await queues.add('alerts', alertJobs('d1', 'd1'));
    await queues.add('alerts', alertJobs('d1'));
    expect((await queues.counts('alerts')).waiting).toBe(1);
    const { seen, handler } = recorder();
    await queues.work('alerts', handler);
    await until(async () => (await queues.counts('alerts')).completed === 1, SOON);
    await queues.add('alerts', [...alertJobs('d1'), { jobId: 'd1|2', data: alert('d1') }]);
    await until(async () => (await queues.counts('alerts')).completed === 2, SOON);
    expect(seen).toEqual(['d1 #1', 'd1 #1']);
  });

  test.each([
    { kind: 'invalid' as const, runs: 1 },
    { kind: 'not_found' as const, runs: 1 },
    { kind: 'conflict' as const, runs: 1 },
    { kind: 'permanent' as const, runs: 1 },
    { kind: 'transient' as const, runs: 2 },
  ])('an AppError of kind $kind ends after $runs run(s)', async (given) => {
    const queues = await open(ownConnection(kind));
    const { seen, handler } = recorder(({ attempt }) => {
      if (attempt < 2) throw new AppError(given.kind, 'CHANNEL_SAYS_NO', 'no');
    });
    await queues.work('alerts', handler);
    await queues.add('alerts', alertJobs('d1'));
    const done = given.runs === 1 ? 'failed' : 'completed';
    await until(async () => (await queues.counts('alerts'))[done] === 1, SOON);
    expect(seen).toEqual(['d1 #1', 'd1 #2'].slice(0, given.runs));
    await queues.add('alerts', [{ jobId: 'd1|2', data: alert('d1') }]); // a failed one must not be in the way
    await until(() => seen.length > given.runs, SOON);
  });

  test('a bug is tried again, and the queue keeps none of its text', async () => {
    const connection = ownConnection(kind);
    const queues = await open(connection);
    const { seen, handler } = recorder(({ attempt }) => {
      if (attempt < 2) throw new TypeError('https://bot.example/send?key=s3cret');
    });
    await queues.work('alerts', handler);
    await queues.add('alerts', alertJobs('d1'));
    await until(() => seen.length === 1, SOON);
    const raw = await rawQueue(connection, 'alerts');
    const job = await until(async () => (await raw.getJob('d1|1'))?.failedReason && raw.getJob('d1|1'), SOON);
    expect(job).toMatchObject({ failedReason: 'TypeError', stacktrace: [] });
    await until(async () => (await queues.counts('alerts')).completed === 1, SOON);
    expect(seen).toEqual(['d1 #1', 'd1 #2']);
  });

  test('a payload of a newer version is put back, not failed, and keeps its attempts', async () => {
    const connection = ownConnection(kind);
    const queues = await open(connection);
    const raw = await rawQueue(connection, 'alerts');
    const { seen, handler } = recorder();
    const worker = await queues.work('alerts', handler);
    await raw.add('alerts', { v: 2, delivery: ['d1'] }, { jobId: 'd1|1' });
    await until(async () => (await queues.counts('alerts')).delayed === 1, SOON);
    await until(() => worker.activity().pickups >= 2, SOON); // put back again and again
    await queues.add('alerts', alertJobs('d2')); // and in nobody's way
    await until(() => seen.length > 0, SOON);
    await until(async () => (await queues.counts('alerts')).delayed === 1, SOON);
    expect(seen).toEqual(['d2 #1']);
    expect(await queues.counts('alerts')).toMatchObject({ failed: 0 });
    expect(await raw.getJob('d1|1')).toMatchObject({ attemptsMade: 0, data: { v: 2, delivery: ['d1'] } });
  });

  test.each([
    { data: { ...alert('d1'), alertId: 7 }, why: 'an id that is no text' },
    { data: { deliveryId: 'd1', alertId: '7', eventId: '9' }, why: 'no version' },
    { data: { v: 1 }, why: 'no ids' },
    { data: 'hello', why: 'no object' },
  ])('an invalid payload fails for good without reaching the handler: $why', async ({ data }) => {
    const connection = ownConnection(kind);
    const queues = await open(connection);
    const { seen, handler } = recorder();
    await queues.work('alerts', handler);
    const raw = await rawQueue(connection, 'alerts');
    await raw.add('alerts', data, { jobId: 'd1|1', attempts: 5 });
    await until(async () => (await queues.counts('alerts')).failed === 1, SOON);
    expect(seen).toEqual([]);
    expect((await raw.getJob('d1|1'))?.failedReason).toBe('JOB_INVALID');
  });

  test('keys that this version does not know are let through and dropped', async () => {
    const connection = ownConnection(kind);
    const queues = await open(connection);
    const given: unknown[] = [];
    await queues.work('alerts', async (payload) => void given.push(payload));
    await (await rawQueue(connection, 'alerts')).add('alerts', { ...alert('d1'), colour: 'red' }, { jobId: 'd1|1' });
    await until(() => given.length > 0, SOON);
    expect(given).toEqual([alert('d1')]);
  });

  test('refuses a bad id or payload before anything is sent', async () => {
    const queues = await open(ownConnection(kind));
    const good = { jobId: 'd1|1', data: alert('d1') };
    for (const jobId of ['d1:1', '17', '']) {
      const added = queues.add('alerts', [good, { jobId, data: alert('d2') }]);
      await expect(added).rejects.toMatchObject({ kind: 'invalid', code: 'JOB_ID_INVALID' });
    }
    const added = queues.add('alerts', [good, { jobId: 'd2|1', data: { ...alert('d2'), alertId: '' } }]);
    await expect(added).rejects.toMatchObject({ kind: 'invalid', code: 'JOB_INVALID' });
    expect((await queues.counts('alerts')).waiting).toBe(0);
  });

  test('runs as many jobs at a time as it was told', async () => {
    const queues = await open(ownConnection(kind));
    const release = Promise.withResolvers<void>();
    const worker = await queues.work('alerts', () => release.promise, { concurrency: 3 });
    await queues.add('alerts', alertJobs('d1', 'd2', 'd3', 'd4', 'd5'));
    await until(() => worker.activity().running === 3, SOON);
    expect(await queues.counts('alerts')).toMatchObject({ active: 3, waiting: 2 });
    release.resolve();
    await until(async () => (await queues.counts('alerts')).completed === 5, SOON);
    expect(worker.activity()).toEqual({ running: 0, concurrency: 3, pickups: 5 });
  });

  test('close lets a running job finish and takes no other', async () => {
    const queues = await open(ownConnection(kind));
    const release = Promise.withResolvers<void>();
    const { seen, handler } = recorder(() => release.promise);
    const worker = await queues.work('alerts', handler);
    await queues.add('alerts', alertJobs('d1', 'd2'));
    await until(() => seen.length === 1, SOON);
    const closed = worker.close({ deadlineMs: 3_000 });
    release.resolve();
    expect(await closed).toEqual({ drained: true });
    expect(seen).toEqual(['d1 #1']);
    expect(await queues.counts('alerts')).toMatchObject({ completed: 1, waiting: 1, active: 0 });
  });

  test('after its deadline close gives up the job, and another worker runs it once the lock ran out', async () => {
    const queues = await open(ownConnection(kind));
    const never = Promise.withResolvers<void>();
    const worker = await queues.work('alerts', () => never.promise, { lockMs: 1_000 });
    await queues.add('alerts', alertJobs('d1'));
    await until(() => worker.activity().running === 1, SOON);
    const start = performance.now();
    expect(await worker.close({ deadlineMs: 100 })).toEqual({ drained: false });
    expect(performance.now() - start).toBeLessThan(1_500);
    const { seen, handler } = recorder();
    await queues.work('alerts', handler);
    await until(() => seen.length === 1, SOON);
    expect(seen).toEqual(['d1 #2']);
  });

  test('an idle worker closes at once', async () => {
    const queues = await open(ownConnection(kind));
    await queues.work('alerts', async () => {});
    await queues.work('digest', async () => {});
    const start = performance.now();
    await queues.close();
    expect(performance.now() - start).toBeLessThan(900);
    expect(queues.workers()).toEqual([]);
  });

  test('prefixes that differ by a sign only are two installations', async () => {
    const first = ownConnection(kind);
    const [one, two] = await Promise.all(
      ['-a', '_a'].map((end) => open({ ...first, prefix: `${first.prefix}${end}` })),
    );
    await one?.add('alerts', alertJobs('d1'));
    expect(await one?.counts('alerts')).toMatchObject({ waiting: 1 });
    expect(await two?.counts('alerts')).toMatchObject({ waiting: 0 });
  });

  test('a consumer queue takes nothing from ours, and can be dropped', async () => {
    const queues = await open(ownConnection(kind));
    const [ours, theirs] = [recorder(), recorder()];
    await queues.work('alerts', ours.handler);
    await queues.add('alerts', alertJobs('d1'));
    await queues.add('alerts-land-bureau', alertJobs('d1', 'd2'));
    await until(() => ours.seen.length === 1, SOON);
    expect(await queues.counts('alerts-land-bureau')).toMatchObject({ waiting: 2 });
    const worker = await queues.work('alerts-land-bureau', theirs.handler);
    await until(() => theirs.seen.length === 2, SOON);
    await worker.close();
    await queues.drop('alerts-land-bureau');
    expect(await queues.counts('alerts-land-bureau')).toMatchObject({ waiting: 0, completed: 0 });
    expect(ours.seen).toEqual(['d1 #1']);
  });
});
