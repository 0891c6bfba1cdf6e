import { AppError } from './errors.ts';

/** Units of area that feeds write; each with how many hundredths of a square metre one of them is, as a fraction. */
export const AREA_UNITS = ['sqm', 'wan-sqm', 'hectare', 'mu'] as const;
export type AreaUnit = (typeof AREA_UNITS)[number];

/** 15 亩 = 1 公顷 = 10,000 ㎡, so one 亩 is 1,000,000/15 centisqm: kept as a fraction, rounded never. */
const CENTISQM_PER: Readonly<Record<AreaUnit, readonly [bigint, bigint]>> = {
  sqm: [100n, 1n],
  'wan-sqm': [1_000_000n, 1n],
  hectare: [1_000_000n, 1n],
  mu: [1_000_000n, 15n],
};

export type DecimalOptions = {
  /** Decimal places of the integer that comes back: 2 turns `1.5` into 150. */
  readonly scale: number;
  readonly negative?: boolean;
};

/** Why a text is not the number that was asked for. */
export type NumberFault = 'NUM_FORMAT' | 'NUM_PRECISION' | 'NUM_RANGE' | 'NUM_NEGATIVE';
export type NumberReading = { readonly value: number } | { readonly fault: NumberFault };

/** How many stored units (of an integer column) one written unit is, as a fraction. */
export type UnitSize = { readonly numerator: bigint; readonly denominator: bigint };

/** Size of a unit of area in hundredths of a square metre: 1 亩 is 1,000,000/15 of them. */
export function centisqmIn(unit: AreaUnit): UnitSize {
  const [numerator, denominator] = CENTISQM_PER[unit];
  return { numerator, denominator };
}

const PLAIN = /^(?<sign>-?)(?<whole>\d+)(?:\.(?<fraction>\d+))?$/u;
/** Never begins with 0: `0,123` is nobody's thousand, it would be a decimal comma. */
const GROUPED = /^-?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/u;
const MAX_DIGITS = 30;

/**
 * Decimal text as an integer of 10^-scale, exact, or the reason why not.
 *
 * Shapes: digits with an optional point; commas only as a complete grouping by three; no exponent, no blanks, no unit.
 * Errors: returned, never thrown: NUM_FORMAT, NUM_PRECISION (would need rounding), NUM_RANGE (not a safe integer), NUM_NEGATIVE.
 */
export function readDecimal(text: string, options: DecimalOptions): NumberReading {
  return readInUnit(text, { numerator: 10n ** BigInt(options.scale), denominator: 1n }, options);
}

/**
 * Area text in a stated unit as whole hundredths of a square metre.
 *
 * Units: centisqm out. Errors: as `readDecimal`; an area finer than 0.01 ㎡ is NUM_PRECISION.
 */
export function readArea(text: string, unit: AreaUnit, options: { readonly negative?: boolean } = {}): NumberReading {
  return readInUnit(text, centisqmIn(unit), options);
}

/**
 * Decimal text in any unit as a whole number of what one of it is made of.
 *
 * Errors: as `readDecimal`.
 */
export function readInUnit(
  text: string,
  { numerator, denominator }: UnitSize,
  { negative = false }: { readonly negative?: boolean } = {},
): NumberReading {
  const plain = text.includes(',') ? (GROUPED.test(text) ? text.replaceAll(',', '') : '') : text;
  const groups = PLAIN.exec(plain)?.groups;
  if (groups === undefined || plain.length > MAX_DIGITS) return { fault: 'NUM_FORMAT' };
  const fraction = (groups.fraction ?? '').replace(/0+$/u, '');
  const magnitude = BigInt(`${groups.whole}${fraction}`) * numerator;
  const divisor = 10n ** BigInt(fraction.length) * denominator;
  if (magnitude % divisor !== 0n) return { fault: 'NUM_PRECISION' };
  const value = Number(magnitude / divisor);
  if (!Number.isSafeInteger(value)) return { fault: 'NUM_RANGE' };
  if (groups.sign === '-' && value !== 0) return negative ? { value: -value } : { fault: 'NUM_NEGATIVE' };
  return { value };
}

/** Hundredths of a square metre as ㎡ with 2 decimals: `1234567` is `12345.67`. */
export function formatCentisqm(centisqm: number | bigint): string {
  const digits = (centisqm < 0 ? -BigInt(centisqm) : BigInt(centisqm)).toString().padStart(3, '0');
  return `${centisqm < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Hundredths of a square metre in 万㎡, rounded half up to `decimals`, for people only: `1234567` is `1.23`. */
export function formatWanSqm(centisqm: number | bigint, decimals = 2): string {
  const step = 10n ** BigInt(6 - decimals);
  const magnitude = centisqm < 0 ? -BigInt(centisqm) : BigInt(centisqm);
  const rounded = ((magnitude + step / 2n) / step).toString().padStart(decimals + 1, '0');
  const sign = centisqm < 0 && /[1-9]/u.test(rounded) ? '-' : '';
  return decimals === 0 ? `${sign}${rounded}` : `${sign}${rounded.slice(0, -decimals)}.${rounded.slice(-decimals)}`;
}

/** Refuses a sum that has left the range in which integers are exact. */
export function safeInteger(value: number, what: string): number {
  if (Number.isSafeInteger(value)) return value;
  throw new AppError('invalid', 'NUM_RANGE', `${what} 超出可精确表示的范围 / is outside the exact range: ${value}`);
}
