import { formatCentisqm } from '../area.ts';
import { formatRatio, type Ratio } from '../ratio.ts';
import type { ProjectFacts, ProjectReport } from './facts.ts';
import type { Pace, Projection } from './pace.ts';
import type { ContractDate } from './schedule.ts';
import {
  type DeliverySettings,
  type IndicatorCode,
  LIMIT_SENSE,
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
  /** Levels and values only: nobody will read a text of it. */
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

/** The worst level whose limit is met, and that limit in words. */
export function levelOf(
  code: LimitedCode,
  value: Fraction,
  { limits }: Pick<DeliverySettings, 'limits'>,
): { readonly level: ProjectLevel; readonly limit: string | null } {
  const sense = LIMIT_SENSE[code];
  for (const level of WARNING_LEVELS.toReversed()) {
    const limit = limits[code][level];
    if (limit === undefined) continue;
    const difference = compare(value, limit);
    if (sense === 'atLeast' ? difference < 0 : difference >= 0) continue;
    return { level, limit: `${sense === 'atLeast' ? '≥' : '<'}${formatRatio(limit)}${UNITS[code]}` };
  }
  return { level: 'none', limit: null };
}

/** Sign of a − b, exact: in doubles while every product is a safe integer. */
export function compare({ numerator, denominator }: Fraction, limit: Ratio): number {
  const [top, bottom] = [Number(limit.numerator), Number(limit.denominator)];
  const [left, right] = [numerator * bottom, top * denominator];
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
