import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DUPLICATE_CODES, type FeedContext, FILE_CODES, NOTE_CODES, ROW_CODES, WARNING_CODES } from '../src/index.ts';
import { CONTEXT, codesOf, fileOf, gb18030, lines, readAll, refusalOf, SETTINGS } from './support.ts';

const HEAD = 'region_code,month,signed_area,cancelled_area';
const ROW = '653101,2025-10,10.00,0.00';
const sales = (...rows: string[]) => lines(HEAD, ...rows);

/** `says` is what a person must be told: what, where and what to do. */
type FileCase = { code: string; bytes: Buffer; says: string[]; context?: FeedContext };

const text = (content: string) => Buffer.from(content);
const sales模 = { ...SETTINGS.feeds.sales, headers: { ...SETTINGS.feeds.sales.headers, signed_area: ['模模'] } };
const twice = { ...SETTINGS.feeds.sales, headers: { signed_area: ['面积'], cancelled_area: ['面积'] } };
const within = (limits: FeedContext['limits']): FeedContext => ({ ...CONTEXT, limits: { ...limits } });

const FILES: FileCase[] = [
  {
    code: 'FILE_TOO_LARGE',
    bytes: text(sales(ROW)),
    says: ['上限50字节', '分成几个文件'],
    context: within({ fileBytes: 50 }),
  },
  { code: 'FILE_EMPTY', bytes: Buffer.alloc(0), says: ['文件是空的'] },
  { code: 'FILE_EMPTY', bytes: text(' \n\n,,\n'), says: ['文件是空的'] },
  { code: 'FILE_NO_ROWS', bytes: text(lines(HEAD, '', ',,,')), says: ['只有表头'] },
  { code: 'FILE_WORKBOOK', bytes: text('PK\u0003\u0004 PK\u0005\u0006 '), says: ['工作簿', '另存为'] },
  { code: 'FILE_OLD_WORKBOOK', bytes: Buffer.from('d0cf11e0a1b11ae100', 'hex'), says: ['旧版工作簿', '另存为'] },
  { code: 'FILE_TYPE_MISMATCH', bytes: text('%PDF-1.7'), says: ['PDF'] },
  { code: 'FILE_TYPE_MISMATCH', bytes: text('\ufeff\n<!DOCTYPE html><table>'), says: ['网页'] },
  { code: 'FILE_TYPE_MISMATCH', bytes: text('<?xml version="1.0"?><Workbook/>'), says: ['XML'] },
  { code: 'FILE_TYPE_MISMATCH', bytes: Buffer.from('89504e470d0a', 'hex'), says: ['图片'] },
  { code: 'FILE_BINARY', bytes: Buffer.from([0, 1, 2, 0, 0, 9]), says: ['不是文本'] },
  { code: 'ZIP_CORRUPT', bytes: text('PK\u0003\u0004 cut off'), says: ['不完整', '重新发送'] },
  {
    code: 'XLSX_ENCRYPTED',
    bytes: Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('EncryptedPackage', 'utf16le')]),
    says: ['已加密', '去掉打开密码'],
  },
  { code: 'ENC_UTF16_NO_BOM', bytes: Buffer.from(sales(ROW), 'utf16le'), says: ['UTF-16', '另存为 UTF-8'] },
  { code: 'ENC_UNSUPPORTED', bytes: Buffer.from('fffe00004100', 'hex'), says: ['UTF-32', '另存为 UTF-8'] },
  {
    code: 'ENC_INVALID',
    bytes: Buffer.concat([text(`\ufeff${sales(ROW, ROW)}653101,`), Buffer.from([0xff]), text('2025-10,1,1\n')]),
    says: ['第4行', `第${3 + HEAD.length + 1 + 2 * (ROW.length + 1) + 7 + 1}字节`],
  },
  {
    code: 'ENC_AMBIGUOUS',
    bytes: gb18030('region_code,month,模模,unit\n653101,2025-10,1,m2\n'),
    says: ['无法确定编码', '另存为 UTF-8'],
    context: { ...CONTEXT, settings: { ...SETTINGS, feeds: { ...SETTINGS.feeds, sales: sales模 } } },
  },
  { code: 'ENC_MOJIBAKE', bytes: text('鍘垮競,鏈堜唤,缃戠\n1,2,3\n'), says: ['乱码', '重新导出'] },
  { code: 'CSV_QUOTE', bytes: text(sales(ROW, `"653121,2025-10,1,1`, ROW)), says: ['第3行', '引号未闭合'] },
  { code: 'CSV_QUOTE', bytes: text(sales(ROW, `6531"21,2025-10,1,1`)), says: ['第3行第1列', '引号有误'] },
  { code: 'CSV_QUOTE', bytes: text(sales(ROW, `653121,"2025"-10,1,1`)), says: ['第3行第2列', '引号结束后'] },
  {
    code: 'CSV_DELIMITER',
    bytes: text('地区代码，月份，网签面积（㎡）\n653101，2025-10，1\n'),
    says: ['分隔符不支持', '英文逗号'],
  },
  { code: 'CSV_DELIMITER', bytes: text('month;region_code,x,month\n1,2\n'), says: ['无法确定分隔符'] },
  {
    code: 'RECORD_TOO_LONG',
    bytes: text(sales(ROW, `${'9'.repeat(200)},`)),
    says: ['第3行过长'],
    context: within({ recordChars: 100 }),
  },
  { code: 'TOO_MANY_ROWS', bytes: text(sales(ROW, ROW, ROW)), says: ['超过2行'], context: within({ rows: 2 }) },
  { code: 'TOO_MANY_COLUMNS', bytes: text(sales(ROW)), says: ['有4列', '最多3列'], context: within({ columns: 3 }) },
  {
    code: 'HEADER_MISSING',
    bytes: text('region_code,signed_area\n653101,1\n'),
    says: ['第1行', '缺少列：月份（month）'],
  },
  { code: 'HEADER_MISSING', bytes: text('甲,乙\n1,2\n'), says: ['“甲”', '县市', '月份'] },
  { code: 'HEADER_NOT_FIRST', bytes: text(lines('2025年10月网签', HEAD, ROW)), says: ['第2行', '删除它前面的'] },
  {
    code: 'HEADER_DUPLICATE',
    bytes: text('region_code,month,month,signed_area\n1,2,3,4\n'),
    says: ['“month”', '只保留一列'],
  },
  { code: 'HEADER_DUPLICATE', bytes: text('县市,县 市,month,signed_area\n1,2,3,4\n'), says: ['“县市”和“县 市”'] },
  {
    code: 'HEADER_AMBIGUOUS',
    bytes: text('region_code,month,signed_area,面积（㎡）\n1,2,3,4\n'),
    says: ['“面积（㎡）”', 'feeds.yaml'],
    context: { ...CONTEXT, settings: { ...SETTINGS, feeds: { ...SETTINGS.feeds, sales: twice } } },
  },
  { code: 'KEY_FORBIDDEN', bytes: text(`${HEAD},__proto__\n${ROW},1\n`), says: ['“__proto__”', '请改名'] },
  { code: 'KEY_FORBIDDEN', bytes: text(`${HEAD},Constructor\n${ROW},1\n`), says: ['“Constructor”'] },
  {
    code: 'FEED_AMBIGUOUS',
    bytes: text('region_code,month,signed_area,presale_unsold_area,completed_unsold_area\n653101,2025-10,1,1,1\n'),
    says: ['商品住房网签', '商品住房库存', '--feed'],
  },
  {
    code: 'UNIT_MISSING',
    bytes: text('县市,月份,网签面积\n喀什市,2025-10,1\n'),
    says: ['请注明单位', '“网签面积”', '万㎡'],
  },
  {
    code: 'UNIT_UNSUPPORTED',
    bytes: text('县市,月份,网签面积（千㎡）\n喀什市,2025-10,1\n'),
    says: ['“网签面积（千㎡）”', '公顷或亩'],
  },
  {
    code: 'UNIT_UNSUPPORTED',
    bytes: text('县市,月份,网签面积（㎡）,撤销网签面积（百㎡）\n喀什市,2025-10,1,1\n'),
    says: ['“撤销网签面积（百㎡）”'],
  },
  {
    code: 'BASIS_UNCLEAR',
    bytes: text('县市,月份,网签面积（㎡）,退订面积\n喀什市,2025-10,1,1\n'),
    says: ['“退订面积”', '是否已扣除撤销'],
  },
  {
    code: 'BASIS_UNCLEAR',
    bytes: text('region_code,month,signed_area,cancelled_units\n1,2,3,4\n'),
    says: ['“cancelled_units”'],
  },
];

test.each(FILES)('$code refuses the file', async ({ code, bytes, says, context }) => {
  const error = await refusalOf({ name: '月报.csv', bytes }, context);
  expect({ kind: error.kind, code: error.code }).toEqual({ kind: 'invalid', code });
  for (const part of says) expect(error.message).toContain(part);
});

type RowCase = { code: string; content: string; says: string[]; line?: number; column?: string };

const TINY = { cellChars: 20 };
const ROWS: RowCase[] = [
  { code: 'ROW_SHAPE', content: sales('653101,2025-10,1,234.50,0'), says: ['第2行', '应有4列，实有5列'] },
  { code: 'ROW_SHAPE', content: sales('653101,2025-10'), says: ['应有4列，实有2列'] },
  { code: 'ROW_SHAPE', content: lines(`${HEAD},`, `${ROW},7`), says: ['第5列没有表头却有内容'] },
  {
    code: 'ROW_CUT',
    content: sales('653101,2025-10,10.00,0.7', '5', '653121,2025-10,1,1'),
    says: ['第2行', '下一行只有“5”', '多余的换行'],
  },
  {
    code: 'ROW_CONFLICT',
    content: sales(ROW, '喀什市,2025/10,11.00,0'),
    says: ['第3行', '与第2行同为喀什市 2025-10', '11.00㎡', '10.00㎡', '都不采用'],
    line: 3,
  },
  { code: 'ROW_CONFLICT', content: sales(ROW, '喀什市,2025/10,11.00,0'), says: ['第2行', '与第3行同为喀什市 2025-10'] },
  { code: 'ROW_CONFLICT', content: sales('653101,2025-10,?,0', ROW), says: ['第2行有读不出的数字'], line: 3 },
  {
    code: 'CELL_TOO_LONG',
    content: sales(`${'9'.repeat(21)},2025-10,1,1`),
    says: ['“region_code”列', '21个字符'],
    column: 'region_code',
  },
  {
    code: 'CELL_SWALLOWS_ROWS',
    content: lines(`${HEAD},备注`, `653101,2025-10,1,1,"x`, `653121,2025-10,1,1,y"`),
    says: ['第2行', '第3行', '引号'],
  },
  {
    code: 'CELL_ERROR',
    content: sales('653101,2025-10,#REF!,0'),
    says: ['“signed_area”列', '#REF!'],
    column: 'signed_area',
  },
  {
    code: 'CHAR_CONTROL',
    content: sales('653\u0001101,2025-10,1,1'),
    says: ['“653\\u0001101”', '控制字符'],
    column: 'region_code',
  },
  { code: 'CHAR_CONTROL', content: sales('653101,2025\u001b-10,1,1'), says: ['\\u001b'], column: 'month' },
  { code: 'CHAR_CONTROL', content: sales('653101,2025-10,1\u0000,1'), says: ['\\u0000'], column: 'signed_area' },
  { code: 'ENC_MOJIBAKE', content: sales('鍠€浠€甯,2025-10,1,1'), says: ['疑似乱码'], column: 'region_code' },
  { code: 'ENC_MOJIBAKE', content: sales('\ufffd什市,2025-10,1,1'), says: ['疑似乱码'], column: 'region_code' },
  {
    code: 'KEY_MISSING',
    content: sales(',2025-10,1,1'),
    says: ['“region_code”列', '没有填县市'],
    column: 'region_code',
  },
  { code: 'KEY_MISSING', content: sales('653101,,1,1'), says: ['“month”列', '没有填月份'], column: 'month' },
  {
    code: 'UNIT_UNKNOWN',
    content: sales('疏府县,2025-10,1,1'),
    says: ['“疏府县”', '是否为“疏附县”'],
    column: 'region_code',
  },
  {
    code: 'UNIT_UNKNOWN',
    content: sales('653171,2025-10,1,1'),
    says: ['未知县市', 'jurisdiction.yaml'],
    column: 'region_code',
  },
  {
    code: 'REGION_CONFLICT',
    content: lines('region_code,region_name,month,signed_area', '653121,疏勒县,2025-10,1'),
    says: ['疏附县', '疏勒县', '不一致'],
  },
  { code: 'DATE_FORMAT', content: sales('653101,十月,1,1'), says: ['“十月”', '2025-10'], column: 'month' },
  { code: 'DATE_INVALID', content: sales('653101,2025-11-31,1,1'), says: ['“2025-11-31”', '不存在'], column: 'month' },
  { code: 'DATE_AMBIGUOUS', content: sales('653101,2025.1,1,1'), says: ['1月', '10月'], column: 'month' },
  { code: 'DATE_NOT_MONTH_END', content: sales('653101,2025-10-15,1,1'), says: ['不是月末'], column: 'month' },
  { code: 'PERIOD_FUTURE', content: sales('653101,2025-12,1,1'), says: ['未来月份', '2025-11-06'], column: 'month' },
  { code: 'NUM_FORMAT', content: sales('653101,2025-10,1e3,1'), says: ['“1e3”不是数字'], column: 'signed_area' },
  {
    code: 'NUM_RANGE',
    content: sales('653101,2025-10,99999999999999.99,1'),
    says: ['超出可精确表示的范围'],
    column: 'signed_area',
  },
  {
    code: 'COUNT_NOT_INTEGER',
    content: lines('region_code,month,signed_area,signed_units', '653101,2025-10,1,3.5'),
    says: ['“3.5”', '整数'],
    column: 'signed_units',
  },
  {
    code: 'SALES_NEGATIVE',
    content: sales('653101,2025-10,1,-5.00'),
    says: ['“-5.00”', '正数'],
    column: 'cancelled_area',
  },
  {
    code: 'STOCK_NEGATIVE',
    content: lines('region_code,month,presale_unsold_area,completed_unsold_area', '653101,2025-10,1,-2'),
    says: ['库存为负', '“-2”'],
    column: 'completed_unsold_area',
  },
  {
    code: 'UNIT_MISSING',
    content: lines(`${HEAD},unit`, `${ROW},`),
    says: ['没有单位', '单位列'],
    column: 'signed_area',
  },
  { code: 'UNIT_UNSUPPORTED', content: lines(`${HEAD},unit`, `${ROW},坪`), says: ['“坪”', '不认识'], column: 'unit' },
  {
    code: 'UNIT_CONFLICT',
    content: lines('县市,月份,网签面积（万㎡）', '喀什市,2025-10,12㎡'),
    says: ['单元格写的是㎡', '万㎡', '统一单位'],
    column: '网签面积（万㎡）',
  },
  {
    code: 'UNIT_CONFLICT',
    content: lines('县市,月份,网签面积（万㎡）,单位', '喀什市,2025-10,12,平方米'),
    says: ['表头写的是万㎡', '单位列写的是㎡'],
    column: '网签面积（万㎡）',
  },
  {
    code: 'UNIT_SUSPECT',
    content: lines('县市,月份,网签面积（万㎡）', '喀什市,2025-10,82006.47'),
    says: ['“82006.47”', '疑似填的是㎡'],
    column: '网签面积（万㎡）',
  },
];

test.each(ROWS)('$code quarantines the row', async ({ code, content, says, line = 2, column }) => {
  const limits = code === 'CELL_TOO_LONG' ? { limits: TINY } : {};
  const { ledger, counts } = await readAll(fileOf(content), { ...CONTEXT, ...limits });
  const kept = ledger.get(line);
  expect(kept?.outcome).toBe('quarantined');
  const reason = kept?.reasons.find((found) => found.code === code);
  expect(codesOf(kept?.reasons ?? [])).toContain(code);
  expect(reason?.message).toMatch(new RegExp(`^第${line}行`, 'u'));
  expect(reason?.column).toBe(column);
  for (const part of says) expect(reason?.message).toContain(part);
  expect(counts.quarantined).toBeGreaterThan(0);
});

const WARNINGS: RowCase[] = [
  {
    code: 'NUM_ROUNDED',
    content: sales('653101,2025-10,1.005,0'),
    says: ['“1.005”', '+0.005㎡'],
    column: 'signed_area',
  },
  { code: 'VALUE_MISSING', content: sales('653101,2025-10,1,-'), says: ['不当作0', '补报'], column: 'cancelled_area' },
  { code: 'VALUE_MISSING', content: sales('653101,2025-10,,1'), says: ['缺数'], column: 'signed_area' },
  { code: 'PERIOD_OPEN', content: sales('653101,2025-11,1,1'), says: ['2025-11 尚未结束'], column: 'month' },
];

test.each(WARNINGS)('$code is a word to a row that is taken', async ({ code, content, says, column }) => {
  const { ledger, rows, counts } = await readAll(fileOf(content));
  const [reason] = ledger.get(2)?.reasons ?? [];
  expect({ code: reason?.code, column: reason?.column }).toEqual({ code, column });
  for (const part of ['第2行', ...says]) expect(reason?.message).toContain(part);
  expect(rows).toHaveLength(1);
  expect(counts).toEqual({ total: 1, accepted: 0, warned: 1, quarantined: 0, duplicate: 0, empty: 0 });
});

const DUPLICATES: RowCase[] = [
  { code: 'ROW_DUPLICATE', content: sales(ROW, '喀什,202510,10,0'), says: ['第3行', '与第2行', '只计一次'] },
];

test.each(DUPLICATES)('$code counts once', async ({ code, content, says }) => {
  const { ledger, counts } = await readAll(fileOf(content));
  expect(codesOf(ledger.get(3)?.reasons ?? [])).toEqual([code]);
  for (const part of says) expect(ledger.get(3)?.reasons[0]?.message).toContain(part);
  expect(counts).toEqual({ total: 2, accepted: 1, warned: 0, quarantined: 0, duplicate: 1, empty: 0 });
});

const NOTES: RowCase[] = [
  {
    code: 'SIMULATED',
    content: lines(`${HEAD},备注`, `${ROW},`, '653121,2025-10,1,1,模拟数据'),
    says: ['第3行', '模拟'],
  },
  { code: 'HEADER_EXTRA', content: lines(`${HEAD},填报人`, `${ROW},张`), says: ['“填报人”', 'feeds.yaml'] },
  { code: 'BASIS_NET', content: lines('region_code,month,signed_area', '653101,2025-10,1'), says: ['净额', '记为 0'] },
  {
    code: 'TOTAL_MISMATCH',
    content: sales(ROW, '合计,,11.00,0.00'),
    says: ['第3行', '“signed_area”', '11.00㎡', '10.00㎡', '1.00㎡'],
  },
  {
    code: 'TOTAL_UNCHECKED',
    content: sales('653101,2025-10,约10,0.00', '合计,,10.00,0.00'),
    says: ['第3行', '无法核对'],
  },
  { code: 'FILE_NO_FIGURES', content: sales('653101,2025-10,-,—'), says: ['没有一行有数字'] },
];

test.each(NOTES)('$code is said of the file', async ({ code, content, says }) => {
  const { notes } = await readAll(fileOf(content));
  const found = notes.find((entry) => entry.code === code);
  for (const part of says) expect(found?.message).toContain(part);
});

test.each([
  { level: 'file', codes: FILE_CODES, cases: FILES },
  { level: 'row', codes: ROW_CODES, cases: ROWS },
  { level: 'warning', codes: WARNING_CODES, cases: WARNINGS },
  { level: 'duplicate', codes: DUPLICATE_CODES, cases: DUPLICATES },
  { level: 'note', codes: NOTE_CODES, cases: NOTES },
])('every $level code has a case, and every case a code', ({ codes, cases }) => {
  expect([...new Set(cases.map(({ code }) => code))].sort()).toEqual([...codes].sort());
});

test('the README lists every code', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const listed = [FILE_CODES, ROW_CODES, WARNING_CODES, DUPLICATE_CODES, NOTE_CODES].flat();
  expect(listed.filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
});
