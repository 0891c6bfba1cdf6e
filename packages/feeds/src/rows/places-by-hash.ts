/** Where the keys of a table are found. Shapes: slots are numbered from 0 on, in the order in which they are put. */
export type Places = {
  /** The slot of a key, or a number below zero: where `put` is to put it. */
  readonly find: (key: string, hash: number) => number;
  /** Right after the `find` that did not. */
  readonly put: (missed: number, hash: number, slot: number) => void;
};

const FIRST_BITS = 10;
const HASH_BITS = 32;
/** Share of places taken above which there are to be more. */
const FULL = 0.5;

/**
 * Hashes of 32 bits and the slots that they lead to, side by side: one look into memory tells nearly all keys apart, and memory far
 * away costs more than all else here. Places are in the order of the hashes, so that growing goes through both from end to end.
 */
export function createPlaces(holds: (slot: number, key: string) => boolean): Places {
  let bits = FIRST_BITS;
  let pairs = new Uint32Array(2 << bits);
  let taken = 0;
  /** The first free place from a hash's own on. */
  const free = (hash: number): number => {
    let at = (hash >>> (HASH_BITS - bits)) * 2;
    while (pairs[at + 1] !== 0) at = (at + 2) & (pairs.length - 1);
    return at;
  };
  const grow = () => {
    const before = pairs;
    bits += 1;
    pairs = new Uint32Array(2 << bits);
    for (let from = 0; from < before.length; from += 2) {
      const [hash = 0, mark = 0] = [before[from], before[from + 1]];
      if (mark === 0) continue;
      const at = free(hash);
      pairs[at] = hash;
      pairs[at + 1] = mark;
    }
  };
  return {
    find: (key, hash) => {
      const last = pairs.length - 1;
      let at = (hash >>> (HASH_BITS - bits)) * 2;
      for (let slot = (pairs[at + 1] ?? 0) - 1; slot >= 0; slot = (pairs[at + 1] ?? 0) - 1) {
        if (pairs[at] === hash && holds(slot, key)) return slot;
        at = (at + 2) & last;
      }
      return -1 - at;
    },
    put: (missed, hash, slot) => {
      const at = -1 - missed;
      pairs[at] = hash;
      pairs[at + 1] = slot + 1;
      taken += 1;
      if (taken > (pairs.length / 2) * FULL) grow();
    },
  };
}
