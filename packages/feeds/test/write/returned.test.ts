import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { ROW_CODES } from '../../src/codes.ts';
import { metaOf } from '../../src/write/meta.ts';
import { LOST_CELL, OUR_HEADERS, QUARANTINE_HEADERS, RETURNED_HEADERS } from '../../src/write/our-headers.ts';
import { hasRemedy, remedyOf } from '../../src/write/remedies.ts';
import { returnedFileName, returnedWorkbook } from '../../src/write/returned.ts';
import { returnedCsv } from '../../src/write/returned-csv.ts';
import type { Returned } from '../../src/write/returned-rows.ts';
import { partOf } from './parts.ts';
import { JURISDICTION, opened, planOf, refusedRow, sheetNamed, sheetsOf, TABLE, textOf } from './plans.ts';

const UNKNOWN_UNIT = {
  code: 'UNIT_UNKNOWN',
  column: '县市',
  cell: '10月!A5',
  message:
    '表“10月”第5行“县市”列（A5）：未知县市“沙车县”，是否为“莎车县”；请核对后改正，或在 jurisdiction.yaml 中加别名 / sheet “10月”, row 5, “县市”: unknown unit “沙车县”; is “莎车县” meant',
};
const NOT_A_NUMBER = {
  code: 'NUM_FORMAT',
  column: '网签>面积',
  cell: '10月!B9',
  message:
    '表“10月”第9行“网签>面积”列（B9）：“约3 / 4：5”不是数字 / sheet “10月”, row 9, “网签>面积”: “约3 / 4：5” is no number',
};
const CONFLICT = {
  code: 'ROW_CONFLICT',
  message: '表“10月”第9行：与第10行同一单位同一月份数字不同 / sheet “10月”, row 9: differs',
};
const LEDGER = [
  refusedRow(9, ['喀什市', '约3 / 4：5', '-12.5', '=备注'], NOT_A_NUMBER, CONFLICT),
  refusedRow(5, ['沙车县', '12', '3'], UNKNOWN_UNIT),
  { line: 6, outcome: 'warned', reasons: [{ code: 'NUM_ROUNDED', message: 'x' }], raw: ['疏附县', '1.005'] } as const,
];

function returned(more: Partial<Returned> = {}): Returned {
  const plan = planOf([TABLE]);
  return { plan, ledger: LEDGER, fileName: '10月销售.xlsx', jurisdiction: JURISDICTION, batch: '118', ...more };
}
const written = async (more: Partial<Returned> = {}) => opened(await returnedWorkbook(returned(more)));
const rowsOf = (sheet: ReturnType<typeof sheetNamed>, count: number) =>
  Array.from({ length: count }, (_, at) => textOf(sheet, at + 1));

test('refused rows come back under their own title and header, their cells as they were, our three columns behind', async () => {
  const book = await written();
  expect(book.SheetNames).toEqual(['10月', '汇总', '说明', '_meta']);
  const sheet = sheetNamed(book, '10月');
  expect(rowsOf(sheet, 7)).toEqual([
    ['2025年10月网签月报'],
    ['', '', '', '单位：平方米'],
    ['县市', '网签', '', '备注', '原因', '位置', '怎么改'],
    ['', '面积', '套数'],
    ['沙车县', '12', '3', '', '未知县市“沙车县”，是否为“莎车县”', '10月!A5', remedyOf('UNIT_UNKNOWN').fix],
    [
      '喀什市',
      '约3 / 4：5',
      '-12.5',
      "'=备注",
      '1. “约3 / 4：5”不是数字\n2. 与第10行同一单位同一月份数字不同',
      '1. 10月!B9\n2. 10月 第9行',
      `1. ${remedyOf('NUM_FORMAT').fix}\n2. ${remedyOf('ROW_CONFLICT').fix}`,
    ],
    [],
  ]);
  const types = ['A5', 'B5', 'C5', 'C6', 'D6', 'E6'].map((at) => sheet[at].t);
  expect(types).toEqual(Array(6).fill('s'));
  expect(sheet['!merges']?.map(({ s, e }) => [s.r, s.c, e.r, e.c])).toEqual([
    [0, 0, 0, 3],
    [2, 0, 3, 0],
    [2, 1, 2, 2],
    [2, 4, 3, 4],
    [2, 5, 3, 5],
    [2, 6, 3, 6],
  ]);
});

test('what is wrong is red with a border; a fault of the whole row makes its other cells light red', async () => {
  const bytes = await returnedWorkbook(returned());
  const sheet = sheetNamed(opened(bytes), '10月');
  const fill = (at: string) => sheet[at]?.s?.fgColor?.rgb;
  expect([fill('A5'), fill('B5'), fill('C5')]).toEqual(['FFC7CE', undefined, undefined]);
  expect([fill('A6'), fill('B6'), fill('D6'), fill('E6')]).toEqual(['FFE4E8', 'FFC7CE', 'FFE4E8', 'FFF2CC']);
  expect(await partOf(bytes, 'xl/styles.xml')).toContain('<left style="medium"><color rgb="FFC00000"/></left>');
  const xml = await partOf(bytes, 'xl/worksheets/sheet1.xml');
  expect(xml).toContain('<pane ySplit="4" topLeftCell="A5" state="frozen"');
  expect(xml).not.toContain('sheetProtection');
  expect(await partOf(bytes, 'xl/workbook.xml')).toContain("'10月'!$3:$4");
});

test('the sum by reason counts records, the most frequent first, and warnings are not among them', async () => {
  const sheet = sheetNamed(await written({ ledger: [...LEDGER, refusedRow(7, ['沙车县'], UNKNOWN_UNIT)] }), '汇总');
  const line = (code: string, count: string) => [remedyOf(code).words, count, remedyOf(code).fix, code];
  expect(rowsOf(sheet, 7)).toEqual([
    ['文件“10月销售.xlsx”（商品住房网签）退回 3 条'],
    [],
    ['原因', '条数', '怎么改', '代码'],
    line('UNIT_UNKNOWN', '2'),
    line('NUM_FORMAT', '1'),
    line('ROW_CONFLICT', '1'),
    [],
  ]);
});

test('several refused records of one row of a wide table are one row with all reasons', async () => {
  const table = { ...TABLE, head: [['县市', '9月', '10月']], header: { from: 1, to: 1 }, data: { from: 2, to: 9 } };
  const wide = { ...table, merges: [], columns: [], base: 100, records: 2 };
  const bad = (cell: string) => ({
    code: 'NUM_FORMAT',
    cell: `交叉表!${cell}`,
    message: `${cell}：不是数字 / no number`,
  });
  const raw = ['喀什市', '甲', '乙'];
  const ledger = [
    refusedRow(105, raw, bad('B3')),
    refusedRow(106, raw, bad('C3')),
    refusedRow(103, ['疏附县', 'x', '1'], bad('B2')),
  ];
  const book = await written({ plan: planOf([{ ...wide, sheet: '交叉表' }]), ledger });
  const sheet = sheetNamed(book, '交叉表');
  expect(rowsOf(sheet, 3).map((cells) => cells.toSpliced(3, 1).slice(0, 4))).toEqual([
    ['县市', '9月', '10月', '位置'],
    ['疏附县', 'x', '1', '交叉表!B2'],
    ['喀什市', '甲', '乙', '1. 交叉表!B3\n2. 交叉表!C3'],
  ]);
  expect(textOf(sheet, 4)).toEqual([]);
  expect(textOf(sheetNamed(book, '汇总'), 1)).toEqual(['文件“10月销售.xlsx”（商品住房网签）退回 3 条（在 2 行中）']);
});

test("one sheet for each of the sender's sheets; several tables of a sheet stand under each other", async () => {
  const short = {
    ...TABLE,
    head: [['县市', '面积']],
    header: { from: 1, to: 1 },
    data: { from: 2, to: 3 },
    merges: [],
    columns: [],
  };
  const first = { ...short, sheet: '汇总' };
  const second = {
    ...short,
    sheet: '汇总',
    header: { from: 6, to: 6 },
    data: { from: 7, to: 9 },
    head: [['二'], ['县市', '套数']],
  };
  const third = { ...short, sheet: '[乙]/丙', base: 1000 };
  const reason = { code: 'NUM_FORMAT', message: '第2行：不是数字 / line 2: no number' };
  const ledger = [2, 8, 1003].map((line) => refusedRow(line, [`第${line}`, 'x'], reason));
  const book = await written({ plan: planOf([first, second, third]), ledger });
  expect(book.SheetNames).toEqual(['汇总', '_乙__丙', '汇总_2', '说明', '_meta']);
  const sheet = sheetNamed(book, '汇总');
  expect(rowsOf(sheet, 6).map((cells) => cells.slice(0, 4))).toEqual([
    ['县市', '面积', '原因', '位置'],
    ['第2', 'x', '不是数字', '汇总 第2行'],
    [],
    ['二'],
    ['县市', '套数', '原因', '位置'],
    ['第8', 'x', '不是数字', '汇总 第8行'],
  ]);
  expect(textOf(sheetNamed(book, '_乙__丙'), 2).slice(0, 4)).toEqual(['第1003', 'x', '不是数字', '[乙]/丙 第3行']);
  expect((await metaOf(sheetsOf(book)))?.notRead).toEqual(['_meta', '汇总_2', '说明']);
});

test('a text file comes back as one sheet, and a row cut short shows which cells it lost', async () => {
  const table = {
    ...TABLE,
    sheet: '',
    head: [['县市', '面积', '备注', '撤销']],
    merges: [],
    header: { from: 1, to: 1 },
    data: { from: 2, to: 9 },
  };
  const shape = { code: 'ROW_SHAPE', message: '第3行：有2列，表头有4列；请补齐 / line 3: 2 cells' };
  const figure = {
    code: 'NUM_FORMAT',
    column: '网签>面积',
    message: '第4行“网签>面积”列：不是数字 / line 4: no number',
  };
  const ledger = [refusedRow(3, ['喀什市', '1'], shape), refusedRow(4, ['疏附县', 'x'], figure)];
  const bytes = await returnedWorkbook(
    returned({ plan: planOf([table], { kind: 'text' }), ledger, fileName: '10月.csv' }),
  );
  const sheet = sheetNamed(opened(bytes), '退回行');
  expect(rowsOf(sheet, 3).map((cells) => cells.slice(0, 6))).toEqual([
    ['县市', '面积', '备注', '撤销', '原因', '位置'],
    ['喀什市', '1', LOST_CELL, LOST_CELL, '有2列，表头有4列', '第3行'],
    ['疏附县', 'x', '', '', '不是数字', '第4行“网签>面积”列'],
  ]);
  expect(sheet.B3.s.fgColor.rgb).toBe('FFC7CE');
});

test.each([
  { head: TABLE.head, first: ['2025年10月网签月报（模拟数据）'], rows: 4, why: 'the title says it' },
  { head: [['县市', '面积']], first: ['模拟数据'], rows: 2, why: 'without a title a row of its own does' },
  { head: [['模拟数据'], ['县市', '面积']], first: ['模拟数据'], rows: 2, why: 'the sender said so' },
])('a simulated file stays marked: $why', async ({ head, first, rows }) => {
  const to = head.length;
  const table = { ...TABLE, head, header: { from: head === TABLE.head ? 3 : to, to }, data: { from: to + 1, to: 30 } };
  const sheet = sheetNamed(await written({ plan: planOf([table], { simulated: true }) }), '10月');
  expect(textOf(sheet, 1)).toEqual(first);
  expect(textOf(sheet, rows + 1)[0]).toBe('沙车县');
  const plain = sheetNamed(await written(), '10月');
  expect(textOf(plain, 1)[0]).not.toContain('模拟');
});

test('the hidden sheet says what the workbook is, and whose', async () => {
  const bytes = await returnedWorkbook(returned());
  expect(await partOf(bytes, 'xl/workbook.xml')).toMatch(/<sheet name="_meta"[^>]* state="hidden"/u);
  expect(await metaOf(sheetsOf(opened(bytes)))).toEqual({
    kind: 'returned',
    feed: 'sales',
    version: 1,
    jurisdiction: '653100',
    file: '10月销售.xlsx',
    batch: '118',
    notRead: ['_meta', '汇总', '说明'],
  });
  expect((await returnedWorkbook(returned())).equals(bytes)).toBe(true);
});

test('a merge that would hide text is left out', async () => {
  const head = [['县市', '面积', '套数']];
  const merges = [{ top: 0, left: 1, bottom: 0, right: 2 }];
  const table = { ...TABLE, head, merges, header: { from: 1, to: 1 }, data: { from: 2, to: 30 } };
  const sheet = sheetNamed(await written({ plan: planOf([table]) }), '10月');
  expect(sheet['!merges'] ?? []).toEqual([]);
});

test('a cell longer than a spreadsheet takes is cut, and says so', async () => {
  const long = `=${'长'.repeat(40_000)}`;
  const sheet = sheetNamed(await written({ ledger: [refusedRow(5, ['喀什市', long], NOT_A_NUMBER)] }), '10月');
  const text = textOf(sheet, 5)[1] ?? '';
  expect([text.length < 32_767, text.slice(0, 3), text.slice(-9)]).toEqual([
    true,
    "'=长",
    '…（过长，已截断）'.slice(-9),
  ]);
});

test.each([
  ['10月销售.xlsx', '10月销售_退回3行.xlsx'],
  ['2025.11.CSV', '2025.11_退回3行.xlsx'],
  ['库存.et', '库存_退回3行.xlsx'],
  ['无后缀', '无后缀_退回3行.xlsx'],
])('the refused rows of %s are called %s', (name, expected) => {
  expect(returnedFileName(name, 3)).toBe(expected);
});

test('every code that refuses a row has words and a remedy', () => {
  expect(ROW_CODES.filter((code) => !hasRemedy(code))).toEqual([]);
  expect(remedyOf('SOMETHING_ELSE').fix).toContain('原因');
});

test('what readers have to know: our header words are all different', () => {
  expect([...OUR_HEADERS]).toEqual([...QUARANTINE_HEADERS, ...RETURNED_HEADERS]);
});

test('more rows than a workbook is good for come as text, under their own header with merged cells filled in', () => {
  const text = [...returnedCsv(returned())].join('');
  expect(parse(text, { bom: true, relax_column_count: true })).toEqual([
    ['', '', '', '2025年10月网签月报', '', '', ''],
    ['', '', '', '', '', '', '单位：平方米'],
    ['', '', '', '县市', '网签', '网签', '备注'],
    ['原行号', '问题代码', '说明', '县市', '面积', '套数', ''],
    ['5', 'UNIT_UNKNOWN', UNKNOWN_UNIT.message, '沙车县', '12', '3'],
    [
      '9',
      'NUM_FORMAT ROW_CONFLICT',
      `${NOT_A_NUMBER.message}；${CONFLICT.message}`,
      '喀什市',
      '约3 / 4：5',
      '-12.5',
      "'=备注",
    ],
  ]);
});
