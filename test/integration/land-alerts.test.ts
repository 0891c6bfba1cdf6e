import { addMonths, monthRange } from '@quhua/core';
import {
  assessMonths,
  checkLandAccounts,
  closeLandYear,
  confirmReservation,
  recordLand,
  releaseReservation,
  reserveLand,
  withdrawBatch,
} from '@quhua/engine';
import { type Alert, listAlertEvents, listAlerts, listDeliveries, readDeliveryBalance } from '@quhua/storage';
import { expect, test } from 'vitest';
import { createTestEngine, type SalesRow, salesCsv, stockCsv, type TestEngine, take } from '../support/engine.ts';

const UNIT = '653122';
const LAND_KINDS = ['QUOTA_NEAR', 'QUOTA_FULL', 'QUOTA_OVERDRAWN', 'RESERVATION_SUSPENDED'];

const FREE = '15000';
const SWAP = '30000';
const SUSPENDED = '40000';

/** An engine with one unit that sells 1,000 ㎡ a month and has so much stock, and so much land completed this year. */
async function givenUnit(stock: string, completed: string, unit = UNIT, base?: TestEngine): Promise<TestEngine> {
  const engine = base ?? (await createTestEngine({ now: '2025-11-10T02:00:00Z' }));
  const months = monthRange(addMonths('2025-10', -11), '2025-10');
  await take(engine, salesCsv(months.map((month): SalesRow => [unit, month, '1000', '0'])), {
    name: `sales-${unit}.csv`,
  });
  await restate(engine, stock, unit);
  if (completed !== '0')
    await record(engine, {
      entryNo: `Q-${unit}`,
      kind: '竣工',
      parcel: `Q-${unit}`,
      area: completed,
      region: unit,
      document: '合同1号',
    });
  return engine;
}

async function restate(engine: TestEngine, stock: string, unit = UNIT): Promise<void> {
  later(engine);
  await take(engine, stockCsv([[unit, '2025-10', stock, '0']]), { name: `stock-${unit}-${stock}.csv` });
  await assessMonths(engine);
}

function later(engine: TestEngine): void {
  engine.setNow(new Date(engine.now().getTime() + 60_000).toISOString());
}

type Entry = Partial<Parameters<typeof recordLand>[1]> & {
  readonly entryNo: string;
  readonly kind: string;
  readonly area: string;
};

function record(engine: TestEngine, entry: Entry) {
  later(engine);
  const rest = { region: UNIT, parcel: 'P', use: '商品住宅用地', date: '2025-11-01', correct: false, by: 'test' };
  return recordLand(engine, { ...rest, ...entry });
}

async function reserve(engine: TestEngine, parcel: string, area: string, region = UNIT) {
  later(engine);
  const ask = {
    region,
    parcel,
    use: '商品住宅用地',
    area,
    date: '2025-11-05',
    by: 'test',
    key: `key-${region}-${parcel}`,
  };
  const { decision, reservation } = await reserveLand(engine, ask);
  return reservation === null ? decision : reservation.status;
}

function release(engine: TestEngine, parcel: string, region = UNIT) {
  later(engine);
  return releaseReservation(engine, { key: `key-${region}-${parcel}`, by: 'test' });
}

async function landAlerts({ database }: TestEngine): Promise<Alert[]> {
  const alerts = (await listAlerts(database.db, { jurisdiction: '653100' })).toReversed();
  const open = alerts.filter(({ status }) => status === 'open').map(({ kind, subject }) => `${kind} ${subject.code}`);
  expect(new Set(open).size).toBe(open.length); // one open alert a kind and unit
  return alerts.filter(({ kind }) => LAND_KINDS.includes(kind));
}

/** What is open about land, and what is over. */
async function story(engine: TestEngine): Promise<string[]> {
  const alerts = await landAlerts(engine);
  return Promise.all(
    alerts.map(async ({ id, kind, episode, subject }) => {
      const events = await listAlertEvents(engine.database.db, id);
      const unit = subject.code === UNIT ? '' : ` ${subject.code}`;
      return `${kind}${unit} ${episode}: ${events.map(({ event }) => event).join(' ')}`;
    }),
  );
}

async function openAlert(engine: TestEngine, kind: string): Promise<Alert> {
  const found = (await landAlerts(engine)).find((alert) => alert.kind === kind && alert.status === 'open');
  if (found === undefined) throw new Error(`no open ${kind}`);
  return found;
}

/** Every event of an alert that people are told of is on its way to the land bureau, by file and into its own queue. */
async function expectTold(engine: TestEngine, { id }: Alert, events: number): Promise<void> {
  const { db } = engine.database;
  const deliveries = (await listDeliveries(db, id)).filter(({ receiver }) => receiver === 'land-bureau');
  expect(deliveries.map(({ channel }) => channel).sort()).toEqual([
    ...Array.from({ length: events }, () => 'file'),
    ...Array.from({ length: events }, () => 'queue'),
  ]);
  const queued = await db
    .selectFrom('outbox')
    .select(['queue', 'job_key'])
    .where('queue', '=', 'alerts-land-bureau')
    .execute();
  for (const { id: delivery, channel } of deliveries)
    expect(queued.some(({ job_key }) => job_key === delivery)).toBe(channel === 'queue');
  const { created, pending, delivered } = await readDeliveryBalance(db, engine.config.jurisdiction.code);
  expect({ created, delivered }).toEqual({ created: pending, delivered: 0 });
}

test('at exactly 80 % of the quota the land bureau is told, one ㎡ before it is not; below it the alert ends', async () => {
  const engine = await givenUnit(SWAP, '10000');
  expect(await reserve(engine, 'A', '7999')).toBe('active');
  expect(await story(engine)).toEqual([]);
  expect(await reserve(engine, 'B', '1')).toBe('active');
  expect(await story(engine)).toEqual(['QUOTA_NEAR 1: open']);
  const near = await openAlert(engine, 'QUOTA_NEAR');
  expect(near).toMatchObject({ level: 'blue', subject: { code: UNIT }, status: 'open' });
  expect(near.text).toContain('已用 80%（2025年盘活 1.0000 公顷，已用 0.8000 公顷，剩余 0.2000 公顷）');
  await expectTold(engine, near, 1);
  expect(await reserve(engine, 'C', '100')).toBe('active');
  expect(await story(engine)).toEqual(['QUOTA_NEAR 1: open']);
  await release(engine, 'C');
  await release(engine, 'B');
  expect(await story(engine)).toEqual(['QUOTA_NEAR 1: open resolve']);
  await expectTold(engine, near, 2);
  expect(await reserve(engine, 'D', '2001')).toBe('active');
  expect(await story(engine)).toEqual(['QUOTA_NEAR 1: open resolve', 'QUOTA_FULL 1: open']);
});

test('at 100 % another alert takes its place, and gives it back when a contract is for less', async () => {
  const engine = await givenUnit(SWAP, '10000');
  expect(await reserve(engine, 'A', '9000')).toBe('active');
  expect(await reserve(engine, 'B', '1000')).toBe('active');
  expect(await story(engine)).toEqual(['QUOTA_NEAR 1: open resolve', 'QUOTA_FULL 1: open']);
  const full = await openAlert(engine, 'QUOTA_FULL');
  expect(full).toMatchObject({ level: 'yellow', text: expect.stringContaining('供地限额已用完') });
  await expectTold(engine, full, 1);
  expect(await reserve(engine, 'C', '1')).toBe('OVER_QUOTA');
  later(engine);
  await confirmReservation(engine, { key: `key-${UNIT}-B`, area: '999', by: 'test' });
  expect(await story(engine)).toEqual([
    'QUOTA_NEAR 1: open resolve',
    'QUOTA_FULL 1: open resolve',
    'QUOTA_NEAR 2: open',
  ]);
  await record(engine, { entryNo: 'H1', kind: '收回', parcel: 'R', area: '2500' });
  expect(await story(engine)).toEqual([
    'QUOTA_NEAR 1: open resolve',
    'QUOTA_FULL 1: open resolve',
    'QUOTA_NEAR 2: open resolve',
  ]);
});

test('a correction that overdraws the account says what was corrected and what is hit, and stops new reservations', async () => {
  const engine = await givenUnit(SWAP, '10000');
  await record(engine, { entryNo: 'H1', kind: '公告', parcel: 'A', area: '4000' });
  expect(await reserve(engine, 'B', '5000')).toBe('active');
  const { id } = await record(engine, {
    entryNo: `Q-${UNIT}`,
    kind: '竣工',
    parcel: `Q-${UNIT}`,
    area: '8000',
    document: '合同1号',
    correct: true,
  });
  const over = await openAlert(engine, 'QUOTA_OVERDRAWN');
  expect(over).toMatchObject({
    level: 'orange',
    inputs: { accounts: [{ year: 2025, completed: 8000, remaining: -1000 }] },
  });
  expect(over.text).toContain('2025年透支 0.1000 公顷，停止新的预留；已作出的不改');
  expect(over.text).toContain(`起因：Q-${UNIT} 竣工 1.0000 公顷更正为 0.8000（Q-${UNIT}（批次${id}第2行））`);
  expect(over.text).toContain('A 0.4000公顷（H1（批次');
  expect(over.text).toContain('B 0.5000公顷（预留');
  await expectTold(engine, over, 1);
  expect(await reserve(engine, 'C', '1')).toBe('OVER_QUOTA');
  expect(await story(engine)).toEqual(['QUOTA_NEAR 1: open resolve', 'QUOTA_FULL 1: open', 'QUOTA_OVERDRAWN 1: open']);
  later(engine);
  await withdrawBatch(engine, { id: Number(id), by: 'test', reason: 'the first figure was right' });
  expect(await story(engine)).toEqual([
    'QUOTA_NEAR 1: open resolve',
    'QUOTA_FULL 1: open resolve',
    'QUOTA_OVERDRAWN 1: open resolve',
    'QUOTA_NEAR 2: open',
  ]);
  await expectTold(engine, over, 2);
  expect(await reserve(engine, 'C', '1000')).toBe('active');
});

test('the withdrawal of a file that overdraws the account names the entries that are gone', async () => {
  const engine = await givenUnit(SWAP, '0');
  const { id } = await record(engine, { entryNo: 'H1', kind: '收回', parcel: 'R', area: '3000' });
  expect(await reserve(engine, 'A', '1000')).toBe('active');
  later(engine);
  await withdrawBatch(engine, { id: Number(id), by: 'test', reason: 'test' });
  const { text } = await openAlert(engine, 'QUOTA_OVERDRAWN');
  expect(text).toContain('起因：R 收回 0.3000 公顷撤销（H1（批次');
  expect(text).toContain('A 0.1000公顷（预留');
  expect(await reserve(engine, 'B', '1')).toBe('OVER_QUOTA');
});

test('a unit that is no longer free finds its account overdrawn, with what was announced and reserved meanwhile', async () => {
  const engine = await givenUnit(FREE, '0');
  await record(engine, { entryNo: 'H1', kind: '公告', parcel: 'A', area: '5000' });
  expect(await reserve(engine, 'B', '2000')).toBe('active');
  expect(await story(engine)).toEqual([]);
  await restate(engine, SWAP);
  const over = await openAlert(engine, 'QUOTA_OVERDRAWN');
  expect(over.text).toContain('2025年透支 0.7000 公顷');
  expect(over.text).toContain('A 0.5000公顷（H1（批次');
  expect(over.text).toContain('B 0.2000公顷（预留');
  expect(over.text).not.toContain('起因');
  await expectTold(engine, over, 1);
  expect(await reserve(engine, 'C', '1')).toBe('OVER_QUOTA');
  await restate(engine, FREE.replace('15000', '15001'));
  expect(await story(engine)).toEqual(['QUOTA_FULL 1: open resolve', 'QUOTA_OVERDRAWN 1: open resolve']);
  expect(await reserve(engine, 'C', '1')).toBe('active');
});

test('a new suspension names what it hits, follows it, and its alert ends with the last of them', async () => {
  const engine = await givenUnit(SWAP, '10000');
  await record(engine, { entryNo: 'H1', kind: '公告', parcel: 'A', area: '1000' });
  expect(await reserve(engine, 'B', '2000')).toBe('active');
  expect(await story(engine)).toEqual([]);
  await restate(engine, SUSPENDED);
  const hit = await openAlert(engine, 'RESERVATION_SUSPENDED');
  expect(hit).toMatchObject({
    level: 'orange',
    inputs: { landSupply: 'suspended', lines: [{ parcelNo: 'A' }, { parcelNo: 'B' }] },
  });
  expect(hit.text).toContain('B 0.2000公顷（预留');
  expect(hit.text).toContain('A 0.1000公顷（H1（批次');
  await expectTold(engine, hit, 1);
  expect(await reserve(engine, 'C', '1')).toBe('SUSPENDED');
  await release(engine, 'B');
  expect((await openAlert(engine, 'RESERVATION_SUSPENDED')).text).not.toContain('B 0.2000');
  await record(engine, { entryNo: 'H2', kind: '流拍', parcel: 'A', area: '1000', date: '2025-11-09' });
  expect(await story(engine)).toEqual(['RESERVATION_SUSPENDED 1: open resolve']);
  await expectTold(engine, hit, 2);
});

test('what was contracted is not hit by a suspension, and leaving it ends the alert', async () => {
  const engine = await givenUnit(SWAP, '10000');
  expect(await reserve(engine, 'A', '1000')).toBe('active');
  expect(await reserve(engine, 'B', '1000')).toBe('active');
  later(engine);
  await confirmReservation(engine, { key: `key-${UNIT}-A`, by: 'test' });
  await restate(engine, SUSPENDED);
  expect((await openAlert(engine, 'RESERVATION_SUSPENDED')).inputs).toMatchObject({ lines: [{ parcelNo: 'B' }] });
  await restate(engine, SWAP.replace('30000', '29999'));
  expect(await story(engine)).toEqual(['RESERVATION_SUSPENDED 1: open resolve']);
  await restate(engine, SUSPENDED.replace('40000', '40001'));
  expect(await story(engine)).toEqual(['RESERVATION_SUSPENDED 1: open resolve', 'RESERVATION_SUSPENDED 2: open']);
});

test('expiry ends what it gives back, hourly looks say nothing twice, and units do not mix', async () => {
  const engine = await givenUnit(SWAP, '1000');
  await givenUnit(SWAP, '1000', '653101', engine);
  expect(await reserve(engine, 'A', '1000')).toBe('active');
  expect(await reserve(engine, 'B', '900', '653101')).toBe('active');
  const before = ['QUOTA_FULL 1: open', 'QUOTA_NEAR 653101 1: open'];
  expect(await story(engine)).toEqual(before);
  for (let look = 0; look < 3; look += 1) {
    later(engine);
    expect(await checkLandAccounts(engine)).toEqual({ expired: 0 });
  }
  expect(await story(engine)).toEqual(before);
  engine.setNow('2026-02-20T02:00:00Z');
  expect(await checkLandAccounts(engine)).toEqual({ expired: 2 });
  expect(await story(engine)).toEqual(before.map((line) => `${line} resolve`));
});

test('a year that is closed has nothing more to say: its alerts end, also where no year follows yet', async () => {
  const engine = await givenUnit(SWAP, '1000');
  expect(await reserve(engine, 'A', '1000')).toBe('active');
  expect(await story(engine)).toEqual(['QUOTA_FULL 1: open']);
  engine.setNow('2026-01-05T02:00:00Z');
  await closeLandYear(engine, 2025);
  expect(await story(engine)).toEqual(['QUOTA_FULL 1: open resolve']);
});
