import { expect, test } from 'vitest';
import { brokenLaws } from '../support/end-state.ts';
import { createInstallation, type Installation } from '../support/installation.ts';
import { holdFile, holdLock, untilBlocked } from '../support/lock-holder.ts';
import { until } from '../support/poll.ts';
import { startService, type TestProcess, untilEnded, untilSaid } from '../support/process.ts';
import { drop, layOut, waitingFiles } from '../support/story.ts';
import { untilQuiet } from '../support/until-quiet.ts';
import { ask } from '../support/with-client.ts';
import { MAIN_JOB, yearOfSales } from './stories.ts';

const IN_ORDER = { code: 0, signal: null };
/** A service gives itself 20 s; the rest is for a busy machine. */
const DEADLINE_MS = 28_000;

async function given(): Promise<Installation & { readonly options: { readonly env: Record<string, string> } }> {
  const installation = await createInstallation();
  await layOut(installation.home, { one: { 'sales.csv': yearOfSales() }, ...MAIN_JOB.drops });
  return { ...installation, options: { env: { ...installation.env, QUHUA_LOG: 'info' } } };
}

/** Waits until a process that was told to stop no longer listens for messages: it has begun to. */
async function untilStopping({ databaseUrl }: Installation, name: string): Promise<void> {
  const text =
    'select 1 from pg_stat_activity where datname = current_database() and application_name = $1 and query like $2';
  const gone = async () => (await ask(databaseUrl, text, [name, 'listen %'])).length === 0;
  await until(gone, { withinMs: 30_000, what: `${name} to stop its intake` });
}

function batches({ databaseUrl }: Installation): Promise<object[]> {
  return ask(databaseUrl, 'select file_name, status from batch');
}

async function expectStopped(service: TestProcess): Promise<void> {
  expect(await untilEnded(service, DEADLINE_MS), service.output.stderr).toEqual(IN_ORDER);
}

test('a worker that is told to stop ends what it has in hand and nothing else', async () => {
  const installation = await given();
  const [worker, scheduler] = [
    startService('worker', installation.options),
    startService('scheduler', installation.options),
  ];
  await untilSaid(worker, 'worker up');
  await untilSaid(scheduler, 'scheduler up');
  const held = await holdFile(installation.databaseUrl, yearOfSales());
  await drop(installation, 'one');
  await untilBlocked(installation.databaseUrl);
  worker.signal('SIGTERM');
  await untilStopping(installation, 'quhua-worker');
  expect(worker.isRunning()).toBe(true);
  expect(await batches(installation)).toEqual([]);
  await held.release();
  await expectStopped(worker);
  expect(await batches(installation)).toEqual([{ file_name: 'sales.csv', status: 'accepted' }]);
  expect(await waitingFiles(installation)).toEqual([]);
  expect(await ask(installation.databaseUrl, 'select enqueued_at from outbox')).toEqual([{ enqueued_at: null }]);
  scheduler.signal('SIGTERM');
  await expectStopped(scheduler);
}, 90_000);

test('work that does not end does not keep a process beyond its deadline, and another one does the work', async () => {
  const [installation, other] = await Promise.all([given(), given()]);
  const worker = startService('worker', installation.options);
  const scheduler = startService('scheduler', installation.options);
  const standalone = startService('standalone', { ...other.options, args: ['--no-sample'] });
  await untilSaid(worker, 'worker up');
  await untilSaid(standalone, 'running');
  const locks = [];
  for (const { databaseUrl, home } of [installation, other]) {
    locks.push(await holdFile(databaseUrl, yearOfSales()));
    await drop({ home }, 'one');
    await untilBlocked(databaseUrl);
  }
  for (const stuck of [worker, standalone]) stuck.signal('SIGTERM');
  for (const stuck of [worker, standalone]) {
    expect(await untilEnded(stuck, DEADLINE_MS), stuck.output.stderr).toEqual({ code: 1, signal: null });
    expect(stuck.output.stderr).toContain('shutdown step failed');
  }
  for (const lock of locks) await lock.release();
  expect(await batches(installation)).toEqual([]);
  expect(await batches(other)).toEqual([]);
  const next = startService('worker', installation.options);
  await untilQuiet(installation);
  expect(await batches(installation)).toEqual([{ file_name: 'sales.csv', status: 'accepted' }]);
  for (const service of [next, scheduler]) {
    service.signal('SIGTERM');
    await expectStopped(service);
  }
}, 150_000);

test('a scheduler that is told to stop ends the job that it has taken', async () => {
  const installation = await given();
  const held = await holdLock(installation.databaseUrl, 'lock table scheduled_run in exclusive mode');
  const scheduler = startService('scheduler', installation.options);
  await untilBlocked(installation.databaseUrl);
  scheduler.signal('SIGINT');
  await held.release();
  await expectStopped(scheduler);
  const runs = await ask<{ outcome: string }>(installation.databaseUrl, 'select outcome from scheduled_run');
  expect(runs.length).toBeGreaterThanOrEqual(1);
  expect(new Set(runs.map(({ outcome }) => outcome))).toEqual(new Set(['done']));
}, 60_000);

test('the second Ctrl-C ends a process at once, and nothing is half-stored', async () => {
  const installation = await given();
  const standalone = startService('standalone', { ...installation.options, args: ['--no-sample'] });
  await untilSaid(standalone, 'running');
  const held = await holdFile(installation.databaseUrl, yearOfSales());
  await drop(installation, 'one');
  await untilBlocked(installation.databaseUrl);
  standalone.signal('SIGINT');
  await untilSaid(standalone, 'stopping');
  await untilStopping(installation, 'quhua-standalone');
  expect(standalone.isRunning()).toBe(true);
  const gone = (): boolean => {
    standalone.signal('SIGINT'); // two that come at the same moment are one wish
    return !standalone.isRunning();
  };
  await until(gone, { withinMs: 5_000, what: 'an impatient Ctrl-C to end the process', everyMs: 200 });
  expect(await standalone.exit).toEqual({ code: 130, signal: null });
  await held.release();
  expect(await batches(installation)).toEqual([]);
  expect(await waitingFiles(installation)).toEqual(['sales.csv']);
  expect(await brokenLaws(installation.databaseUrl)).toEqual([]);
}, 60_000);
