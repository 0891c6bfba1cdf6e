import type { SavedMapping } from '@quhua/core';
import { describe, expect, test } from 'vitest';
import { matchesGlob } from '../../src/tables/saved-mapping.ts';
import { type Grid, readAll, refusal } from './support.ts';

const sales = (title: string): Grid => [[title], ['县市', '网签面积（㎡）', '撤销面积（㎡）'], ['喀什市', '7', '0']];
const any = { match: {} };

describe('two readings are refused, both named, and a saved mapping settles them', () => {
  test('the month of the title and that of the sheet', async () => {
    const spec = [{ name: '9月', grid: sales('2025年10月网签') }];
    const error = await refusal(spec);
    expect(error.code).toBe('PERIOD_CONFLICT');
    expect(error.message).toMatch(/第1行写的是2025-10，表名写的是2025-09/u);
    const settled = await readAll(spec, { mapping: { ...any, name: '月报', month: { from: 'title' } } });
    expect(settled.records).toEqual(['653101 2025-10 signed_area=7.00 cancelled_area=0.00']);
    expect(settled.plan.tables[0]?.mapping).toBe('月报');
  });

  test('no month anywhere', async () => {
    const spec = [{ grid: sales('商品住房网签') }];
    expect((await refusal(spec)).code).toBe('MONTH_UNCLEAR');
    const settled = await readAll(spec, { mapping: { ...any, name: '一次', month: { fixed: '2025-08' } } });
    expect(settled.records).toEqual(['653101 2025-08 signed_area=7.00 cancelled_area=0.00']);
  });

  test('a month without its year', async () => {
    const grid = [['网签面积（㎡）'], ['县市', '7月', '8月'], ['喀什市', '1', '2']];
    expect((await refusal([{ grid }])).code).toBe('YEAR_UNCLEAR');
    expect((await readAll([{ grid }], { name: '2025年网签.xlsx' })).records).toHaveLength(2);
  });

  test('two units in the title', async () => {
    const grid = [
      ['2025年10月网签', '单位：万㎡、㎡'],
      ['县市', '网签面积', '撤销面积'],
      ['喀什市', '7', '0'],
    ];
    const error = await refusal([{ grid }]);
    expect(error.code).toBe('UNIT_AMBIGUOUS');
    const settled = await readAll([{ grid }], { mapping: { ...any, name: '单位', areaUnit: 'wan-sqm' } });
    expect(settled.records).toEqual(['653101 2025-10 signed_area=70000.00 cancelled_area=0.00']);
  });

  test('no unit at all', async () => {
    const grid = [['2025年10月网签'], ['县市', '网签面积', '撤销面积'], ['喀什市', '7', '0']];
    const error = await refusal([{ grid }]);
    expect(error.code).toBe('UNIT_MISSING');
    expect(error.message).toContain('“网签面积”没有写明是㎡还是万㎡');
  });

  test('a unit in every cell is a unit', async () => {
    const grid = [['2025年10月网签'], ['县市', '网签面积', '撤销面积'], ['喀什市', '7.5万㎡', '12㎡']];
    expect((await readAll([{ grid }])).records).toEqual(['653101 2025-10 signed_area=75000.00 cancelled_area=12.00']);
  });

  test('two columns for one figure', async () => {
    const grid = [
      ['县市', '月份', '网签面积（㎡）', '网签面积（㎡）', '撤销面积（㎡）'],
      ['喀什市', '2025-10', '1', '2', '0'],
    ];
    const error = await refusal([{ grid }]);
    expect(error.code).toBe('HEADER_DUPLICATE');
    expect(error.message).toMatch(/C列.*D列/u);
    const mapping: SavedMapping = { ...any, name: '第二列', columns: { C: null } };
    expect((await readAll([{ grid }], { mapping })).records).toEqual([
      '653101 2025-10 signed_area=2.00 cancelled_area=0.00',
    ]);
  });

  test('headers of the sender’s own', async () => {
    const grid = [
      ['辖区', '时间', '卖了多少', '退了多少'],
      ['喀什市', '2025-10', '1', '0'],
    ];
    expect((await refusal([{ grid }])).code).toBe('HEADER_MISSING');
    const columns = { 辖区: 'region', 时间: 'month', 卖了多少: 'signed_area', 退了多少: 'cancelled_area' };
    const mapping: SavedMapping = { ...any, name: '自定', areaUnit: 'sqm', columns };
    expect((await readAll([{ grid }], { mapping })).records).toEqual([
      '653101 2025-10 signed_area=1.00 cancelled_area=0.00',
    ]);
  });

  test('a title names two figures over columns that are only months', async () => {
    const grid = [['2025年网签面积与撤销面积（㎡）'], ['县市', '1月', '2月'], ['喀什市', '1', '2']];
    expect((await refusal([{ grid }])).code).toBe('MEASURE_UNCLEAR');
  });

  test('a county that nobody names', async () => {
    const grid = [
      ['月份', '网签面积（㎡）', '撤销面积（㎡）'],
      ['2025-10', '1', '0'],
    ];
    expect((await refusal([{ grid }])).code).toBe('REGION_UNCLEAR');
    expect((await refusal([{ name: '疏附县', grid }], { name: '莎车县.xlsx' })).code).toBe('REGION_UNCLEAR');
  });

  test('sums since January where the month’s figures should be', async () => {
    const grid = [
      ['县市', '月份', '累计网签面积（㎡）', '撤销面积（㎡）'],
      ['喀什市', '2025-10', '50', '0'],
    ];
    const error = await refusal([{ grid }]);
    expect(error.code).toBe('PERIOD_CUMULATIVE');
    expect(error.message).toContain('累计网签面积');
  });

  test('one table, two feeds: each is read when it is asked for', async () => {
    const grid = [
      ['县市', '月份', '网签面积（㎡）', '撤销面积（㎡）', '批准预售未售面积（㎡）', '现售未售面积（㎡）'],
      ['喀什市', '2025-10', '1', '0', '30', '4'],
    ];
    expect((await refusal([{ grid }])).code).toBe('FEED_AMBIGUOUS');
    expect((await readAll([{ grid }], { context: { feed: 'sales' } })).records).toEqual([
      '653101 2025-10 signed_area=1.00 cancelled_area=0.00',
    ]);
    expect((await readAll([{ grid }], { context: { feed: 'inventory' } })).records).toEqual([
      '653101 2025-10 presale_unsold_area=30.00 completed_unsold_area=4.00',
    ]);
  });
});

test.each([
  ['莎车县10月月报.xlsx', '莎车*月报*', true],
  ['莎车县10月月报.xlsx', '莎车?10月*', true],
  ['莎车县10月月报.xlsx', '叶城*', false],
  ['A.XLSX', '*.xlsx', true],
  [`${'a'.repeat(2_000)}!`, `${'*a'.repeat(500)}b`, false],
])('%s against %s: %s', (name, glob, expected) => {
  expect(matchesGlob(name, glob)).toBe(expected);
});
