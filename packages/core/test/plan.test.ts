import { expect, test } from 'vitest';
import {
  checkPlanSums,
  formatPlanAmount,
  type PlanCell,
  type PlanTable,
  type PlanUnit,
  readPlanCell,
} from '../src/plan.ts';

test.each<{ text: string; unit: PlanUnit; amount: number | null; why: string }>([
  { text: '92.02', unit: 'wan-sqm', amount: 92_020_000, why: '1 万㎡ is 1,000,000 of 0.01 ㎡' },
  { text: '209.18', unit: 'hectare', amount: 2_091_800, why: '1 ha is 10,000 ㎡' },
  { text: '12469', unit: 'homes', amount: 12_469, why: 'homes are counted' },
  { text: '0.00', unit: 'wan-sqm', amount: 0, why: 'zero is a figure' },
  { text: '-', unit: 'hectare', amount: null, why: 'a dash is none' },
  { text: '—', unit: 'homes', amount: null, why: 'so is a long one' },
])('$text in $unit is $amount: $why', ({ text, unit, amount }) => {
  expect(readPlanCell(text, unit)).toEqual({ printed: text, amount });
});

test.each<{ text: string; unit: PlanUnit; why: string }>([
  { text: '', unit: 'homes', why: 'an empty cell is not printed in a plan' },
  { text: '1.5', unit: 'homes', why: 'half a home' },
  { text: '-0.71', unit: 'wan-sqm', why: 'a plan has no negative area' },
  { text: '0.71万', unit: 'wan-sqm', why: 'the unit stands with the column' },
  { text: '1.00001', unit: 'hectare', why: 'finer than 1 ㎡' },
])('$text in $unit is refused: $why', ({ text, unit }) => {
  expect(readPlanCell(text, unit)).toBeNull();
});

test.each<{ amount: number; unit: PlanUnit; text: string }>([
  { amount: 92_020_000, unit: 'wan-sqm', text: '92.02' },
  { amount: 1, unit: 'wan-sqm', text: '0.000001' },
  { amount: 2_091_800, unit: 'hectare', text: '209.18' },
  { amount: 0, unit: 'hectare', text: '0.00' },
  { amount: 12_469, unit: 'homes', text: '12469' },
])('$amount in $unit is printed $text', ({ amount, unit, text }) => {
  expect(formatPlanAmount(amount, unit)).toBe(text);
});

// safe: every text below is a figure or a dash
const cells = (...texts: string[]): PlanCell[] => texts.map((text) => readPlanCell(text, 'homes') as PlanCell);
const table: PlanTable = {
  file: 'table.csv',
  title: 'three columns',
  columns: ['all', 'left', 'right'].map((name) => ({ name, title: name, unit: 'homes' })),
  sums: [{ total: 'all', parts: ['left', 'right'] }],
  rows: [
    { regionCode: 'a', cells: cells('3', '1', '2') },
    { regionCode: 'b', cells: cells('-', '-', '-') },
    { regionCode: 'c', cells: cells('4', '4', '-') },
  ],
  totals: cells('7', '5', '2'),
};

test('a table whose sums hold has no fault; a dash adds nothing', () => {
  expect(checkPlanSums(table)).toEqual([]);
});

test('a changed part breaks its row and its column, each with what it should be', () => {
  const rows = table.rows.with(0, { regionCode: 'a', cells: cells('3', '1', '9') });
  expect(checkPlanSums({ ...table, rows })).toEqual([
    { code: 'PLAN_ROW_SUM', line: 0, column: 0, expected: '10' },
    { code: 'PLAN_COLUMN_SUM', line: 'totals', column: 2, expected: '9' },
  ]);
});

test('a changed total breaks its column and its own row', () => {
  expect(checkPlanSums({ ...table, totals: cells('8', '5', '2') })).toEqual([
    { code: 'PLAN_ROW_SUM', line: 'totals', column: 0, expected: '7' },
    { code: 'PLAN_COLUMN_SUM', line: 'totals', column: 0, expected: '7' },
  ]);
});
