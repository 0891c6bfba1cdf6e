import { expect, test } from 'vitest';
import { codesOf, read, type TableOptions, tableOf } from './support.ts';

const COLUMNS = [
  { name: 'region', header: '县市' },
  { name: 'month', header: '月份' },
  { name: 'signed_area', header: '网签面积（㎡）' },
  { name: 'cancelled_area', header: '撤销网签面积（㎡）' },
  { name: 'signed_units', header: '网签套数' },
];
const sales = (rows: readonly string[], options: TableOptions = {}) =>
  read(
    tableOf(
      COLUMNS,
      rows.map((row) => row.split(',')),
      options,
    ),
  );
const A = '喀什市,2025-09,100.00,0,1';
const B = '疏附县,2025-09,200.00,0,2';
const C = '喀什市,2025-10,400.00,0,4';

test.each([
  { rows: [A, B, '合计,,300.00,0.00,3'], why: 'all rows' },
  { rows: [A, B, '合 计：,-,300.00,-,'], why: 'blanks in the word, and missing figures' },
  { rows: [A, B, '小计,,300.00,0,3', C, '小计,,400.00,0,4', '总计,,700.00,0,7'], why: 'since the last total' },
  { rows: [A, B, C, '喀什地区共计,2025-09,300.00,0,3', 'Total,2025-10,400,0,4'], why: 'of its month' },
  { rows: [A, B, '喀什地区,2025-09,300,0,3'], why: 'of the area by its name' },
  { rows: ['653100,2025-09,300,0,3', A, B], why: 'of the area by its code, above its parts' },
  { rows: ['全地区,,700,0,7', '小计,,300,0,3', A, B, '小计,,400,0,4', C], why: 'of what follows it' },
  { rows: [A, B, '沙车县,2025-09,500.00,0,5', '合计,,800.00,0,8'], why: 'refused rows are part of a printed total' },
  { rows: [A, B, '合计,,300,0,3'], why: 'printed without decimals' },
  { rows: [A, B, '合计（13个县市）,,300,0,3'], why: 'with a word of explanation' },
  { rows: [A, B, '1-9月累计,,9999,0,99'], why: 'over more than the file is none to check' },
])('a total of $why agrees, and is no record', async ({ rows }) => {
  const { counts, notes, ignored } = await sales(rows);
  expect(codesOf(notes)).toEqual([]);
  const records = rows.filter((row) => [A, B, C].includes(row) || row.startsWith('沙车县')).length;
  expect(counts.total).toBe(records);
  expect(ignored).toHaveLength(rows.length - records);
});

test.each([
  {
    rows: [A, B, '合计,,400.00,0,3'],
    line: 4,
    says: ['“网签面积（㎡）”', '写的是400.00㎡', '之和是300.00㎡', '相差100.00㎡'],
  },
  { rows: [A, B, '合计,,300.00,0,4'], line: 4, says: ['“网签套数”', '写的是4套', '之和是3套'] },
  { rows: [A, B, C, '小计,2025-10,450.00,0,4'], line: 5, says: ['之和是400.00㎡', '相差50.00㎡'] },
  { rows: [A, '合计,,-,0,5', B], line: 3, says: ['写的是5套', '之和是3套'] },
  { rows: ['全地区,,900.00,0,3', A, B], line: 2, says: ['之和是300.00㎡'] },
])('a total that contradicts the rows is told with both figures', async ({ rows, line, says }) => {
  const { notes } = await sales(rows);
  expect(codesOf(notes)).toEqual(['TOTAL_MISMATCH']);
  for (const part of [`第${line}行`, ...says]) expect(notes[0]?.message).toContain(part);
});

test('in a workbook the place is sheet, row and cell', async () => {
  const { notes } = await sales([A, B, '合计,,400.00,0,3'], { sheet: '网签', from: 14 });
  expect(notes[0]).toMatchObject({ code: 'TOTAL_MISMATCH', cell: '网签!C16', column: '网签面积（㎡）' });
  expect(notes[0]?.message).toContain('表“网签”第16行C列的合计“网签面积（㎡）”');
});

const AREA = ['region', 'month', { name: 'signed_area', unit: 'wan-sqm' as const }];

test.each([
  { rows: ['4.11', '4.12', '4.12'], total: '12.36', codes: [], why: 'three rows may miss it by 0.015' },
  { rows: ['4.11', '4.12', '4.12'], total: '12.38', codes: ['TOTAL_MISMATCH'], why: 'more is no rounding' },
  { rows: ['4.1', '4.1', '4.1'], total: '12.4123', codes: [], why: 'the rows are rounded more than the total' },
  { rows: ['4.1', '4.1', '4.1'], total: '12.5123', codes: ['TOTAL_MISMATCH'], why: 'but not by so much' },
  {
    rows: ['4.111111', '4.12', '4.12'],
    total: '12.3612',
    codes: ['TOTAL_MISMATCH'],
    why: 'rows that print six decimals',
  },
])('rounded rows in 万㎡ against $total: $why', async ({ rows, total, codes }) => {
  const records = rows.map((area, at) => [['喀什市', '疏附县', '疏勒县'][at] ?? '', '2025-10', area]);
  const { notes } = await read(tableOf(AREA, [...records, ['合计', '', total]]));
  expect(codesOf(notes)).toEqual(codes);
});

test('a total over a figure that cannot be read is not called wrong', async () => {
  const { notes } = await sales([A, '疏附县,2025-09,约200,0,2', '合计,,300.00,0,3']);
  expect(codesOf(notes)).toEqual(['TOTAL_UNCHECKED']);
  expect(notes[0]?.column).toBe('网签面积（㎡）');
});

test('a total without a word where the unit stands is known by its first cell', async () => {
  const table = tableOf(
    [{ name: 'other', header: '序号' }, ...COLUMNS],
    [`1,${A}`, '合计,,,900,0,1'].map((row) => row.split(',')),
  );
  const { counts, notes } = await read(table);
  expect(counts.total).toBe(1);
  expect(codesOf(notes)).toEqual(['TOTAL_MISMATCH']);
});

test('each month of a wide table has its own total', async () => {
  const columns = [
    'region',
    { name: 'signed_area', header: '7月>面积', month: '2025-07' },
    { name: 'signed_area', header: '8月>面积', month: '2025-08' },
  ];
  const rows = [
    ['喀什市', '100', '1'],
    ['疏附县', '200', '2'],
    ['合计', '300', '30'],
  ];
  const { notes, counts } = await read(tableOf(columns, rows, { sheet: '表' }));
  expect(counts.total).toBe(4);
  expect(notes.map(({ code, cell, column }) => ({ code, cell, column }))).toEqual([
    { code: 'TOTAL_MISMATCH', cell: '表!C4', column: '8月>面积' },
  ]);
});

test('totals of money and land are checked, percentages never; the word may stand in any column of text', async () => {
  const columns = [
    'project_no',
    'region',
    'name',
    'total_units',
    { name: 'whitelist_approved', unit: 'wan-yuan' as const },
  ];
  const rows = [
    ['P1', '喀什市', '甲', '100', '12.5'],
    ['P2', '疏附县', '乙', '200', '20'],
  ];
  const right = await read(tableOf(columns, [...rows, ['', '', '合计', '300', '32.5']], { feed: 'projects' }));
  expect({ notes: right.notes, total: right.counts.total }).toEqual({ notes: [], total: 2 });
  const wrong = await read(tableOf(columns, [...rows, ['合计', '', '', '300', '33.5']], { feed: 'projects' }));
  expect(wrong.notes[0]?.message).toContain('写的是335000.00元，各行之和是325000.00元，相差10000.00元');
  const reports = await read(
    tableOf(
      ['project_no', 'report_date', 'physical_progress_pct', 'idle_days'],
      [
        ['P1', '2025-10-31', '50', '3'],
        ['P2', '2025-10-31', '60', '4'],
        ['合计', '', '55', '7'],
      ],
      { feed: 'project-reports' },
    ),
  );
  expect({ notes: reports.notes, total: reports.counts.total }).toEqual({ notes: [], total: 2 });
});
