import { describe, expect, test } from 'vitest';
import { readAll, refusal } from './support.ts';

const measure = (title: string, rows: readonly (readonly string[])[]) => [[title], ['县市', '9月', '10月'], ...rows];
const SIGNED = measure('2025年网签面积（㎡）', [
  ['喀什市', '100', '110'],
  ['疏附县', '20', '21'],
  ['合计', '120', '131'],
]);
const CANCELLED = measure('2025年撤销面积（㎡）', [
  ['疏附县', '2', '—'],
  ['喀什市', '1', '0'],
  ['合计', '3', '0'],
]);
const BOTH = [
  '653101 2025-09 signed_area=100.00 cancelled_area=1.00',
  '653101 2025-10 signed_area=110.00 cancelled_area=0.00',
  '653121 2025-09 signed_area=20.00 cancelled_area=2.00',
  '653121 2025-10 signed_area=21.00',
];

describe('tables that give different figures of the same units and months are put side by side', () => {
  test('one sheet for each figure, the units in any order', async () => {
    const { records, notes, plan } = await readAll([
      { name: '网签', grid: SIGNED },
      { name: '撤销', grid: CANCELLED },
    ]);
    expect(records).toEqual(BOTH);
    expect(notes.map(({ code }) => code)).not.toContain('BASIS_NET');
    expect(plan.tables[0]?.columns.map(({ name, position }) => `${name} ${position}`)).toEqual([
      'region 1',
      'signed_area 2',
      'signed_area 3',
      'region 4',
      'cancelled_area 5',
      'cancelled_area 6',
    ]);
  });

  test('below each other on one sheet', async () => {
    const { records } = await readAll([{ grid: [...SIGNED, [''], ...CANCELLED] }]);
    expect(records).toEqual(BOTH);
  });

  test('with a column of months', async () => {
    const { records } = await readAll([
      {
        grid: [
          ['一、网签'],
          ['县市', '月份', '网签面积（㎡）', '网签套数'],
          ['喀什市', '2025-10', '110', '1'],
          ['二、退房'],
          ['县市', '月份', '撤销面积（㎡）'],
          ['喀什市', '2025年10月', '7'],
        ],
      },
    ]);
    expect(records).toEqual(['653101 2025-10 signed_area=110.00 cancelled_area=7.00 signed_units=1']);
  });

  test('a fault is told where its cell stands', async () => {
    const { ledger } = await readAll([
      { name: '网签', grid: SIGNED },
      { name: '撤销', grid: measure('2025年撤销面积（㎡）', [['喀什市', '1', '约2']]) },
    ]);
    expect(ledger.map(({ reasons }) => reasons[0]?.cell)).toContain('撤销!C3');
    expect(ledger.find(({ outcome }) => outcome === 'quarantined')?.reasons[0]?.message).toContain('表“撤销”第3行');
  });

  test('a total that one of the tables gets wrong is noticed', async () => {
    const wrong = CANCELLED.map((row) => row.map((cell) => (cell === '3' ? '40' : cell)));
    const { notes } = await readAll([
      { name: '网签', grid: SIGNED },
      { name: '撤销', grid: wrong },
    ]);
    expect(notes.find(({ code }) => code === 'TOTAL_MISMATCH')?.message).toContain('40.00㎡');
  });

  test('a row without a partner keeps its own sheet and what it says', async () => {
    const { records, ledger } = await readAll([
      { name: '网签', grid: SIGNED },
      { name: '撤销', grid: measure('2025年撤销面积（㎡）', [['莎车县', '5', '6']]) },
    ]);
    expect(records).toContain('653125 2025-10 cancelled_area=6.00');
    expect(records).toContain('653101 2025-10 signed_area=110.00');
    expect(ledger.every(({ outcome }) => outcome === 'warned')).toBe(true);
  });

  test('monthly sheets, each with its own two tables', async () => {
    const sheet = (month: string) => ({
      name: month,
      grid: [
        [`2025年${month}网签`],
        ['县市', '网签面积（㎡）'],
        ['喀什市', '10'],
        [`2025年${month}退房`],
        ['县市', '退房面积（㎡）'],
        ['喀什市', '1'],
      ],
    });
    const { records } = await readAll([sheet('9月'), sheet('10月')]);
    expect(records).toEqual([
      '653101 2025-09 signed_area=10.00 cancelled_area=1.00',
      '653101 2025-10 signed_area=10.00 cancelled_area=1.00',
    ]);
  });
});

describe('rows that name their figure', () => {
  test('units, figures and months', async () => {
    const { records } = await readAll([
      {
        grid: [
          ['2025年商品住房销售情况'],
          ['县市', '指标', '9月', '10月'],
          ['喀什市', '网签面积（㎡）', '100', '110'],
          ['', '撤销面积（㎡）', '1', '0'],
          ['疏附县', '网签面积（㎡）', '20', '21'],
          ['', '撤销面积（㎡）', '2', '—'],
        ],
        merges: ['A3:A4', 'A5:A6'],
      },
    ]);
    expect(records).toEqual(BOTH);
  });

  test('one value a row, other figures passed over', async () => {
    const { records, ledger } = await readAll([
      {
        grid: [
          ['县市', '月份', '指标名称', '数值'],
          ['喀什市', '2025-10', '网签面积（万㎡）', '1.5'],
          ['喀什市', '2025-10', '撤销面积（㎡）', '约5'],
          ['喀什市', '2025-10', '网签均价（元/㎡）', '4000'],
          ['疏附县', '2025-10', '撤销面积（㎡）', '3'],
          ['疏附县', '2025-10', '网签面积（万㎡）', '0.5'],
        ],
      },
    ]);
    expect(records).toEqual(['653121 2025-10 signed_area=5000.00 cancelled_area=3.00']);
    expect(ledger[0]?.reasons[0]?.cell).toBe('Sheet1!D3');
  });

  test('none of them is known', async () => {
    const grid = [
      ['县市', '月份', '指标', '数值'],
      ['喀什市', '2025-10', '房价', '1'],
    ];
    expect((await refusal([{ grid }])).code).toMatch(/^(?:MEASURE_UNCLEAR|HEADER_MISSING|FEED_AMBIGUOUS)$/u);
  });
});

test('a table that lacks a needed column and has nothing to join is named, not read', async () => {
  const { records, ignored } = await readAll(
    [
      { name: '网签', grid: SIGNED },
      { name: '套数', grid: [['2025年10月'], ['县市', '网签面积', '撤销套数'], ['喀什市', '1', '1']] },
    ]
      .slice(0, 1)
      .concat([{ name: '去年', grid: [['2024年10月'], ['县市', '撤销面积（㎡）'], ['喀什市', '1']] }]),
  );
  expect(records).toHaveLength(4);
  expect(ignored.join()).toContain('去年!2 表格缺少列 signed_area，未读取');
});

test('no table is whole, and they are none together', async () => {
  const error = await refusal([{ grid: [['2025年10月'], ['县市', '撤销面积（㎡）'], ['喀什市', '1']] }]);
  expect(error.code).toBe('HEADER_MISSING');
  expect(error.message).toContain('signed_area');
});
