import { lines } from '../support.ts';
import { buildXlsx, officeType, relation, relationsOf } from '../xlsx/build-xlsx.ts';
import { bookOf, contracts, HEAD, ROW, type RowCase, rowsOf, SALES_GRID, sales } from './cases.ts';

const PROJECT = 'project_no,region_code,name,total_units,households_sold,contract_delivery_on';

/** A workbook whose second sheet is a chart. */
const WITH_CHART = buildXlsx({
  sheets: [{ name: '数据', rows: rowsOf(SALES_GRID) }, { name: '图' }],
  parts: {
    'xl/_rels/workbook.xml.rels': relationsOf([
      relation('rId1', officeType({}, 'worksheet'), 'worksheets/sheet1.xml'),
      relation('rId2', officeType({}, 'chartsheet'), 'worksheets/sheet2.xml'),
    ]),
  },
});

export const WARNINGS: readonly RowCase[] = [
  {
    code: 'NUM_ROUNDED',
    content: sales('653101,2025-10,1.005,0'),
    says: ['“1.005”', '+0.005㎡'],
    column: 'signed_area',
  },
  { code: 'VALUE_MISSING', content: sales('653101,2025-10,1,-'), says: ['不当作0', '补报'], column: 'cancelled_area' },
  { code: 'VALUE_MISSING', content: sales('653101,2025-10,,1'), says: ['缺数'], column: 'signed_area' },
  {
    code: 'PERIOD_OPEN',
    content: sales('653101,2025-11,1,1'),
    says: ['2025-11 尚未结束', '请再报一次'],
    column: 'month',
  },
  {
    code: 'DATE_PLACEHOLDER',
    content: lines(PROJECT, 'P1,653101,甲,10,5,2099-12-31'),
    says: ['“2099-12-31”像是占位日期', '请留空'],
    column: 'contract_delivery_on',
  },
  {
    code: 'SOLD_GT_TOTAL',
    content: lines(PROJECT, 'P1,653101,甲,10,11,2026-12-31'),
    says: ['已售11套', '10套', '请核对'],
    column: 'households_sold',
  },
  {
    code: 'AREA_PER_UNIT',
    content: lines('region_code,month,signed_area,cancelled_area,signed_units', '653101,2025-10,1200,0,2'),
    says: ['每套约600', '20–500㎡', '请核对'],
    column: 'signed_area',
  },
  {
    code: 'PRICE_PER_SQM',
    content: contracts('A1,653101,,2025-10-08,,100,100'),
    says: ['单价约', '请核对总价和面积的单位'],
    column: 'price_total',
  },
];

export const DUPLICATES: readonly RowCase[] = [
  { code: 'ROW_DUPLICATE', content: sales(ROW, '喀什,202510,10,0'), says: ['第3行', '与第2行', '只计一次'] },
];

export const NOTES: readonly RowCase[] = [
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
  {
    code: 'PERSONAL_COLUMN',
    content: lines('contract_no,region_code,signed_on,area,身份证号', 'A1,653101,2025-10-08,100,1'),
    says: ['“身份证号”', '不保存其内容', '请在报送前删去'],
  },
  {
    code: 'HIDDEN_READ',
    content: bookOf(SALES_GRID, { before: '<cols><col min="3" max="3" hidden="1"/></cols>' }),
    says: ['C列', '已照常读取', '请确认'],
  },
  {
    code: 'DATE_1904',
    content: bookOf(SALES_GRID, { date1904: true }),
    says: ['1904', '已照此读取'],
  },
  {
    code: 'XLSX_IGNORED_PART',
    content: bookOf(SALES_GRID, { parts: { 'xl/media/image1.png': 'picture' } }),
    says: ['图片', '未读取'],
  },
  {
    code: 'SHEET_NOT_READ',
    content: WITH_CHART,
    says: ['“图”', '不是表格，未读取'],
  },
];
