// Seeded numbers: a failure names its seed and is repeated with QUHUA_TEST_SEED=<seed>.
import { TEST_SEED } from '../../../../test/support/seeds.ts';

export type Random = {
  /** A whole number from `low` to `high`, both included. */
  readonly int: (low: number, high: number) => number;
  readonly chance: (share: number) => boolean;
  readonly pick: <T>(list: readonly T[]) => T;
};

/** mulberry32, two draws a number so that ranges up to 2^53 are reached. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const word = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const unit = (): number => ((word() >>> 5) * 67108864 + (word() >>> 6)) / 9007199254740992;
  const int = (low: number, high: number): number => low + Math.floor(unit() * (high - low + 1));
  return {
    int,
    chance: (share) => unit() < share,
    pick: (list) => {
      const item = list[int(0, list.length - 1)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
  };
}

/** Runs a check on `count` cases, each with a seed of its own; a failure says which. */
export function forSeeds(count: number, check: (random: Random, seed: number) => void): void {
  for (let offset = 0; offset < count; offset += 1) {
    const seed = TEST_SEED + offset * 7919;
    try {
      check(createRandom(seed), seed);
    } catch (error) {
      throw new Error(`seed ${seed}: repeat with QUHUA_TEST_SEED=${seed}`, { cause: error });
    }
  }
}
