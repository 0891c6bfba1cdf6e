import { type UnitFigures, WIDTH } from './figures.ts';

/** Months that a typical size is taken from: a year, so that every season counts once. */
const MOST = 12;
/** Of so many, this many may lie beyond a quarter. */
const MOST_BEYOND = MOST >> 2;
/** Products with small factors stay exact in a double below this. */
const EXACT = 2 ** 48;

/**
 * Typical size of a unit's figure: its non-zero values of the twelve nearest other months, sorted.
 *
 * Shapes: months before and after count alike, so that a file of many months is judged the same in whatever order its
 * rows stand; of a file that brings the newest month, these are the twelve before.
 */
export type Typical = {
  readonly count: number;
  /** Sorted, `count` of them. */
  readonly values: Float64Array;
};

/** Makes a reader of typical sizes; its result is good until the next call: a national file asks a million times. */
export function createTypical(reach: number): (unit: UnitFigures, month: number, column: number) => Typical {
  const values = new Float64Array(MOST);
  const typical = { count: 0, values };
  return ({ figures, months }, month, column) => {
    let count = 0;
    const take = (index: number): void => {
      const value = figures[index * WIDTH + column] as number; // safe: index is inside
      if (!(value > 0)) return;
      let slot = count;
      for (; slot > 0 && (values[slot - 1] as number) > value; slot -= 1) values[slot] = values[slot - 1] as number;
      values[slot] = value;
      count += 1;
    };
    for (let distance = 1; distance <= reach && count < MOST; distance += 1) {
      if (month - distance >= 0) take(month - distance);
      if (count < MOST && month + distance < months) take(month + distance);
    }
    typical.count = count;
    return typical;
  };
}

type Neighbours = {
  readonly reach: number;
  /** With fewer values nothing is out of the ordinary. */
  readonly least: number;
};

/**
 * Whether a value is neither four times beyond the quarters of its typical size nor outside all that it holds: true of
 * nearly every figure, and found without sorting.
 */
export function isOrdinary(
  { figures, months }: UnitFigures,
  month: number,
  column: number,
  { reach, least }: Neighbours,
): boolean {
  const value = figures[month * WIDTH + column] as number; // safe: the month is inside
  let count = 0;
  let [notOver, notUnder] = [0, 0];
  let [above, below] = [false, false];
  for (let step = 2; step <= 2 * reach + 1 && count < MOST; step += 1) {
    const index = step % 2 === 0 ? month - (step >> 1) : month + (step >> 1);
    if (index < 0 || index >= months) continue;
    const other = figures[index * WIDTH + column] as number; // safe: as above
    if (!(other > 0)) continue;
    if (other >= EXACT || value >= EXACT) return false; // leave it to exact arithmetic
    count += 1;
    if (other <= 4 * value) notOver += 1;
    if (4 * other >= value) notUnder += 1;
    above ||= other >= value;
    below ||= other <= value;
    if (above && below && notOver > MOST_BEYOND && notUnder > MOST_BEYOND) return true; // whatever the others are
  }
  const beyond = count >> 2;
  return count < least || (above && below && notOver > beyond && notUnder > beyond);
}

/** The middle value; of an even number the lower of the two, so that it is a figure that was reported. */
export function medianOf({ values, count }: Typical): number {
  return values[(count - 1) >> 1] ?? 0;
}

/** A quarter of the values lies below, so that two or three faulty months among twelve do not hide another. */
export function lowerOf({ values, count }: Typical): number {
  return values[count >> 2] ?? 0;
}

export function upperOf({ values, count }: Typical): number {
  return values[count - 1 - (count >> 2)] ?? 0;
}

export function leastOf({ values }: Typical): number {
  return values[0] ?? 0;
}

export function mostOf({ values, count }: Typical): number {
  return values[count - 1] ?? 0;
}

/** Whether a value lies more than `times` below the low or above the high of the typical ones. */
export function isFar(value: number, low: number, high: number, times: number): boolean {
  return !atLeast(value, times, low) || !atLeast(high, times, value);
}

/** Whether a·factor ≥ b, exactly. */
export function atLeast(a: number, factor: number, b: number): boolean {
  if (a < EXACT && a > -EXACT && factor <= 16) return a * factor >= b;
  return BigInt(a) * BigInt(factor) >= BigInt(b);
}
