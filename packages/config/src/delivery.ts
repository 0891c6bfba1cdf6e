import {
  AppError,
  DEFAULT_DELIVERY,
  DEFAULT_REPORT_CHECKS,
  type DeliverySettings,
  INDICATOR_CODES,
  LIMIT_SENSE,
  LIMITED,
  type LimitedCode,
  type Limits,
  parseRatio,
  type Ratio,
  REPORT_CHECK_CODES,
  REPORT_CHECK_LEVELS,
  type ReportCheckSettings,
  type ReportChecks,
  WARNING_LEVELS,
} from '@quhua/core';
import * as z from 'zod';
import { checkShape, type Partially } from './check-shape.ts';
import { type Path, show } from './fault.ts';
import { count } from './words.ts';
import type { YamlFile } from './yaml-file.ts';

/** `delivery.yaml`: the warning's settings, and those of the checks on its reports. */
export type DeliveryConfig = DeliverySettings & ReportCheckSettings;

const MOST_DAYS = 3650;
const decimal = z.exactOptional(z.string());
const limits = z.strictObject({ blue: decimal, yellow: decimal, orange: decimal, red: decimal });
const level = z.exactOptional(z.enum(REPORT_CHECK_LEVELS));

/** One optional key for each limited indicator. */
function perIndicator<S extends z.ZodType>(schema: S) {
  const entries = LIMITED.map((code) => [code, z.exactOptional(schema)] as const);
  return z.strictObject(Object.fromEntries(entries) as Record<LimitedCode, z.ZodExactOptional<S>>); // safe: one of each
}

const delivery = z.strictObject({
  expected: z.exactOptional(count(0, 100_000)),
  limits: z.exactOptional(perIndicator(limits)),
  overrides: z.exactOptional(
    z.strictObject({
      overdueDays: z.exactOptional(count(1, MOST_DAYS)),
      idleDays: z.exactOptional(count(1, MOST_DAYS)),
      frozen: z.exactOptional(z.boolean()),
    }),
  ),
  required: z.exactOptional(z.array(z.enum(INDICATOR_CODES))),
  weights: z.exactOptional(perIndicator(count(0, 1000))),
  horizons: z.exactOptional(z.array(z.strictObject({ days: count(1, MOST_DAYS), level: z.enum(WARNING_LEVELS) }))),
  winter: z.exactOptional(z.strictObject({ from: z.string(), to: z.string() })),
  alertFrom: z.exactOptional(z.enum(WARNING_LEVELS)),
  paceDays: z.exactOptional(count(1, MOST_DAYS)),
  fallAfter: z.exactOptional(count(1, 60)),
  reportEvery: z.exactOptional(count(1, 366)),
  filingDays: z.exactOptional(count(0, MOST_DAYS)),
  guaranteePercent: z.exactOptional(count(0, 100)),
  checks: z.exactOptional(
    z.strictObject({
      PROGRESS_BACK: z.exactOptional(z.strictObject({ level, points: decimal })),
      REPORT_COPIED: z.exactOptional(z.strictObject({ level, figures: z.exactOptional(count(1, 12)) })),
      ESCROW_UNEXPLAINED: z.exactOptional(
        z.strictObject({ level, aboveYuan: z.exactOptional(count(0, 10_000_000_000)) }),
      ),
      ESCROW_BELOW: z.exactOptional(z.strictObject({ level })),
      PROJECT_UNKNOWN: z.exactOptional(z.strictObject({ level })),
      DELIVERED_OVER: z.exactOptional(z.strictObject({ level })),
    }),
  ),
});
type Written = z.output<typeof delivery>;
type PartialDelivery = NonNullable<Partially<Written>>;

/** What holds without the file. */
export const DEFAULT_DELIVERY_CONFIG: DeliveryConfig = { ...DEFAULT_DELIVERY, checks: DEFAULT_REPORT_CHECKS };

/** What the file leaves out is as in core's `DEFAULT_DELIVERY`; the limits of one indicator are one setting. */
export function readDelivery(source: YamlFile): DeliveryConfig | null {
  const { value, partial = {} } = checkShape(source, delivery);
  const read = readLimits(source, partial.limits);
  checkWeights(source, partial.weights);
  checkHorizons(source, partial.horizons);
  checkWinter(source, partial.winter);
  const points = pointsOf(source, partial.checks?.PROGRESS_BACK?.points);
  if (value === null || read === null || points === null) return null;
  const { limits: _limits, overrides, weights, winter, checks, ...plain } = value;
  return {
    ...DEFAULT_DELIVERY,
    ...plain,
    limits: { ...DEFAULT_DELIVERY.limits, ...read },
    overrides: { ...DEFAULT_DELIVERY.overrides, ...overrides },
    weights: { ...DEFAULT_DELIVERY.weights, ...weights },
    winter: winter ?? DEFAULT_DELIVERY.winter,
    checks: toChecks(checks, points),
  };
}

function toChecks(written: Written['checks'], backBp: number): ReportChecks {
  const levels = REPORT_CHECK_CODES.map(
    (code) => [code, written?.[code]?.level ?? DEFAULT_REPORT_CHECKS.levels[code]] as const,
  );
  const yuan = written?.ESCROW_UNEXPLAINED?.aboveYuan;
  return {
    levels: Object.fromEntries(levels) as ReportChecks['levels'], // safe: one of each
    backBp,
    copiedFigures: written?.REPORT_COPIED?.figures ?? DEFAULT_REPORT_CHECKS.copiedFigures,
    unexplainedFen: yuan === undefined ? DEFAULT_REPORT_CHECKS.unexplainedFen : yuan * 100,
  };
}

/** Limits as exact ratios, in an order in which each level can be met; null if one of them cannot be read. */
function readLimits(source: YamlFile, written: PartialDelivery['limits']): Partial<Record<LimitedCode, Limits>> | null {
  const read: Partial<Record<LimitedCode, Limits>> = {};
  let sound = true;
  for (const code of LIMITED) {
    const one = written?.[code];
    if (one === undefined) continue;
    const found: Partial<Record<keyof Limits, Ratio>> = {};
    for (const name of WARNING_LEVELS) {
      const text = one[name];
      if (text === undefined) continue;
      const ratio = ratioOf(source, ['limits', code, name], text);
      if (ratio === null) sound = false;
      else found[name] = ratio;
    }
    checkOrder(source, code, found);
    read[code] = found;
  }
  return sound ? read : null;
}

/** A level whose limit is not beyond the milder one's would never be met, or hide it. */
function checkOrder(source: YamlFile, code: LimitedCode, limits: Limits): void {
  let before: Ratio | undefined;
  for (const name of WARNING_LEVELS) {
    const limit = limits[name];
    if (limit === undefined) continue;
    if (before !== undefined && !isBeyond(limit, before, LIMIT_SENSE[code])) {
      const [zh, en] = LIMIT_SENSE[code] === 'atLeast' ? ['从蓝到红递增', 'rise'] : ['从蓝到红递减', 'fall'];
      const message = `${code} 的界限应${zh} / the limits must ${en} from blue to red`;
      source.report(['limits', code, name], 'DELIVERY_LIMIT_ORDER', message);
    }
    before = limit;
  }
}

function isBeyond(limit: Ratio, before: Ratio, sense: 'atLeast' | 'under'): boolean {
  const difference = limit.numerator * before.denominator - before.numerator * limit.denominator;
  return sense === 'atLeast' ? difference > 0n : difference < 0n;
}

function ratioOf(source: YamlFile, path: Path, text: string): Ratio | null {
  try {
    return parseRatio(text);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const message = `应为十进制文字，如 "15" 或 "0.8"，现为 ${show(text)} / decimal text like "15" or "0.8"`;
    source.report(path, 'RATIO_FORMAT', message);
    return null;
  }
}

/** Percentage points as 0.01 %, cut. */
function pointsOf(source: YamlFile, text: string | undefined): number | null {
  if (text === undefined) return DEFAULT_REPORT_CHECKS.backBp;
  const ratio = ratioOf(source, ['checks', 'PROGRESS_BACK', 'points'], text);
  return ratio === null ? null : Number((ratio.numerator * 100n) / ratio.denominator);
}

/** Where nothing weighs anything, every project would rank the same. */
function checkWeights(source: YamlFile, written: PartialDelivery['weights']): void {
  if (written === undefined || LIMITED.some((code) => code in written && written[code] === undefined)) return;
  const weights = { ...DEFAULT_DELIVERY.weights, ...written };
  if (LIMITED.some((code) => weights[code] !== 0)) return;
  source.report(['weights'], 'DELIVERY_WEIGHTS', '权重全为 0，无法排序 / every weight is 0: nothing could be ranked');
}

function checkHorizons(source: YamlFile, written: PartialDelivery['horizons'] = []): void {
  const seen = new Set<number>();
  for (const [at, one] of written.entries()) {
    const days = one?.days;
    if (days === undefined) continue;
    if (seen.has(days)) {
      const message = `${days} 天已写过 / the horizon stands above already`;
      source.report(['horizons', at, 'days'], 'DELIVERY_HORIZON_TWICE', message);
    }
    seen.add(days);
  }
}

const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MONTH_DAY = /^(?<month>\d{2})-(?<day>\d{2})$/u;

function checkWinter(source: YamlFile, written: PartialDelivery['winter']): void {
  for (const key of ['from', 'to'] as const) {
    const text = written?.[key];
    if (text === undefined) continue;
    const { month = '', day = '' } = MONTH_DAY.exec(text)?.groups ?? {};
    if (Number(day) >= 1 && Number(day) <= (MONTH_DAYS[Number(month) - 1] ?? 0)) continue;
    const message = `应为存在的“月-日”，如 "12-01"，现为 ${show(text)} / a month and day that exist, like "12-01"`;
    source.report(['winter', key], 'DELIVERY_WINTER_DAY', message);
  }
}
