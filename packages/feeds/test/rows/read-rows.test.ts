import { expect, test } from 'vitest';
import type { MappedTable } from '../../src/mapping.ts';
import { codesOf, LOOKUP, read, type TableOptions, tableOf } from './support.ts';

const SALES = ['region', 'month', 'signed_area', 'cancelled_area'];
const CONTRACTS = ['contract_no', 'region', 'project', 'signed_on', 'cancelled_on', 'area', 'price_total'];
const cells = (row: string) => row.split(',');
const sales = (row: string, options: TableOptions = {}) => read(tableOf(SALES, [cells(row)], options));
const contract = (row: string) => read(tableOf(CONTRACTS, [cells(row)], { feed: 'contracts' }));

test('records of every feed are stored in the feed’s own order and units', async () => {
  const columns = [
    'name',
    'project_no',
    'region',
    { name: 'guarantee_amount', unit: 'wan-yuan' as const },
    'contract_delivery_on',
  ];
  const { rows } = await read(tableOf(columns, [['甲', 'P1', '喀什', '900', '2026年10月31日']], { feed: 'projects' }));
  const values = ['P1', '甲', null, null, null, null, '2026-10-31', null, null, 900_000_000, ...Array(6).fill(null)];
  expect(rows).toEqual([
    { line: 2, regionCode: '653101', month: null, values, raw: ['甲', 'P1', '喀什', '900', '2026年10月31日'] },
  ]);
});

test('a wide table has a record for each month, each with its own line', async () => {
  const columns = [
    'region',
    { name: 'signed_area', header: '7月>面积', month: '2025-07', unit: 'wan-sqm' as const },
    { name: 'signed_units', header: '7月>套数', month: '2025-07' },
    { name: 'signed_area', header: '8月>面积', month: '2025-08', unit: 'wan-sqm' as const },
    { name: 'signed_units', header: '8月>套数', month: '2025-08' },
  ];
  const rows = [
    ['喀什市', '1.5', '150', '2', '160'],
    ['疏附县', '1', '90', '—', '-'],
    ['沙车县', '1', '90', '', ''],
    ['泽普县', '', '', '', ''],
  ];
  const result = await read(tableOf(columns, rows, { sheet: '表', from: 4, base: 100, absent: { cancelled_area: 0 } }));
  expect(result.counts).toEqual({ total: 4, accepted: 3, warned: 0, quarantined: 1, duplicate: 0, empty: 4 });
  expect(result.rows.map(({ line, month, values }) => [line, month, values[0], values[1]])).toEqual([
    [107, '2025-07', 1_500_000, 0],
    [108, '2025-08', 2_000_000, 0],
    [109, '2025-07', 1_000_000, 0],
  ]);
  expect([...result.ledger.keys()]).toEqual([111]);
  expect(result.ledger.get(111)?.reasons[0]).toMatchObject({ code: 'UNIT_UNKNOWN', cell: '表!A6' });
});

test('a mapping’s base is read when its rows are, not before', async () => {
  const [first, second] = [0, 0].map((_, at) =>
    tableOf(SALES, [cells(`${at ? '疏附县' : '喀什市'},2025-10,1,0`)], { sheet: `表${at}` }),
  );
  if (first === undefined || second === undefined) throw new Error('two tables were made');
  let rowsOfFirst = 0;
  const late: MappedTable = {
    table: second.table,
    mapping: {
      ...second.mapping,
      get base() {
        return rowsOfFirst;
      },
    },
  };
  const counting: MappedTable = {
    ...first,
    table: {
      sheet: '表0',
      rows: async function* () {
        for await (const batch of first.table.rows()) {
          yield batch;
          rowsOfFirst = 2;
        }
      },
    },
  };
  const { rows } = await read([counting, late]);
  expect(rows.map(({ line }) => line)).toEqual([2, 4]);
});

test.each([
  ['653101', '653101'],
  ['653101.0', '653101'],
  ['6.53101E+05', '653101'],
  ['6.53101e5', '653101'],
  ['653101喀什市', '653101'],
  ['喀什市（653101）', '653101'],
  ['653101 喀 什', '653101'],
  ['喀 什 市', '653101'],
  ['６５３１０１', '653101'],
  ['塔县', '653131'],
  ['653100-JKQ', '653100-JKQ'],
])('“%s” is the unit %s', async (text, code) => {
  const { rows } = await sales(`${text},2025-10,1,0`);
  expect(rows[0]?.regionCode).toBe(code);
});

test.each([
  ['653101.5', 'UNIT_UNKNOWN'],
  ['6.53E+05', 'UNIT_UNKNOWN'],
  ['653101疏附县', 'REGION_CONFLICT'],
  ['沙车县', 'UNIT_UNKNOWN'],
  ['653171', 'UNIT_UNKNOWN'],
])('“%s” names no unit: %s', async (text, code) => {
  const { ledger } = await sales(`${text},2025-10,1,0`);
  expect(codesOf(ledger.get(2)?.reasons)).toEqual([code]);
});

test.each([
  ['2025', '10', '2025-10'],
  ['2025年', '10月', '2025-10'],
  ['二〇二五年', '十月', '2025-10'],
  ['2025.0', '9.0', '2025-09'],
  ['2025年度', '2025-10', '2025-10'],
])('year “%s” and month “%s” in two columns are %s', async (year, month, expected) => {
  const { rows } = await read(
    tableOf(['region', 'year', 'month', 'signed_area', 'cancelled_area'], [['喀什', year, month, '1', '0']]),
  );
  expect(rows[0]?.month).toBe(expected);
});

test.each([
  ['2025', '13', 'DATE_INVALID', 'month'],
  ['', '10', 'KEY_MISSING', 'year'],
  ['25', '10', 'DATE_FORMAT', 'year'],
  ['2025', '2024-10', 'PERIOD_CONFLICT', 'month'],
  ['2025', '1-10月', 'PERIOD_CUMULATIVE', 'month'],
])('year “%s” and month “%s” are refused: %s', async (year, month, code, column) => {
  const { ledger } = await read(
    tableOf(['region', 'year', 'month', 'signed_area', 'cancelled_area'], [['喀什', year, month, '1', '0']]),
  );
  expect(ledger.get(2)?.reasons).toMatchObject([{ code, column }]);
});

test('a title’s month and a row’s must agree', async () => {
  const rows = ['喀什市,2025-10,1,0', '疏附县,2025-09,1,0', '疏勒县,,1,0'].map(cells);
  const { rows: taken, ledger } = await read(tableOf(SALES, rows, { month: '2025-10' }));
  expect(taken.map(({ month }) => month)).toEqual(['2025-10', '2025-10']);
  expect(ledger.get(3)?.reasons).toMatchObject([{ code: 'PERIOD_CONFLICT', column: 'month' }]);
});

test('what a number shows goes before what a spreadsheet holds, for months only', async () => {
  const shown = new Map([
    [
      0,
      new Map([
        [1, '2025.10'],
        [2, '99.00'],
      ]),
    ],
  ]);
  const { rows } = await sales('喀什市,2025.1,1.5,0', { types: ['snnn'], shown });
  expect(rows[0]).toMatchObject({ month: '2025-10', values: [150, 0, null, null] });
  const { ledger } = await sales('喀什市,2025.1,1.5,0', { types: ['snnn'] });
  expect(codesOf(ledger.get(2)?.reasons)).toEqual(['DATE_AMBIGUOUS']);
});

test('a unit for the whole table, and one in a row that differs', async () => {
  const region = LOOKUP.find('喀什市');
  if (region === undefined) throw new Error('it is one of the units');
  const table = tableOf(SALES, [cells(',2025-09,1,0'), cells('疏附县,2025-10,1,0')], { region });
  const { rows, ledger } = await read(table);
  expect(rows.map(({ regionCode }) => regionCode)).toEqual(['653101']);
  expect(codesOf(ledger.get(3)?.reasons)).toEqual(['REGION_CONFLICT']);
});

test.each([
  '注：本表为月报,,,',
  '填表人：张三,审核人：李四,负责人：王五,',
  '模拟数据,,,',
  ',,单位负责人,',
  '说明,均为网签,不含公寓,住宅',
  'region,month,signed_area,cancelled_area',
  '数据来源：住建局,,,',
])('“%s” under a table is no record', async (row) => {
  const { counts, ignored, ledger } = await read(tableOf(SALES, [cells('喀什市,2025-10,1,0'), cells(row)]));
  expect({ ...counts, ledger: ledger.size }).toMatchObject({ total: 1, accepted: 1, empty: 0, ledger: 0 });
  expect(ignored).toMatchObject([{ sheet: '', row: 3 }]);
});

test.each([
  ['注：待定,2025-10,5,0', 'UNIT_UNKNOWN'],
  ['沙车县,2025-10,-,-', 'UNIT_UNKNOWN'],
  ['喀什市,待定,-,-', 'DATE_FORMAT'],
  [',2025-10,5,0', 'KEY_MISSING'],
  ['备注,,5,', 'UNIT_UNKNOWN'],
  ['喀什市,2025-10,待核实,', 'NUM_FORMAT'],
])('“%s” is a record that is refused, not a note', async (row, code) => {
  const { ledger, ignored } = await sales(row);
  expect(codesOf(ledger.get(2)?.reasons)).toContain(code);
  expect(ignored).toEqual([]);
});

test.each([
  ['喀什市,2025-10,-,—', 1],
  ['喀什市,2025-10,,', 1],
])('“%s” holds no figure and is counted apart', async (row, empty) => {
  const { counts, notes } = await sales(row);
  expect(counts).toMatchObject({ total: 0, empty });
  expect(codesOf(notes)).toEqual(['FILE_NO_FIGURES']);
});

test('a line of words that does not fit the table is a note; figures that do not are refused', async () => {
  const short = ['模拟数据'];
  expect((await read(tableOf(SALES, [cells('喀什市,2025-10,1,0'), short]))).ignored).toHaveLength(1);
  const { ledger } = await read(tableOf(SALES, [['5'], cells('喀什市,2025-10,1,234,0'), ['喀什市', '2025-10']]));
  expect([...ledger.values()].map(({ reasons }) => codesOf(reasons))).toEqual([
    ['ROW_SHAPE'],
    ['ROW_SHAPE'],
    ['ROW_SHAPE'],
  ]);
});

test('a sheet’s row may end early, and may not hold anything beyond the header', async () => {
  const rows = [
    ['喀什市', '2025-10', '1'],
    ['疏附县', '2025-10', '1', '0', '', 'x'],
  ];
  const { ledger } = await read(tableOf(SALES, rows, { strictWidth: false, sheet: '表' }));
  expect(codesOf(ledger.get(2)?.reasons)).toEqual(['VALUE_MISSING']);
  expect(codesOf(ledger.get(3)?.reasons)).toEqual(['ROW_SHAPE']);
  expect(ledger.get(3)?.reasons[0]?.message).toContain('F列没有表头却有内容');
});

test('a reader’s fault refuses its row where it is read, and only there', async () => {
  const fault = { code: 'CELL_FORMULA_NO_VALUE', zh: '公式没有结果', en: 'no value' } as const;
  const columns = [...SALES, { name: 'other', header: '备注' }];
  const of = (column: number) =>
    tableOf(columns, [cells('喀什市,2025-10,,0,')], { sheet: '表', faults: new Map([[0, [{ ...fault, column }]]]) });
  const { ledger } = await read(of(2));
  expect(ledger.get(2)?.reasons[0]).toMatchObject({
    code: 'CELL_FORMULA_NO_VALUE',
    cell: '表!C2',
    column: 'signed_area',
  });
  expect((await read(of(4))).counts.quarantined).toBe(0);
});

test('each row’s unit column settles its own cells', async () => {
  const columns = ['entry_no', 'region', 'kind', 'parcel_no', 'land_use', 'area', 'unit', 'date'];
  const rows = [
    'T1,喀什,公告,A,住宅,2.88,亩,2025-02-01',
    'T2,喀什,成交,B,住宅,1.5,公顷,2025/2/2',
    'T3,喀什,签约,C,住宅,10,坪,2025/2/2',
    'T4,喀什,签约,C,住宅,10,,2025/2/2',
  ];
  const { rows: taken, ledger } = await read(tableOf(columns, rows.map(cells), { feed: 'land' }));
  expect(taken.map(({ values }) => values[4])).toEqual([1_920, 15_000]);
  expect([...ledger.values()].map(({ reasons }) => codesOf(reasons))).toEqual([
    ['UNIT_MISSING', 'UNIT_UNSUPPORTED'],
    ['UNIT_MISSING'],
  ]);
});

test.each([
  ['WQ1,喀什,甲,2025-10-01,,100,500000', []],
  ['WQ1,喀什,甲,2025-10-01,2025-10-02,100,500000', []],
  ['WQ1,喀什,甲,2025-10-02,2025-10-01,100,500000', ['DATE_ORDER']],
  ['WQ1,喀什,甲,2025-12-02,,100,500000', ['PERIOD_FUTURE']],
  ['WQ1,喀什,甲,2025-10-01,,600,1200000', ['AREA_PER_UNIT']],
  ['WQ1,喀什,甲,2025-10-01,,19.99,100000', ['AREA_PER_UNIT']],
  ['WQ1,喀什,甲,2025-10-01,,25000.01,50000000', ['UNIT_SUSPECT']],
  ['WQ1,喀什,甲,2025-10-01,,0.39,500', ['UNIT_SUSPECT']],
  ['WQ1,喀什,甲,2025-10-01,,100,29999', ['PRICE_PER_SQM']],
  ['WQ1,喀什,甲,2025-10-01,,100,30000', []],
  ['WQ1,喀什,甲,2025-10-01,,100,20000001', ['PRICE_PER_SQM']],
  ['WQ1,喀什,,2025-10-01,,,500000', ['VALUE_REQUIRED']],
  [',喀什,甲,2025-10-01,,100,500000', ['KEY_MISSING']],
  ['WQ1,,甲,2025-10-01,,100,500000', ['KEY_MISSING']],
])('the contract %s is told: %s', async (row, codes) => {
  const { ledger } = await contract(row);
  expect(codesOf(ledger.get(2)?.reasons)).toEqual(codes);
});

test.each([
  ['8200.65', '80', []],
  ['600', '1', ['AREA_PER_UNIT']],
  ['0.82', '734', ['UNIT_SUSPECT']],
  ['82006470', '734', ['UNIT_SUSPECT']],
  ['0', '3', []],
  ['500', '0', []],
])('an area of %s ㎡ in %s homes is told: %s', async (area, homes, codes) => {
  const { ledger } = await read(tableOf([...SALES, 'signed_units'], [['喀什', '2025-10', area, '0', homes]]));
  expect(codesOf(ledger.get(2)?.reasons)).toEqual(codes);
});

test('more homes sold than there are is told', async () => {
  const columns = ['project_no', 'region', 'name', 'total_units', 'households_sold'];
  const { ledger, rows } = await read(tableOf(columns, [['P1', '喀什', '甲', '100', '101']], { feed: 'projects' }));
  expect(codesOf(ledger.get(2)?.reasons)).toEqual(['SOLD_GT_TOTAL']);
  expect(rows).toHaveLength(1);
});

test('the reason of a workbook’s cell names sheet, row, column and cell', async () => {
  const table = tableOf(
    ['region', 'month', { name: 'signed_area', header: '网签面积' }],
    [['喀什市', '2025-10', '约3']],
    { sheet: '10月', from: 7 },
  );
  const { ledger } = await read(table);
  const [reason] = ledger.get(7)?.reasons ?? [];
  expect(reason).toMatchObject({ code: 'NUM_FORMAT', column: '网签面积', cell: '10月!C7' });
  expect(reason?.message).toMatch(
    /^表“10月”第7行“网签面积”列（C7）：“约3”不是数字.* \/ sheet “10月”, row 7, “网签面积”: /u,
  );
});

test('too many rows refuse the file, whichever sheet they are in', async () => {
  const tables = [0, 2].map((base) =>
    tableOf(SALES, [cells('喀什市,2025-10,1,0'), cells('注：无,,,')], { base, sheet: `表${base}` }),
  );
  await expect(read(tables, { limits: { rows: 3 } })).rejects.toMatchObject({ kind: 'invalid', code: 'TOO_MANY_ROWS' });
});
