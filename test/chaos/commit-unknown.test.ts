import { fileChannel } from '@quhua/alerts';
import { loadConfig } from '@quhua/config';
import { assessMonths, deliverAlert, ingestFile, relayOutbox, withdrawBatch } from '@quhua/engine';
import { listAlerts } from '@quhua/storage';
import { describe, expect, test } from 'vitest';
import { CommitProxy } from '../support/commit-proxy.ts';
import { createTestDatabase } from '../support/database.ts';
import { brokenLaws } from '../support/end-state.ts';
import { createTestEngine, type TestEngine, take } from '../support/engine.ts';
import { createInstallation } from '../support/installation.ts';
import { marketConfig } from '../support/market-config.ts';
import { until } from '../support/poll.ts';
import { sendFaults, sentMessages, wordsOf } from '../support/sent-messages.ts';
import { startServicesHere } from '../support/services-here.ts';
import { drop, layOut } from '../support/story.ts';
import { letAnHourPass } from '../support/time-passes.ts';
import { untilQuiet } from '../support/until-quiet.ts';
import { ask } from '../support/with-client.ts';
import { MAIN_JOB, stockOf, yearOfSales } from './stories.ts';

const NOW = '2025-11-20T10:10:00+08:00';
const DOWN = { kind: 'transient', code: 'DATABASE_DOWN' };
const MOMENTS = ['before', 'after'] as const;

type Given = { readonly engine: TestEngine; readonly proxy: CommitProxy; readonly databaseUrl: string };

/** An engine whose database is reached through the proxy. */
async function given(): Promise<Given> {
  const { url } = await createTestDatabase();
  const proxy = await CommitProxy.start(url);
  const config = loadConfig(await marketConfig());
  return { engine: await createTestEngine({ config, databaseUrl: proxy.url, now: NOW }), proxy, databaseUrl: url };
}

/** The same with one unit about to be found suspended. */
async function givenUnitDue(): Promise<Given> {
  const all = await given();
  await take(all.engine, yearOfSales(), { name: 'sales.csv' });
  await take(all.engine, stockOf({ '653101': '40000' }), { name: 'stock.csv' });
  return all;
}

/** Nothing else is asked of the queue here than what it was given. */
function listingQueues() {
  const ids: string[] = [];
  const add = async (_: string, jobs: readonly { readonly jobId: string }[]) =>
    void ids.push(...jobs.map(({ jobId }) => jobId));
  return { ids, queues: { add } };
}

describe.each(MOMENTS)('the connection is lost %s the commit', (moment) => {
  const committed = moment === 'after';

  test('of a file: it is taken in once', async () => {
    const { engine, proxy, databaseUrl } = await given();
    const file = { name: 'sales.csv', bytes: yearOfSales(), by: 'test' };
    proxy.cutNextCommit(moment);
    await expect(ingestFile(engine, file)).rejects.toMatchObject(DOWN);
    expect(proxy.cuts).toBe(1);
    const stored = await ask<{ id: number }>(databaseUrl, 'select id from batch');
    expect(stored).toHaveLength(committed ? 1 : 0);
    const again = await ingestFile(engine, file);
    expect(again.status).toBe(committed ? 'duplicate' : 'accepted');
    if (committed) expect(again.id).toBe(String(stored[0]?.id));
    expect(await ask(databaseUrl, 'select count(*) as batches from batch')).toEqual([{ batches: 1 }]);
  });

  test('of an assessment: its alert opens once', async () => {
    const { engine, proxy, databaseUrl } = await givenUnitDue();
    proxy.cutNextCommit(moment);
    await expect(assessMonths(engine)).rejects.toMatchObject(DOWN);
    expect(proxy.cuts).toBe(1);
    expect(await listAlerts(engine.database.db, { jurisdiction: '653100' })).toHaveLength(committed ? 1 : 0);
    await assessMonths(engine);
    expect(await ask(databaseUrl, 'select event from alert_event')).toEqual([{ event: 'open' }]);
    expect(await ask(databaseUrl, 'select status from delivery')).toEqual([{ status: 'pending' }]);
  });

  test('of a withdrawal: the batch is withdrawn once', async () => {
    const { engine, proxy, databaseUrl } = await givenUnitDue();
    const wrong = await take(engine, stockOf({ '653101': '90000' }), { name: 'wrong.csv' });
    const request = { id: Number(wrong.id), by: 'test', reason: 'test' };
    proxy.cutNextCommit(moment);
    await expect(withdrawBatch(engine, request)).rejects.toMatchObject(DOWN);
    const again = withdrawBatch(engine, request);
    if (committed) await expect(again).rejects.toMatchObject({ kind: 'conflict', code: 'BATCH_WITHDRAWN' });
    else await again;
    expect(await ask(databaseUrl, 'select event from batch_event')).toEqual([{ event: 'withdrawn' }]);
  });

  test('of a relay: a message is handed over again only under the same id', async () => {
    const { engine, proxy } = await givenUnitDue();
    const { ids, queues } = listingQueues();
    proxy.cutNextCommit(moment);
    await expect(relayOutbox(engine, queues)).rejects.toMatchObject(DOWN);
    expect(ids).toHaveLength(2);
    // A server that has not yet noticed the cut still holds the rows: they are left to it until it lets go.
    let again = 0;
    const isDone = async () => {
      again += await relayOutbox(engine, queues);
      return again === (committed ? 0 : 2);
    };
    await until(isDone, { withinMs: 15_000, what: 'the rows to be free' });
    expect(new Set(ids).size).toBe(2);
  });

  test('of a delivery: what is sent again says so and keeps its id', async () => {
    const { engine, proxy, databaseUrl } = await givenUnitDue();
    await assessMonths(engine);
    const [row] = await ask<{ id: string }>(databaseUrl, 'select id from delivery');
    const id = row?.id ?? '';
    const channels = { file: fileChannel(engine.home, engine.now) };
    proxy.cutNextCommit(moment);
    await expect(deliverAlert(engine, channels, id)).rejects.toMatchObject(DOWN);
    expect(await deliverAlert(engine, channels, id)).toBe(false); // recorded, or still leased
    await letAnHourPass(databaseUrl);
    expect(await deliverAlert(engine, channels, id)).toBe(!committed);
    const sent = (await sentMessages(engine.home)).map(({ deliveryId, repeat }) => ({ deliveryId, repeat }));
    const first = { deliveryId: id, repeat: false };
    expect(sent).toEqual(committed ? [first] : [first, { deliveryId: id, repeat: true }]);
  });

  test('of everything in turn: services end where they would have', async () => {
    const installation = await createInstallation();
    await layOut(installation.home, MAIN_JOB.drops);
    const proxy = await CommitProxy.start(installation.databaseUrl);
    const awaited = new Set(['ingest.stored', 'relay.enqueued', 'assess.alerted', 'deliver.sent']);
    const cuts = awaited.size;
    const base = new Date(NOW).getTime() - performance.now();
    const now = () => new Date(Math.round(base + performance.now()));
    const onStep = (step: string) => void (awaited.delete(step) && proxy.cutNextCommit(moment));
    const env = { ...installation.env, DATABASE_URL: proxy.url };
    await using _ = await startServicesHere({ ...installation, env }, { now, onStep, leaseMs: 2_000 });
    await drop(installation, 'first');
    await until(() => proxy.cuts === cuts, { withinMs: 60_000, what: 'every connection to be cut' });
    await letAnHourPass(installation.databaseUrl);
    await untilQuiet(installation);
    expect(await brokenLaws(installation.databaseUrl)).toEqual([]);
    const sent = await sentMessages(installation.home);
    expect(await sendFaults(installation.databaseUrl, sent)).toEqual([]);
    expect(new Set(wordsOf(sent)).size).toBe(3);
  }, 120_000);
});

test('a listener whose server is away asks again at a steady pace, and hears of what comes later', async () => {
  const { engine, proxy, databaseUrl } = await given();
  let calls = 0;
  const stop = await engine.database.listen('test_channel', () => {
    calls += 1;
  });
  const began = performance.now();
  proxy.refuse(true);
  await until(() => proxy.refused >= 6, { withinMs: 20_000, what: 'six attempts' });
  expect(performance.now() - began).toBeGreaterThan(2_400); // one every half second: attempts must not breed
  proxy.refuse(false);
  await until(() => calls === 2, { withinMs: 10_000, what: 'the listener to be back' });
  await ask(databaseUrl, "select pg_notify('test_channel', '')");
  await until(() => calls === 3, { withinMs: 10_000, what: 'the notification' });
  await stop();
});
