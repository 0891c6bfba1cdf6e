import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@quhua/config';
import type { Definition } from '@quhua/core';
import { assessMonths, assessmentsOf, ingestFile, regionIdsOf, ruleInForce, withdrawBatch } from '@quhua/engine';
import { loadSeries } from '@quhua/storage';
import { expect, test } from 'vitest';
import { createTestEngine, salesCsv, stockCsv, type TestEngine, take } from '../support/engine.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/feeds');
const HEADER = 'contract_no,region_code,project,signed_on,cancelled_on,area,price_total';

function contractsCsv(rows: readonly string[]): Buffer {
  return Buffer.from(`${HEADER}\n${rows.map((row) => `${row}\n`).join('')}`);
}

function withDefinition(config: Config, part: Partial<Definition>): Config {
  const rulebooks = new Map(
    [...config.rulebooks].map(([id, book]) => [id, { ...book, definition: { ...book.definition, ...part } }]),
  );
  return { ...config, rulebooks };
}

/** Net sales by month that contracts and reports give one unit, as of an instant. */
async function netSalesOf(engine: TestEngine, code: string, asOf = engine.now(), part: Partial<Definition> = {}) {
  const regionId = (await regionIdsOf(engine)).get(code) ?? -1;
  const definition = { ...ruleInForce(engine).definition, ...part };
  const wanted = [{ regionId, from: '2025-06' }];
  const series = await loadSeries(engine.database.db, { wanted, to: '2025-10', asOf, definition });
  return series.get(regionId);
}

async function nets(engine: TestEngine, asOf?: string, part: Partial<Definition> = {}) {
  const unit = await netSalesOf(engine, '653101', asOf === undefined ? engine.now() : new Date(asOf), part);
  return unit?.netSalesCentisqm;
}

test('the sample contracts give the published monthly sums, on both bases', async () => {
  const engine = await createTestEngine();
  const result = await take(engine, readFileSync(join(FIXTURES, 'contracts.csv')), { name: 'contracts.csv' });
  expect(result.rows).toMatchObject({ total: 30_413, accepted: 30_413 });
  const rows = readFileSync(join(FIXTURES, 'contracts-rollup.csv'), 'utf8').trim().split(/\r?\n/u).slice(1);
  const hundredths = (text = ''): number => Number(text.replace('.', ''));
  for (const [basis, column] of [
    ['event', 6],
    ['restated', 7],
  ] as const) {
    for (const code of ['653101', '653125']) {
      const unit = await netSalesOf(engine, code, engine.now(), { basis });
      const expected = rows
        .map((row) => row.split(','))
        .filter(([region, month = '']) => region === code && month >= '2025-06')
        .map((cells) => hundredths(cells[column]));
      expect(unit?.netSalesCentisqm).toEqual(expected);
      expect(unit?.simulated).toEqual([true, true, true, true, true].map(() => result.simulated));
    }
  }
});

test('a cancellation counts in its own month once it is known, and before that the month is as it was', async () => {
  const engine = await createTestEngine();
  await take(engine, contractsCsv(['A,653101,,2025-07-03,,100,', 'B,653101,,2025-08-03,,50,']), {
    asOf: '2025-09-05T00:00:00Z',
  });
  await take(engine, contractsCsv(['A,653101,,2025-07-03,2025-09-09,100,', 'C,653101,,2025-09-30,,7.5,']), {
    asOf: '2025-10-05T00:00:00Z',
  });
  expect(await nets(engine)).toEqual([null, 100_00, 50_00, 7_50 - 100_00, null]);
  expect(await nets(engine, undefined, { basis: 'restated' })).toEqual([null, 0, 50_00, 7_50, null]);
  expect(await nets(engine, '2025-09-06T00:00:00Z')).toEqual([null, 100_00, 50_00, null, null]);
});

test('a month that was not over takes no part until an event of it is reported after its end', async () => {
  const engine = await createTestEngine();
  await take(engine, contractsCsv(['A,653101,,2025-09-03,,100,']), { asOf: '2025-09-10T00:00:00Z' });
  expect(await nets(engine)).toEqual([null, null, null, null, null]);
  await take(engine, contractsCsv(['B,653101,,2025-09-20,,1,']), { asOf: '2025-10-02T00:00:00Z' });
  expect(await nets(engine)).toEqual([null, null, null, 101_00, null]);
});

test('reported sales go before contracts or behind them, as the definition says; each fills the other’s gaps', async () => {
  const engine = await createTestEngine();
  await take(
    engine,
    salesCsv([
      ['653101', '2025-07', '1', '0'],
      ['653101', '2025-08', '2', '0'],
    ]),
  );
  await take(engine, contractsCsv(['A,653101,,2025-08-03,,50,', 'B,653101,,2025-09-03,,60,']));
  expect(await nets(engine)).toEqual([null, 1_00, 2_00, 60_00, null]);
  expect(await nets(engine, undefined, { sales: 'contracts' })).toEqual([null, 1_00, 50_00, 60_00, null]);
});

test('a contract that moves to another unit, and a batch that is withdrawn, change both units from the first month on', async () => {
  const base = await createTestEngine();
  const engine = { ...base, config: withDefinition(base.config, { minMonths: 1, provisionalBelow: 1 }) };
  await take(
    engine,
    stockCsv([
      ['653101', '2025-09', '1000', '0'],
      ['653121', '2025-09', '1000', '0'],
    ]),
    { asOf: '2025-10-02T00:00:00Z' },
  );
  await take(engine, contractsCsv(['A,653101,,2025-08-03,,50,', 'B,653121,,2025-09-03,,60,']), {
    asOf: '2025-10-03T00:00:00Z',
  });
  const sold = async (asOf?: string) => {
    const when = asOf === undefined ? {} : { asOf: new Date(asOf) };
    const { months } = await assessmentsOf(engine, { from: '2025-09', to: '2025-09', ...when });
    return ['653101', '653121'].map((code) => months[0]?.regions.find((region) => region.code === code)?.sold);
  };
  expect(await sold()).toEqual(['50.00', '60.00']);
  const moved = await take(engine, contractsCsv(['A,653121,,2025-08-03,,50,']), { asOf: '2025-10-04T00:00:00Z' });
  expect(moved).toMatchObject({
    changeCount: 1,
    rows: { warned: 1 },
    reasons: [{ code: 'PERIOD_CORRECTED', count: 1 }],
  });
  expect(await sold()).toEqual(['0.00', '110.00']);
  base.setNow('2025-11-07T00:00:00Z');
  const effect = await withdrawBatch(engine, { id: Number(moved.id), by: 'test', reason: 'wrong unit' });
  expect(effect.affected).toEqual([{ region: '653121', month: '2025-08' }]);
  expect(await sold()).toEqual(['50.00', '60.00']);
  expect(await sold('2025-11-06T00:00:00Z')).toEqual(['0.00', '110.00']);
  await assessMonths(engine);
  const live = await ingestFile(engine, {
    name: 'x.csv',
    bytes: contractsCsv(['A,653101,,2025-08-03,,50,']),
    by: 'test',
  });
  expect(live).toMatchObject({ status: 'accepted', changeCount: 0 });
});
