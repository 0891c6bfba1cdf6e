import { setTimeout as delay } from 'node:timers/promises';
import { migrateToLatest, openDatabase } from '@quhua/storage';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { CLIENTS, landUnits } from '../support/land-load.ts';
import { untilBlocked } from '../support/lock-holder.ts';
import { until } from '../support/poll.ts';
import { startPrivatePostgres } from '../support/postgres.ts';
import { untilEnded, untilSaid, untilStopped } from '../support/process.ts';
import { seeded } from '../support/seeded.ts';
import { SOAK_SEED } from '../support/seeds.ts';
import { ask, withClient } from '../support/with-client.ts';
import { expectKept, expectLawful, watchBooks } from './land-books.ts';
import { type Clients, complete, createClients, type Scene, setScene } from './land-scene.ts';

/** Another seed, another run; it stands in the name of the test. */
/** More, for a soak: `QUHUA_LAND_COUNT=100000 npm test -- test/chaos/land-reservations`. */
const COUNT = Number(process.env.QUHUA_LAND_COUNT ?? 10_000);
const KILL_EVERY_MS = 2_000;
const LATER_MS = 500;
const CUT_EVERY_MS = 200;
const LOOK_EVERY_MS = 20;

async function startClients(scene: Scene): Promise<Clients> {
  const clients = createClients(scene, scene.engine.databaseUrl, await temporaryFolder('land'));
  const started = Array.from({ length: CLIENTS }, (_, client) => clients.start(client));
  for (const each of started) await untilSaid(each, 'begins');
  return clients;
}

/** Cuts one of the clients' connections at a time, whatever it is just doing; how many. */
async function cutConnections(databaseUrl: string, clients: Clients): Promise<number> {
  const text = `
    select count(pg_terminate_backend(pid))::int as cut from (select pid from pg_stat_activity
      where datname = current_database() and application_name = 'land-load' and state <> 'idle' order by random() limit 1) one`;
  return withClient(databaseUrl, async (client) => {
    let cut = 0;
    while (clients.areWorking()) {
      cut += (await client.query<{ cut: number }>(text)).rows[0]?.cut ?? 0;
      await delay(CUT_EVERY_MS);
    }
    return cut;
  });
}

async function killClients(clients: Clients): Promise<number> {
  const random = seeded(SOAK_SEED);
  let killed = 0;
  while (clients.areWorking()) {
    await delay(KILL_EVERY_MS + killed * LATER_MS); // a start costs as much as some hundred reservations
    if (await clients.kill(random)) killed += 1;
  }
  return killed;
}

/** One unit after the other has more to sell, while everybody is at work. */
async function completeMore(scene: Scene): Promise<void> {
  for (const unit of landUnits()) {
    await complete(scene, unit, 'later');
    await delay(CUT_EVERY_MS);
  }
}

async function expectAllInOrder({ engine, wanted }: Scene, clients: Clients): Promise<void> {
  await clients.untilDone();
  const told = clients.told();
  await expectLawful(engine.databaseUrl);
  await expectKept(engine.databaseUrl, { wanted, told });
  const shares = (what: string): number => told.filter((each) => each.what === what).length / wanted.length;
  expect(shares('reserved')).toBeGreaterThan(0.4);
  expect(shares('refused')).toBeGreaterThan(0.2);
  expect(shares('ended')).toBeGreaterThan(0.2);
}

test(
  `${COUNT} reservations on 13 accounts over 64 connections, clients killed and connections cut: nothing oversold, nothing lost (seed ${SOAK_SEED})`,
  async () => {
    const scene = await setScene({ seed: SOAK_SEED, count: COUNT });
    const { databaseUrl } = scene.engine;
    const watch = watchBooks(databaseUrl, LOOK_EVERY_MS);
    const clients = await startClients(scene);
    const [killed, cut] = await Promise.all([
      killClients(clients),
      cutConnections(databaseUrl, clients),
      completeMore(scene),
    ]);
    await watch.stop();
    await expectAllInOrder(scene, clients);
    expect(killed).toBeGreaterThan(1);
    expect(cut).toBeGreaterThan(10);
    expect(watch.looks()).toBeGreaterThan(50);
  },
  COUNT * 30,
);

test('the server is killed twice under the load: every client hears in the end what the books say', async () => {
  const server = await startPrivatePostgres();
  await using database = openDatabase({ connection: { connectionString: server.url }, name: 'migrate' });
  await migrateToLatest(database);
  const scene = await setScene({ seed: SOAK_SEED, count: 600 }, { databaseUrl: server.url });
  const watch = watchBooks(server.url, LOOK_EVERY_MS);
  const clients = await startClients(scene);
  const count = async (): Promise<number> =>
    (await ask<{ n: number }>(server.url, 'select count(*) as n from land_reservation'))[0]?.n ?? 0;
  for (const share of [50, 150]) {
    await until(async () => (await count()) > share, { withinMs: 60_000, what: `${share} reservations` });
    await server.kill();
    await server.restart();
  }
  await clients.untilDone();
  await watch.stop();
  await expectAllInOrder(scene, clients);
  for (let client = 0; client < CLIENTS; client += 1)
    expect(clients.at(client).output.stdout).toMatch(/DATABASE_DOWN/u);
}, 120_000);

/** As `openDatabase` has it, but sooner. */
const SOONER = '-c timezone=UTC -c datestyle=ISO,YMD -c lock_timeout=1s -c idle_in_transaction_session_timeout=3s';

test('a client that is frozen while it holds accounts holds up the others for no longer than the server lets it', async () => {
  const scene = await setScene({ seed: SOAK_SEED, count: 300 });
  const url = new URL(scene.engine.databaseUrl);
  url.searchParams.set('options', SOONER);
  const clients = createClients(scene, url.href, await temporaryFolder('land'));
  const frozen = clients.start(0, [{ step: 'land.reserved', count: 40, signal: 'SIGSTOP' }]);
  await untilStopped(frozen);
  const others = [1, 2, 3].map((client) => clients.start(client));
  await untilBlocked(scene.engine.databaseUrl); // they do wait for it
  for (const each of others) expect(await untilEnded(each)).toEqual({ code: 0, signal: null });
  frozen.signal('SIGCONT');
  await clients.untilDone();
  expect(frozen.output.stdout).toMatch(/again: DATABASE_DOWN/u);
  await expectAllInOrder(scene, clients);
  const settings =
    "select current_setting('lock_timeout') as lock, current_setting('idle_in_transaction_session_timeout') as idle";
  const { connection } = scene.engine.database;
  await using database = openDatabase({ connection, name: 'settings' });
  expect(await database.transaction(async ({ client }) => (await client.query(settings)).rows)).toEqual([
    { lock: '30s', idle: '1min' },
  ]);
}, 120_000);
