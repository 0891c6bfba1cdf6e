import { ingestFile, openEngine, openEngineQueues, relayOutbox } from '@quhua/engine';
import { parseEnv } from '@quhua/runtime';
import { beforeAll, expect, test } from 'vitest';
import { openRedis } from '../support/connections.ts';
import { brokenLaws, type EndState, readEndState } from '../support/end-state.ts';
import { createInstallation, type Installation, type InstallationOptions } from '../support/installation.ts';
import { startPrivatePostgres } from '../support/postgres.ts';
import { startService, type TestProcess, untilEnded, untilSaid } from '../support/process.ts';
import { startPrivateRedis } from '../support/redis.ts';
import { repeatsIn, sendFaults, sentMessages, wordsOf } from '../support/sent-messages.ts';
import { atEveryStop, type Blow, startServices } from '../support/services-that-stop.ts';
import { drop, layOut } from '../support/story.ts';
import { letAnHourPass } from '../support/time-passes.ts';
import { untilQuiet } from '../support/until-quiet.ts';
import { ask } from '../support/with-client.ts';
import { MAIN_JOB } from './stories.ts';

const STARTS_AT = '2025-11-20T10:10:00+08:00';
const ORDER = { startsAt: STARTS_AT, leaseMs: 2_000 };

let undisturbed: { readonly state: EndState; readonly words: readonly string[] };

beforeAll(async () => {
  const { installation, services } = await givenServices({});
  await drop(installation, 'first');
  await untilQuiet(installation);
  await stop(services);
  const state = await readEndState(installation.databaseUrl);
  undisturbed = { state, words: wordsOf(await sentMessages(installation.home)) };
  expect(undisturbed.words).toHaveLength(3);
}, 60_000);

type Given = { readonly installation: Installation; readonly services: TestProcess };

/** An installation whose services run, and stop themselves at each of `steps` until they are told to go on. */
async function givenServices(options: InstallationOptions, steps: readonly string[] = []): Promise<Given> {
  const installation = await createInstallation(options);
  await layOut(installation.home, MAIN_JOB.drops);
  return { installation, services: await startServices(installation, { ...ORDER, steps }) };
}

/** The services never ended by themselves, still stop in order, and have brought everything to its end. */
async function expectHealed({ installation, services }: Given): Promise<number> {
  await untilQuiet(installation);
  await stop(services);
  expect(await readEndState(installation.databaseUrl)).toEqual(undisturbed.state);
  expect(await brokenLaws(installation.databaseUrl)).toEqual([]);
  const sent = await sentMessages(installation.home);
  expect(await sendFaults(installation.databaseUrl, sent)).toEqual([]);
  expect([...new Set(wordsOf(sent))]).toEqual(undisturbed.words);
  return repeatsIn(sent);
}

async function stop(services: TestProcess): Promise<void> {
  expect(services.isRunning(), services.output.stderr).toBe(true);
  services.signal('SIGTERM');
  expect(await untilEnded(services), services.output.stderr).toEqual({ code: 0, signal: null });
}

test('Redis is flushed with messages waiting in it, and while one is being sent', async () => {
  const server = await startPrivateRedis();
  const redis = openRedis(server.url);
  const installation = await createInstallation({ redisUrl: server.url });
  const strike = async (): Promise<void> => {
    expect(await redis.dbsize()).toBeGreaterThan(0);
    await redis.flushall();
    expect(await redis.dbsize()).toBe(0);
  };
  await enqueueForNobody(installation);
  await strike();
  const services = await startServices(installation, { ...ORDER, steps: ['deliver.sent'] });
  await atEveryStop(services, [{ strike }]);
  expect(await expectHealed({ installation, services })).toBe(0);
}, 60_000);

/** Takes the files in and relays what follows from them to a queue from which nobody takes it yet. */
async function enqueueForNobody(installation: Installation): Promise<void> {
  const env = parseEnv({ ...installation.env, QUHUA_LOG: 'silent' });
  await using engine = await openEngine({ env, service: 'test', migrate: 'empty', now: () => new Date(STARTS_AT) });
  await using queues = await openEngineQueues(env, engine);
  for (const [name, bytes] of Object.entries(MAIN_JOB.drops.first ?? {})) {
    await ingestFile(engine, { name, bytes, by: 'inbox' });
  }
  expect(await relayOutbox(engine, queues)).toBe(2);
  expect(await queues.counts('assess')).toMatchObject({ waiting: 2 });
}

test('Redis is killed before and after it has taken messages, and comes back with its append-only file', async () => {
  const server = await startPrivateRedis();
  const given = await givenServices({ redisUrl: server.url }, ['relay.locked', 'relay.committed']);
  await drop(given.installation, 'first');
  const pids = new Set<number | null>();
  const strike = async (): Promise<void> => {
    pids.add(server.pid());
    await server.kill();
  };
  const relayWaits = { strike, heal: () => untilSaid(given.services, 'relay waits').then(() => server.restart()) };
  const goesOn = { strike, heal: () => untilSaid(given.services, 'in trouble').then(() => server.restart()) };
  await atEveryStop(given.services, [relayWaits, goesOn]);
  expect(await expectHealed(given)).toBe(0);
  expect(pids.size).toBe(2);
}, 60_000);

test('services that start while Redis and PostgreSQL are down wait for them, and say what they wait for', async () => {
  const [redis, postgres] = await Promise.all([startPrivateRedis(), startPrivatePostgres()]);
  const installation = await createInstallation({ redisUrl: redis.url, databaseUrl: postgres.url });
  await layOut(installation.home, MAIN_JOB.drops);
  await Promise.all([redis.kill(), postgres.kill()]);
  const env = { ...installation.env, QUHUA_LOG: 'info' };
  const services = [startService('worker', { env }), startService('scheduler', { env })];
  await drop(installation, 'first');
  for (const each of services) await untilSaid(each, /waits: DATABASE_DOWN.*PostgreSQL/u);
  await postgres.restart();
  for (const each of services) await untilSaid(each, /waits: QUEUE_DOWN.*127\.0\.0\.1/u);
  await redis.restart();
  for (const each of services) await untilSaid(each, /(?:worker|scheduler) up/u);
  await untilQuiet(installation);
  for (const each of services) await stop(each);
  for (const each of services) expect(each.output.stderr).not.toMatch(/^ +at /mu);
  expect(wordsOf(await sentMessages(installation.home))).toEqual(expect.arrayContaining([...undisturbed.words])); // and what is late by the real clock
}, 60_000);

test('PostgreSQL is killed while a file, a message, an assessment and a delivery are under way', async () => {
  const server = await startPrivatePostgres();
  const steps = ['ingest.staged', 'relay.enqueued', 'assess.saved', 'deliver.sent'];
  const given = await givenServices({ databaseUrl: server.url }, steps);
  await drop(given.installation, 'first');
  const pids = new Set<number | null>();
  const quick: Blow = {
    strike: async () => {
      pids.add(server.pid());
      await server.kill();
      await server.restart();
    },
  };
  const long: Blow = {
    strike: async () => {
      pids.add(server.pid());
      await server.kill();
    },
    heal: () => untilSaid(given.services, 'relay waits').then(() => server.restart()),
  };
  await atEveryStop(given.services, [quick, quick, long, quick]);
  await letAnHourPass(given.installation.databaseUrl); // the delivery whose end could not be recorded
  expect(await expectHealed(given)).toBeGreaterThanOrEqual(1);
  expect(pids.size).toBe(steps.length);
}, 90_000);

test('PostgreSQL, with the queues in it, is shut down at once and comes back', async () => {
  const server = await startPrivatePostgres();
  const given = await givenServices({ databaseUrl: server.url, queue: 'postgres' }, [
    'ingest.merged',
    'relay.committed',
  ]);
  await drop(given.installation, 'first');
  const pids = new Set<number>();
  const strike = async (): Promise<void> => {
    const pid = server.pid() ?? 0;
    pids.add(pid);
    process.kill(pid, 'SIGQUIT'); // what `pg_ctl stop -m immediate` does
    await server.restart();
  };
  await atEveryStop(given.services, [{ strike }, { strike }]);
  expect(await expectHealed(given)).toBe(0);
  expect(pids.size).toBe(2);
}, 90_000);

test.each([
  {
    queue: 'redis',
    steps: ['ingest.staged', 'ingest.stored', 'relay.locked', 'assess.taken', 'assess.alerted', 'deliver.claimed'],
  },
  { queue: 'postgres', steps: ['ingest.staged', 'relay.locked', 'assess.alerted'] },
] as const)(
  'connections are cut at every stage, queues in $queue',
  async ({ queue, steps }) => {
    const given = await givenServices({ queue }, steps);
    await drop(given.installation, 'first');
    let cut = 0;
    const strike = async (): Promise<void> => {
      const others = 'datname = current_database() and pid <> pg_backend_pid()';
      const text = `select pg_terminate_backend(pid) from pg_stat_activity where ${others}`;
      const { length } = await ask(given.installation.databaseUrl, text);
      expect(length).toBeGreaterThan(0);
      cut += length;
    };
    await atEveryStop(
      given.services,
      steps.map(() => ({ strike })),
    );
    await letAnHourPass(given.installation.databaseUrl);
    expect(await expectHealed(given)).toBeLessThanOrEqual(3);
    expect(cut).toBeGreaterThan(steps.length); // among them the one that listens
  },
  90_000,
);
