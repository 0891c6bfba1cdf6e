import { FEEDS, type FeedName } from '@quhua/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import { LIMITS } from '../../src/limits.ts';
import { readPlain } from '../../src/rows/decimal.ts';
import { cellReader } from '../../src/rows/read-cells.ts';
import type { CellFormat } from '../../src/rows/value-reading.ts';
import { TODAY } from './support.ts';

const formatOf = (feed: FeedName, name: string, unit: CellFormat['unit'] = null, stated = false): CellFormat => {
  const column = FEEDS[feed].columns.find((one) => one.name === name);
  if (column === undefined) throw new Error(`${feed} has no ${name}`);
  return { feed, column, unit, stated, plausibleCentisqm: LIMITS.plausibleCentisqm, today: TODAY };
};
const read = (text: string, format: CellFormat, type = '') => cellReader(format).read(text, type);
const money = (unit: CellFormat['unit'], stated = true) => formatOf('projects', 'whitelist_approved', unit, stated);
const land = (unit: CellFormat['unit']) => formatOf('land', 'area', unit, true);
const percent = (unit: CellFormat['unit']) => formatOf('project-reports', 'physical_progress_pct', unit);

test.each([
  ['12.34', 'yuan', 1_234],
  ['¥12.34', 'yuan', 1_234],
  ['￥ 1,234.5', 'yuan', 123_450],
  ['１２．３４元', 'yuan', 1_234],
  ['3577', 'wan-yuan', 3_577_000_000],
  ['0.000001', 'wan-yuan', 1],
  ['12.5万元', 'wan-yuan', 12_500_000],
  ['2.5', 'yi-yuan', 25_000_000_000],
  ['3千元', 'qian-yuan', 300_000],
  ['1.2', 'bai-wan-yuan', 120_000_000],
  ['0', 'wan-yuan', 0],
] as const)('“%s” in %s is %d fen', (text, unit, value) => {
  expect(read(text, money(unit))).toEqual({ value });
});

test.each([
  ['12.5万元', 'yuan', 'UNIT_CONFLICT'],
  ['12', null, 'UNIT_MISSING'],
  ['12㎡', 'yuan', 'NUM_FORMAT'],
  ['$12', 'yuan', 'NUM_FORMAT'],
  ['¥', 'yuan', undefined],
  ['12万', 'yuan', 'NUM_FORMAT'],
  ['-3', 'yuan', 'NUM_NEGATIVE'],
  ['35770000', 'wan-yuan', 'UNIT_SUSPECT'],
  ['0.001', 'yuan', 'NUM_ROUNDED'],
  ['99999999999999999', 'yuan', 'NUM_RANGE'],
] as const)('“%s” in %s is told: %s', (text, unit, code) => {
  expect(read(text, money(unit)).fault?.code).toBe(code);
});

test('a cell of a canonical column may name another unit than the one that its header implies', () => {
  expect(read('12.5万元', money('yuan', false))).toEqual({ value: 12_500_000 });
});

test.each([
  ['2.88', 'mu', 1_920],
  ['1.5亩', 'mu', 1_000],
  ['0.5', 'hectare', 5_000],
  ['1920', 'sqm', 1_920],
  ['1,920.00平方米', 'sqm', 1_920],
] as const)('“%s” in %s is %d ㎡ of land', (text, unit, value) => {
  expect(read(text, land(unit))).toEqual({ value });
});

test.each([
  ['1', 'mu', 667, 'NUM_ROUNDED'],
  ['1919.5', 'sqm', 1_920, 'NUM_ROUNDED'],
  ['1919.49', 'sqm', 1_919, 'NUM_ROUNDED'],
  ['5020', 'hectare', Number.NaN, 'UNIT_SUSPECT'],
  ['-1', 'sqm', Number.NaN, 'NUM_NEGATIVE'],
] as const)('“%s” in %s of land is told', (text, unit, value, code) => {
  expect(read(text, land(unit))).toMatchObject({ value, fault: { code } });
});

test.each([
  ['95%', null, 9_500],
  ['95％', 'fraction', 9_500],
  ['95', 'percent', 9_500],
  ['31.95', 'percent', 3_195],
  ['0.95', 'fraction', 9_500],
  ['1', 'fraction', 10_000],
  ['100', 'percent', 10_000],
  ['0', 'fraction', 0],
] as const)('“%s” with scale %s is %d of 0.01 %%', (text, unit, value) => {
  expect(read(text, percent(unit))).toEqual({ value });
});

test.each([
  ['95', null, 'PERCENT_SCALE'],
  ['95', 'fraction', 'PERCENT_SCALE'],
  ['100.01', 'percent', 'PERCENT_SCALE'],
  ['101%', null, 'PERCENT_SCALE'],
  ['-1%', 'percent', 'PERCENT_SCALE'],
  ['95‰', 'percent', 'NUM_FORMAT'],
  ['33.333', 'percent', 'NUM_ROUNDED'],
] as const)('“%s” with scale %s is told: %s', (text, unit, code) => {
  expect(read(text, percent(unit)).fault?.code).toBe(code);
});

test.each([
  ['project-reports', 'idle_days', '3天', 3],
  ['project-reports', 'petitions_30d', '2件', 2],
  ['project-reports', 'households_delivered', '120户', 120],
  ['projects', 'buildings', '7栋', 7],
  ['projects', 'total_units', '667 套', 667],
  ['projects', 'total_units', '667.0', 667],
  ['projects', 'total_units', '5个', 5],
] as const)('%s %s “%s” counts %d', (feed, name, text, value) => {
  expect(read(text, formatOf(feed, name))).toEqual({ value });
});

test.each([
  ['projects', 'buildings', '7天', 'NUM_FORMAT'],
  ['projects', 'buildings', '3.5', 'COUNT_NOT_INTEGER'],
  ['projects', 'buildings', '-1', 'NUM_NEGATIVE'],
  ['projects', 'buildings', '约3', 'NUM_FORMAT'],
] as const)('%s %s “%s” is refused: %s', (feed, name, text, code) => {
  expect(read(text, formatOf(feed, name)).fault?.code).toBe(code);
});

test.each([
  ...['1', '是', '有', 'TRUE', 'true', '√', 'Y', 'Yes', '１', ' 是 '].map((text) => [text, 1] as const),
  ...['0', '否', '无', 'FALSE', '×', 'N', 'no', '０'].map((text) => [text, 0] as const),
  ...['', '-', '—', '/', 'N/A'].map((text) => [text, null] as const),
])('flag “%s” is %s', (text, value) => {
  expect(read(text, formatOf('project-reports', 'account_frozen'))).toEqual({ value });
});

test.each([
  ['2', 'FLAG_FORMAT'],
  ['部分', 'FLAG_FORMAT'],
  ['#N/A', 'CELL_ERROR'],
  ['是\u0007', 'CHAR_CONTROL'],
])('flag “%s” is refused: %s', (text, code) => {
  expect(read(text, formatOf('project-reports', 'account_frozen')).fault?.code).toBe(code);
});

test.each([
  ['竣工', 'completed'],
  ['sold', 'sold'],
  ['出让 成交', 'sold'],
  ['签订合同', 'contracted'],
  ['流拍', 'withdrawn'],
])('kind “%s” is %s', (text, value) => {
  expect(read(text, formatOf('land', 'kind'))).toEqual({ value });
});

test('an unknown kind is refused with the words that are known', () => {
  const { fault } = read('转让', formatOf('land', 'kind'));
  expect(fault?.code).toBe('KIND_UNKNOWN');
  expect(fault?.zh).toContain('竣工、收回、公告、成交、签订合同、流拍');
});

/** What a decimal text says, as a fraction: an oracle that shares nothing with the readers. */
function fraction(text: string): { top: bigint; bottom: bigint } {
  const [whole = '', part = ''] = text.split('.');
  return { top: BigInt(whole + part), bottom: 10n ** BigInt(part.length) };
}

const SIZES = {
  area: { sqm: [100n, 1n], 'wan-sqm': [1_000_000n, 1n], hectare: [1_000_000n, 1n], mu: [200_000n, 3n] },
  land: { sqm: [1n, 1n], 'wan-sqm': [10_000n, 1n], hectare: [10_000n, 1n], mu: [2_000n, 3n] },
  money: {
    yuan: [100n, 1n],
    'qian-yuan': [100_000n, 1n],
    'wan-yuan': [1_000_000n, 1n],
    'bai-wan-yuan': [100_000_000n, 1n],
    'yi-yuan': [10_000_000_000n, 1n],
  },
  percent: { percent: [100n, 1n], fraction: [10_000n, 1n] },
} as const;
const COLUMNS = {
  area: ['sales', 'signed_area'],
  land: ['land', 'area'],
  money: ['projects', 'whitelist_approved'],
  percent: ['project-reports', 'physical_progress_pct'],
} as const;

const sized = fc.constantFrom(
  ...Object.entries(SIZES).flatMap(([type, units]) =>
    Object.entries(units as Record<string, readonly [bigint, bigint]>).map(([unit, size]) => ({ type, unit, size })),
  ),
);

test('area, land, money and percent are the exact fraction, rounded half up and told where it is finer', () => {
  fc.assert(
    fc.property(sized, fc.stringMatching(/^\d{1,6}(\.\d{1,9})?$/u), ({ type, unit, size }, text) => {
      const [feed, name] = COLUMNS[type as keyof typeof COLUMNS];
      const format = formatOf(feed, name, unit as CellFormat['unit'], true);
      const reader = cellReader(format);
      const { top, bottom } = fraction(text);
      const [exact, by] = [top * size[0], bottom * size[1]];
      const rounded = (2n * exact + by) / (2n * by);
      const { value, fault } = reader.read(text, '');
      if (fault === undefined || fault.code === 'NUM_ROUNDED') {
        expect(value).toBe(Number(rounded));
        expect(fault === undefined).toBe(exact % by === 0n);
      } else {
        const large = rounded > BigInt(Number.MAX_SAFE_INTEGER);
        expect(['UNIT_SUSPECT', 'PERCENT_SCALE', ...(large ? ['NUM_RANGE'] : [])]).toContain(fault.code);
        expect(value).toBeNaN();
      }
      const plain = reader.scale < 0 ? -1 : readPlain(text, reader.scale);
      if (plain >= 0 && plain <= reader.most) expect(plain).toBe(value);
    }),
    runs(20_000),
  );
});
