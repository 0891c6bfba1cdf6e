import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { approveBatch, assessMonths, type IngestResult, ingestFile } from '@quhua/engine';
import { listAlerts, listLedgerRows } from '@quhua/storage';
import { expect, test } from 'vitest';
import { createTestEngine, type StockRow, stockCsv, type TestEngine, take } from '../support/engine.ts';

const FEEDS = join(import.meta.dirname, '../fixtures/feeds');
type Feed = 'sales' | 'inventory';
type Cells = Record<string, string>;

const SAMPLES = { sales: rowsOf('sales'), inventory: rowsOf('inventory') };

function rowsOf(feed: Feed): Cells[] {
  const [header = '', ...lines] = readFileSync(join(FEEDS, `${feed}.csv`), 'utf8')
    .trimEnd()
    .split('\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at] ?? '', cell])));
}

/** Rows of the samples as a file, some of their columns and cells changed. */
function fileOf(rows: readonly Cells[], columns = Object.keys(rows[0] ?? {})): Buffer {
  const lines = rows.map((row) => columns.map((name) => row[name] ?? '').join(','));
  return Buffer.from(`${[columns.join(','), ...lines].join('\n')}\n`);
}

const monthOf = (feed: Feed, month: string): Cells[] => SAMPLES[feed].filter((row) => row.month === month);
const before = (feed: Feed, month: string): Cells[] => SAMPLES[feed].filter((row) => (row.month ?? '') < month);

/** An engine that knows the samples up to, and without, October 2025. */
async function engineWithHistory(): Promise<TestEngine> {
  const engine = await createTestEngine({ now: '2025-10-06T10:00:00+08:00' });
  for (const feed of ['sales', 'inventory'] as const) await take(engine, fileOf(before(feed, '2025-10')));
  engine.setNow('2025-11-06T10:00:00+08:00');
  return engine;
}

function ingest(engine: TestEngine, bytes: Buffer, name = '10月.csv'): Promise<IngestResult> {
  return ingestFile(engine, { name, bytes, by: 'test' });
}

async function ledgerOf(engine: TestEngine, { id }: IngestResult) {
  return listLedgerRows(engine.database.db, Number(id));
}

test('the good samples come in without a word, in one file and month by month', async () => {
  const engine = await createTestEngine();
  for (const feed of ['sales', 'inventory'] as const) {
    const { rows } = await take(engine, fileOf(SAMPLES[feed]), { asOf: '2025-11-06T09:00:00+08:00' });
    expect(rows).toMatchObject({ total: SAMPLES[feed].length, accepted: SAMPLES[feed].length });
  }
  const monthly = await engineWithHistory();
  for (const feed of ['sales', 'inventory'] as const) {
    const { rows } = await take(monthly, fileOf(monthOf(feed, '2025-10')));
    expect(rows).toMatchObject({ accepted: rows.total, warned: 0, quarantined: 0 });
  }
});

test('a figure of another unit is sent back, with its place, and the rest is taken', async () => {
  const engine = await engineWithHistory();
  const rows = monthOf('sales', '2025-10').map((row) =>
    row.region_code === '653101' ? { ...row, signed_area: `${row.signed_area?.replace('.', '')}00.00` } : row,
  );
  const bytes = fileOf(rows, ['region_code', 'month', 'signed_area', 'cancelled_area']);
  const preview = await ingestFile(engine, { name: '10月.csv', bytes, by: 'test', dryRun: true });
  expect(preview).toMatchObject({
    id: null,
    told: { quarantined: [{ reasons: [{ code: 'UNIT_MIXUP' }] }], warned: [] },
  });
  const lines = (preview.told.quarantined ?? []).map(({ line }) => line);
  expect(preview.sample.filter(({ row }) => lines.includes(row))).toEqual([]); // it shows what would be taken
  const result = await ingest(engine, bytes);
  expect(result).toMatchObject({
    status: 'accepted',
    rows: { total: 13, accepted: 12, warned: 0, quarantined: 1 },
    reasons: [{ code: 'UNIT_MIXUP', count: 1 }],
  });
  const [row] = await ledgerOf(engine, result);
  expect(row).toMatchObject({
    outcome: 'quarantined',
    raw: ['653101', '2025-10', '820064700.00', '3132.85'],
    reasons: [{ code: 'UNIT_MIXUP', column: 'signed_area' }],
  });
  expect(row?.reasons[0]?.message).toMatch(
    /^第\d+行“signed_area”列：820064700\.00㎡约为喀什市常见值.*10000倍.* \/ line \d+/u,
  );
  const { db } = engine.database;
  const known = db.selectFrom('sales_observation').select('line').where('month', '=', '2025-10');
  expect(await known.execute()).toHaveLength(12);
});

test('last month’s table sent again is held; a person may take it in', async () => {
  const engine = await engineWithHistory();
  const copied = monthOf('sales', '2025-09').map((row) => ({ ...row, month: '2025-10' }));
  const held = await ingest(engine, fileOf(copied));
  expect(held).toMatchObject({ status: 'held', message: expect.stringContaining('与上月完全相同') });
  expect(held.reasons).toContainEqual({ code: 'IDENTICAL_PERIOD', count: held.rows.warned });
  const { affected } = await approveBatch(engine, { id: Number(held.id), by: 'li', reason: '确认无误' });
  expect(affected).toHaveLength(copied.length);
});

test('the same rows in another order are judged the same', async () => {
  const spoilt = SAMPLES.inventory.map((row, at) =>
    at % 97 === 50 ? { ...row, presale_unsold_area: `${row.presale_unsold_area?.replace('.', '')}00.00` } : row,
  );
  const accused: string[][] = [];
  for (const rows of [
    spoilt,
    spoilt.toReversed(),
    spoilt.toSorted((a, b) => ((a.month ?? '') < (b.month ?? '') ? 1 : -1)),
  ]) {
    const engine = await createTestEngine();
    const result = await ingest(engine, fileOf(rows));
    accused.push((await ledgerOf(engine, result)).map(({ outcome, raw }) => `${outcome} ${raw.join()}`).sort());
  }
  expect(accused[0]?.length).toBeGreaterThanOrEqual(4);
  expect(accused[1]).toEqual(accused[0]);
  expect(accused[2]).toEqual(accused[0]);
});

test('history is what was known before the file’s own instant, whatever is stored', async () => {
  const engine = await engineWithHistory();
  const file = fileOf(
    monthOf('sales', '2025-10').map((row) => ({ ...row, month: '2024-10', signed_area: '90000000.00' })),
    ['region_code', 'month', 'signed_area', 'cancelled_area'],
  );
  const early = await take(engine, file, { asOf: '2025-01-01T00:00:00+08:00' });
  expect(early.rows).toMatchObject({ quarantined: 0 });
});

test('what was said of a figure stands in the alert that rests on it, until the figure is corrected', async () => {
  const engine = await engineWithHistory();
  await take(engine, fileOf(monthOf('sales', '2025-10')));
  engine.setNow('2025-11-06T11:00:00+08:00'); // two files of one instant do not see each other
  const off = (add: string) =>
    monthOf('inventory', '2025-10').map((row) =>
      row.region_code === '653122' ? { ...row, presale_unsold_area: `${add}${row.presale_unsold_area}` } : row,
    );
  const warned = await take(engine, fileOf(off('1')), { name: '库存10月.csv' });
  expect(warned.reasons).toContainEqual({ code: 'STOCK_FLOW', count: 1 });
  await assessMonths(engine);
  const find = async () =>
    (await listAlerts(engine.database.db, { jurisdiction: '653100' })).find(
      ({ subject, kind }) => subject.code === '653122' && kind === 'TIER_SUSPEND',
    );
  const alert = await find();
  expect(alert?.text).toContain('。⚠ 数据提示：2025年10月库存：库存与进出不平');
  expect(alert?.inputs).toMatchObject({
    dataWarnings: expect.arrayContaining([
      {
        code: 'STOCK_FLOW',
        feed: 'inventory',
        month: '2025-10',
        place: expect.stringMatching(/^库存10月\.csv 第\d+行$/u),
      },
    ]),
  });
  engine.setNow('2025-11-07T10:00:00+08:00');
  await take(engine, fileOf(monthOf('inventory', '2025-10').filter(({ region_code }) => region_code === '653122')));
  await assessMonths(engine);
  const later = await find();
  expect(later?.text).not.toContain('库存与进出不平');
});

test('a table with a grand total that lacks a unit says so, and is taken', async () => {
  const engine = await createTestEngine();
  const rows: StockRow[] = monthOf('inventory', '2025-10')
    .slice(1)
    .map((row) => [row.region_code ?? '', '2025-10', row.presale_unsold_area ?? '', row.completed_unsold_area ?? '']);
  const sum = (at: 2 | 3) => rows.reduce((total, row) => total + BigInt(row[at].replace('.', '')), 0n).toString();
  const text = (digits: string) => `${digits.slice(0, -2)}.${digits.slice(-2)}`;
  const result = await ingest(engine, stockCsv([...rows, ['合计', '2025-10', text(sum(2)), text(sum(3))]]));
  expect(result).toMatchObject({ status: 'accepted', rows: { accepted: 12 } });
  expect(result.plan?.notes).toContainEqual(
    expect.objectContaining({ code: 'PARTIAL_UNITS', message: expect.stringContaining('缺1个县市：喀什市') }),
  );
});

test('of a large file too a refused row is kept whole', async () => {
  const engine = await createTestEngine();
  const codes = monthOf('sales', '2022-12').map((row) => row.region_code ?? '');
  const rows = Array.from({ length: 19_500 }, (_, at) => {
    const month = at / codes.length + 1900 * 12;
    const text = `${Math.floor(month / 12)}-${String((Math.floor(month) % 12) + 1).padStart(2, '0')}`;
    return [codes[at % codes.length] ?? '', text, `${1000 + ((at * 7919) % 500)}.${(at % 90) + 10}`, '1.50'];
  });
  const last = rows.at(-1) ?? [];
  last[2] = '12345678.00';
  const file = ['region_code,month,signed_area,cancelled_area', ...rows.map((row) => row.join(','))].join('\n');
  const result = await ingest(engine, Buffer.from(`${file}\n`));
  expect(result.rows).toMatchObject({ total: 19_500, accepted: 19_499, quarantined: 1 });
  expect(await ledgerOf(engine, result)).toMatchObject([{ line: 19_501, outcome: 'quarantined', raw: last }]);
}, 60_000);
