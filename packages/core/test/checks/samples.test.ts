import { expect, test } from 'vitest';
import { MONTHLY_FEEDS } from '../../src/feed.ts';
import { check, MONTHS, sampleMarket } from './market.ts';

const market = sampleMarket();

test.each(MONTHLY_FEEDS)('the good samples of %s, 36 months in one file, raise no finding', (feed) => {
  expect(check(market, { feed, known: true })).toEqual([]);
  expect(check(market, { feed, known: false })).toEqual([]);
});

test.each(MONTHLY_FEEDS)(
  'the good samples of %s, month by month, each with what was known before, raise none',
  (feed) => {
    const findings = Array.from({ length: MONTHS }, (_, month) => check(market, { feed, from: month, to: month }));
    expect(findings.flat()).toEqual([]);
  },
);
