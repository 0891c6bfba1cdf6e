import { addMonths, type LandPolicy, monthRange } from '@quhua/core';
import {
  assessMonths,
  checkLand,
  closeLandYear,
  confirmReservation,
  expireReservations,
  landStatus,
  recordLand,
  releaseReservation,
  reserveLand,
  withdrawBatch,
} from '@quhua/engine';
import { listUnbalanced } from '@quhua/storage';
import { expect, test } from 'vitest';
import { createTestEngine, type SalesRow, salesCsv, stockCsv, type TestEngine, take } from '../support/engine.ts';

const UNIT = '653122';
const NOW = '2026-01-15T02:00:00Z';

/** An engine in January with one unit at so many months by its sales and stock of December. */
async function givenUnit(stock = '30000', land: Partial<LandPolicy> = {}, now = NOW): Promise<TestEngine> {
  const base = await createTestEngine({ now });
  const rulebooks = new Map(
    [...base.config.rulebooks].map(([id, book]) => [
      id,
      book.land === undefined ? book : { ...book, land: { ...book.land, ...land } },
    ]),
  );
  const engine = { ...base, config: { ...base.config, rulebooks } };
  await figures(engine, '2025-11', stock);
  await figures(engine, '2025-12', stock);
  return engine;
}

/** Sales of twelve months up to one, 12,000 ㎡ in all, and its stock. */
async function figures(engine: TestEngine, month: string, stock: string): Promise<void> {
  const months = monthRange(addMonths(month, -11), month);
  await take(engine, salesCsv(months.map((one): SalesRow => [UNIT, one, '1000', '0'])), { name: `sales-${month}.csv` });
  await restate(engine, month, stock);
}

async function restate(engine: TestEngine, month: string, stock: string): Promise<void> {
  await take(engine, stockCsv([[UNIT, month, stock, '0']]), { name: `stock-${month}-${stock}.csv` });
  await assessMonths(engine);
}

/** A clock on which every entry is made a minute after the one before. */
function later(engine: TestEngine): void {
  engine.setNow(new Date(engine.now().getTime() + 60_000).toISOString());
}

type Said = { readonly no: string; readonly kind: string; readonly area: string; readonly date: string };

/** An entry of parcel KS-A by hand; whatever is given stands instead. */
function record(engine: TestEngine, { no, ...said }: Said & Partial<Parameters<typeof recordLand>[1]>) {
  later(engine);
  const entry = { region: UNIT, parcel: 'KS-A', use: '商品住宅用地', correct: false, by: 'test' };
  return recordLand(engine, { ...entry, entryNo: no, ...said });
}

function reserve(
  engine: TestEngine,
  key: string,
  asked: { parcel?: string; area: string; date?: string; use?: string },
) {
  return reserveLand(engine, { region: UNIT, parcel: 'KS-B', use: '商品住宅用地', by: 'test', key, ...asked });
}

async function quotaOf(engine: TestEngine, year: number, asOf?: Date) {
  const { units } = await landStatus(engine, { year, ...(asOf === undefined ? {} : { asOf }) });
  const quota = units.find(({ region }) => region === UNIT)?.quota;
  return quota === undefined ? null : [quota.completed, quota.reserved, quota.confirmed, quota.remaining].map(Number);
}

/** Stored and derived alike, and every account what its lines add up to. */
async function balances(engine: TestEngine, year: number) {
  const stored = await quotaOf(engine, year);
  expect(await quotaOf(engine, year, engine.now())).toEqual(stored);
  expect(await listUnbalanced(engine.database.db, engine.config.jurisdiction.code)).toEqual([]);
  return stored;
}

test('an entry that is corrected back to what it said at first says that again', async () => {
  const engine = await givenUnit();
  const said = { no: 'H1', kind: 'completed', date: '2026-01-10', document: '合同1号' };
  await record(engine, { ...said, area: '1000' });
  await record(engine, { ...said, area: '1200', correct: true });
  expect(await balances(engine, 2026)).toEqual([1200, 0, 0, 1200]);
  await record(engine, { ...said, area: '1000', correct: true });
  expect(await balances(engine, 2026)).toEqual([1000, 0, 0, 1000]);
  expect(await record(engine, { ...said, area: '1000', correct: true })).toMatchObject({ status: 'duplicate' });
  await record(engine, { ...said, area: '1200', correct: true });
  await record(engine, { ...said, area: '1000', correct: true });
  expect(await balances(engine, 2026)).toEqual([1000, 0, 0, 1000]);
});

test('a completion is proved by a sale of its parcel, however the number is written', async () => {
  const engine = await givenUnit();
  await record(engine, { no: 'H1', kind: '成交', area: '1000', date: '2025-12-01' });
  await record(engine, { no: 'H2', kind: '竣工', area: '600', date: '2026-01-05', parcel: 'ks-a' });
  await record(engine, { no: 'H3', kind: '竣工', area: '400', date: '2026-01-06', parcel: 'ＫＳ-Ａ' });
  expect(await balances(engine, 2026)).toEqual([1000, 0, 0, 1000]);
  const unsold = record(engine, { no: 'H4', kind: '竣工', area: '10', date: '2026-01-06', parcel: 'KS-Z' });
  await expect(unsold).rejects.toMatchObject({ code: 'COMPLETED_UNSOLD' });
});

test('a parcel that the ledger counts in another year, or called off since, cannot be reserved beside it', async () => {
  const engine = await givenUnit();
  await record(engine, {
    no: 'Q',
    kind: '竣工',
    area: '9000',
    date: '2026-01-02',
    parcel: 'KS-Q',
    document: '合同1号',
  });
  await record(engine, { no: 'H1', kind: '公告', area: '1000', date: '2025-12-20' });
  await expect(reserve(engine, 'K1', { parcel: 'ks-a', area: '800' })).rejects.toMatchObject({
    code: 'PARCEL_COUNTED',
  });
  expect(await balances(engine, 2026)).toEqual([9000, 0, 0, 9000]);
  await record(engine, { no: 'H2', kind: '流拍', area: '1000', date: '2026-01-15' });
  await expect(reserve(engine, 'K1', { parcel: 'KS-A', area: '800' })).rejects.toMatchObject({
    code: 'PARCEL_COUNTED',
  });
  engine.setNow('2026-01-16T02:00:00Z');
  expect(await reserve(engine, 'K1', { parcel: 'KS-A', area: '800' })).toMatchObject({
    reservation: { status: 'active' },
  });
  await record(engine, { no: 'H3', kind: '竣工', area: '5', date: '2026-01-03', parcel: 'KS-R', document: '合同2号' });
  expect(await balances(engine, 2026)).toEqual([9005, 800, 0, 8205]);
});

test('a closed year takes nothing more, in units without an account either, and what expires there goes back', async () => {
  const engine = await givenUnit('10000');
  const other = { region: '653101', parcel: 'X', use: '保障性住房用地', area: '100', by: 'test', date: '2025-12-31' };
  expect(await reserve(engine, 'K1', { area: '700', date: '2025-12-30' })).toMatchObject({ decision: 'ALLOWED' });
  await expect(closeLandYear(engine, 2026)).rejects.toMatchObject({ code: 'YEAR_RUNNING' });
  await closeLandYear(engine, 2025);
  const refused = [
    reserve(engine, 'K2', { parcel: 'KS-C', area: '10', date: '2025-12-31' }),
    reserveLand(engine, { ...other, key: 'K3' }),
    confirmReservation(engine, { key: 'K1', by: 'test' }),
    releaseReservation(engine, { key: 'K1', by: 'test' }),
  ];
  for (const { reason } of (await Promise.allSettled(refused)) as PromiseRejectedResult[])
    expect(reason).toMatchObject({ code: 'YEAR_NOT_OPEN' });
  expect(await balances(engine, 2025)).toEqual([0, 700, 0, -700]);
  engine.setNow('2026-04-20T02:00:00Z');
  expect(await expireReservations(engine)).toBe(1);
  expect(await balances(engine, 2025)).toEqual([0, 0, 0, 0]);
});

test('a contract’s line says its day and stays as it is while the rest of the account goes on', async () => {
  const engine = await givenUnit('10000');
  await reserve(engine, 'K1', { area: '700', date: '2026-01-05' });
  later(engine);
  await confirmReservation(engine, { key: 'K1', area: '600', date: '2026-01-12', by: 'test' });
  const contract = async () => {
    const { lines } = await landStatus(engine, { year: 2026, region: UNIT });
    const stored = engine.database.db.selectFrom('land_line').select(['id', 'area_sqm', 'date']);
    const standing = await stored.where('kind', '=', 'confirmed').where('to_version', 'is', null).execute();
    return { lines: lines.filter(({ kind }) => kind === 'confirmed'), standing };
  };
  const before = await contract();
  expect(before).toMatchObject({ lines: [{ area: '600', date: '2026-01-12' }], standing: [{ area_sqm: 600 }] });
  await record(engine, { no: 'H1', kind: '收回', area: '50', date: '2026-01-13', parcel: 'KS-R' });
  expect(await contract()).toEqual(before);
  const { lines } = await landStatus(engine, { year: 2026, region: UNIT, asOf: engine.now() });
  expect(lines.filter(({ kind }) => kind === 'confirmed')).toEqual(before.lines);
});

test('a withdrawal by a host whose clock is ahead of the database counts at once', async () => {
  const engine = await givenUnit();
  engine.setNow(new Date(Date.now() + 120_000).toISOString());
  const said = { no: 'H1', kind: 'completed', area: '1000', date: '2026-01-10', document: '合同1号' };
  const { id } = await record(engine, said);
  expect(await quotaOf(engine, 2026)).toEqual([1000, 0, 0, 1000]);
  await withdrawBatch(engine, { id: Number(id), by: 'test', reason: 'test' });
  expect(await balances(engine, 2026)).toEqual([0, 0, 0, 0]);
});

test('land that was announced while the unit was free is left alone where the rules say so, then and now', async () => {
  const engine = await givenUnit('10000', { announcedBefore: 'grandfathered' });
  engine.setNow('2026-01-20T02:00:00Z');
  await record(engine, { no: 'H1', kind: '公告', area: '1000', date: '2026-01-18' });
  expect(await balances(engine, 2026)).toEqual([0, 0, 0, 0]);
  engine.setNow('2026-02-05T02:00:00Z');
  await figures(engine, '2026-01', '40000');
  await record(engine, { no: 'H2', kind: '公告', area: '500', date: '2026-02-05', parcel: 'KS-C' });
  expect(await balances(engine, 2026)).toEqual([0, 500, 0, -500]);
  const ask = { region: UNIT, use: '商品住宅用地', area: '500', by: 'test' };
  for (const asOf of [{}, { asOf: engine.now() }]) {
    expect(await checkLand(engine, { ...ask, parcel: 'KS-A', ...asOf })).toMatchObject({
      decision: 'ALLOWED',
      reasons: [{ code: 'ANNOUNCED_BEFORE' }],
    });
    expect(await checkLand(engine, { ...ask, parcel: 'KS-C', ...asOf })).toMatchObject({ decision: 'SUSPENDED' });
  }
  engine.setNow('2026-02-06T02:00:00Z');
  await restate(engine, '2025-12', '20000'); // restated: the unit was not free when KS-A was announced
  expect(await balances(engine, 2026)).toEqual([0, 1500, 0, -1500]);
  expect(await quotaOf(engine, 2026, new Date('2026-02-05T12:00:00Z'))).toEqual([0, 500, 0, -500]);
  const asked = { ...ask, parcel: 'KS-A', date: '2026-02-05' };
  expect(await checkLand(engine, asked)).toMatchObject({ decision: 'SUSPENDED' });
  const then = await checkLand(engine, { ...asked, asOf: new Date('2026-02-05T12:00:00Z') });
  expect(then).toMatchObject({ decision: 'ALLOWED', quota: { reserved: '500' } });
});

test('unused quota is carried on where the rules say so, and follows what is reserved and confirmed later', async () => {
  const engine = await givenUnit('30000', { carryOver: 'unused' });
  await record(engine, {
    no: 'Q',
    kind: '竣工',
    area: '1000',
    date: '2025-12-02',
    parcel: 'KS-Q',
    document: '合同1号',
  });
  expect((await landStatus(engine, { year: 2026, region: UNIT })).units[0]?.quota).toMatchObject({
    carried: '1000',
    remaining: '1000',
  });
  await reserve(engine, 'K1', { area: '400', date: '2025-12-30' });
  expect(await balances(engine, 2026)).toEqual([0, 0, 0, 600]);
  await confirmReservation(engine, { key: 'K1', area: '100', by: 'test' });
  expect(await balances(engine, 2026)).toEqual([0, 0, 0, 900]);
  expect(await reserve(engine, 'K2', { parcel: 'KS-C', area: '901' })).toMatchObject({
    decision: 'OVER_QUOTA',
    largestAllowed: '900',
  });
  expect(await reserve(engine, 'K3', { parcel: 'KS-C', area: '900' })).toMatchObject({ decision: 'WITHIN_QUOTA' });
  expect(await balances(engine, 2026)).toEqual([0, 900, 0, 0]);
});
