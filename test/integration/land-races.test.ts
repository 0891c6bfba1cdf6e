import { addMonths, monthRange } from '@quhua/core';
import { assessMonths, type Engine, type ReserveInput, recordLand, reserveLand } from '@quhua/engine';
import { openDatabase } from '@quhua/storage';
import { expect, test } from 'vitest';
import {
  createTestEngine,
  type SalesRow,
  type StockRow,
  salesCsv,
  stockCsv,
  type TestEngine,
  take,
} from '../support/engine.ts';
import { atEnd } from '../support/lifetime.ts';
import { holdLock } from '../support/lock-holder.ts';
import { until } from '../support/poll.ts';
import { ask } from '../support/with-client.ts';

const UNIT = '653123';
const USE = '商品住宅用地';
const HOLD_ACCOUNTS = 'select * from land_account for no key update';

/** 英吉沙县 at 24 months of supply, with a quota of 10,000 ㎡. */
async function swapUnit(): Promise<TestEngine> {
  const engine = await createTestEngine({ now: '2025-11-20T10:10:00+08:00' });
  const months = monthRange(addMonths('2025-10', -11), '2025-10');
  await take(engine, salesCsv(months.map((month): SalesRow => [UNIT, month, '1000', '0'])));
  await take(engine, stockOf('24000'));
  await assessMonths(engine);
  await enter(engine, { entryNo: 'J1', kind: 'completed', parcel: '老宗地', area: '10000', document: '合同1号' });
  return engine;
}

function stockOf(area: string): Buffer {
  return stockCsv([[UNIT, '2025-10', area, '0'] satisfies StockRow]);
}

type Entry = {
  readonly entryNo: string;
  readonly kind: string;
  readonly parcel: string;
  readonly area: string;
  readonly document?: string;
};

async function enter(engine: Engine, entry: Entry): Promise<void> {
  const { status } = await recordLand(engine, {
    ...entry,
    region: UNIT,
    use: USE,
    date: '2025-11-01',
    correct: false,
    by: 'test',
  });
  expect(status).toBe('accepted');
}

function reserve(engine: Engine, input: Partial<ReserveInput> = {}) {
  return reserveLand(engine, { key: 'K1', region: UNIT, parcel: 'P1', use: USE, area: '6000', by: 'test', ...input });
}

/** Waits until as many wait for a lock, each behind the one before. */
async function untilWaiting({ databaseUrl }: TestEngine, count: number): Promise<void> {
  const text = "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  await until(async () => (await ask(databaseUrl, text)).length >= count, {
    withinMs: 20_000,
    what: `${count} to wait`,
  });
}

test('the same key at once from many: one reservation, and every one of them is told of it', async () => {
  const engine = await swapUnit();
  const accounts = await holdLock(engine.databaseUrl, HOLD_ACCOUNTS);
  const asked = [1, 2, 3, 4].map(() => reserve(engine));
  await untilWaiting(engine, 4);
  await accounts.release();
  const answers = (await Promise.all(asked)).map(({ reservation }) => reservation);
  expect(answers[0]).toMatchObject({ key: 'K1', status: 'active', quotaArea: '6000' });
  expect(answers).toEqual([1, 2, 3, 4].map(() => answers[0]));
});

test('whoever asks under a key while it is being reserved is not refused for what that took', async () => {
  const engine = await swapUnit();
  const accounts = await holdLock(engine.databaseUrl, HOLD_ACCOUNTS);
  const first = reserve(engine);
  await untilWaiting(engine, 1);
  const facts = await holdLock(engine.databaseUrl, 'lock table land_parcel in access exclusive mode');
  const second = reserve(engine); // knows of no such reservation, and is to read the account when it has been made
  await untilWaiting(engine, 2);
  await accounts.release();
  const { reservation } = await first;
  await facts.release();
  expect((await second).reservation).toEqual(reservation);
});

test('nothing is reserved under an assessment that was replaced while the reservation waited', async () => {
  const engine = await swapUnit();
  const accounts = await holdLock(engine.databaseUrl, HOLD_ACCOUNTS);
  const reserved = reserve(engine);
  await untilWaiting(engine, 1);
  engine.setNow('2025-11-20T10:11:00+08:00');
  await take(engine, stockOf('48000'), { name: 'corrected.csv' });
  await assessMonths(engine); // 48 months: no new sales
  await accounts.release();
  expect(await reserved).toMatchObject({ decision: 'SUSPENDED', tier: 'SUSPEND', reservation: null });
  expect(await ask(engine.databaseUrl, 'select id from land_reservation')).toEqual([]);
});

test('a parcel that the ledger announces while a reservation waits is not counted twice', async () => {
  const engine = await swapUnit();
  const accounts = await holdLock(engine.databaseUrl, HOLD_ACCOUNTS);
  const announced = enter(engine, { entryNo: 'G1', kind: 'announced', parcel: 'P1', area: '3000' });
  await untilWaiting(engine, 1);
  const reserved = reserve(engine, { area: '3000' });
  await untilWaiting(engine, 2);
  await accounts.release();
  await announced;
  await expect(reserved).rejects.toMatchObject({ code: 'PARCEL_COUNTED' });
  expect(await ask(engine.databaseUrl, 'select remaining_sqm, agrees from land_balance')).toEqual([
    { remaining_sqm: 7_000, agrees: true },
  ]);
});

test('a change of an account is never told before the one that it followed', async () => {
  const engine = await swapUnit();
  const accounts = await holdLock(engine.databaseUrl, HOLD_ACCOUNTS);
  const first = reserve(engine, { area: '1000' });
  await untilWaiting(engine, 1);
  engine.setNow('2025-11-20T10:11:00+08:00');
  const second = reserve(engine, { key: 'K2', parcel: 'P2', area: '1000' });
  await untilWaiting(engine, 2);
  engine.setNow('2025-11-20T10:12:00+08:00');
  await accounts.release();
  await Promise.all([first, second]);
  const rows = await ask<{ at: Date }>(engine.databaseUrl, 'select since as at from land_line where kind = $1', [
    'reserved',
  ]);
  expect(rows.map(({ at }) => at.toISOString())).toEqual(['2025-11-20T02:12:00.000Z', '2025-11-20T02:12:00.000Z']);
});

test('a process with a single connection reserves, too: nothing asks for a second one on the way', async () => {
  const engine = await swapUnit();
  const connection = { connectionString: engine.databaseUrl };
  const database = openDatabase({ connection, name: 'quhua-test', poolSize: 1 });
  atEnd(() => database.close());
  const fresh = { ...engine, config: structuredClone(engine.config), database };
  const began = performance.now();
  expect((await reserve(fresh)).reservation).toMatchObject({ status: 'active' });
  expect(performance.now() - began).toBeLessThan(4_000); // a pool gives up after five seconds
});
