// Exact fractions of the tests' own: shares nothing with src, so that the two can disagree.

/** top / bottom with bottom > 0. */
export type Fraction = { readonly top: bigint; readonly bottom: bigint };

export function fraction(top: bigint, bottom: bigint): Fraction {
  if (bottom === 0n) throw new Error('a fraction needs a bottom');
  return bottom < 0n ? { top: -top, bottom: -bottom } : { top, bottom };
}

/** Lowest terms, by Euclid. */
export function reduced({ top, bottom }: Fraction): Fraction {
  let a = top < 0n ? -top : top;
  let b = bottom;
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? { top: 0n, bottom: 1n } : { top: top / a, bottom: bottom / a };
}

/** Decimal text, digit by digit; null for anything but digits with at most one inner point. */
export function fractionOf(text: string): Fraction | null {
  let top = 0n;
  let bottom = 1n;
  let point = -1;
  for (let at = 0; at < text.length; at += 1) {
    const digit = '0123456789'.indexOf(text.charAt(at));
    if (digit >= 0) {
      top = top * 10n + BigInt(digit);
      if (point >= 0) bottom *= 10n;
    } else if (text.charAt(at) === '.' && point < 0 && at > 0 && at < text.length - 1) {
      point = at;
    } else return null;
  }
  return text.length === 0 ? null : { top, bottom };
}

/** Whole part (towards minus infinity) and what is left, 0 ≤ rest < bottom. */
export function wholeAndRest({ top, bottom }: Fraction): [bigint, bigint] {
  let whole = top / bottom;
  if (whole * bottom > top) whole -= 1n;
  return [whole, top - whole * bottom];
}

/** -1, 0 or 1, by continued fractions: whole parts first, then the reciprocals of what is left. */
export function order(a: Fraction, b: Fraction): -1 | 0 | 1 {
  let [x, y] = [a, b];
  let sign: -1 | 1 = 1;
  for (;;) {
    const [wholeX, restX] = wholeAndRest(x);
    const [wholeY, restY] = wholeAndRest(y);
    if (wholeX !== wholeY) return wholeX < wholeY === (sign === 1) ? -1 : 1;
    if (restX === 0n && restY === 0n) return 0;
    if (restX === 0n) return sign === 1 ? -1 : 1;
    if (restY === 0n) return sign === 1 ? 1 : -1;
    [x, y] = [
      { top: x.bottom, bottom: restX },
      { top: y.bottom, bottom: restY },
    ];
    sign = sign === 1 ? -1 : 1;
  }
}

export function times({ top, bottom }: Fraction, by: bigint): Fraction {
  return { top: top * by, bottom };
}
