import { setTimeout as delay } from 'node:timers/promises';

export type UntilOptions = {
  readonly withinMs: number;
  /** What is waited for, for the error: "the worker to take the job". */
  readonly what: string;
  readonly everyMs?: number;
};

/**
 * Polls until `condition` gives something other than false, null or undefined, and returns that.
 *
 * Errors: after `withinMs`, naming what was waited for and the last error; an error of the condition counts as "not yet".
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { withinMs, what, everyMs = 20 }: UntilOptions,
): Promise<Exclude<Awaited<T>, false | null | undefined>> {
  const start = performance.now();
  let lastError: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value !== false && value !== null && value !== undefined) {
        return value as Exclude<Awaited<T>, false | null | undefined>; // safe: the three were just excluded
      }
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() - start > withinMs) break;
    await delay(everyMs);
  }
  throw new Error(`waited ${withinMs} ms in vain for ${what}`, { cause: lastError });
}
