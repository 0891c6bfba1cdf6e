import { expect, test } from 'vitest';
import { type Column, renderTable } from '../src/table.ts';

const paintHead = (head: string): string => head;

function render(columns: readonly Column[], rows: readonly (readonly string[])[], width = 120): string[] {
  return renderTable({ columns, rows, width, paintHead }).split('\n');
}

test('text stands to the left, figures to the right, by the columns that Chinese characters take', () => {
  const columns: Column[] = [{ head: '县市' }, { head: '库存(㎡)', align: 'figure' }, { head: '提示' }];
  expect(
    render(columns, [
      ['喀什市', '730031.82', ''],
      ['塔什库尔干塔吉克自治县', '0.00', '无成交'],
    ]),
  ).toEqual([
    '县市                     库存(㎡)  提示',
    '喀什市                  730031.82',
    '塔什库尔干塔吉克自治县       0.00  无成交',
  ]);
});

test('what follows a figure stands behind it, so that the figures stay in line', () => {
  const columns: Column[] = [{ head: '去化', align: 'figure' }, { head: '下一列' }];
  expect(
    render(columns, [
      ['36.0（>36）', 'a'],
      ['5.1', 'b'],
      ['—', 'c'],
    ]),
  ).toEqual(['去化         下一列', '36.0（>36）  a', ' 5.1         b', '   —         c']);
});

test('colours take no room', () => {
  const [, line = ''] = render([{ head: '档次' }, { head: '月' }], [['\u001b[31m暂停\u001b[39m', '1']]);
  expect(line).toBe('\u001b[31m暂停\u001b[39m  1');
});

test('the last column runs on in lines that fit, and a line neither begins with punctuation nor breaks a figure', () => {
  const columns: Column[] = [{ head: '编号' }, { head: '内容', wrap: true }];
  const text = '疏勒县：2025年10月去化周期40.1个月，超过36个月：暂停新增商品住宅用地出让。';
  const lines = render(columns, [['8', text]], 46);
  expect(lines.slice(1)).toEqual([
    '8     疏勒县：2025年10月去化周期40.1个月，超过',
    '      36个月：暂停新增商品住宅用地出让。',
  ]);
  expect(render(columns, [['8', text]], 20)).toHaveLength(2); // too narrow to be worth it
});
