import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { quarantineCsv, quarantineHead, quarantineLine } from '../../src/write/quarantine.ts';
import { refusedRow } from './plans.ts';

const reason = { code: 'NUM_FORMAT', column: '网签面积（㎡）', message: '第2行“网签面积（㎡）”列：“约1”不是数字' };
const row = (...raw: string[]) => refusedRow(2, raw, reason);

test('refused rows come back whole, with line, code and reason in front', () => {
  const text = quarantineCsv(
    [row('喀什市', '2025-10', '约1'), row('a,b', 'say "x"', 'two\nlines')],
    ['县市', '月份', '网签面积（㎡）'],
  );
  expect(text.startsWith('\ufeff原行号,问题代码,说明,县市,月份,网签面积（㎡）\r\n')).toBe(true);
  expect(parse(text, { bom: true })).toEqual([
    ['原行号', '问题代码', '说明', '县市', '月份', '网签面积（㎡）'],
    ['2', 'NUM_FORMAT', reason.message, '喀什市', '2025-10', '约1'],
    ['2', 'NUM_FORMAT', reason.message, 'a,b', 'say "x"', 'two\nlines'],
  ]);
  expect(quarantineCsv([row('x')], ['y'])).toBe(quarantineHead(['y']) + quarantineLine(row('x')));
});
