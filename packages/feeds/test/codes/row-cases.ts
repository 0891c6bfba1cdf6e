import { lines } from '../support.ts';
import { bookOf, HEAD, ROW, type RowCase, sales, within } from './cases.ts';

const KEYS = ['县市', '月份', '网签面积（㎡）', '撤销面积（㎡）'];
const contract = (row: string) => lines('contract_no,region_code,project,signed_on,cancelled_on,area', row);
const land = (row: string) => lines('entry_no,region_code,kind,parcel_no,land_use,area,date', row);
const report = (name: string, cell: string) => lines(`project_no,report_date,${name}`, `BJF310101,2025-10-31,${cell}`);

/** The row as such: its cells, and against other rows. */
const SHAPES: readonly RowCase[] = [
  { code: 'ROW_SHAPE', content: sales('653101,2025-10,1,234.50,0'), says: ['应有4列，实有5列', '千分位'] },
  { code: 'ROW_SHAPE', content: sales('653101,2025-10'), says: ['应有4列，实有2列'] },
  { code: 'ROW_SHAPE', content: lines(`${HEAD},`, `${ROW},7`), says: ['第5列没有表头却有内容', '补表头'] },
  {
    code: 'ROW_CUT',
    content: sales('653101,2025-10,10.00,0.7', '5', '653121,2025-10,1,1'),
    says: ['下一行只有“5”', '多余的换行'],
  },
  {
    code: 'ROW_CONFLICT',
    content: sales(ROW, '喀什市,2025/10,11.00,0'),
    says: ['与第2行同为喀什市 2025-10', '11.00㎡', '10.00㎡', '都不采用'],
    line: 3,
  },
  { code: 'ROW_CONFLICT', content: sales(ROW, '喀什市,2025/10,11.00,0'), says: ['与第3行同为喀什市 2025-10'] },
  { code: 'ROW_CONFLICT', content: sales('653101,2025-10,?,0', ROW), says: ['第2行有读不出的数字'], line: 3 },
  {
    code: 'CELL_TOO_LONG',
    content: sales(`${'9'.repeat(21)},2025-10,1,1`),
    says: ['21个字符', '超过20个'],
    column: 'region_code',
    context: within({ cellChars: 20 }),
  },
  {
    code: 'CELL_SWALLOWS_ROWS',
    content: sales('653101,2025-10,"1', '653121,2025-10,1,1",0'),
    says: ['第2行至第3行', '引号'],
    column: 'signed_area',
  },
  {
    code: 'CELL_SWALLOWS_ROWS', // also where nobody reads the cell: a row is lost in it
    content: lines(`${HEAD},备注`, '653101,2025-10,1,1,"x', '653121,2025-10,1,1,y"'),
    says: ['占了2行', '引号'],
    column: '备注',
  },
  { code: 'CELL_ERROR', content: sales('653101,2025-10,#REF!,0'), says: ['#REF!'], column: 'signed_area' },
  {
    code: 'CELL_MERGED',
    content: bookOf([KEYS, ['喀什市', '2025-10', '1', '0'], ['疏附县', '2025-10', '', '0']], {
      after: '<mergeCells><mergeCell ref="C2:C3"/></mergeCells>',
    }),
    says: ['C列是合并单元格', '取消合并'],
    column: '网签面积（㎡）',
  },
  {
    code: 'CELL_FORMULA_NO_VALUE',
    content: bookOf([KEYS, ['喀什市', '2025-10', '<c><f>1+1</f></c>', '0']]),
    says: ['公式', '保存'],
    column: '网签面积（㎡）',
  },
  {
    code: 'CHAR_CONTROL',
    content: sales('653\u0001101,2025-10,1,1'),
    says: ['“653\\u0001101”', '控制字符'],
    column: 'region_code',
  },
  { code: 'CHAR_CONTROL', content: sales('653101,2025\u001b-10,1,1'), says: ['\\u001b'], column: 'month' },
  { code: 'CHAR_CONTROL', content: sales('653101,2025-10,1\u0000,1'), says: ['\\u0000'], column: 'signed_area' },
];

/** Whose and of which month the row is. */
const KEYED: readonly RowCase[] = [
  { code: 'ENC_MOJIBAKE', content: sales('鍠€浠€甯,2025-10,1,1'), says: ['疑似乱码'], column: 'region_code' },
  {
    code: 'ENC_MOJIBAKE',
    content: sales('\ufffd什市,2025-10,1,1'),
    says: ['疑似乱码', 'UTF-8'],
    column: 'region_code',
  },
  { code: 'KEY_MISSING', content: sales(',2025-10,1,1'), says: ['没有填县市'], column: 'region_code' },
  { code: 'KEY_MISSING', content: sales('653101,,1,1'), says: ['没有填月份'], column: 'month' },
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
  {
    code: 'CODE_FORMAT',
    content: contract('6.5E+17,653101,模拟名邸,2025-10-01,,100'),
    says: ['“6.5E+17”', '文本格式'],
    column: 'contract_no',
  },
  { code: 'DATE_FORMAT', content: sales('653101,十月,1,1'), says: ['“十月”', '2025-10'], column: 'month' },
  { code: 'DATE_INVALID', content: sales('653101,2025-11-31,1,1'), says: ['“2025-11-31”', '不存在'], column: 'month' },
  { code: 'DATE_AMBIGUOUS', content: sales('653101,2025.1,1,1'), says: ['1月', '10月'], column: 'month' },
  { code: 'DATE_NOT_MONTH_END', content: sales('653101,2025-10-15,1,1'), says: ['不是月末'], column: 'month' },
  {
    code: 'DATE_SERIAL',
    content: bookOf([KEYS, ['喀什市', '<c s="1"><v>-5</v></c>', '1', '0']], { styles: [0, 14] }),
    says: ['不是有效的日期序号', '改成日期'],
    column: '月份',
  },
  {
    code: 'DATE_ORDER',
    content: contract('WQ1,653101,模拟名邸,2025-10-02,2025-10-01,100'),
    says: ['2025-10-01', '早于签订日期'],
    column: 'cancelled_on',
  },
  { code: 'PERIOD_FUTURE', content: sales('653101,2025-12,1,1'), says: ['未来月份', '2025-11-06'], column: 'month' },
  {
    code: 'PERIOD_CONFLICT',
    content: bookOf([['2025年10月网签'], KEYS, ['喀什市', '2025-09', '1', '0']]),
    says: ['2025-09', '2025-10'],
    line: 3,
    column: '月份',
  },
  { code: 'PERIOD_CUMULATIVE', content: sales('653101,1-10月,1,1'), says: ['“1-10月”'], column: 'month' },
];

const CELLS: readonly RowCase[] = [
  {
    code: 'NUM_FORMAT',
    content: sales('653101,2025-10,1e3,1'),
    says: ['“1e3”不是数字', '留空'],
    column: 'signed_area',
  },
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
    code: 'PERCENT_SCALE',
    content: report('physical_progress_pct', '101%'),
    says: ['“101%”', '0 到 100%'],
    column: 'physical_progress_pct',
  },
  {
    code: 'FLAG_FORMAT',
    content: report('account_frozen', '部分'),
    says: ['“部分”', '是/否'],
    column: 'account_frozen',
  },
  {
    code: 'KIND_UNKNOWN',
    content: land('T1,653101,转让,P1,住宅,1920,2025-10-01'),
    says: ['“转让”', '可填：竣工'],
    column: 'kind',
  },
  {
    code: 'VALUE_REQUIRED',
    content: land('T1,653101,sold,P1,住宅,,2025-10-01'),
    says: ['没有填“area”', '请补上'],
    column: 'area',
  },
  { code: 'NUM_NEGATIVE', content: report('idle_days', '-1'), says: ['“-1”小于0'], column: 'idle_days' },
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
  {
    code: 'PERSONAL_DATA',
    content: contract('WQ1,653101,张三 13800138000,2025-10-01,,100'),
    says: ['手机号', '删去个人信息'],
    column: 'project',
  },
  {
    code: 'MERGED_SELF',
    content: lines('project_no,region_code,name,merged_into', 'P1,653101,甲,Ｐ１'),
    says: ['“P1”', '并入它自己', '请空着'],
    column: 'merged_into',
  },
];

export const ROWS: readonly RowCase[] = [...SHAPES, ...KEYED, ...CELLS];
