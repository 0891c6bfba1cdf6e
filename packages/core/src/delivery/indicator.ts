import { formatCentisqm } from '../area.ts';
import { formatRatio, type Ratio } from '../ratio.ts';
import type { ProjectFacts, ProjectReport } from './facts.ts';
import type { Pace, Projection } from './pace.ts';
import type { ContractDate } from './schedule.ts';
import {
  type DeliverySettings,
  INDICATOR_CODES,
  type IndicatorCode,
  LIMIT_SENSE,
  LIMITED,
  type LimitedCode,
  type ProjectLevel,
  WARNING_LEVELS,
} from './settings.ts';

/** An exact figure. Shapes: denominator > 0. */
export type Fraction = { readonly numerator: number; readonly denominator: number };

/** What a missing figure is, and who owes it. */
export type Missing = { readonly what: string; readonly owner: string };

/**
 * One indicator of a project on a day.
 *
 * Shapes: `value` null where nothing can be said (`level` unknown, `missing` says what), or where nothing is to be said
 * (`level` none). `limit` is the one that was met; `inputs` are the figures it was computed from, as people read them.
 */
export type Indicator = {
  readonly code: IndicatorCode;
  readonly level: ProjectLevel;
  readonly value: Fraction | null;
  /** The value with its unit, for people; made when it is read, as `inputs` are. */
  readonly text: string;
  readonly limit: string | null;
  readonly inputs: Readonly<Record<string, string>>;
  readonly missing: readonly Missing[];
};

export const INDICATOR_TEXT: Readonly<Record<IndicatorCode, string>> = {
  D1: '进度偏差',
  D2: '预计逾期',
  D3: '合同逾期',
  D4: '资金覆盖',
  D5: '监管比例',
  D6: '停工',
  D7: '已售未交',
  D8: '信访',
  D9: '冻结执行',
  D10: '报送迟延',
  D11: '竣工手续',
  D12: '白名单',
};

export type IndicatorInput = {
  readonly facts: ProjectFacts;
  readonly day: string;
  readonly settings: DeliverySettings;
  /** Paces of other projects, fastest first, for an interval where the project's own are few. */
  readonly pooled: readonly Pace[];
  /** Levels only: nobody will read a text of it, nor a value on which no level or override rests. */
  readonly lean?: boolean;
};

/** What every indicator looks at. */
export type Work = IndicatorInput & {
  readonly report: ProjectReport | null;
  readonly delivered: boolean;
  readonly projection: Projection | null;
  /** Contract date in force; null: nobody has given one, or it is of no interest any more. */
  readonly due: ContractDate | null;
};

/** Who owes what. */
export const COUNTY = '项目所在县市住建局';
export const DEVELOPER = '开发企业';
export const BANK = '监管银行';

const bare = (level: 'none' | 'unknown'): Readonly<Record<IndicatorCode, Indicator>> => {
  const one = { level, value: null, text: '', limit: null, inputs: {}, missing: [] };
  const found = INDICATOR_CODES.map((code): [IndicatorCode, Indicator] => [code, { code, ...one }]);
  return Object.fromEntries(found) as Record<IndicatorCode, Indicator>; // safe: every code is listed
};
/** Indicators without a value and without words, for evaluations of which only the level is wanted. */
export const BARE = { none: bare('none'), unknown: bare('unknown') };

export function unknown(code: IndicatorCode, missing: readonly Missing[]): Indicator {
  const text = `未知：缺${missing.map(({ what }) => what).join('、')}`;
  return { code, level: 'unknown', value: null, text, limit: null, inputs: {}, missing };
}

type Inputs = Indicator['inputs'];
const NO_INPUTS: Inputs = {};
const NO_MISSING: readonly Missing[] = [];
/** A value, or how to get it: a history is evaluated a hundred times for each time that somebody reads a text. */
type Lazy<T> = T | (() => T);

function now<T extends string | Inputs>(value: Lazy<T>): T {
  return typeof value === 'function' ? value() : value;
}

export function quiet(code: IndicatorCode, text: string, inputs: Lazy<Inputs> = NO_INPUTS): Indicator {
  if (inputs === NO_INPUTS)
    return { code, level: 'none', value: null, text, limit: null, inputs: NO_INPUTS, missing: NO_MISSING };
  return {
    ...{ code, level: 'none', value: null, text, limit: null, missing: NO_MISSING },
    get inputs() {
      return now(inputs);
    },
  };
}

type Found = { readonly value: Fraction; readonly text: Lazy<string>; readonly inputs: Lazy<Inputs> };

export function limited(
  code: LimitedCode,
  { settings, lean }: Pick<Work, 'settings' | 'lean'>,
  { value, text, inputs }: Found,
): Indicator {
  const { level, limit } = levelOf(code, value, settings);
  if (lean === true) return { code, level, value, text: '', limit, inputs: NO_INPUTS, missing: NO_MISSING };
  return {
    ...{ code, level, value, limit, missing: [] },
    get text() {
      return now(text);
    },
    get inputs() {
      return now(inputs);
    },
  };
}

const UNITS: Readonly<Record<LimitedCode, string>> = {
  D1: '个百分点',
  D2: '天',
  D3: '天',
  D4: '',
  D5: '',
  D6: '天',
  D8: '件/百户',
  D10: '天',
  D11: '天',
};

type LevelLimit = { readonly level: ProjectLevel; readonly limit: string | null };
/** A limit as it is compared and as it is read. */
type Bound = LevelLimit & { readonly ratio: Ratio; readonly top: number; readonly bottom: number };
type Bounds = Readonly<Record<LimitedCode, readonly Bound[]>>;
/** Worst first; worked out once for each settings, for a history is held against them tens of thousands of times. */
const bounds = new WeakMap<DeliverySettings['limits'], Bounds>();
const NO_LIMIT: LevelLimit = { level: 'none', limit: null };

function boundsOf(limits: DeliverySettings['limits']): Bounds {
  const known = bounds.get(limits);
  if (known !== undefined) return known;
  const found = LIMITED.map((code) => [
    code,
    WARNING_LEVELS.toReversed().flatMap((level): Bound[] => {
      const ratio = limits[code][level];
      if (ratio === undefined) return [];
      const limit = `${LIMIT_SENSE[code] === 'atLeast' ? '≥' : '<'}${formatRatio(ratio)}${UNITS[code]}`;
      return [{ level, limit, ratio, top: Number(ratio.numerator), bottom: Number(ratio.denominator) }];
    }),
  ]);
  const made = Object.fromEntries(found) as Bounds; // safe: every limited code is there
  bounds.set(limits, made);
  return made;
}

/** The worst level whose limit is met, and that limit in words. */
function levelOf(code: LimitedCode, value: Fraction, { limits }: Pick<DeliverySettings, 'limits'>): LevelLimit {
  const least = LIMIT_SENSE[code] === 'atLeast';
  for (const bound of boundsOf(limits)[code]) if (compare(value, bound) >= 0 === least) return bound;
  return NO_LIMIT;
}

/** Sign of a − b, exact: in doubles while every product is a safe integer. */
function compare({ numerator, denominator }: Fraction, { ratio: limit, top, bottom }: Bound): number {
  const left = numerator * bottom;
  const right = top * denominator;
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) return Math.sign(left - right);
  const difference = BigInt(numerator) * limit.denominator - limit.numerator * BigInt(denominator);
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}

/** 0.01 % as percent, shortest: 4,550 is `45.5`. */
export function percent(bp: number): string {
  return String(bp / 100);
}

/** Fen as yuan with separators. */
export function yuan(fen: number): string {
  return formatCentisqm(fen).replace(/\B(?=(?:\d{3})+(?=\.))/gu, ',');
}

/** A ratio cut, not rounded, to 2 decimals: 0.998 is `0.99`, never a 1.00 that is under 1. */
export function ratioText(numerator: number, denominator: number): string {
  const hundredths = (BigInt(numerator) * 100n) / BigInt(denominator);
  return formatCentisqm(hundredths);
}

export function tenths(numerator: number, denominator: number): string {
  const scaled = (BigInt(numerator) * 10n) / BigInt(denominator);
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(2, '0');
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, -1)}.${digits.slice(-1)}`;
}
