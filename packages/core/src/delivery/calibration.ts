import { daysBetween, isDelivered, type ProjectFacts } from './facts.ts';
import type { Fraction } from './indicator.ts';
import { projectDelivery } from './pace.ts';
import type { PacePool } from './pace-pool.ts';
import type { DeliverySettings } from './settings.ts';
import { shareOf } from './signal.ts';
import { spreadOf, type Tally, tallyOne } from './tally.ts';
import { factsUntil } from './warned-story.ts';

/** By how far away the end was, in days: up to 90, up to 180, more. */
export const CALIBRATION_BANDS = ['near', 'middle', 'far'] as const;
export type CalibrationBand = (typeof CALIBRATION_BANDS)[number];
/** The interval runs from the quantile 0.2 to 0.8 of past paces. */
export const NOMINAL_WITHIN: Fraction = { numerator: 60, denominator: 100 };
const FULL_BP = 10_000;

/** How far projected dates lay from the day on which 100 % was first reported. Units: days; late dates positive. */
export type DateErrors = {
  readonly projects: number;
  /** Reports on whose day something was projected. */
  readonly reports: number;
  /** Of those, without a date: at its pace the project would never have been built. They have no error. */
  readonly never: number;
  readonly median: number | null;
  readonly medianAbsolute: number | null;
  /** Real end within the interval, of all `reports`; an end that is never is later than every day. */
  readonly within: Fraction | null;
};

/** Projected dates of the projects that are built. Missing: those still building are not in it. */
export type Calibration = {
  readonly all: DateErrors;
  readonly bands: Readonly<Record<CalibrationBand, DateErrors>>;
};

type ErrorTally = {
  projects: number;
  never: number;
  reports: number;
  within: number;
  readonly errors: Tally;
  readonly absolute: Tally;
};
export type CalibrationTally = Readonly<Record<CalibrationBand | 'all', ErrorTally>>;

export function createCalibrationTally(): CalibrationTally {
  return { all: noErrors(), near: noErrors(), middle: noErrors(), far: noErrors() };
}

function noErrors(): ErrorTally {
  return { projects: 0, never: 0, reports: 0, within: 0, errors: new Map(), absolute: new Map() };
}

export type CalibrationInput = {
  readonly facts: ProjectFacts;
  readonly settings: Pick<DeliverySettings, 'winter' | 'paceDays'>;
  readonly pool: PacePool;
  readonly day: string;
};

/** Counts every projection of one project up to the report that first says 100 %; without one, nothing. */
export function tallyCalibration(tally: CalibrationTally, { facts, settings, pool, day }: CalibrationInput): void {
  const known = factsUntil(facts, day);
  const { reports } = known;
  const builtOn = reports.find(({ physicalBp }) => physicalBp !== null && physicalBp >= FULL_BP)?.date;
  if (builtOn === undefined) return;
  const counted = new Set<CalibrationBand | 'all'>();
  for (const { date } of reports) {
    if (date >= builtOn) break;
    if (isDelivered(known, date)) continue; // nothing is projected any more
    const pooled = pool(known, date);
    const projection = projectDelivery({ reports, day: date, settings, pooled });
    if (projection === null) continue;
    const { completionOn, earliestOn, latestOn } = projection;
    const error = completionOn === null ? null : daysBetween(builtOn, completionOn);
    const within = earliestOn !== null && earliestOn <= builtOn && (latestOn === null || builtOn <= latestOn);
    for (const band of ['all', bandOf(daysBetween(date, builtOn))] as const) {
      counted.add(band);
      tallyError(tally[band], { error, within });
    }
  }
  for (const band of counted) tally[band].projects += 1;
}

function bandOf(distance: number): CalibrationBand {
  return distance <= 90 ? 'near' : distance <= 180 ? 'middle' : 'far';
}

type Projected = { readonly error: number | null; readonly within: boolean };

function tallyError(tally: ErrorTally, { error, within }: Projected): void {
  tally.reports += 1;
  if (within) tally.within += 1;
  if (error === null) {
    tally.never += 1;
    return;
  }
  tallyOne(tally.errors, error);
  tallyOne(tally.absolute, Math.abs(error));
}

export function calibrationOf({ all, ...bands }: CalibrationTally): Calibration {
  return {
    all: errorsOf(all),
    bands: { near: errorsOf(bands.near), middle: errorsOf(bands.middle), far: errorsOf(bands.far) },
  };
}

function errorsOf({ errors, absolute, within, ...counts }: ErrorTally): DateErrors {
  return {
    ...counts,
    median: spreadOf(errors)?.median ?? null,
    medianAbsolute: spreadOf(absolute)?.median ?? null,
    within: shareOf(within, counts.reports),
  };
}
