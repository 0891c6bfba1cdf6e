// The oracle's hysteresis: what holds on each day, from what each day says.
import type { ProjectLevel } from '../../src/delivery/settings.ts';
import { place, worst } from './oracle.ts';

/** What holds on each day: raised at once; let down by so many milder reports in a row, a confirmed event, or delivery. */
export function heldLevels(
  days: readonly { readonly raw: ProjectLevel; readonly report: boolean; readonly confirmed: boolean }[],
  fallAfter: number,
): ProjectLevel[] {
  const levels: ProjectLevel[] = [];
  for (const [at, { raw, report, confirmed }] of days.entries()) {
    const before = levels[at - 1] ?? 'none';
    if (place(raw) >= place(before) || confirmed) {
      levels.push(raw);
      continue;
    }
    // this report and those before it, back to the day that set the level or said it again
    const milder: ProjectLevel[] = [];
    for (let back = at; back >= 0 && report; back -= 1) {
      const then = days[back];
      const set = back < at && (levels[back] !== before || (levels[back - 1] ?? 'none') !== before);
      if (then === undefined || set || place(then.raw) >= place(before)) break;
      if (then.report) milder.push(then.raw);
    }
    levels.push(report && milder.length >= fallAfter ? worst(milder.slice(0, fallAfter)) : before);
  }
  return levels;
}
