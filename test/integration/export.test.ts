import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeedName } from '@quhua/core';
import { type ExportInput, exportFeed, ingestFile } from '@quhua/engine';
import { expect, test } from 'vitest';
import { createTestEngine, salesCsv, type TestEngine, take } from '../support/engine.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/feeds');

async function exported(engine: TestEngine, input: ExportInput) {
  let text = '';
  const result = await exportFeed(engine, input, async (part) => {
    text += part;
  });
  expect(result.sha256).toBe(createHash('sha256').update(text).digest('hex'));
  return { ...result, text };
}

test.each<[FeedName, string]>([
  ['sales', 'sales.csv'],
  ['inventory', 'inventory.csv'],
  ['contracts', 'contracts.csv'],
])('%s comes out as it was taken in, to the byte', async (feed, name) => {
  const engine = await createTestEngine();
  const bytes = readFileSync(join(FIXTURES, name));
  const { id } = await take(engine, bytes, { name });
  const { text, rows } = await exported(engine, { feed, batch: Number(id) });
  const [header, ...lines] = bytes.toString('utf8').trimEnd().split('\n');
  expect(text).toBe([header, ...lines.sort(), ''].join('\n')); // every key is as wide as the others: so are their orders
  expect(rows).toBe(text.split('\n').length - 2);
  if (feed === 'contracts') expect((await exported(engine, { feed })).text).toBe(text);
});

const RECORDS: readonly [FeedName, string][] = [
  [
    'land',
    'entry_no,region_code,kind,parcel_no,land_use,area,date\nTD-1,653101,sold,甲1号,商品住宅用地,1920,2025-02-01\n',
  ],
  [
    'projects',
    'project_no,region_code,name,developer,buildings,total_units,households_sold,contract_delivery_on,whitelist_approved,whitelist_disbursed,guarantee_amount\nP1,653101,=cmd|\' /C calc\'!A0,"甲,乙",7,,444,2026-10-31,0.00,,9000000.00\n',
  ],
  [
    'project-reports',
    'project_no,report_date,physical_progress_pct,planned_progress_pct,escrow_balance,account_frozen,completion_filed\nP1,2025-09-30,26.75,26.6,37339362.67,0,1\nP1,2025-10-31,,27.0,1.00,1,0\n',
  ],
  [
    'plan-progress',
    'item,report_date,region_code,done_units,done_area\n公租房套数,2025-09-30,653101,0,\n公租房套数,2025-10-31,653101,2100,\n公租房建筑面积,2025-10-31,653101,,81900.00\n公租房套数,2025-10-31,653121,5,\n',
  ],
  [
    'project-notices',
    'notice_no,project_no,date,kind,amount,count\nDT-1,P1,2025-10-02,statement,37339362.67,\nDT-2,P1,2025-10-09,petition,,3\n',
  ],
  [
    'project-schedule',
    'project_no,kind,item,date,progress_pct,amount,count\nP1,building,1号楼,2026-06-30,,,120\nP1,node,主体封顶,,60.5,37339362.67,\nP1,plan,一季度,2026-03-31,45.25,,\n',
  ],
];

test.each(RECORDS)('%s comes out as it was taken in, in the columns of its file', async (feed, text) => {
  const engine = await createTestEngine();
  const { id } = await take(engine, Buffer.from(text), { feed, name: `${feed}.csv` });
  const batch = await exported(engine, { feed, batch: Number(id) });
  expect(batch.text).toBe(text);
  expect(batch.formulas).toBe(feed === 'projects' ? 1 : 0);
});

test('what is known is the newest version as of an instant; a missing figure takes nothing away', async () => {
  const engine = await createTestEngine();
  const full =
    'region_code,month,signed_area,cancelled_area,signed_units,cancelled_units\n653101,2025-09,500.00,0.00,5,0\n';
  await take(engine, Buffer.from(full), { asOf: '2025-10-05T00:00:00Z' });
  const second = await take(engine, salesCsv([['653101', '2025-09', '520.00', '0.50']]), {
    asOf: '2025-10-08T00:00:00Z',
  });
  expect((await exported(engine, { feed: 'sales' })).text).toBe(full.replace('500.00,0.00', '520.00,0.50'));
  expect((await exported(engine, { feed: 'sales', asOf: new Date('2025-10-06T00:00:00Z') })).text).toBe(full);
  const own = await exported(engine, { feed: 'sales', batch: Number(second.id) });
  expect(own.text).toBe('region_code,month,signed_area,cancelled_area\n653101,2025-09,520.00,0.50\n');
});

test('a batch of another feed, one that is held, and one that does not exist are refused', async () => {
  const engine = await createTestEngine();
  const sales = await take(engine, salesCsv([['653101', '2025-09', '2.00', '0.50']]));
  await expect(exported(engine, { feed: 'land', batch: Number(sales.id) })).rejects.toMatchObject({
    code: 'BATCH_OTHER_FEED',
  });
  await expect(exported(engine, { feed: 'land', batch: 99 })).rejects.toMatchObject({ code: 'BATCH_NOT_FOUND' });
  const bytes = salesCsv([
    ['653101', '2025-09', '1', '0'],
    ['653103', '2025-09', '1', '0'],
    ['653102', '2025-09', '1', '0'],
  ]);
  const held = await ingestFile(engine, { name: 'h.csv', bytes, by: 'test' });
  expect(held.status).toBe('held');
  await expect(exported(engine, { feed: 'sales', batch: Number(held.id) })).rejects.toMatchObject({
    code: 'BATCH_OTHER_FEED',
  });
});
