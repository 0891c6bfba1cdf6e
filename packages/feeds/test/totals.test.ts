import { expect, test } from 'vitest';
import { codesOf, fileOf, lines, readAll } from './support.ts';

const HEAD = '县市,月份,网签面积（㎡）,撤销网签面积（㎡）,网签套数';
const A = '喀什市,2025-09,1.00,0,1';
const B = '疏附县,2025-09,2.00,0,2';
const C = '喀什市,2025-10,4.00,0,4';

test.each([
  { rows: [A, B, '合计,,3.00,0.00,3'], why: 'all rows' },
  { rows: [A, B, '合 计：,-,3.00,-,'], why: 'blanks in the word, and missing figures' },
  { rows: [A, B, '小计,,3.00,0,3', C, '小计,,4.00,0,4', '总计,,7.00,0,7'], why: 'since the last total' },
  { rows: [A, B, C, '喀什地区共计,2025-09,3.00,0,3', 'Total,2025-10,4,0,4'], why: 'of its month' },
  { rows: [A, B, '沙车县,2025-09,5.00,0,5', '合计,,8.00,0,8'], why: 'refused rows are part of a printed total' },
  { rows: [A, B, '合计,,3,0,3'], why: 'printed without decimals' },
])('a total of $why agrees, and is no record', async ({ rows }) => {
  const { counts, notes } = await readAll(fileOf(lines(HEAD, ...rows)));
  expect(codesOf(notes)).toEqual([]);
  expect(counts.total).toBe(rows.filter((row) => !/计|Total/u.test(row)).length);
});

test.each([
  { rows: [A, B, '合计,,4.00,0,3'], line: 4, says: ['“网签面积（㎡）”', '写的是4.00㎡', '之和是3.00㎡', '相差1.00㎡'] },
  { rows: [A, B, '合计,,3.00,0,4'], line: 4, says: ['“网签套数”', '写的是4套', '之和是3套'] },
  { rows: [A, B, C, '小计,2025-10,4.50,0,4'], line: 5, says: ['之和是4.00㎡', '相差0.50㎡'] },
  { rows: [A, '合计,,-,0,2', B], line: 3, says: ['之和是1套'] },
])('a total that contradicts the rows is told with both figures', async ({ rows, line, says }) => {
  const { notes } = await readAll(fileOf(lines(HEAD, ...rows)));
  expect(codesOf(notes)).toEqual(['TOTAL_MISMATCH']);
  for (const part of [`第${line}行`, ...says]) expect(notes[0]?.message).toContain(part);
});

test.each([
  { total: '12.36', codes: [], why: 'three rows may miss it by 0.015 of their last digit' },
  { total: '12.38', codes: ['TOTAL_MISMATCH'], why: 'more is no rounding' },
])('rounded rows in 万㎡ against $total: $why', async ({ total, codes }) => {
  const rows = ['喀什市,2025-10,4.11', '疏附县,2025-10,4.12', '疏勒县,2025-10,4.12', `合计,,${total}`];
  const { notes } = await readAll(fileOf(lines('县市,月份,网签面积（万㎡）', ...rows)));
  expect(codesOf(notes)).toEqual(['BASIS_NET', ...codes]);
});

test('a total over a figure that cannot be read is not called wrong', async () => {
  const { notes } = await readAll(fileOf(lines(HEAD, A, '疏附县,2025-09,约2,0,2', '合计,,3.00,0,3')));
  expect(codesOf(notes)).toEqual(['TOTAL_UNCHECKED']);
  expect(notes[0]?.column).toBe('网签面积（㎡）');
});

test('a total without a word where the unit stands is known by its first cell', async () => {
  const { counts, notes } = await readAll(fileOf(lines(`序号,${HEAD}`, `1,${A}`, '合计,,,9,0,1')));
  expect(counts.total).toBe(1);
  expect(codesOf(notes)).toEqual(['HEADER_EXTRA', 'TOTAL_MISMATCH']);
});
