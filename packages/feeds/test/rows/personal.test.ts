import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import { holdsPersonal, isPersonalHeader, MASK, maskPersonal } from '../../src/rows/personal.ts';
import { FEED_FILES } from '../reading.ts';
import { codesOf, read, tableOf } from './support.ts';

const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`, 'u'));
const two = (min: number, max: number) => fc.integer({ min, max }).map((value) => String(value).padStart(2, '0'));

/** An ID card number with its check digit. */
const idNumber = fc
  .tuple(
    fc.integer({ min: 110_000, max: 659_999 }),
    fc.integer({ min: 1940, max: 2007 }),
    two(1, 12),
    two(1, 28),
    digits(3),
  )
  .map((parts) => {
    const body = parts.join('');
    const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const sum = weights.reduce((total, weight, at) => total + weight * Number(body[at]), 0);
    return body + '10X98765432'[sum % 11];
  });
const phone = fc.tuple(fc.integer({ min: 3, max: 9 }), digits(9)).map(([second, rest]) => `1${second}${rest}`);
const card = fc.tuple(fc.constantFrom('622202', '6217', '4563', '955880'), digits(12)).map(([start, rest]) => {
  const body = start + rest.slice(0, 15 - start.length + (rest.charCodeAt(0) % 3));
  const sum = [...body].reverse().reduce((total, char, at) => {
    const twice = Number(char) * (at % 2 === 0 ? 2 : 1);
    return total + (twice > 9 ? twice - 9 : twice);
  }, 0);
  return body + String((10 - (sum % 10)) % 10);
});
const number = fc.oneof(idNumber, phone, card);

/** How people write a long number. */
const written = fc
  .tuple(number, fc.constantFrom('', ' ', '-', '－', '\u3000', '\u200b'), fc.constantFrom(3, 4, 6), fc.boolean())
  .map(([text, gap, group, wide]) => {
    const parts = text.match(new RegExp(`.{1,${group}}`, 'gu')) ?? [];
    const spaced = parts.join(gap);
    return wide ? spaced.replace(/[0-9X]/gu, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)) : spaced;
  });
const around = fc.tuple(
  fc.constantFrom('', '张三', '电话：', '身份证 ', '(', '+86 '),
  written,
  fc.constantFrom('', '（本人）', ' 李四', '。'),
);

test('SR-39: of 500 numbers of people, however written, none is missed, and none is left in what is kept', () => {
  let missed = 0;
  fc.assert(
    fc.property(around, (parts) => {
      const text = parts.join('');
      const masked = maskPersonal(text);
      if (!holdsPersonal(text) || /\d{5}/u.test(masked.normalize('NFKC').replace(/[\s\u200b-]/gu, ''))) missed += 1;
      expect(masked.includes(MASK)).toBe(holdsPersonal(text));
    }),
    runs(500),
  );
  expect(missed).toBeLessThanOrEqual(5);
});

test.each([
  '喀什市',
  '2025-10-31 23:30:00',
  '12345678901',
  '模拟名邸06号楼1单元1201',
  '110105194912310021',
  '653101-001-012-GB00123',
  '0998-2822222',
  '202510310001',
])('“%s” is nobody’s number', (text) => {
  expect(holdsPersonal(text)).toBe(false);
});

test.each([
  ['653101202510310019', false, 'a date in the number of a contract is no birthday'],
  ['WQ13812345678', false, 'letters make it a number of a contract'],
  ['6531012025103100', false, 'no card begins so'],
  ['11010519491231002X', true, 'an ID card number'],
  ['13812345678', true, 'a phone'],
  ['6222021234567890128', true, 'a card by its first digits and its last'],
  ['6222021234567890127', false, 'not even a card by its last digit'],
])('as the number of a contract “%s” is personal: %s, %s', (text, personal) => {
  expect(holdsPersonal(text, { code: true, year: 2025 })).toBe(personal);
});

test.each([
  '买受人',
  '购房人姓名',
  '身份证号',
  '证件号码',
  '联系电话',
  '手机号',
  '联系方式',
  '银行卡号',
  '买 受 人',
  'buyer_name',
  'Phone',
])('the header “%s” announces a person', (header) => {
  expect(isPersonalHeader(header)).toBe(true);
});

test.each(['项目名称', '开发企业', '未收购房款', 'unpaid_buyer_money', '合同编号', '地区名称', '报告日期', '建筑面积'])(
  'the header “%s” does not',
  (header) => {
    expect(isPersonalHeader(header)).toBe(false);
  },
);

const COLUMNS = ['contract_no', 'region', 'project', 'signed_on', 'area'];

test('a column of buyers is not read, its cells are masked in everything that is kept, and it is told', async () => {
  const columns = [...COLUMNS, { name: 'other', header: '买受人' }, { name: 'other', header: '备注' }];
  const table = tableOf(
    columns,
    [
      ['WQ1', '喀什市', '模拟名邸', '2025-10-01', '100', '张三', '电话 138 1234 5678'],
      ['WQ2', '沙车县', '模拟名邸', '2025-10-01', '100', '李四', ''],
    ],
    { feed: 'contracts' },
  );
  const { rows, ledger, notes } = await read(table);
  expect(rows[0]?.raw).toEqual(['WQ1', '喀什市', '模拟名邸', '2025-10-01', '100', MASK, `电话 ${MASK}`]);
  expect(ledger.get(3)?.raw).toEqual(['WQ2', '沙车县', '模拟名邸', '2025-10-01', '100', MASK, '']);
  expect(codesOf(notes)).toEqual(['PERSONAL_COLUMN']);
  expect(notes[0]?.message).toContain('“买受人”');
});

test('a column of buyers is not read, whoever says that it is a feed’s', async () => {
  const columns = ['contract_no', 'region', { name: 'project', header: '购房人' }, 'signed_on', 'area'];
  const { rows } = await read(
    tableOf(columns, [['WQ1', '喀什市', '张三', '2025-10-01', '100']], { feed: 'contracts' }),
  );
  expect(rows[0]?.values[1]).toBeNull();
  expect(JSON.stringify(rows)).not.toContain('张三');
});

test.each(['13812345678', '138-1234-5678', '１３８１２３４５６７８', '11010519491231002X'])(
  'a row with the number “%s” in a name or a unit is refused, and the number is nowhere',
  async (secret) => {
    const rows = [
      ['WQ1', '喀什市', `张三${secret}`, '2025-10-01', '100'],
      ['WQ2', `喀什市${secret}`, '模拟名邸', '2025-10-01', '100'],
      [secret, '喀什市', '模拟名邸', '2025-10-01', '100'],
      [`填表人：张三 ${secret}`, '', '', '', ''],
    ];
    const result = await read(tableOf(COLUMNS, rows, { feed: 'contracts' }));
    expect(codesOf(result.ledger.get(2)?.reasons)).toEqual(['PERSONAL_DATA']);
    expect(codesOf(result.ledger.get(3)?.reasons)).toEqual(['UNIT_UNKNOWN']);
    expect(codesOf(result.ledger.get(4)?.reasons)).toEqual(['PERSONAL_DATA']);
    expect(result.ignored).toHaveLength(1);
    expect(JSON.stringify([...result.ledger.values(), result.notes, result.ignored, result.chunks])).not.toContain(
      secret,
    );
  },
);

test.each(['sales.csv', 'inventory.csv'])('no cell of the sample %s is taken for a person’s', (file) => {
  const text = readFileSync(join(FEED_FILES, file), 'utf8');
  const cells = text.split(/[,\r\n]+/u);
  expect(cells.filter((cell) => holdsPersonal(cell))).toEqual([]);
});
