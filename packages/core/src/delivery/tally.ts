/** Whole numbers and how often each occurs: takes no more room than there are different ones, whatever is counted. */
export type Tally = Map<number, number>;

/** Where the middle and the ends of some figures lie. Units: those of the figures; the median of an even number of them may end in .5. */
export type Spread = { readonly n: number; readonly median: number; readonly min: number; readonly max: number };

/** Counts one more of a number. */
export function tallyOne(tally: Tally, value: number): void {
  tally.set(value, (tally.get(value) ?? 0) + 1);
}

/** How many were counted. */
export function sizeOf(tally: Tally): number {
  let n = 0;
  for (const times of tally.values()) n += times;
  return n;
}

/** Missing: null where nothing was counted. */
export function spreadOf(tally: Tally): Spread | null {
  const n = sizeOf(tally);
  const sorted = [...tally].sort(([a], [b]) => a - b);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return null;
  const [low, high] = [nth(sorted, Math.ceil(n / 2)), nth(sorted, Math.floor(n / 2) + 1)];
  return { n, median: (low + high) / 2, min: first[0], max: last[0] };
}

/** The k-th smallest, from 1. */
function nth(sorted: readonly (readonly [number, number])[], k: number): number {
  let passed = 0;
  for (const [value, times] of sorted) {
    passed += times;
    if (passed >= k) return value;
  }
  return Number.NaN; // never: k is at most the number of those counted
}
