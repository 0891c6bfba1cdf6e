import type { UnitSize } from '@quhua/core';

const DOUBLE_DIGITS = 15;
const DOUBLE_DIGITS_SHOWN = 17;
const MAX_PLAIN_CHARS = 15;

/**
 * Plain digits with at most one point as an integer of 10^-scale, or -1: then core's readers decide.
 * The same figures as core's `readDecimal`, without its regular expressions and big integers: nine cells of ten end here.
 */
export function readPlain(text: string, scale: number): number {
  const length = text.length;
  if (length === 0 || length > MAX_PLAIN_CHARS) return -1;
  let value = 0;
  let decimals = -1;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) {
      value = value * 10 + (code - 48);
      if (decimals >= 0) decimals += 1;
    } else if (code === 46 && decimals < 0 && at > 0 && at < length - 1) {
      decimals = 0;
    } else {
      return -1;
    }
  }
  if (decimals > scale) return -1;
  for (let left = Math.max(0, decimals); left < scale; left += 1) value *= 10;
  return Number.isSafeInteger(value) ? value : -1;
}

/** Digits, and nothing else, as a number; -1 for any other text. For parts of dates, never for figures. */
export function readDigits(text: string | undefined): number {
  return text === undefined ? -1 : readPlain(text, 0);
}

/** Decimal text without the noise of a double: 16 or 17 significant digits become 15; other texts come back as they are. */
export function withoutFloatNoise(text: string): string {
  const parts = /^(?<sign>-?)(?<whole>\d+)\.(?<fraction>\d+)$/u.exec(text.replaceAll(',', ''))?.groups;
  if (parts === undefined) return text;
  const { sign = '', whole = '', fraction = '' } = parts;
  const significant = `${whole}${fraction}`.replace(/^0+/u, '').length;
  const drop = significant - DOUBLE_DIGITS;
  if (drop <= 0 || significant > DOUBLE_DIGITS_SHOWN || drop > fraction.length) return text;
  const power = 10n ** BigInt(drop);
  const kept = fraction.length - drop;
  const digits = ((BigInt(`${whole}${fraction}`) + power / 2n) / power).toString().padStart(kept + 1, '0');
  return kept === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -kept)}.${digits.slice(-kept)}`;
}

/** What a column stores, for people: `shownPer` of it make one shown unit, `0.01㎡` is the finest that it keeps. */
export type Grain = { readonly shownPer: bigint; readonly unit: string; readonly finest: string };

export type Rounded = {
  readonly value: bigint;
  /** What was added to the exact value, for people: in the shown unit, cut after 6 decimals. */
  readonly added: string;
};

/** Decimal text that core found too fine, rounded half up (away from zero below it). */
export function roundInUnit(text: string, { numerator, denominator }: UnitSize, { shownPer, unit }: Grain): Rounded {
  const negative = text.startsWith('-');
  const [whole = '', fraction = ''] = text.replaceAll(/[-,]/gu, '').split('.');
  const exact = BigInt(`${whole}${fraction}`) * numerator;
  const divisor = denominator * 10n ** BigInt(fraction.length);
  const rounded = (2n * exact + divisor) / (2n * divisor);
  const micro = ((rounded * divisor - exact) * 1_000_000n) / (divisor * shownPer);
  return { value: negative ? -rounded : rounded, added: microText(negative ? -micro : micro) + unit };
}

/** Millionths as a decimal with its sign. */
function microText(micro: bigint): string {
  if (micro === 0n) return '±0.000001';
  const digits = (micro < 0n ? -micro : micro).toString().padStart(7, '0');
  const text = `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/u, '');
  return `${micro < 0n ? '-' : '+'}${text}`;
}
