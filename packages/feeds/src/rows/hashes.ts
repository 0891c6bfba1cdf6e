import type { FeedValue } from '@quhua/core';

/** How keys and values are hashed, to 32 bits each; another one is only for tests. */
export type Hasher = {
  readonly text: (text: string) => number;
  readonly values: (values: readonly FeedValue[]) => number;
};

const [PRIME_A, PRIME_B] = [0x01000193, 0x85ebca6b];
const SEED = 0x811c9dc5;
/** What stands for nothing, and between two values: no character of a text. */
const [NOTHING, BETWEEN] = [0x1ffff, 0x2ffff];
const HALF = 4_294_967_296;

export const HASHER: Hasher = { text: hashText, values: hashValues };

function hashText(text: string): number {
  return finished(hashed(SEED, text));
}

function hashed(seed: number, text: string): number {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME_A);
  return hash;
}

/** One pass over all values: a hash for each would cost more than reading the row. */
function hashValues(values: readonly FeedValue[]): number {
  let hash = SEED;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? null;
    if (typeof value === 'string') hash = hashed(hash, value);
    else if (value === null) hash = Math.imul(hash ^ NOTHING, PRIME_A);
    else hash = Math.imul(Math.imul(hash ^ value, PRIME_A) ^ Math.floor(value / HALF), PRIME_A);
    hash = Math.imul(hash ^ BETWEEN ^ (hash >>> 15), PRIME_B);
  }
  return finished(hash);
}

function finished(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), PRIME_B);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
