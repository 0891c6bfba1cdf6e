import { AppError } from './errors.ts';

/** An exact non-negative ratio: `"6.5"` is 65/10. */
export type Ratio = { readonly numerator: bigint; readonly denominator: bigint };

const DECIMAL = /^(?<whole>\d{1,15})(?:\.(?<fraction>\d{1,9}))?$/u;

/**
 * Decimal text as an exact ratio, never through a float.
 *
 * Errors: invalid/RATIO_FORMAT for a sign, an exponent, more than 15 whole or 9 decimal digits.
 */
export function parseRatio(text: string): Ratio {
  const groups = DECIMAL.exec(text)?.groups;
  if (groups === undefined)
    throw new AppError('invalid', 'RATIO_FORMAT', `不是十进制数 / not a decimal number: ${text}`);
  const fraction = groups.fraction ?? '';
  return { numerator: BigInt(`${groups.whole}${fraction}`), denominator: 10n ** BigInt(fraction.length) };
}

/** The ratio as the shortest decimal text: 65/10 is `6.5`. */
export function formatRatio({ numerator, denominator }: Ratio): string {
  const digits = denominator.toString().length - 1;
  if (digits === 0) return numerator.toString();
  const padded = numerator.toString().padStart(digits + 1, '0');
  return `${padded.slice(0, -digits)}.${padded.slice(-digits)}`.replace(/\.?0+$/u, '');
}

/** Largest integer not above a/b, for b > 0. */
export function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

/** Smallest integer not below a/b, for b > 0. */
export function ceilDiv(a: bigint, b: bigint): bigint {
  return -floorDiv(-a, b);
}
