import { DEFAULT_REPORT_CHECKS } from '@quhua/core';
import { expect, test } from 'vitest';
import { DEFAULT_DELIVERY_CONFIG, loadConfig } from '../src/index.ts';
import { copyGood, GOOD } from './good.ts';

test('says what core’s defaults say, and how many projects and which winter', () => {
  expect(loadConfig(GOOD).delivery).toEqual({
    ...DEFAULT_DELIVERY_CONFIG,
    expected: 43,
    winter: { from: '12-01', to: '02-28' },
  });
});

test('without the file the defaults hold; what it leaves out keeps its own', () => {
  using copy = copyGood();
  copy.remove('delivery.yaml');
  expect(loadConfig(copy.dir).delivery).toEqual(DEFAULT_DELIVERY_CONFIG);
  copy.write(
    'delivery.yaml',
    [
      'limits: { D3: { red: "0.5" }, D1: {} }',
      'overrides: { idleDays: 10 }',
      'weights: { D1: 0 }',
      'winter: { from: "02-29", to: "02-29" }',
      'checks: { PROGRESS_BACK: { level: refuse, points: "0.255" }, ESCROW_UNEXPLAINED: { aboveYuan: 0 } }',
    ].join('\n'),
  );
  const { limits, overrides, weights, winter, checks, expected } = loadConfig(copy.dir).delivery;
  const { limits: own, overrides: hard, weights: weighed } = DEFAULT_DELIVERY_CONFIG;
  expect(limits).toEqual({ ...own, D1: {}, D3: { red: { numerator: 5n, denominator: 10n } } });
  expect(overrides).toEqual({ ...hard, idleDays: 10 });
  expect(weights).toEqual({ ...weighed, D1: 0 });
  expect([winter, expected]).toEqual([{ from: '02-29', to: '02-29' }, null]);
  expect(checks).toEqual({
    levels: { ...DEFAULT_REPORT_CHECKS.levels, PROGRESS_BACK: 'refuse' },
    backBp: 25,
    copiedFigures: 4,
    unexplainedFen: 0,
  });
});
