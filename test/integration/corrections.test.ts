import { type Config, loadConfig } from '@quhua/config';
import type { FeedsSettings } from '@quhua/core';
import { approveBatch, ingestFile, withdrawBatch } from '@quhua/engine';
import { listLedgerRows } from '@quhua/storage';
import { expect, test } from 'vitest';
import { createTestEngine, KASHGAR, salesCsv, take } from '../support/engine.ts';

const FIRST = salesCsv([
  ['653101', '2025-08', '90.00', '0'],
  ['653101', '2025-09', '100.00', '0'],
]);
const CORRECTION = salesCsv([
  ['653101', '2025-08', '90.00', '0'],
  ['653101', '2025-09', '120.50', '2.00'],
]);

test('a correction says what it changes, with the batch that said otherwise, and is a warning on its row', async () => {
  const engine = await createTestEngine();
  const first = await take(engine, FIRST, { asOf: '2025-10-05T00:00:00Z' });
  expect(first).toMatchObject({ changes: [], changeCount: 0 });
  const preview = await ingestFile(engine, { name: 'c.csv', bytes: CORRECTION, by: 'test', dryRun: true });
  const corrected = await take(engine, CORRECTION, { asOf: '2025-10-20T00:00:00Z' });
  const key = { region_code: '653101', month: '2025-09' };
  const changes = [
    { key, column: 'signed_area', before: '100.00', after: '120.50', beforeBatch: first.id },
    { key, column: 'cancelled_area', before: '0.00', after: '2.00', beforeBatch: first.id },
  ];
  for (const result of [preview, corrected]) {
    expect(result).toMatchObject({ changeCount: 2, changes, rows: { total: 2, accepted: 1, warned: 1 } });
    expect(result.reasons).toEqual([{ code: 'PERIOD_CORRECTED', count: 1 }]);
  }
  const [row] = await listLedgerRows(engine.database.db, Number(corrected.id));
  expect(row).toMatchObject({ line: 3, outcome: 'warned' });
  expect(row?.reasons[0]?.message).toContain('网签面积 100.00 → 120.50');
  const again = await ingestFile(engine, { name: 'c.csv', bytes: CORRECTION, by: 'test' });
  expect(again).toMatchObject({ status: 'duplicate', id: corrected.id, changeCount: 2 });
});

test('an older file that arrives late is kept for its own time, says so, and changes nothing that is known now', async () => {
  const engine = await createTestEngine();
  await take(engine, CORRECTION, { asOf: '2025-10-20T00:00:00Z' });
  const late = await take(engine, FIRST, { asOf: '2025-10-05T00:00:00Z' });
  expect(late).toMatchObject({
    changeCount: 0,
    rows: { accepted: 1, warned: 1 },
    reasons: [{ code: 'NEWER_KNOWN', count: 1 }],
  });
});

test('after a withdrawal the next file is compared with what is believed then', async () => {
  const engine = await createTestEngine();
  await take(engine, FIRST, { asOf: '2025-10-05T00:00:00Z' });
  const wrong = await take(engine, CORRECTION, { asOf: '2025-10-20T00:00:00Z' });
  await withdrawBatch(engine, { id: Number(wrong.id), by: 'test', reason: 'wrong' });
  engine.setNow('2025-11-07T00:00:00Z');
  const same = await take(engine, salesCsv([['653101', '2025-09', '100.00', '0.00']]));
  expect(same).toMatchObject({ changeCount: 0, rows: { accepted: 1 } });
});

test('a record of another feed is corrected and shown the same way', async () => {
  const engine = await createTestEngine();
  const header = 'project_no,region_code,name,developer,households_sold,contract_delivery_on,guarantee_amount';
  const file = (row: string): Buffer => Buffer.from(`${header}\n${row}\n`);
  await take(engine, file('P1,653101,模拟一号,甲,10,2026-10-31,9000000.00'), { asOf: '2025-10-05T00:00:00Z' });
  const second = await take(engine, file('P1,653121,模拟一号,甲,12,2026-12-31,9000000.00'), {
    asOf: '2025-10-06T00:00:00Z',
  });
  expect(second.rows).toMatchObject({ accepted: 1, warned: 0 });
  expect(second.changes.map(({ column, before, after }) => [column, before, after])).toEqual([
    ['region_code', '653101', '653121'],
    ['households_sold', '10', '12'],
    ['contract_delivery_on', '2026-10-31', '2026-12-31'],
  ]);
});

const WITH_TOTAL = Buffer.from(
  'region_code,month,signed_area,cancelled_area\n653101,2025-09,100.00,0\n653121,2025-09,50.00,0\n合计,,170.00,0\n',
);

function withTotals(totals: FeedsSettings['totals']): Config {
  const config = loadConfig(KASHGAR);
  return { ...config, feeds: { ...config.feeds, totals } };
}

test('a total that contradicts its rows holds the file, refuses it, or is a note, by setting', async () => {
  const held = await createTestEngine({ config: withTotals('hold') });
  const waiting = await ingestFile(held, { name: 't.csv', bytes: WITH_TOTAL, by: 'test' });
  expect(waiting).toMatchObject({ status: 'held', rows: { total: 2, accepted: 2 } });
  expect(waiting.message).toContain('合计');
  const effect = await approveBatch(held, { id: Number(waiting.id), by: 'test', reason: 'checked' });
  expect(effect.affected).toHaveLength(2);

  const refused = await createTestEngine({ config: withTotals('refuse') });
  expect(await ingestFile(refused, { name: 't.csv', bytes: WITH_TOTAL, by: 'test' })).toMatchObject({
    status: 'rejected',
    reasons: [{ code: 'TOTAL_MISMATCH', count: 1 }],
  });
  const dry = await ingestFile(refused, { name: 't.csv', bytes: WITH_TOTAL, by: 'test', dryRun: true });
  expect(dry).toMatchObject({ id: null, status: 'rejected' });

  const warned = await createTestEngine({ config: withTotals('warn') });
  const taken = await ingestFile(warned, { name: 't.csv', bytes: WITH_TOTAL, by: 'test' });
  expect(taken.status).toBe('accepted');
  expect(taken.plan?.notes.map(({ code }) => code)).toContain('TOTAL_MISMATCH');
});
