import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeedContext } from '../../src/index.ts';
import { LIMITS } from '../../src/limits.ts';
import { odsOf, zipOf } from '../legacy/books.ts';
import { FEED_FILES, gb18030 } from '../reading.ts';
import { CONTEXT, lines, SETTINGS } from '../support.ts';
import { buildXlsx } from '../xlsx/build-xlsx.ts';
import { bookOf, type FileCase, HEAD, ROW, type RowCase, rowsOf, sales, within } from './cases.ts';

const withHeaders = (headers: Record<string, string[]>): FeedContext => {
  const own = { ...SETTINGS.feeds.sales, headers: { ...SETTINGS.feeds.sales.headers, ...headers } };
  return { ...CONTEXT, settings: { ...SETTINGS, feeds: { ...SETTINGS.feeds, sales: own } } };
};
const sample = (path: string) => readFileSync(join(FEED_FILES, path));
const xls = sample('as-received/05_2025年1-6月网签.xls');
const sheet = (title: string, name?: string) => ({
  ...(name === undefined ? {} : { name }),
  rows: rowsOf([[title], ['县市', '网签面积（㎡）', '撤销面积（㎡）'], ['喀什市', '7', '0']]),
});
const meta = (jurisdiction: string, version: string) => {
  const facts = { quhua: 'x', kind: 'template', feed: 'sales', version, jurisdiction };
  const hidden = { name: '_meta', state: 'hidden' as const, rows: rowsOf(Object.entries(facts)) };
  return buildXlsx({ sheets: [sheet('2025年10月'), hidden] });
};

/** What a file is, before any table is looked for. */
const CONTAINERS: readonly RowCase[] = [
  {
    code: 'FILE_TOO_LARGE',
    content: sales(ROW),
    says: ['上限50字节', '分成几个文件'],
    context: within({ fileBytes: 50 }),
  },
  { code: 'FILE_EMPTY', content: '', says: ['文件是空的', '0 字节'] },
  { code: 'FILE_EMPTY', content: ' \n\n,,\n', says: ['没有任何内容', '重报'] },
  { code: 'FILE_EMPTY', content: buildXlsx({ sheets: [{}, {}] }), says: ['各个工作表都是空的'] },
  { code: 'FILE_NO_ROWS', content: lines(HEAD, '', ',,,'), says: ['只有表头'] },
  { code: 'FILE_TYPE_MISMATCH', content: '%PDF-1.7', says: ['PDF'] },
  { code: 'FILE_TYPE_MISMATCH', content: '\ufeff\n<!DOCTYPE html><table>', says: ['网页'] },
  { code: 'FILE_TYPE_MISMATCH', content: '<?xml version="1.0"?><Workbook/>', says: ['XML'] },
  { code: 'FILE_TYPE_MISMATCH', content: Buffer.from('89504e470d0a', 'hex'), says: ['图片'] },
  { code: 'FILE_BINARY', content: Buffer.from([0, 1, 2, 0, 0, 9]), says: ['不是文本', '另存为'] },
  { code: 'FILE_CORRUPT', content: xls.subarray(0, 4_096), says: ['.xlsx'] },
  {
    code: 'FILE_TIMEOUT',
    content: xls,
    says: ['.xlsx'],
    context: within({ legacy: { ...LIMITS.legacy, ms: 1 } }),
  },
  {
    code: 'FILE_TOO_COMPLEX',
    content: bookOf([[]], { after: `<mergeCells>${'<mergeCell ref="A1:B1"/>'.repeat(200_001)}</mergeCells>` }),
    says: ['合并单元格超过200000处', '取消合并'],
    context: within({ zipRatio: 2_000 }),
  },
  { code: 'ZIP_CORRUPT', content: 'PK\u0003\u0004 cut off', says: ['不完整', '重新发送'] },
  { code: 'ZIP_PATH', content: zipOf({ '../evil.xml': 'x' }), says: ['路径'] },
  {
    code: 'ZIP_UNPACKED',
    content: odsOf(' '.repeat(2_000_000)),
    says: ['解压'],
    context: within({ unpackedBytes: 1_000_000 }),
  },
  { code: 'XLSX_ENCRYPTED', content: sample('bad/09_有密码的文件.xlsx'), says: ['已加密', '去掉打开密码'] },
  {
    code: 'TOO_MANY_SHEETS',
    content: buildXlsx({ sheets: [{}, {}, {}] }),
    says: ['2个'],
    context: within({ sheets: 2 }),
  },
  { code: 'XLSX_TOO_MANY_CELLS', content: bookOf([['a', 'b', 'c']]), says: ['2'], context: within({ cells: 2 }) },
  { code: 'XLSX_XML', content: bookOf([['<c><v>1</v>']]), says: ['xl/worksheets/sheet1.xml'] },
  { code: 'TEMPLATE_OTHER', content: meta('110000', '1'), says: ['“110000”', '喀什地区', '本地区的模板'] },
  { code: 'TEMPLATE_OTHER', content: meta('653100', '9'), says: ['版本“9”', '重新下载模板'] },
];

const TEXTS: readonly RowCase[] = [
  { code: 'ENC_UTF16_NO_BOM', content: Buffer.from('一乏'.repeat(20), 'utf16le'), says: ['UTF-16', '另存为 UTF-8'] },
  { code: 'ENC_UNSUPPORTED', content: Buffer.from('fffe00004100', 'hex'), says: ['UTF-32', '另存为 UTF-8'] },
  {
    code: 'ENC_INVALID',
    content: Buffer.concat([
      Buffer.from(`\ufeff${sales(ROW, ROW)}653101,`),
      Buffer.from([0xff]),
      Buffer.from('2025-10,1,1\n'),
    ]),
    says: ['第4行', `第${3 + HEAD.length + 1 + 2 * (ROW.length + 1) + 7 + 1}字节`],
  },
  {
    code: 'ENC_AMBIGUOUS',
    content: gb18030('region_code,month,模模,unit\n653101,2025-10,1,m2\n'),
    says: ['无法确定编码', '另存为 UTF-8'],
    context: withHeaders({ signed_area: ['模模'] }),
  },
  { code: 'ENC_MOJIBAKE', content: '鍘垮競,鏈堜唤,缃戠\n1,2,3\n', says: ['乱码', '重新导出'] },
  { code: 'CSV_QUOTE', content: sales(ROW, `"653121,2025-10,1,1`, ROW), says: ['第3行', '引号未闭合'] },
  { code: 'CSV_QUOTE', content: sales(ROW, `6531"21,2025-10,1,1`), says: ['第3行第1列', '引号有误'] },
  { code: 'CSV_QUOTE', content: sales(ROW, `653121,"2025"-10,1,1`), says: ['第3行第2列', '引号结束后'] },
  {
    code: 'CSV_DELIMITER',
    content: '地区代码，月份，网签面积（㎡）\n653101，2025-10，1\n',
    says: ['分隔符不支持', '英文逗号'],
  },
  { code: 'CSV_DELIMITER', content: '地区代码；月份；网签面积（㎡）\n653101；2025-10；1\n', says: ['英文逗号'] },
  { code: 'CSV_DELIMITER', content: 'month;region_code,x,month\n1,2\n', says: ['无法确定分隔符'] },
  {
    code: 'RECORD_TOO_LONG',
    content: sales(ROW, `${'9'.repeat(200)},`),
    says: ['第3行过长', '换行和引号'],
    context: within({ recordChars: 100 }),
  },
  { code: 'TOO_MANY_ROWS', content: sales(ROW, ROW, ROW), says: ['超过2行', '分成'], context: within({ rows: 2 }) },
  { code: 'TOO_MANY_COLUMNS', content: sales(ROW), says: ['有4列', '最多3列'], context: within({ columns: 3 }) },
];

const HEADERS: readonly RowCase[] = [
  {
    code: 'HEADER_MISSING',
    content: 'region_code,month\n653101,2025-10\n',
    says: ['第1行', 'signed_area（商品住房网签）', '“month”', 'feeds.yaml'],
  },
  { code: 'HEADER_MISSING', content: '甲,乙\n1,2\n', says: ['“甲”、“乙”', '补上表头', 'feeds.yaml'] },
  {
    code: 'HEADER_DUPLICATE',
    content: 'region_code,month,month,signed_area\n1,2,3,4\n',
    says: ['B列“month”和C列“month”', '只保留一列', 'mappings'],
  },
  {
    code: 'HEADER_DUPLICATE',
    content: '县市,县 市,month,signed_area\n1,2,3,4\n',
    says: ['A列“县市”和B列“县 市”'],
  },
  {
    code: 'HEADER_AMBIGUOUS',
    content: 'region_code,month,signed_area,面积（㎡）\n1,2,3,4\n',
    says: ['“面积（㎡）”', 'feeds.yaml', '只保留一处'],
    context: withHeaders({ signed_area: ['面积'], cancelled_area: ['面积'] }),
  },
  { code: 'KEY_FORBIDDEN', content: `${HEAD},__proto__\n${ROW},1\n`, says: ['“__proto__”', '请改名'] },
  { code: 'KEY_FORBIDDEN', content: `${HEAD},Constructor\n${ROW},1\n`, says: ['“Constructor”'] },
  {
    code: 'FEED_AMBIGUOUS',
    content: 'region_code,month,signed_area,presale_unsold_area,completed_unsold_area\n653101,2025-10,1,1,1\n',
    says: ['商品住房网签', '商品住房库存', '--feed'],
  },
  {
    code: 'UNIT_MISSING',
    content: '县市,月份,网签面积\n喀什市,2025-10,1\n',
    says: ['请注明单位', '“网签面积”', '万㎡'],
  },
  {
    code: 'UNIT_AMBIGUOUS',
    content: bookOf([
      ['2025年10月', '单位：万㎡、㎡'],
      ['县市', '网签面积'],
      ['喀什市', '7'],
    ]),
    says: ['两种单位', '“网签面积”', '在表头注明'],
  },
  {
    code: 'UNIT_UNSUPPORTED',
    content: '县市,月份,网签面积（千㎡）\n喀什市,2025-10,1\n',
    says: ['“网签面积（千㎡）”', '公顷或亩'],
  },
  {
    code: 'UNIT_UNSUPPORTED',
    content: '县市,月份,网签面积（㎡）,撤销网签面积（百㎡）\n喀什市,2025-10,1,1\n',
    says: ['“撤销网签面积（百㎡）”'],
  },
  {
    code: 'BASIS_UNCLEAR',
    content: '县市,月份,网签面积（㎡）,退订面积\n喀什市,2025-10,1,1\n',
    says: ['“退订面积”', '是否已扣除撤销', '撤销面积列'],
  },
  {
    code: 'BASIS_UNCLEAR',
    content: 'region_code,month,signed_area,cancelled_units\n1,2,3,4\n',
    says: ['“cancelled_units”'],
  },
];

/** What the rows need to be told, and only what stands around them can tell. */
const SURROUNDINGS: readonly RowCase[] = [
  {
    code: 'PERIOD_CONFLICT',
    content: buildXlsx({ sheets: [sheet('2025年10月网签', '9月')] }),
    says: ['2025-10', '2025-09', '改成一致', 'mappings'],
  },
  {
    code: 'PERIOD_CUMULATIVE',
    content: '县市,月份,累计网签面积（㎡）\n喀什市,2025-10,1\n',
    says: ['“累计网签面积（㎡）”', '需要当月数'],
  },
  { code: 'MONTH_UNCLEAR', content: '县市,网签面积（㎡）\n喀什市,1\n', says: ['没有月份列', '“月报”', '加一列“月份”'] },
  {
    code: 'YEAR_UNCLEAR',
    content: lines('县市,7月网签面积（㎡）,8月网签面积（㎡）', '喀什市,1,2'),
    says: ['“7月网签面积（㎡）”', '没有年份', '写上年份'],
  },
  { code: 'REGION_UNCLEAR', content: '月份,网签面积（㎡）\n2025-10,1\n', says: ['没有县市列', '加一列“县市”'] },
  {
    code: 'MEASURE_UNCLEAR',
    content: bookOf([['2025年网签面积与撤销面积（㎡）'], ['县市', '1月', '2月'], ['喀什市', '1', '2']]),
    says: ['signed_area和cancelled_area', '在标题中写明'],
  },
];

export const FILES: readonly FileCase[] = [...CONTAINERS, ...TEXTS, ...HEADERS, ...SURROUNDINGS].map(
  ({ content, ...rest }) => ({ ...rest, bytes: Buffer.from(content) }),
);
