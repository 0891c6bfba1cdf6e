import type { Ratio } from '../ratio.ts';

/** Levels of a project, from mildest to worst. `unknown` is one of them: what is not known is worse than yellow until it is. */
export const PROJECT_LEVELS = ['none', 'blue', 'yellow', 'unknown', 'orange', 'red'] as const;
export type ProjectLevel = (typeof PROJECT_LEVELS)[number];
/** Levels that a limit can give. */
export const WARNING_LEVELS = ['blue', 'yellow', 'orange', 'red'] as const;
export type WarningLevel = (typeof WARNING_LEVELS)[number];

export const INDICATOR_CODES = ['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D7', 'D8', 'D9', 'D10', 'D11', 'D12'] as const;
export type IndicatorCode = (typeof INDICATOR_CODES)[number];
/** Indicators that are held against limits. */
export const LIMITED = [
  'D1',
  'D2',
  'D3',
  'D4',
  'D5',
  'D6',
  'D8',
  'D10',
  'D11',
] as const satisfies readonly IndicatorCode[];
export type LimitedCode = (typeof LIMITED)[number];

/** Where each level begins. Shapes: a level that is left out does not exist for the indicator. */
export type Limits = Readonly<Partial<Record<WarningLevel, Ratio>>>;

/** Whether more is worse (`atLeast`) or less is (`under`). */
export const LIMIT_SENSE: Readonly<Record<LimitedCode, 'atLeast' | 'under'>> = {
  D1: 'atLeast',
  D2: 'atLeast',
  D3: 'atLeast',
  D4: 'under',
  D5: 'under',
  D6: 'atLeast',
  D8: 'atLeast',
  D10: 'atLeast',
  D11: 'under',
};

/** A part of the year in which nobody builds, `--MM-DD` days both included; it may run over the turn of the year. */
export type WinterStop = { readonly from: string; readonly to: string };

/** An attention that the calendar raises by itself: so many days before the contract date. */
export type Horizon = { readonly days: number; readonly level: WarningLevel };

/** `delivery.yaml`: every limit of the delivery warning, none of which is official. */
export type DeliverySettings = {
  /** How many projects the list must hold; null: not said. */
  readonly expected: number | null;
  readonly limits: Readonly<Record<LimitedCode, Limits>>;
  /** What makes a project red whatever else holds. Days. */
  readonly overrides: { readonly overdueDays: number; readonly idleDays: number; readonly frozen: boolean };
  /** Indicators without which a project's level is unknown. */
  readonly required: readonly IndicatorCode[];
  /** Points of each limited indicator in the score; they add up to whatever they add up to. */
  readonly weights: Readonly<Record<LimitedCode, number>>;
  readonly horizons: readonly Horizon[];
  readonly winter: WinterStop | null;
  /** Level from which a project has an alert of its own. */
  readonly alertFrom: WarningLevel;
  /** Days on which a pace rests: the last so many on which work was possible. */
  readonly paceDays: number;
  /** Reports that must be milder, one after another, before a level falls. */
  readonly fallAfter: number;
  /** Days from one report to the next; what goes beyond counts as late. */
  readonly reportEvery: number;
  /** Days before the contract date within which filings have to be there. */
  readonly filingDays: number;
  /** Most of the escrow requirement that a guarantee may stand for, in percent. */
  readonly guaranteePercent: number;
};

const whole = (count: number): Ratio => ({ numerator: BigInt(count), denominator: 1n });
const tenth = (count: number): Ratio => ({ numerator: BigInt(count), denominator: 10n });
const COVER: Limits = { blue: tenth(12), yellow: whole(1), orange: tenth(8), red: tenth(5) };

/**
 * Starting points, every one a setting: no authority was found that defines the colours.
 *
 * Source: METHODS.md §11. 90 days: a buyer may rescind three months after demanding delivery (司法解释第十一条).
 */
export const DEFAULT_DELIVERY: DeliverySettings = {
  expected: null,
  limits: {
    D1: { blue: whole(5), yellow: whole(10), orange: whole(15), red: whole(25) },
    D2: { blue: whole(0), yellow: whole(30), orange: whole(60), red: whole(90) },
    D3: { yellow: whole(1), orange: whole(30), red: whole(90) },
    D4: COVER,
    D5: COVER,
    D6: { blue: whole(7), yellow: whole(15), orange: whole(30), red: whole(60) },
    D8: { blue: whole(1), yellow: whole(3), orange: whole(5), red: whole(10) },
    D10: { blue: whole(8), yellow: whole(15), orange: whole(30), red: whole(45) },
    D11: { yellow: whole(60), orange: whole(30) },
  },
  overrides: { overdueDays: 90, idleDays: 60, frozen: true },
  required: ['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D9', 'D10'],
  weights: { D1: 15, D2: 20, D3: 15, D4: 20, D5: 10, D6: 10, D8: 5, D10: 3, D11: 2 },
  horizons: [
    { days: 180, level: 'blue' },
    { days: 90, level: 'blue' },
    { days: 30, level: 'yellow' },
  ],
  winter: null,
  alertFrom: 'yellow',
  paceDays: 90,
  fallAfter: 2,
  reportEvery: 31,
  filingDays: 60,
  guaranteePercent: 30,
};
