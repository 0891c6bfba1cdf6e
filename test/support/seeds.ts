// The numbers that random tests begin with: a failure names its seed and is repeated with it.
import { env } from 'node:process';

/** Another one through QUHUA_TEST_SEED. */
export const TEST_SEED = Number(env.QUHUA_TEST_SEED ?? 20_261_125);

/** Faults and loads, another one through QUHUA_SOAK_SEED. */
export const SOAK_SEED = Number(env.QUHUA_SOAK_SEED ?? 20_251_120);

/** How long a soak goes on with further cases (QUHUA_SOAK_MINUTES); 0 in a run of all tests. */
export const SOAK_MS = Number(env.QUHUA_SOAK_MINUTES ?? 0) * 60_000;

/** How a property is run. */
export function runs(numRuns: number): { numRuns: number; seed: number } {
  return { numRuns, seed: TEST_SEED };
}
