/** How a property is run: another seed through QUHUA_TEST_SEED. */
export function runs(numRuns: number): { numRuns: number; seed: number } {
  return { numRuns, seed: Number(process.env.QUHUA_TEST_SEED ?? 20261125) };
}
