import { expect, test } from 'vitest';
import { openText } from '../src/alert-text.ts';
import { type DataWarning, dataWarningText, sortDataWarnings } from '../src/data-warning.ts';
import { assessmentOf, mnr2024 } from './samples.ts';

const warning = (code: string, month = '2025-10', feed: DataWarning['feed'] = 'sales'): DataWarning => ({
  code,
  feed,
  month,
  place: '10月.csv 第3行',
});

test('the first two are named, how many there are, and nothing where nothing was said', () => {
  expect(dataWarningText([])).toBe('');
  expect(dataWarningText([warning('JUMP')])).toBe('⚠ 数据提示：2025年10月网签：与本单位历史相差过大');
  const three = [
    warning('JUMP'),
    warning('JUMP'),
    warning('STOCK_FLOW', '2025-10', 'inventory'),
    warning('PERIOD_CORRECTED', '2025-03'),
  ];
  expect(dataWarningText(three)).toBe(
    '⚠ 数据提示：2025年10月网签：与本单位历史相差过大；2025年10月库存：库存与进出不平等3条',
  );
});

test('checks come first, then the newest; rounding is left out', () => {
  const mixed = ['NUM_ROUNDED', 'PERIOD_CORRECTED', 'STOCK_FLOW', 'UNIT_MIXUP_MU'].map((code) => warning(code));
  expect(
    sortDataWarnings([...mixed, warning('STOCK_FLOW', '2025-11')]).map(({ code, month }) => `${code} ${month}`),
  ).toEqual(['UNIT_MIXUP_MU 2025-10', 'STOCK_FLOW 2025-11', 'STOCK_FLOW 2025-10', 'PERIOD_CORRECTED 2025-10']);
});

test.each(['TIER_SUSPEND', 'STOCK_GREW'] as const)('the text of %s ends with them', (kind) => {
  const input = { kind, regionName: '疏勒县', assessment: assessmentOf(), rulebook: mnr2024, distances: [] };
  const warned = openText({ ...input, warnings: [warning('JUMP')] });
  expect(warned).toBe(`${openText(input)}。⚠ 数据提示：2025年10月网签：与本单位历史相差过大`);
});
