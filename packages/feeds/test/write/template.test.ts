import { FEED_NAMES, FEEDS } from '@quhua/core';
import { expect, test } from 'vitest';
import { unexplained } from '../../src/write/column-notes.ts';
import { checkMeta, metaOf, metaSheet, TEMPLATE_VERSION } from '../../src/write/meta.ts';
import { writeWorkbook } from '../../src/write/sheet-writer.ts';
import { templateFileName, templateWorkbook } from '../../src/write/template.ts';
import { templateCsv } from '../../src/write/template-csv.ts';
import { partOf } from './parts.ts';
import { JURISDICTION, opened, SETTINGS, sheetNamed, sheetsOf, textOf, UNITS } from './plans.ts';

const CONTEXT = { regions: UNITS, month: '2025-10', settings: SETTINGS, jurisdiction: JURISDICTION };
const templateOf = (feed: (typeof FEED_NAMES)[number]) => templateWorkbook(feed, CONTEXT);

test('the sheet to fill in: title, units, header with units, sample, a line for each unit', async () => {
  const book = opened(await templateOf('sales'));
  expect(book.SheetNames).toEqual(['填报', '说明', '单元', '_meta']);
  const sheet = sheetNamed(book, '填报');
  expect([1, 2, 3, 4, 5, 7, 8].map((row) => textOf(sheet, row))).toEqual([
    ['喀什地区商品住房网签月报（填报模板）'],
    ['单位：平方米、套'],
    ['县市', '月份', '网签面积（㎡）', 'cancelled_area（㎡）', '网签套数', 'cancelled_units'],
    ['示例', '2025-10', '12345.67', '12345.67', '120', '120'],
    ['喀什市', '2025-10'],
    ['莎车县', '2025-10'],
    [],
  ]);
  expect(sheet['!merges']?.map(({ s, e }) => [s.r, s.c, e.r, e.c])).toEqual([
    [0, 0, 0, 5],
    [1, 0, 1, 5],
  ]);
  expect(sheet.B5).toMatchObject({ t: 's', v: '2025-10', z: '@' });
});

test.each(FEED_NAMES)(
  'the template of %s has every column, each explained, and stores nothing as it is',
  async (feed) => {
    const book = opened(await templateOf(feed));
    const { region, shape, columns } = FEEDS[feed];
    const keys = (region ? 1 : 0) + (shape === 'monthly' ? 1 : 0);
    const sheet = sheetNamed(book, '填报');
    expect(textOf(sheet, 3)).toHaveLength(keys + columns.length);
    expect(textOf(sheet, 4)).toHaveLength(keys + columns.length);
    expect(textOf(sheet, 4)[0]).toBe('示例');
    expect(unexplained(feed)).toEqual([]);
    const notes = textOf(sheetNamed(book, '说明'), 4);
    expect(notes).toHaveLength(5);
    const lines = Array.from({ length: 200 }, (_, at) => textOf(sheet, at + 5)).filter((cells) => cells.length > 0);
    expect(lines).toEqual(shape === 'monthly' ? UNITS.map(({ name }) => [name, '2025-10']) : []);
    expect(book.SheetNames.includes('单元')).toBe(region);
  },
);

test('what may be entered: units and months from lists, figures not below zero, days, yes or no', async () => {
  const sales = await partOf(await templateOf('sales'), 'xl/worksheets/sheet1.xml');
  const months =
    '2025-10,2025-09,2025-08,2025-07,2025-06,2025-05,2025-04,2025-03,2025-02,2025-01,2024-12,2024-11,2024-10,2024-09';
  expect(rulesOf(sales)).toEqual([
    { type: 'list', sqref: 'A5:A207', formulas: ["'单元'!$B$2:$B$4"] },
    { type: 'list', sqref: 'B5:B207', formulas: [`"${months}"`] },
    { type: 'decimal', sqref: 'C5:C207', formulas: ['0', '1000000000000'] },
    { type: 'decimal', sqref: 'D5:D207', formulas: ['0', '1000000000000'] },
    { type: 'whole', sqref: 'E5:E207', formulas: ['0', '1000000000000'] },
    { type: 'whole', sqref: 'F5:F207', formulas: ['0', '1000000000000'] },
  ]);
  expect(sales.match(/allowBlank="1"/gu)).toHaveLength(6);
  const reports = await partOf(await templateOf('project-reports'), 'xl/worksheets/sheet1.xml');
  expect(rulesOf(reports).map(({ type, formulas }) => `${type} ${formulas.join(' ')}`)).toEqual([
    'date 32874 73050',
    'decimal 0 100',
    'decimal 0 100',
    ...Array.from({ length: 5 }, () => 'decimal 0 1000000000000'),
    'whole 0 1000000000000',
    'whole 0 1000000000000',
    'list "是,否"',
    'list "是,否"',
    'whole 0 1000000000000',
  ]);
  const land = await partOf(await templateOf('land'), 'xl/worksheets/sheet1.xml');
  expect(land).toContain('<formula1>"竣工,收回,公告,成交,签订合同,流拍"</formula1>');
  const stock = await partOf(await templateOf('inventory'), 'xl/worksheets/sheet1.xml');
  expect(stock).toContain('<formula1>-1000000000000</formula1>'); // what may be negative
});

test('only the cells to fill in can be changed, and the header stays in sight and on every page', async () => {
  const bytes = await templateOf('sales');
  const sheet = await partOf(bytes, 'xl/worksheets/sheet1.xml');
  expect(sheet).toContain('<sheetProtection sheet="1"');
  expect(sheet).not.toMatch(/password|hashValue/u);
  expect(sheet).toContain('<pane xSplit="2" ySplit="3" topLeftCell="C4" state="frozen"');
  const locks = await locksOf(bytes);
  expect(['A1', 'A3', 'C3', 'A4', 'C4'].map((at) => locks(sheet, at))).toEqual([true, true, true, true, true]);
  expect(['A5', 'B5', 'C5', 'F5', 'A8', 'F207'].map((at) => locks(sheet, at))).toEqual(Array(6).fill(false));
  expect(await partOf(bytes, 'xl/workbook.xml')).toContain("'填报'!$3:$3");
});

test('the same template is the same bytes, and a larger area has no lines of its own', async () => {
  expect((await templateOf('sales')).equals(await templateOf('sales'))).toBe(true);
  const regions = Array.from({ length: 3001 }, (_, at) => ({
    ...UNITS[0],
    code: `c${at}`,
    name: `单位${at}`,
  })) as typeof UNITS;
  const sheet = sheetNamed(opened(await templateWorkbook('sales', { ...CONTEXT, regions })), '填报');
  expect(textOf(sheet, 5)).toEqual([]);
});

test('names of the files', () => {
  expect(FEED_NAMES.map(templateFileName)).toEqual([
    '商品住房网签月报_模板v1.xlsx',
    '商品住房库存月报_模板v1.xlsx',
    '网签合同明细_模板v1.xlsx',
    '住宅用地台账_模板v1.xlsx',
    '保交房项目清单_模板v1.xlsx',
    '保交房项目月报_模板v1.xlsx',
    '住房计划进度_模板v1.xlsx',
    '保交房项目动态_模板v1.xlsx',
    '保交房项目节点_模板v1.xlsx',
  ]);
});

test('the hidden sheet says what the workbook is', async () => {
  const bytes = await templateOf('inventory');
  expect(await partOf(bytes, 'xl/workbook.xml')).toMatch(/<sheet name="_meta"[^>]* state="hidden"/u);
  const meta = await metaOf(sheetsOf(opened(bytes)));
  expect(meta).toEqual({
    kind: 'template',
    feed: 'inventory',
    version: TEMPLATE_VERSION,
    jurisdiction: '653100',
    file: null,
    batch: null,
    notRead: ['_meta', '说明', '单元'],
  });
  expect(meta === null ? null : checkMeta(meta, JURISDICTION)).toBeUndefined();
  expect(await metaOf({ sheets: [] })).toBeNull();
});

const META = { kind: 'template', feed: 'sales', jurisdiction: '653100', file: null, batch: null, notRead: [] } as const;

test('a template of another area or of a version to come is refused, saying which', async () => {
  const read = async (version: number) =>
    metaOf(sheetsOf(opened(await writeWorkbook('t', [{ name: 'x', rows: [['x']] }, metaSheet({ ...META, version })]))));
  await expect(read(99)).rejects.toMatchObject({
    kind: 'invalid',
    code: 'TEMPLATE_OTHER',
    message: expect.stringMatching(/版本“99”.*重新下载/u),
  });
  const meta = await read(1);
  expect(() => meta && checkMeta(meta, { code: '653200', name: '和田地区' })).toThrowError(
    expect.objectContaining({
      code: 'TEMPLATE_OTHER',
      message: expect.stringMatching(/“653100”.*和田地区.*本地区的模板/u),
    }),
  );
});

test('another workbook with a sheet of that name is none of ours', async () => {
  const bytes = await writeWorkbook('t', [{ name: '_meta', rows: [['kind', 'template']] }]);
  expect(await metaOf(sheetsOf(opened(bytes)))).toBeNull();
});

test.each(FEED_NAMES)(
  'the CSV template of %s has canonical headers, and lines only where each unit has one',
  (feed) => {
    const [head = '', ...lines] = templateCsv(feed, UNITS, '2025-10').trimEnd().split('\r\n');
    const { region, shape, columns } = FEEDS[feed];
    const keys = [...(region ? ['region_code', 'region_name'] : []), ...(shape === 'monthly' ? ['month'] : [])];
    expect(head).toBe(`\ufeff${[...keys, ...columns.map(({ name }) => name)].join(',')}`);
    expect(lines).toHaveLength(shape === 'monthly' ? UNITS.length : 0);
  },
);

function rulesOf(xml: string) {
  return [...xml.matchAll(/<dataValidation type="(?<type>\w+)" sqref="(?<sqref>[^"]+)".*?<\/dataValidation>/gu)].map(
    (rule) => {
      const formulas = [...rule[0].matchAll(/<formula\d>(?<text>.*?)<\/formula\d>/gu)].map(
        ({ groups }) => groups?.text,
      );
      return { type: rule.groups?.type, sqref: rule.groups?.sqref, formulas };
    },
  );
}

async function locksOf(bytes: Buffer): Promise<(sheet: string, at: string) => boolean> {
  const [, xfs = ''] = /<cellXfs[^>]*>(?<xfs>.*)<\/cellXfs>/u.exec(await partOf(bytes, 'xl/styles.xml')) ?? [];
  const formats = xfs.split(/(?=<xf )/u);
  return (sheet, at) => {
    const style = new RegExp(`<c r="${at}"[^>]* s="(?<style>\\d+)"`, 'u').exec(sheet)?.groups?.style ?? '0';
    return !(formats[Number(style)] ?? '').includes('locked="0"');
  };
}
