import { expect, test } from 'vitest';
import { NO_SIGNALS, type PlanSignalSettings } from '../src/plan.ts';
import { PLAN_SIGNAL_CODES, planSignals } from '../src/plan-signals.ts';
import { parseRatio } from '../src/ratio.ts';
import { printed, table2025, tableOf } from './plans.ts';

const LAND = {
  housing: 'commercial_housing_area_wan_sqm',
  land: 'commercial_ha',
  below: parseRatio('0.10'),
  far: parseRatio('1.5'),
  why: 'w',
};
const HOMES = {
  homes: 'affordable_rental_units',
  area: 'affordable_rental_area_wan_sqm',
  above: parseRatio('70'),
  why: 'w',
};
const PLAN = { tables: [table2025('table1'), table2025('table2'), table2025('table3')] };

function signals(settings: Partial<PlanSignalSettings>, plan = PLAN) {
  return planSignals(plan, { ...NO_SIGNALS, ...settings });
}

/** Hundredths of a printed figure. */
const hundredths = (text: string): bigint => (text === '-' ? -1n : BigInt(text.replace('.', '')));

test('land without housing in 2025: 叶城县, 岳普湖县 and 巴楚县, and no other', () => {
  const found = signals({ landPerHousing: LAND });
  expect(
    found.map(({ regionCode, figures }) => [
      regionCode,
      figures.housingWanSqm,
      figures.landHectares,
      figures.ratio,
      figures.carriesWanSqm,
    ]),
  ).toEqual([
    ['653126', '1.50', '23.00', '0.065', '34.5'],
    ['653128', '2.40', '31.13', '0.077', '46.7'],
    ['653130', '0.10', '32.29', '0.003', '48.4'],
  ]);
  const land = new Map(printed('table3').map(([code = '', , , commercial = '-']) => [code, commercial]));
  const expected = printed('table1')
    .slice(1, -1)
    .filter(([code = '', , housing = '-']) => {
      const hectares = hundredths(land.get(code) ?? '-');
      return hectares > 0n && hundredths(housing) * 10n < hectares; // 万㎡ a hectare is ㎡ a ㎡
    })
    .map(([code]) => code);
  expect(found.map(({ regionCode }) => regionCode)).toEqual(expected);
  expect(found[2]?.text).toContain('0.10万㎡');
  expect(found[2]?.text).toContain('32.29公顷');
});

test('homes above 70 ㎡ in 2025: 经开区 80.0 and 疏附县 123.7', () => {
  const found = signals({ homeSize: [HOMES] });
  expect(
    found.map(({ regionCode, figures }) => [regionCode, figures.homes, figures.areaWanSqm, figures.meanSqm]),
  ).toEqual([
    ['653100-JKQ', '300', '2.40', '80.0'],
    ['653121', '262', '3.24', '123.7'],
  ]);
});

test('lines of nothing but dashes in 2025: 疏勒县 in table 2, 泽普县 in table 3; its printed 0.00 is none', () => {
  const found = signals({ blankRow: { why: 'w' } });
  expect(found.map(({ regionCode, figures }) => [regionCode, figures.table])).toEqual([
    ['653122', 'table2.csv'],
    ['653124', 'table3.csv'],
  ]);
});

test('all of them at once: unit by unit, each code known; none without settings', () => {
  const found = signals({ landPerHousing: LAND, homeSize: [HOMES], blankRow: { why: 'w' } });
  expect(found).toHaveLength(7);
  for (const { code } of found) expect(PLAN_SIGNAL_CODES).toContain(code);
  const order = PLAN.tables[0]?.rows.map(({ regionCode }) => regionCode) ?? [];
  const places = found.map(({ regionCode }) => order.indexOf(regionCode));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(signals({})).toEqual([]);
});

test.each([
  { housing: '0.10', land: '1.00', flagged: false, why: 'exactly 0.10 is not below' },
  { housing: '0.09', land: '1.00', flagged: true, why: 'below' },
  { housing: '0.00', land: '0.01', flagged: true, why: 'a planned 0 on any land' },
  { housing: '-', land: '1.00', flagged: false, why: 'a dash is compared with nothing' },
  { housing: '0.00', land: '-', flagged: false, why: 'nor is anything with a dash' },
  { housing: '0.00', land: '0.00', flagged: false, why: 'no land, no ratio' },
])('$housing 万㎡ on $land ha: $why', ({ housing, land, flagged }) => {
  const columns = [
    { name: 'commercial_housing_area_wan_sqm', title: '住房', unit: 'wan-sqm' as const },
    { name: 'commercial_ha', title: '用地', unit: 'hectare' as const },
  ];
  const plan = {
    tables: [
      tableOf(columns, [
        ['1', housing, land],
        ['', housing, land],
      ]),
    ],
  };
  expect(signals({ landPerHousing: LAND }, plan)).toHaveLength(flagged ? 1 : 0);
});

test.each([
  { homes: '100', area: '0.70', flagged: false, why: 'exactly 70 is not above' },
  { homes: '100', area: '0.71', flagged: true, why: 'above' },
  { homes: '0', area: '0.71', flagged: false, why: 'no homes, no mean' },
  { homes: '-', area: '0.71', flagged: false, why: 'a dash' },
])('$homes homes of $area 万㎡: $why', ({ homes, area, flagged }) => {
  const columns = [
    { name: 'affordable_rental_units', title: '套', unit: 'homes' as const },
    { name: 'affordable_rental_area_wan_sqm', title: '面积', unit: 'wan-sqm' as const },
  ];
  const plan = {
    tables: [
      tableOf(columns, [
        ['1', homes, area],
        ['', homes, area],
      ]),
    ],
  };
  expect(signals({ homeSize: [HOMES] }, plan)).toHaveLength(flagged ? 1 : 0);
});
