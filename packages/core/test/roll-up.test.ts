import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ContractCohort, rollUpContracts } from '../src/roll-up.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures/feeds');

function lines(file: string): string[][] {
  const text = readFileSync(join(FIXTURES, file), 'utf8').replace(/^\ufeff/u, '');
  return text
    .split(/\r?\n/u)
    .filter((line) => line !== '')
    .map((line) => line.split(','))
    .slice(1);
}

/** Decimal text with 2 decimals as hundredths. */
const hundredths = (text = ''): number => Number(text.replace('.', ''));

/** Contracts of the sample feed by unit, each a cohort of its own. */
function sampleContracts(): Map<string, ContractCohort[]> {
  const rows = lines('contracts.csv').map(([, region = '', , signed = '', cancelled = '', area]) => ({
    region,
    signedMonth: signed.slice(0, 7),
    cancelledMonth: cancelled === '' ? null : cancelled.slice(0, 7),
    areaCentisqm: hundredths(area),
    units: 1,
    openFrom: '2025-11',
    simulated: true,
  }));
  return Map.groupBy(rows, ({ region }) => region);
}

test('the sample contracts add up to the published monthly sums on both bases', () => {
  const contracts = sampleContracts();
  const expected = lines('contracts-rollup.csv');
  expect(expected).toHaveLength(72);
  for (const [region = '', month, ...figures] of expected) {
    const event = rollUpContracts(contracts.get(region) ?? [], 'event').find((sum) => sum.month === month);
    const restated = rollUpContracts(contracts.get(region) ?? [], 'restated').find((sum) => sum.month === month);
    expect([
      event?.signedCentisqm,
      event?.cancelledCentisqm,
      event?.signedUnits,
      event?.cancelledUnits,
      event?.netCentisqm,
      restated?.netCentisqm,
      restated?.signedUnits,
    ]).toEqual(figures.map(hundredths));
    expect([restated?.cancelledCentisqm, restated?.cancelledUnits, event?.simulated]).toEqual([0, 0, true]);
  }
}, 60_000);

const month = fc
  .integer({ min: 0, max: 17 })
  .map((at) => `${2024 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`);
const cohort: fc.Arbitrary<ContractCohort> = fc.record({
  signedMonth: month,
  cancelledMonth: fc.option(month, { nil: null }),
  areaCentisqm: fc.integer({ min: 0, max: 1_000_000 }),
  units: fc.integer({ min: 1, max: 50 }),
  openFrom: month,
  simulated: fc.boolean(),
});

test('whatever the contracts: each month is what its own events say, and the two bases agree on the whole', () => {
  fc.assert(
    fc.property(fc.array(cohort, { maxLength: 40 }), (all) => {
      const event = rollUpContracts(all, 'event');
      expect(event.map((sum) => sum.month)).toEqual([...new Set(monthsReported(all))].sort());
      for (const sum of event) {
        const signed = all.filter((one) => one.signedMonth === sum.month);
        const cancelled = all.filter((one) => one.cancelledMonth === sum.month);
        expect(sum.netCentisqm).toBe(areaOf(signed) - areaOf(cancelled));
        expect(sum.simulated).toBe([...signed, ...cancelled].some((one) => one.simulated));
      }
      for (const sum of rollUpContracts(all, 'restated')) {
        const kept = all.filter((one) => one.signedMonth === sum.month && one.cancelledMonth === null);
        expect(sum.netCentisqm).toBe(areaOf(kept));
      }
      const closed = all.map((one) => ({ ...one, openFrom: '2026-01' }));
      const total = (basis: 'event' | 'restated') =>
        rollUpContracts(closed, basis).reduce((sum, one) => sum + one.netCentisqm, 0);
      expect(total('event')).toBe(total('restated'));
    }),
    { seed: 20_251_106, numRuns: 300 },
  );
});

function monthsReported(all: readonly ContractCohort[]): string[] {
  return all.flatMap(({ signedMonth, cancelledMonth, openFrom }) =>
    [signedMonth, cancelledMonth].filter((each) => each !== null).filter((each) => each < openFrom),
  );
}

function areaOf(cohorts: readonly ContractCohort[]): number {
  return cohorts.reduce((sum, one) => sum + one.areaCentisqm, 0);
}

const ONE: ContractCohort = {
  signedMonth: '2025-01',
  cancelledMonth: null,
  areaCentisqm: 100,
  units: 1,
  openFrom: '2025-02',
  simulated: false,
};

test.each([
  {
    why: 'a month that was not over when its only event became known is absent',
    all: [{ ...ONE, openFrom: '2025-01' }],
    months: [],
  },
  {
    why: 'one later event makes the whole month known',
    all: [
      { ...ONE, openFrom: '2025-01' },
      { ...ONE, areaCentisqm: 5 },
    ],
    months: [['2025-01', 105]],
  },
  {
    why: 'a month of nothing but a cancellation is below zero, the months between are absent',
    all: [{ ...ONE, cancelledMonth: '2025-06', openFrom: '2025-07' }],
    months: [
      ['2025-01', 100],
      ['2025-06', -100],
    ],
  },
  { why: 'no contract, no month', all: [], months: [] },
])('$why', ({ all, months }) => {
  expect(rollUpContracts(all, 'event').map((sum) => [sum.month, sum.netCentisqm])).toEqual(months);
});

test('a sum that leaves the exact range is refused', () => {
  const huge = { ...ONE, areaCentisqm: Number.MAX_SAFE_INTEGER };
  expect(() => rollUpContracts([huge, huge], 'event')).toThrow(expect.objectContaining({ code: 'NUM_RANGE' }));
});
