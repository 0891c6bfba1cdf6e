import { safeInteger } from './area.ts';
import { type Month, monthIndex, monthOf } from './month.ts';
import { getTierRule, type LandSupply, type Rulebook } from './rulebook.ts';
import { monthStatus, STATUSES_WITH_TIER, type Status } from './sell-through.ts';
import { tierOf } from './tier.ts';

/**
 * What is known of one unit, month by month, without gaps.
 *
 * Shapes: entry i of each list belongs to month `first + i` (`monthIndex`); lists have equal length.
 * Missing: null where nobody reported; never 0.
 */
export type UnitSeries = {
  readonly first: number;
  readonly netSalesCentisqm: readonly (number | null)[];
  readonly stockCentisqm: readonly (number | null)[];
  /** Whether any figure of the month is simulated (模拟数据). */
  readonly simulated: readonly boolean[];
};

export type Assessment = {
  readonly month: Month;
  readonly status: Status;
  readonly tier: string | null;
  readonly previousTier: string | null;
  readonly landSupply: LandSupply | null;
  readonly stockCentisqm: number | null;
  readonly soldCentisqm: number;
  readonly monthsPresent: number;
  /** Bit k set: the month k months before this one was present in the window. */
  readonly presentMask: number;
  readonly provisional: boolean | null;
  /** In SWAP: stock above that of the same month last year or of last December; null without a reference or outside SWAP. */
  readonly stockGrew: boolean | null;
  readonly simulated: boolean;
};

export type AssessRange = {
  readonly from: Month;
  readonly to: Month;
  /** Tier of the latest month before `from` that has one. */
  readonly previousTier: string | null;
};

/**
 * Assessments of one unit for every month of a range, in month order: a fold, each month's tier entering the next.
 *
 * Shapes: one entry a month, also for months outside the series (NO_DATA). Give the series `window` − 1 months and the
 * stock references (13 months) before `from`; what is not given counts as not reported.
 * Errors: invalid/NUM_RANGE if a window's sum leaves the exact range.
 * Source: METHODS.md §1–§3.
 */
export function assessSeries(series: UnitSeries, rulebook: Rulebook, range: AssessRange): Assessment[] {
  const assessments: Assessment[] = [];
  let previousTier = range.previousTier;
  const last = monthIndex(range.to);
  for (let index = monthIndex(range.from); index <= last; index += 1) {
    const assessment = assessMonth(series, rulebook, index, previousTier);
    assessments.push(assessment);
    previousTier = assessment.tier ?? previousTier;
  }
  return assessments;
}

function assessMonth(series: UnitSeries, rulebook: Rulebook, index: number, previousTier: string | null): Assessment {
  const { definition, tiers } = rulebook;
  const window = windowSum(series, index, definition.window);
  const stock = series.stockCentisqm[index - series.first] ?? null;
  const status = monthStatus(stock, window.soldCentisqm, window.monthsPresent, definition);
  const hasTier = stock !== null && STATUSES_WITH_TIER.includes(status);
  const rule = hasTier ? tierOf({ ...window, stockCentisqm: stock }, tiers, previousTier) : null;
  const growth = rule?.landSupply === 'swap' ? stockGrowth(series, index) : NO_GROWTH;
  return {
    month: monthOf(index),
    status,
    tier: rule?.tier ?? null,
    previousTier,
    landSupply: rule?.landSupply ?? null,
    stockCentisqm: stock,
    soldCentisqm: window.soldCentisqm,
    monthsPresent: window.monthsPresent,
    presentMask: window.presentMask,
    provisional:
      status === 'NO_DATA' || status === 'INSUFFICIENT' ? null : window.monthsPresent < definition.provisionalBelow,
    stockGrew: growth.grew,
    simulated: window.simulated || growth.simulated,
  };
}

type WindowSum = Pick<Assessment, 'soldCentisqm' | 'monthsPresent' | 'presentMask' | 'simulated'>;

function windowSum({ first, netSalesCentisqm, simulated }: UnitSeries, index: number, length: number): WindowSum {
  let soldCentisqm = 0;
  let monthsPresent = 0;
  let presentMask = 0;
  let anySimulated = false;
  for (let back = 0; back < length; back += 1) {
    const at = index - back - first;
    anySimulated ||= simulated[at] ?? false;
    const net = netSalesCentisqm[at] ?? null;
    if (net === null) continue;
    soldCentisqm = safeInteger(soldCentisqm + net, '窗口净销售面积');
    monthsPresent += 1;
    presentMask += 2 ** back;
  }
  return { soldCentisqm, monthsPresent, presentMask, simulated: anySimulated };
}

type Growth = { readonly grew: boolean | null; readonly simulated: boolean };
const NO_GROWTH: Growth = { grew: null, simulated: false };

/** 控制存量不增加: against the same month last year and last December; null when neither was reported. */
function stockGrowth({ first, stockCentisqm, simulated }: UnitSeries, index: number): Growth {
  const stock = stockCentisqm[index - first] ?? null;
  let { grew, simulated: anySimulated } = NO_GROWTH;
  for (const reference of [index - 12, Math.floor(index / 12) * 12 - 1]) {
    const before = stockCentisqm[reference - first] ?? null;
    if (stock === null || before === null) continue;
    grew = grew === true || stock > before;
    anySimulated ||= simulated[reference - first] ?? false;
  }
  return { grew, simulated: anySimulated };
}

/** Months of history before an assessed month that its figures may rest on: the window, and the stock of a year ago. */
export function historyMonths({ definition }: Pick<Rulebook, 'definition'>): number {
  return Math.max(definition.window - 1, 12);
}

/** What the tier of an assessment means for land, also for one read back from storage. */
export function landSupplyOf(rulebook: Rulebook, tier: string | null): LandSupply | null {
  return tier === null ? null : getTierRule(rulebook, tier).landSupply;
}
