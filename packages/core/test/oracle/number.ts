// What a number's text may look like, read letter by letter; shares nothing with src.
import { type Fraction, fractionOf, reduced, times } from './fraction.ts';

export type Reading = { readonly value: number } | { readonly fault: string };

/** Text in units that are `unit` of the wanted integer each. */
export function readNumber(text: string, unit: Fraction, negativeAllowed: boolean): Reading {
  const negative = text.startsWith('-');
  const amount = amountOf(negative ? text.slice(1) : text);
  if (amount === null || text.split(',').join('').length > 30) return { fault: 'NUM_FORMAT' };
  const { top, bottom } = reduced({ top: amount.top * unit.top, bottom: amount.bottom * unit.bottom });
  if (bottom !== 1n) return { fault: 'NUM_PRECISION' };
  if (top > 9_007_199_254_740_991n) return { fault: 'NUM_RANGE' };
  if (negative && top > 0n && !negativeAllowed) return { fault: 'NUM_NEGATIVE' };
  return { value: negative && top > 0n ? -Number(top) : Number(top) };
}

function amountOf(text: string): Fraction | null {
  const [whole = '', ...rest] = text.split('.');
  if (rest.length > 1 || rest[0] === '') return null;
  const digits = whole.includes(',') ? ungrouped(whole.split(',')) : whole;
  return digits === null ? null : fractionOf(rest[0] === undefined ? digits : `${digits}.${rest[0]}`);
}

/** Groups of three, the first of one to three and not beginning with 0. */
function ungrouped(groups: readonly string[]): string | null {
  const [first = '', ...others] = groups;
  if (first.length < 1 || first.length > 3 || first.startsWith('0')) return null;
  return others.every((group) => group.length === 3) ? groups.join('') : null;
}

export function sqmIn(unit: string): Fraction {
  if (unit === 'sqm') return { top: 1n, bottom: 1n };
  const hectare: Fraction = { top: 10_000n, bottom: 1n };
  return unit === 'mu' ? { top: hectare.top, bottom: 15n } : hectare;
}

export function centisqmIn(unit: string): Fraction {
  return times(sqmIn(unit), 100n);
}
