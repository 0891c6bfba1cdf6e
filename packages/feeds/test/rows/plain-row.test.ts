import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS } from '../../src/limits.ts';
import { createRowChecker } from '../../src/rows/check-row.ts';
import type { TableRow } from '../../src/table.ts';
import { LOOKUP, TODAY, tableOf, WHOLE } from './support.ts';

const COLUMNS = ['contract_no', 'region', 'project', 'signed_on', 'cancelled_on', 'area', 'price_total', '备注'];
const CELLS = [
  ['WQ0000000001', 'wq-1', '', '合计', 'ＷＱ１', '12345678901234567X', '1E+5'],
  ['653101', '喀什市', '', '疏附', '疏府县', '合计'],
  ['模拟雅居1期', '', '13812345678', ' 某园 ', '\u0001'],
  ['2025-01-31', '2025-02-30', '2025/1/5', '2099-01-01', '', '45000', '1989-12-31', '2025-11-06', '2025-11-07'],
  ['', '2025-02-28', '2025-01-01', '—'],
  ['99.50', '0', '', '99.505', '1,234.5', '-3', '98㎡', '9', '60000'],
  ['500000', '', '50万元', '0', '12.345', '99999999999'],
  ['', '好', '13812345678'],
];
const row = fc.tuple(...CELLS.map((texts) => fc.constantFrom(...texts)));
const context = { lookup: LOOKUP, jurisdiction: WHOLE, today: TODAY, limits: LIMITS };

test('a row that is read the short way is read as the full check reads it', () => {
  const { mapping } = tableOf(COLUMNS, [], { feed: 'contracts' });
  const short = createRowChecker(mapping, context).check;
  // A unit column, in which nothing stands, makes the short way impossible and changes nothing else.
  const long = createRowChecker({ ...mapping, unit: { index: 99, header: '单位' } }, context).check;
  let plain = 0;
  fc.assert(
    fc.property(row, fc.nat(3), (cells, cut) => {
      const given: TableRow = { place: { sheet: '', row: 2 }, cells: cut === 0 ? cells.slice(0, 6) : cells };
      const one = short(given);
      if (one.kind === 'records' && one.records[0]?.reasons.length === 0) plain += 1;
      expect(one).toEqual(long(given));
    }),
    { numRuns: 5_000, seed: 4 },
  );
  expect(plain).toBeGreaterThan(20);
});

test.each(['sales', 'project-reports'] as const)('%s: empty, missing and open months take the full check', (feed) => {
  const columns =
    feed === 'sales'
      ? ['region', 'month', 'signed_area', 'cancelled_area']
      : ['project_no', 'report_date', 'escrow_balance'];
  const { mapping } = tableOf(columns, [], { feed });
  const check = createRowChecker(mapping, context).check;
  const full = createRowChecker({ ...mapping, unit: { index: 99, header: '单位' } }, context).check;
  const keys =
    feed === 'sales'
      ? [
          ['653101', '疏附县', ''],
          ['2025-10', '2025-11', '2025-12', ''],
        ]
      : [
          ['P-1', ''],
          ['2025-10-31', ''],
        ];
  const figures = ['', '0', '12.5', 'x'];
  for (const first of keys[0] ?? []) {
    for (const second of keys[1] ?? []) {
      for (const figure of figures) {
        for (const last of feed === 'sales' ? figures : [undefined]) {
          const given = {
            place: { sheet: '', row: 2 },
            cells: [first, second, figure, ...(last === undefined ? [] : [last])],
          };
          expect(check(given)).toEqual(full(given));
        }
      }
    }
  }
});
