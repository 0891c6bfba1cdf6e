import { join } from 'node:path';
import { loadConfig } from '@quhua/config';
import { FEED_NAMES, FEEDS, type FeedName, type FeedRow, type FeedValue } from '@quhua/core';
import {
  compareStaged,
  type Database,
  dropStaged,
  holdStaged,
  insertBatch,
  listAffected,
  listChanges,
  listCorrected,
  listNewerKnown,
  listStageDuplicates,
  mergeObservations,
  openDatabase,
  openStage,
  stageHeld,
  syncRegions,
  type Tx,
} from '@quhua/storage';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { atEnd } from '../support/lifetime.ts';

const { jurisdiction } = loadConfig(join(import.meta.dirname, '../../config/kashgar'));

async function openTest(): Promise<Database> {
  const { url } = await createTestDatabase();
  const database = openDatabase({ connection: { connectionString: url }, name: 'feed-storage', poolSize: 2 });
  atEnd(() => database.close());
  return database;
}

const AWKWARD = 'a\tb\\N\n\r\\\\"，;\u00a0末';

type Sample = { readonly table: string; readonly values: readonly FeedValue[]; readonly stored: object };

/** One record of each feed, with every type of value that it has. */
const SAMPLES: Readonly<Record<FeedName, Sample>> = {
  sales: {
    table: 'sales_observation',
    values: [9007199254740991, 0, null, 3],
    stored: { signed_centisqm: 9007199254740991, cancelled_centisqm: 0, signed_units: null, cancelled_units: 3 },
  },
  inventory: {
    table: 'inventory_observation',
    values: [1, 2, 3, 4, 5, 6, -7],
    stored: { presale_unsold_centisqm: 1, newly_permitted_centisqm: 6, adjustment_centisqm: -7 },
  },
  contracts: {
    table: 'contract_observation',
    values: ['HT\\1', AWKWARD, '2025-09-30', null, 12345, 99_999_999],
    stored: {
      jurisdiction: '653100',
      contract_no: 'HT\\1',
      project: AWKWARD,
      signed_on: '2025-09-30',
      cancelled_on: null,
      area_centisqm: 12345,
      price_total_fen: 99_999_999,
      open_from: '2025-11',
    },
  },
  land: {
    table: 'land_entry',
    values: ['TD-1', 'sold', '地块\t1', '', 33_620, '2025-02-28', null, 6650],
    stored: {
      entry_no: 'TD-1',
      kind: 'sold',
      parcel_no: '地块\t1',
      land_use: '',
      area_sqm: 33_620,
      date: '2025-02-28',
      document: null,
      residential_share_bp: 6650,
    },
  },
  projects: {
    table: 'project',
    values: [
      'P1',
      "=cmd|' /C calc'!A0",
      null,
      7,
      null,
      444,
      '2026-10-31',
      0,
      null,
      900_000_000,
      '云\t邸',
      null,
      '甲\n行',
      'removed',
      null,
      'P\t2',
    ],
    stored: {
      name: "=cmd|' /C calc'!A0",
      developer: null,
      buildings: 7,
      contract_delivery_on: '2026-10-31',
      promoted_name: '云\t邸',
      permit_no: null,
      escrow_bank: '甲\n行',
      whitelist_state: 'removed',
      guarantee_no: null,
      merged_into: 'P\t2',
    },
  },
  'project-reports': {
    table: 'project_report',
    values: ['P1', '2025-10-31', 2670, null, -5, 6, 7, 8, 9, 2, 0, 1, 0, 12],
    stored: { report_date: '2025-10-31', physical_progress_bp: 2670, account_frozen: 1, completion_filed: 0 },
  },
  'plan-progress': {
    table: 'plan_progress',
    values: ['公租房\t套数', '2025-10-31', 0, null, 9007199254740991],
    stored: {
      item: '公租房\t套数',
      report_date: '2025-10-31',
      done_units: 0,
      done_centisqm: null,
      done_land_sqm: 9007199254740991,
    },
  },
  'project-notices': {
    table: 'project_notice',
    values: ['DT\\1', 'P\t1', '2025-10-31', 'statement', 9007199254740991, null, ''],
    stored: {
      notice_no: 'DT\\1',
      project_no: 'P\t1',
      date: '2025-10-31',
      kind: 'statement',
      amount_fen: 9007199254740991,
      count: null,
      document: '',
    },
  },
  'project-schedule': {
    table: 'project_schedule',
    values: ['P\t1', 'node', '主体\\封顶', null, 10_000, 9007199254740991, 0, ''],
    stored: {
      project_no: 'P\t1',
      kind: 'node',
      item: '主体\\封顶',
      date: null,
      progress_bp: 10_000,
      amount_fen: 9007199254740991,
      count: 0,
      document: '',
    },
  },
};

function rowOf(feed: FeedName, line = 2, values = SAMPLES[feed].values): FeedRow {
  const monthly = feed === 'sales' || feed === 'inventory';
  const regionCode = FEEDS[feed].region ? '653101' : null;
  return { line, regionCode, month: monthly ? '2025-09' : null, values, raw: [] };
}

type Load = { readonly feed: FeedName; readonly rows: readonly FeedRow[]; readonly at?: string };

/** Stages rows of a new batch and does something with them, in one commit. */
async function staged<T>(database: Database, load: Load, work: (tx: Tx, merge: Merge) => Promise<T>): Promise<T> {
  const regionIds = await syncRegions(database.db, jurisdiction);
  const knownFrom = new Date(load.at ?? '2025-11-06T02:00:00Z');
  return database.transaction(async (tx) => {
    const batchId = await insertBatch(tx, {
      jurisdiction: jurisdiction.code,
      feed: load.feed,
      fileName: 'f',
      sha256: '0'.repeat(64),
      byteCount: 1,
      status: 'accepted',
      simulated: true,
      knownFrom,
      receivedBy: 'test',
      reading: null,
    });
    const stage = await openStage(tx, load.feed, regionIds);
    for (const row of load.rows) await stage.write([row]);
    await stage.finish();
    const merge = { feed: load.feed, batchId, jurisdiction: jurisdiction.code, knownFrom, simulated: true };
    return work(tx, { ...merge, firstOpenMonth: '2025-11', compared: false });
  });
}

type Merge = Parameters<typeof mergeObservations>[1];

async function listStored(database: Database, feed: FeedName): Promise<Record<string, unknown>[]> {
  const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(SAMPLES[feed].table)}`.execute(
    database.db,
  );
  return rows;
}

test.each(FEED_NAMES)(
  '%s: what was staged is stored, to the letter; twice at one instant it is stored once',
  async (feed) => {
    const database = await openTest();
    const load = { feed, rows: [rowOf(feed)] };
    const affected = await staged(database, load, async (tx, merge) => {
      expect(await compareStaged(tx, merge)).toBe(false);
      expect(await mergeObservations(tx, merge)).toBe(1);
      return listAffected(tx, feed, merge.batchId);
    });
    expect(await listStored(database, feed)).toEqual([
      expect.objectContaining({ line: 2, simulated: true, ...SAMPLES[feed].stored }),
    ]);
    const months: Partial<Record<FeedName, string>> = {
      contracts: '2025-09',
      land: '2025-02',
      sales: '2025-09',
      inventory: '2025-09',
      'plan-progress': '2025-10',
    };
    const month = months[feed];
    expect(affected).toEqual(month === undefined ? [] : [{ region: '653101', month }]);
    const [stored, lines] = await staged(database, load, async (tx, merge) => {
      return [await mergeObservations(tx, merge), await listStageDuplicates(tx, merge)];
    });
    expect([stored, lines]).toEqual([0, [2]]);
  },
);

test.each(FEED_NAMES)('%s: held rows come back as they were', async (feed) => {
  const database = await openTest();
  const held = await staged(database, { feed, rows: [rowOf(feed), rowOf(feed, 3)] }, async (tx, merge) => {
    await dropStaged(tx, [3]);
    await holdStaged(tx, feed, merge.batchId);
    return merge;
  });
  expect(await listStored(database, feed)).toEqual([]);
  await database.transaction(async (tx) => {
    await stageHeld(tx, feed, held.batchId);
    await mergeObservations(tx, held);
  });
  expect(await listStored(database, feed)).toEqual([expect.objectContaining(SAMPLES[feed].stored)]);
  expect(await database.db.selectFrom('held_row').select('line').execute()).toEqual([]);
});

test('a change of a known record is found with both values, and a report from before it does not count', async () => {
  const database = await openTest();
  const feed = 'contracts';
  const first = ['HT1', null, '2025-08-01', null, 100, null];
  await staged(database, { feed, rows: [rowOf(feed, 2, first)] }, mergeObservations);
  const cancelled = ['HT1', '云', '2025-08-01', '2025-10-02', 200, null];
  const later = { feed, rows: [rowOf(feed, 5, cancelled)], at: '2025-11-07T00:00:00Z' } as const;
  await staged(database, later, async (tx, merge) => {
    expect(await compareStaged(tx, merge)).toBe(true);
    const { count, first: changes } = await listChanges(tx, { feed, knownFrom: merge.knownFrom, limit: 2 });
    expect(count).toBe(3);
    expect(changes).toMatchObject([
      { line: 5, key: ['HT1'], column: 1, before: null, after: '云' },
      { line: 5, key: ['HT1'], column: 3, before: null, after: '2025-10-02' },
    ]);
    expect(await listCorrected(tx, feed, merge.knownFrom)).toEqual([5]);
    expect(await listNewerKnown(tx, feed, merge.knownFrom)).toEqual([]);
    await mergeObservations(tx, { ...merge, compared: true });
  });
  const earlier = {
    feed,
    rows: [rowOf(feed, 9, ['HT1', null, '2025-08-01', null, 300, null])],
    at: '2025-11-01T00:00:00Z',
  } as const;
  await staged(database, earlier, async (tx, merge) => {
    await compareStaged(tx, merge);
    expect(await listNewerKnown(tx, feed, merge.knownFrom)).toEqual([9]);
    expect(await listChanges(tx, { feed, knownFrom: merge.knownFrom, limit: 2 })).toEqual({ count: 0, first: [] });
  });
});

test('an added cancellation is no correction of a month; a figure left out of a monthly report is no change', async () => {
  const database = await openTest();
  await staged(
    database,
    { feed: 'contracts', rows: [rowOf('contracts', 2, ['H', null, '2025-08-01', null, 1, null])] },
    mergeObservations,
  );
  await staged(
    database,
    {
      feed: 'contracts',
      rows: [rowOf('contracts', 2, ['H', null, '2025-08-01', '2025-09-01', 1, null])],
      at: '2025-11-07T00:00:00Z',
    },
    async (tx, merge) => {
      await compareStaged(tx, merge);
      expect(await listCorrected(tx, 'contracts', merge.knownFrom)).toEqual([]);
    },
  );
  await staged(database, { feed: 'sales', rows: [rowOf('sales', 2, [5, 1, 1, 0])] }, mergeObservations);
  await staged(
    database,
    { feed: 'sales', rows: [rowOf('sales', 2, [5, 1, null, null])], at: '2025-11-07T00:00:00Z' },
    async (tx, merge) => {
      await compareStaged(tx, merge);
      expect(await listChanges(tx, { feed: 'sales', knownFrom: merge.knownFrom, limit: 9 })).toEqual({
        count: 0,
        first: [],
      });
    },
  );
});

test('a reader that fails in the middle of a COPY leaves a connection that can roll back', async () => {
  const database = await openTest();
  const regionIds = await syncRegions(database.db, jurisdiction);
  const failing = database.transaction(async (tx) => {
    const stage = await openStage(tx, 'sales', regionIds);
    await stage.write([rowOf('sales')]);
    await stage.abort();
    throw new Error('the file ends in the middle');
  });
  await expect(failing).rejects.toThrow('in the middle');
  await staged(database, { feed: 'sales', rows: [rowOf('sales')] }, mergeObservations);
  expect(await listStored(database, 'sales')).toHaveLength(1);
});
