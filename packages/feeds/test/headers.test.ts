import { type ColumnType, FEEDS } from '@quhua/core';
import { expect, test } from 'vitest';
import { CONTEXT, codesOf, fileOf, lines, readAll, refusalOf } from './support.ts';

/** What is found in a text file: the whole plan, and its one table. */
async function planOf(header: string, row: string) {
  const { plan } = await readAll(fileOf(lines(header, row)));
  const [table, other] = plan.tables;
  expect(other).toBeUndefined();
  return { plan, table, columns: table?.columns ?? [] };
}

test('what was found is told column by column', async () => {
  const { plan, table, columns } = await planOf(
    '\n地区代码;月 份;网签面积\t（万㎡）;撤销网签面积(㎡);网签套数（套）;备注',
    '653101;2025-10;1;1;1;',
  );
  expect(plan).toMatchObject({ feed: 'sales', kind: 'text', delimiter: ';', encoding: 'utf-8', simulated: false });
  expect(table).toMatchObject({ sheet: '', header: { from: 2, to: 2 }, data: { from: 3, to: 3 }, mapping: null });
  expect(table?.head).toEqual([
    ['地区代码', '月 份', '网签面积\t（万㎡）', '撤销网签面积(㎡)', '网签套数（套）', '备注'],
  ]);
  expect(columns.map(({ name, position, unit }) => [name, position, unit])).toEqual([
    ['region', 1, null],
    ['month', 2, null],
    ['signed_area', 3, '万㎡'],
    ['cancelled_area', 4, '㎡'],
    ['signed_units', 5, null],
  ]);
  expect(columns[2]?.why).toBe('feeds.yaml 中的列名，表头写明万㎡');
  expect(codesOf(plan.notes)).toEqual(['HEADER_EXTRA']);
});

/** A sound cell of each kind of column. */
const SOUND: Record<ColumnType, string> = {
  area: '1',
  land: '1',
  money: '1',
  percent: '1%',
  count: '1',
  flag: '是',
  day: '2025-10-31',
  text: 'A1',
  kind: '成交',
};

test.each(Object.values(FEEDS))('the canonical header of $name is known whole', async (feed) => {
  const { shape, region, columns } = feed;
  const keys = [...(region ? ['region_code', 'region_name'] : []), ...(shape === 'monthly' ? ['month'] : [])];
  const names = columns.map((column) => column.name);
  const found = await planOf(
    [...keys, ...names].join(','),
    [...(region ? ['653101', '喀什市'] : []), ...(shape === 'monthly' ? ['2025-10'] : [])]
      .concat(columns.map(({ type }) => SOUND[type]))
      .join(','),
  );
  expect(found.plan.feed).toBe(feed.name);
  expect(found.plan.notes).toEqual([]);
  expect(found.columns.map(({ name }) => name)).toEqual([
    ...(region ? ['region', 'region'] : []),
    ...(shape === 'monthly' ? ['month'] : []),
    ...names,
  ]);
  const units = { area: '㎡', land: '㎡', money: '元', percent: '%' };
  const expected = columns.map(({ type }) => (type in units ? units[type as keyof typeof units] : null)); // safe: it is in it
  expect(found.columns.slice(-names.length).map(({ unit }) => unit)).toEqual(expected);
});

test.each([
  { header: 'Region_Code,MONTH,signed_area', feed: 'sales', why: 'case says nothing' },
  { header: 'region_code\tmonth\tsigned_area', feed: 'sales', why: 'tabs' },
  { header: '"region_code","month","signed_area"', feed: 'sales', why: 'quotes' },
  { header: ' region_code , month , signed_area ', feed: 'sales', why: 'blanks' },
  { header: 'region_code,month,signed_area(万平方米)', feed: 'sales', why: 'a canonical name with a unit of its own' },
  { header: 'region_code,month,signed_area【单位：万㎡】', feed: 'sales', why: 'a unit that says so' },
  { header: '县市,月份,网签面积［㎡］', feed: 'sales', why: 'full-width square brackets' },
  { header: '县市,月份,批准预售未售面积（㎡）,现售未售面积（㎡）', feed: 'inventory', why: 'the other feed' },
])('$header is $feed: $why', async ({ header, feed }) => {
  const delimiter = header.includes('\t') ? '\t' : ',';
  const row = header
    .split(delimiter)
    .map(() => '1')
    .join(delimiter);
  expect((await planOf(header, row)).plan.feed).toBe(feed);
});

test('a stated feed is held to', async () => {
  const both = fileOf(
    'region_code,month,signed_area,presale_unsold_area,completed_unsold_area\n653101,2025-10,1,2,3\n',
  );
  const asSales = await readAll(both, { ...CONTEXT, feed: 'sales' });
  expect(asSales.rows[0]?.values).toEqual([100, 0, null, null]);
  expect(codesOf(asSales.notes)).toEqual(['HEADER_EXTRA', 'BASIS_NET']);
  const sales = fileOf('region_code,month,signed_area\n653101,2025-10,1\n');
  const error = await refusalOf(sales, { ...CONTEXT, feed: 'inventory' });
  expect(error.code).toBe('HEADER_MISSING');
  expect(error.details).toEqual({ feed: 'inventory', missing: ['presale_unsold_area', 'completed_unsold_area'] });
});

test('each row may give its own unit', async () => {
  const { rows, ledger } = await readAll(
    fileOf(
      lines(
        '县市,月份,单位,网签面积',
        '喀什市,2025-10,万㎡,1.5',
        '疏附县,2025-10,平方米,1.5',
        '疏勒县,2025-10,亩,3',
        '莎车县,2025-10,,1.5万㎡',
      ),
    ),
  );
  expect(rows.map(({ values }) => values[0])).toEqual([1_500_000, 150, 200_000, 1_500_000]);
  expect(ledger.size).toBe(0);
});

test('in canonical columns a unit column is asked for its word, never passed over for ㎡', async () => {
  const { ledger } = await readAll(fileOf(lines('region_code,month,unit,signed_area', '653101,2025-10,,1.5')));
  expect(codesOf(ledger.get(2)?.reasons ?? [])).toEqual(['UNIT_MISSING']);
});

test('code and name of one unit agree, or one of them is missing', async () => {
  const { rows } = await readAll(
    fileOf(
      lines(
        'region_code,region_name,month,signed_area',
        '653101,喀什,2025-10,1',
        ',疏附县,2025-10,2',
        '653122,-,2025-10,3',
      ),
    ),
  );
  expect(rows.map(({ regionCode }) => regionCode)).toEqual(['653101', '653121', '653122']);
});

test.each([
  { cells: '1.00,-', values: [100, null], codes: ['VALUE_MISSING'], why: 'a missing cancellation stays missing' },
  { cells: '1.00,0', values: [100, 0], codes: [], why: 'a zero is a zero' },
])('$why', async ({ cells, values, codes }) => {
  const { rows, ledger } = await readAll(
    fileOf(lines('region_code,month,signed_area,cancelled_area', `653101,2025-10,${cells}`)),
  );
  expect(rows[0]?.values.slice(0, 2)).toEqual(values);
  expect(codesOf(ledger.get(2)?.reasons ?? [])).toEqual(codes);
});

test('rows without any figure are counted apart, and notes passed over; a unit that nobody knows is asked about', async () => {
  const { counts, rows, ledger } = await readAll(
    fileOf(
      lines(
        'region_code,month,signed_area,cancelled_area',
        '653101,2025-10,—,-',
        '沙车县,2025-10,,',
        '说明：本月无数据,,,',
        '653121,2025-10,1,0',
      ),
    ),
  );
  expect(counts).toEqual({ total: 2, accepted: 1, warned: 0, quarantined: 1, duplicate: 0, empty: 1 });
  expect(rows).toHaveLength(1);
  expect([...ledger.values()].flatMap(({ reasons }) => codesOf(reasons))).toEqual(['UNIT_UNKNOWN']);
});

test('a row without figures is empty also where the file’s sales are net', async () => {
  const { counts, rows } = await readAll(
    fileOf(lines('region_code,month,signed_area', '653101,2025-10,—', '653121,2025-10,0')),
  );
  expect(counts).toMatchObject({ total: 1, accepted: 1, empty: 1 });
  expect(rows[0]?.values).toEqual([0, 0, null, null]);
});

test('every fault of a row is told at once', async () => {
  const { ledger } = await readAll(
    fileOf(lines('region_code,month,signed_area,cancelled_area', '沙车县,2025-13,1e3,-1')),
  );
  expect(codesOf(ledger.get(2)?.reasons ?? [])).toEqual([
    'UNIT_UNKNOWN',
    'DATE_INVALID',
    'NUM_FORMAT',
    'SALES_NEGATIVE',
  ]);
  expect(ledger.get(2)?.raw).toEqual(['沙车县', '2025-13', '1e3', '-1']);
});

test('a quarantined cell keeps its text; only NUL, which PostgreSQL cannot hold, is drawn', async () => {
  const { ledger } = await readAll(
    fileOf(lines('region_code,month,signed_area', '653101,2025-10,"a\u0000\u001b\n"" b"')),
  );
  expect(ledger.get(2)?.raw).toEqual(['653101', '2025-10', 'a\u2400\u001b\n" b']);
});
