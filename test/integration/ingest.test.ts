import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import {
  approveBatch,
  assessMonths,
  assessmentsOf,
  type IngestInput,
  inboxFolder,
  ingestFile,
  ingestInboxFile,
  withdrawBatch,
} from '@quhua/engine';
import { LIMITS, openWorkbook } from '@quhua/feeds';
import { listAlerts, listLedgerRows } from '@quhua/storage';
import { expect, test } from 'vitest';
import { createTestEngine, salesCsv, stockCsv, type TestEngine, take } from '../support/engine.ts';

const SALES = salesCsv([
  ['653101', '2025-09', '100.00', '0'],
  ['653121', '2025-09', '50.50', '1.25'],
]);

function ingest(engine: TestEngine, text: string | Buffer, options: Partial<IngestInput> = {}) {
  return ingestFile(engine, { name: 'file.csv', bytes: Buffer.from(text), by: 'test', ...options });
}

async function returnedText(bytes: Buffer): Promise<string> {
  const workbook = await openWorkbook(bytes, LIMITS);
  let text = '';
  for (const sheet of workbook.sheets) {
    for await (const rows of sheet.rows()) text += rows.map(({ cells }) => cells.join('|')).join('\n');
  }
  await workbook.close();
  return text;
}

async function observationCount(engine: TestEngine): Promise<number> {
  const { db } = engine.database;
  return (await db.selectFrom('sales_observation').select('line').execute()).length;
}

test('the same bytes a second time are a duplicate of the first batch and change nothing', async () => {
  const engine = await createTestEngine();
  const first = await ingest(engine, SALES);
  engine.setNow('2025-11-07T10:00:00+08:00');
  const second = await ingest(engine, SALES, { name: 'again.csv' });
  expect(second).toMatchObject({ id: first.id, status: 'duplicate', rows: first.rows });
  expect(await observationCount(engine)).toBe(2);
});

test('twenty uploads of one file at once are taken in once', async () => {
  const engine = await createTestEngine();
  const results = await Promise.all(Array.from({ length: 20 }, () => ingest(engine, SALES)));
  expect(results.filter((result) => result.status === 'accepted')).toHaveLength(1);
  expect(new Set(results.map((result) => result.id)).size).toBe(1);
  expect(await observationCount(engine)).toBe(2);
});

test('a file that says again what is known at that instant ends as duplicates, counted and kept', async () => {
  const engine = await createTestEngine();
  const asOf = new Date('2025-10-10T00:00:00Z');
  await ingest(engine, SALES, { asOf });
  const again = await ingest(engine, `${SALES.toString()}653122,2025-09,7.00,0\n`, { asOf });
  expect(again.rows).toMatchObject({ total: 3, accepted: 1, duplicate: 2 });
  expect(again.reasons).toContainEqual({ code: 'ROW_KNOWN', count: 2 });
});

test('two files that contradict each other at one instant: content decides, with a warning', async () => {
  const asOf = new Date('2025-10-10T00:00:00Z');
  const files = ['100.00', '200.00'].map((area) => salesCsv([['653101', '2025-09', area, '0']]));
  const sold = new Set<string | undefined>();
  for (const order of [files, files.toReversed()]) {
    const engine = await createTestEngine();
    const results = [];
    for (const bytes of order) results.push(await ingest(engine, bytes, { asOf }));
    expect(results.map((result) => result.rows.warned)).toEqual([0, 1]);
    expect(results[1]?.reasons).toEqual([{ code: 'SAME_INSTANT', count: 1 }]);
    sold.add((await assessmentsOf(engine, { from: '2025-09', to: '2025-09' })).months[0]?.regions[0]?.sold);
  }
  expect(sold.size).toBe(1);
});

test('quarantined rows are kept whole with their reason and written for people to correct', async () => {
  const engine = await createTestEngine();
  const text =
    'region_code,month,signed_area,cancelled_area\n653101,2025-09,100,0\n653102,2025-09,5,0\n653121,2025-09,约5,0\n653122,2025-09,1,0\n653123,2025-09,2,0\n';
  const result = await ingest(engine, text);
  expect(result.rows).toMatchObject({ total: 5, accepted: 3, quarantined: 2 });
  const rows = await listLedgerRows(engine.database.db, Number(result.id));
  expect(rows.map(({ line, outcome }) => ({ line, outcome }))).toEqual([
    { line: 3, outcome: 'quarantined' },
    { line: 4, outcome: 'quarantined' },
  ]);
  expect(rows[1]?.raw).toEqual(['653121', '2025-09', '约5', '0']);
  expect(result.quarantineFile?.split(sep).slice(-2)).toEqual([result.id, 'file_退回2行.xlsx']);
  const written = await returnedText(readFileSync(result.quarantineFile ?? ''));
  expect(written).toContain('约5');
  expect(written).toContain('UNIT_UNKNOWN');
});

test('a file with more than half of its rows quarantined is held, nothing of it is known until somebody approves', async () => {
  const engine = await createTestEngine();
  const text =
    'region_code,month,signed_area,cancelled_area\n653101,2025-09,100,0\n653102,2025-09,5,0\n653103,2025-09,5,0\n';
  const held = await ingest(engine, text, { name: '待核.csv' });
  expect(held).toMatchObject({ status: 'held', rows: { total: 3, accepted: 1, quarantined: 2 } });
  expect(await observationCount(engine)).toBe(0);
  const [alert] = await listAlerts(engine.database.db, { jurisdiction: '653100', status: 'open' });
  expect(alert).toMatchObject({ kind: 'FEED_REFUSED', subject: { type: 'file', code: '待核.csv' } });

  engine.setNow('2025-11-07T10:00:00+08:00');
  expect(await approveBatch(engine, { id: Number(held.id), by: 'test', reason: 'checked' })).toEqual({
    batch: held.id,
    affected: [{ region: '653101', month: '2025-09' }],
  });
  expect(await observationCount(engine)).toBe(1);
  const before = await assessmentsOf(engine, {
    from: '2025-09',
    to: '2025-09',
    asOf: new Date('2025-11-06T12:00:00+08:00'),
  });
  expect(before.months[0]?.regions[0]?.monthsPresent).toBe(0);
  const after = await assessmentsOf(engine, { from: '2025-09', to: '2025-09' });
  expect(after.months[0]?.regions[0]).toMatchObject({ monthsPresent: 1, sold: '100.00' });
  expect(await listAlerts(engine.database.db, { jurisdiction: '653100', status: 'open' })).toEqual([]);
  await expect(approveBatch(engine, { id: Number(held.id), by: 'test', reason: 'again' })).rejects.toMatchObject({
    code: 'BATCH_NOT_HELD',
  });
});

test('a file that cannot be read is rejected: name, hash and reason are kept, nothing is known, somebody is told once', async () => {
  const engine = await createTestEngine();
  const first = await ingest(engine, 'region_code,month,"signed_area\n', { name: '坏.csv' });
  const second = await ingest(engine, 'region_code,month,"signed_area\n', { name: '坏.csv' });
  expect(first).toMatchObject({ status: 'rejected', file: '坏.csv', rows: { total: 0 } });
  expect(first.sha256).toMatch(/^[0-9a-f]{64}$/u);
  expect(first.message).toBeTruthy();
  expect(second.id).toBe(first.id);
  const alerts = await listAlerts(engine.database.db, { jurisdiction: '653100' });
  expect(alerts).toHaveLength(1);
  expect(alerts[0]).toMatchObject({ kind: 'FEED_REFUSED', status: 'open' });
  await ingest(engine, SALES, { name: '坏.csv' });
  expect((await listAlerts(engine.database.db, { jurisdiction: '653100' }))[0]).toMatchObject({ status: 'resolved' });
});

test('a file of the inbox that keeps killing its process is refused, and somebody is told', async () => {
  const engine = await createTestEngine();
  const inbox = inboxFolder(engine);
  mkdirSync(inbox, { recursive: true });
  writeFileSync(join(inbox, '毒.csv'), SALES);
  expect(await ingestInboxFile(engine, '毒.csv', 9)).toMatchObject({
    status: 'rejected',
    reasons: [{ code: 'FILE_PROCESS_CRASH', count: 1 }],
  });
  expect(readdirSync(join(inbox, 'refused')).filter((name) => name.endsWith('毒.csv'))).toHaveLength(1);
  expect(await observationCount(engine)).toBe(0);
  expect(await listAlerts(engine.database.db, { jurisdiction: '653100', status: 'open' })).toMatchObject([
    { kind: 'FEED_REFUSED' },
  ]);
  writeFileSync(join(inbox, '毒.csv'), SALES);
  expect(await ingestInboxFile(engine, '毒.csv', 8)).toMatchObject({ status: 'accepted' });
});

test('a dry run shows what would happen and stores nothing', async () => {
  const engine = await createTestEngine();
  const result = await ingest(engine, SALES, { dryRun: true });
  expect(result).toMatchObject({ id: null, status: 'accepted', feed: 'sales', rows: { total: 2, accepted: 2 } });
  expect(await engine.database.db.selectFrom('batch').select('id').execute()).toEqual([]);
});

test('withdrawing a batch brings back what was known before it, from then on', async () => {
  const engine = await createTestEngine();
  await take(engine, SALES, { asOf: '2025-10-08T00:00:00Z' });
  const wrong = await take(engine, salesCsv([['653101', '2025-09', '999.00', '0']]), { asOf: '2025-10-20T00:00:00Z' });
  const sold = async (asOf?: string): Promise<string | undefined> => {
    const input = { from: '2025-09', to: '2025-09', ...(asOf === undefined ? {} : { asOf: new Date(asOf) }) };
    return (await assessmentsOf(engine, input)).months[0]?.regions[0]?.sold;
  };
  expect(await sold()).toBe('999.00');
  const effect = await withdrawBatch(engine, { id: Number(wrong.id), by: 'test', reason: 'typed wrongly' });
  expect(effect.affected).toEqual([{ region: '653101', month: '2025-09' }]);
  engine.setNow('2025-11-08T10:00:00+08:00');
  expect(await sold()).toBe('100.00');
  expect(await sold('2025-11-01T00:00:00Z')).toBe('999.00');
  await expect(withdrawBatch(engine, { id: Number(wrong.id), by: 'test', reason: 'twice' })).rejects.toMatchObject({
    code: 'BATCH_WITHDRAWN',
  });
  await expect(withdrawBatch(engine, { id: 999, by: 'test', reason: 'none' })).rejects.toMatchObject({
    kind: 'not_found',
  });
});

test('a month that is not over takes no part in any assessment until it is reported whole', async () => {
  const engine = await createTestEngine({ now: '2025-10-20T10:00:00+08:00' });
  await take(engine, stockCsv([['653101', '2025-10', '500', '0']]));
  const during = await assessmentsOf(engine, { from: '2025-10', to: '2025-10' });
  expect(during.months[0]?.regions[0]).toMatchObject({ status: 'NO_DATA', stock: null });
  engine.setNow('2025-11-03T10:00:00+08:00');
  await take(engine, stockCsv([['653101', '2025-10', '600', '0']]));
  const after = await assessmentsOf(engine, { from: '2025-10', to: '2025-10' });
  expect(after.months[0]?.regions[0]).toMatchObject({ status: 'INSUFFICIENT', stock: '600.00' });
});

test('data from the future is refused', async () => {
  const engine = await createTestEngine();
  await expect(ingest(engine, SALES, { asOf: new Date('2026-01-01T00:00:00Z') })).rejects.toMatchObject({
    code: 'AS_OF_FUTURE',
  });
  await expect(
    assessmentsOf(engine, { from: '2025-09', to: '2025-09', asOf: new Date('2026-01-01T00:00:00Z') }),
  ).rejects.toMatchObject({
    code: 'AS_OF_FUTURE',
  });
});

test('a failure at any step of taking a file in leaves either all of it or nothing', async () => {
  const steps = await stepsOf();
  expect(steps.length).toBeGreaterThanOrEqual(5);
  for (const step of steps) {
    const engine = await createTestEngine();
    const failing = {
      ...engine,
      onStep: (name: string) => {
        if (name === step) throw new Error(`stopped at ${step}`);
      },
    };
    await expect(ingest(failing, SALES)).rejects.toThrow(step);
    const stored = await observationCount(engine);
    expect([0, 2]).toContain(stored);
    expect((await engine.database.db.selectFrom('batch').select('id').execute()).length).toBe(stored / 2);
    await ingest(engine, SALES);
    expect(await observationCount(engine)).toBe(2);
    await assessMonths(engine);
  }
});

async function stepsOf(): Promise<string[]> {
  const engine = await createTestEngine();
  await ingest(engine, SALES);
  return engine.steps;
}
