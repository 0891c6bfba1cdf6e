import type { FeedValue } from '@quhua/core';

/** Two 32-bit hashes of one thing, as one pair. */
export type Hash = { readonly high: number; readonly low: number };
/** How keys and values are hashed; another one is only for tests. */
export type Hasher = {
  readonly text: (text: string) => number;
  readonly values: (values: readonly FeedValue[]) => Hash;
};

const [PRIME_A, PRIME_B, PRIME_C] = [0x01000193, 0x85ebca6b, 0xc2b2ae35];
const [SEED_A, SEED_B] = [0x811c9dc5, 0x9747b28c];
/** What stands for nothing, and between two values: no character of a text. */
const [NOTHING, BETWEEN] = [0x1ffff, 0x2ffff];
const HALF = 4_294_967_296;

export const HASHER: Hasher = { text: hashText, values: hashValues };

function hashText(text: string): number {
  let hash = SEED_A;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME_A);
  return finished(hash);
}

/** One pass over all values: a hash for each would cost more than reading the row. */
function hashValues(values: readonly FeedValue[]): Hash {
  let [high, low] = [SEED_A, SEED_B];
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? null;
    if (typeof value === 'string') {
      for (let index = 0; index < value.length; index += 1) {
        const code = value.charCodeAt(index);
        high = Math.imul(high ^ code, PRIME_A);
        low = Math.imul(low ^ code, PRIME_C);
      }
    } else {
      const upper = value === null ? NOTHING : Math.floor(value / HALF);
      const lower = value === null ? NOTHING : value - upper * HALF;
      high = Math.imul(Math.imul(high ^ lower, PRIME_A) ^ upper, PRIME_A);
      low = Math.imul(Math.imul(low ^ lower, PRIME_C) ^ upper, PRIME_C);
    }
    high = Math.imul(high ^ BETWEEN ^ (high >>> 15), PRIME_B);
    low = Math.imul(low ^ BETWEEN ^ (low >>> 13), PRIME_B);
  }
  return { high: finished(high), low: finished(low) };
}

function finished(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), PRIME_B);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
