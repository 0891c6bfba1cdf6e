import { expect, test } from 'vitest';
import { safeFileName } from '../src/index.ts';

test.each([
  { given: '网签2025年10月.xlsx', name: '网签2025年10月.xlsx', why: 'a plain name stays' },
  { given: '../../etc/passwd', name: '__.._etc_passwd', why: 'a path' },
  { given: 'C:\\data\\库存.csv', name: 'C__data_库存.csv', why: 'a path of Windows' },
  { given: 'two\nlines\u0000.csv', name: 'two_lines_.csv', why: 'control characters' },
  { given: 'sales\u202Evsc.exe', name: 'sales_vsc.exe', why: 'an order of letters that hides the ending' },
  { given: '.hidden', name: '_hidden', why: 'a name that folders do not list' },
  { given: '', name: '_', why: 'no name' },
  { given: '库存😀.csv', name: '库存😀.csv', why: 'a picture is a letter like others' },
])('$given: $why', ({ given, name }) => {
  expect(safeFileName(given)).toEqual({ name, escaped: name !== given });
});

test('a long name keeps its ending and fits a file system with what is added to it', () => {
  for (const sign of ['a', '县', '😀']) {
    const { name, escaped } = safeFileName(`${sign.repeat(300)}.xlsx`);
    expect(escaped).toBe(true);
    expect(name.endsWith('.xlsx')).toBe(true);
    expect([...name].length).toBeLessThanOrEqual(120);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
    expect(safeFileName(name)).toEqual({ name, escaped: false });
  }
});
