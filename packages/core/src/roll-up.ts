import { safeInteger } from './area.ts';
import type { Month } from './month.ts';
import type { SalesBasis } from './rulebook.ts';

/**
 * Contracts that were signed in one month and cancelled in one (or never): a single one is a cohort of one.
 *
 * Units: area in 0.01 ㎡, all of them together. Shapes: `openFrom` is the first month that was not over when they became known.
 */
export type ContractCohort = {
  readonly signedMonth: Month;
  readonly cancelledMonth: Month | null;
  readonly areaCentisqm: number;
  readonly units: number;
  readonly openFrom: Month;
  readonly simulated: boolean;
};

export type RolledMonth = {
  readonly month: Month;
  readonly signedCentisqm: number;
  readonly cancelledCentisqm: number;
  readonly signedUnits: number;
  readonly cancelledUnits: number;
  readonly netCentisqm: number;
  readonly simulated: boolean;
};

type Sum = { -readonly [K in keyof RolledMonth]: RolledMonth[K] } & { reported: boolean };

/**
 * Monthly sales of one unit's contracts, in month order.
 *
 * `event`: area counts as signed in its month of signing, and as cancelled in its month of cancellation. `restated`: a
 * cancelled contract is taken out of its month of signing, and nothing is cancelled in any later month.
 * Missing: a month without any event is absent, never 0; so is one that was not over when each of its events became known.
 * Errors: invalid/NUM_RANGE if a sum leaves the exact range.
 * Source: METHODS.md §1.
 */
export function rollUpContracts(cohorts: readonly ContractCohort[], basis: SalesBasis): RolledMonth[] {
  const sums = new Map<Month, Sum>();
  for (const cohort of cohorts) {
    const signed = sumOf(sums, cohort.signedMonth, cohort);
    const cancelled = cohort.cancelledMonth === null ? null : sumOf(sums, cohort.cancelledMonth, cohort);
    if (basis === 'event' || cancelled === null) {
      signed.signedCentisqm += cohort.areaCentisqm;
      signed.signedUnits += cohort.units;
    }
    if (basis === 'event' && cancelled !== null) {
      cancelled.cancelledCentisqm += cohort.areaCentisqm;
      cancelled.cancelledUnits += cohort.units;
    }
  }
  return [...sums.values()]
    .filter(({ reported }) => reported)
    .sort((a, b) => (a.month < b.month ? -1 : 1))
    .map(({ reported: _, ...sum }) => ({ ...sum, netCentisqm: netOf(sum) }));
}

/** The month's sum so far, an event of the cohort having been seen in it. */
function sumOf(sums: Map<Month, Sum>, month: Month, { openFrom, simulated }: ContractCohort): Sum {
  const sum = sums.get(month) ?? {
    month,
    signedCentisqm: 0,
    cancelledCentisqm: 0,
    signedUnits: 0,
    cancelledUnits: 0,
    netCentisqm: 0,
    simulated: false,
    reported: false,
  };
  sums.set(month, sum);
  if (month < openFrom) sum.reported = true;
  if (simulated) sum.simulated = true;
  return sum;
}

function netOf({ signedCentisqm, cancelledCentisqm }: Omit<RolledMonth, 'netCentisqm'>): number {
  safeInteger(signedCentisqm, '网签面积');
  return safeInteger(signedCentisqm - safeInteger(cancelledCentisqm, '退房面积'), '净网签面积');
}
