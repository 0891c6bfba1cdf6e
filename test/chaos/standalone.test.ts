import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger } from '@quhua/runtime';
import { type Database, openStorage } from '@quhua/storage';
import { expect, test } from 'vitest';
import { brokenLaws, readEndState } from '../support/end-state.ts';
import { temporaryFolder } from '../support/folders.ts';
import { bareEnvironment } from '../support/installation.ts';
import { until } from '../support/poll.ts';
import { startService, type TestProcess, untilEnded, untilSaid } from '../support/process.ts';
import { repeatsIn, sendFaults, sentMessages, wordsOf } from '../support/sent-messages.ts';
import { drop, layOut, waitingFiles } from '../support/story.ts';
import { letAnHourPass } from '../support/time-passes.ts';
import { untilQuiet } from '../support/until-quiet.ts';
import { AFTERWARDS, MAIN_JOB } from './stories.ts';

/** `npm start` on a home of its own: everything in one process, on the embedded database. */
async function startHere(home: string): Promise<TestProcess> {
  const env = { ...bareEnvironment(), QUHUA_HOME: home, QUHUA_INBOX_SETTLE_MS: '50' };
  const standalone = startService('standalone', { env, args: ['--no-sample'] });
  await untilSaid(standalone, 'running', 60_000);
  return standalone;
}

function postmasterOf(home: string): number {
  return Number(readFileSync(join(home, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/mu.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

async function stopInOrder(home: string, standalone: TestProcess): Promise<void> {
  const server = postmasterOf(home);
  standalone.signal('SIGTERM');
  expect(await untilEnded(standalone), standalone.output.stderr).toEqual({ code: 0, signal: null });
  expect(isAlive(server)).toBe(false);
  expect(existsSync(join(home, 'postgres/postmaster.pid'))).toBe(false);
}

/** The embedded database as one more process that joins it. */
function joinDatabase(home: string): Promise<Database> {
  return openStorage({ databaseUrl: null, home, name: 'check', log: silentLogger, migrate: 'never' });
}

async function untilAtRest(home: string): Promise<void> {
  await using database = await joinDatabase(home);
  await letAnHourPass(database.connection);
  await untilQuiet({ databaseUrl: database.connection, home });
}

async function expectWhole(home: string): Promise<void> {
  await using database = await joinDatabase(home);
  expect(await brokenLaws(database.connection)).toEqual([]);
  expect((await readEndState(database.connection)).batches).toHaveLength(5);
  const sent = await sentMessages(home);
  expect(await sendFaults(database.connection, sent)).toEqual([]);
  const words = new Set(wordsOf(sent));
  expect(words.size).toBe(sent.length - repeatsIn(sent));
  expect(words.size).toBeGreaterThanOrEqual(9);
}

test('killed with and without its database, npm start goes on where it was, and at the end leaves nothing running', async () => {
  const home = await temporaryFolder('standalone');
  await layOut(home, { ...MAIN_JOB.drops, ...AFTERWARDS.drops });
  const first = await startHere(home);
  await drop({ home }, 'first');
  await until(async () => (await sentMessages(home)).length > 0, { withinMs: 60_000, what: 'a message' });
  const server = postmasterOf(home);
  first.signal('SIGKILL'); // with messages on their way
  expect(await untilEnded(first)).toEqual({ code: null, signal: 'SIGKILL' });
  expect(isAlive(server)).toBe(true);

  await drop({ home }, 'changes');
  const second = await startHere(home);
  expect(postmasterOf(home)).toBe(server); // joined, not started beside it
  await until(async () => (await waitingFiles({ home })).length === 0, { withinMs: 60_000, what: 'the files' });
  second.signal('SIGKILL');
  process.kill(server, 'SIGKILL');
  expect(await untilEnded(second)).toEqual({ code: null, signal: 'SIGKILL' });

  const third = await startHere(home);
  expect(postmasterOf(home)).not.toBe(server);
  await untilAtRest(home);
  await stopInOrder(home, third);
  await expectWhole(home);
}, 180_000);
