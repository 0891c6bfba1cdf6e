import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPlaces } from '../../src/rows/places-by-hash.ts';

const LAST_HASH = 0xffff_ffff;
/** Hashes of every kind: spread out, all at one end (where places begin anew), and all the same. */
const hashers: readonly [string, (key: string) => number][] = [
  ['spread', (key) => Math.imul(Number(key), 0x9e37_79b1) >>> 0],
  ['at the end', (key) => LAST_HASH - (Number(key) % 7)],
  ['at the beginning', (key) => Number(key) % 3],
  ['one', () => LAST_HASH],
];

test.each(hashers)('hashes %s: keys are found as a Map finds them, however many there are', (_, hashOf) => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_500), { maxLength: 1_200 }), (numbers) => {
      const keys: string[] = [];
      const known = new Map<string, number>();
      const places = createPlaces((slot, key) => keys[slot] === key);
      for (const key of numbers.map(String)) {
        const found = places.find(key, hashOf(key));
        expect(found < 0 ? undefined : found).toBe(known.get(key));
        if (found >= 0) continue;
        places.put(found, hashOf(key), keys.length);
        known.set(key, keys.length);
        keys.push(key);
      }
      for (const [key, slot] of known) expect(places.find(key, hashOf(key))).toBe(slot);
    }),
    { numRuns: 30, seed: 7 },
  );
});
