import { monthOf } from '../month.ts';
import { figureAt, SIGNED, type UnitFigures } from './figures.ts';
import { NOTHING, type Said } from './finding.ts';
import type { ChecksSettings } from './registry.ts';
import { atLeast } from './typical.ts';

/** A single unit must rise for so long that chance cannot do it. */
const ALONE_MONTHS = 9;

/** How a unit's sales run within calendar years. */
export type Rise = {
  /** Longest run of consecutive months of one year in which sales rise strictly and grow threefold; one of the file's months is in it. */
  readonly longest: number;
  /** A year of the file with enough months in a row to tell, rising or not. */
  readonly telling: boolean;
  /** In a telling year, sales fell. */
  readonly falls: boolean;
  readonly to: number;
};

/** Shapes: `least` months in a row of one year are needed to tell anything. */
export function riseOf(unit: UnitFigures, least: number): Rise {
  let rise: Rise = { longest: 0, telling: false, falls: false, to: 0 };
  for (let from = 0; from < unit.months; ) {
    const to = yearEnd(unit, from);
    const year = riseWithin(unit, from, to, least);
    rise = {
      longest: Math.max(rise.longest, year.longest),
      telling: rise.telling || year.telling,
      falls: rise.falls || year.falls,
      to: year.longest > rise.longest ? year.to : rise.to,
    };
    from = to;
  }
  return rise;
}

function yearEnd({ first, months }: UnitFigures, from: number): number {
  const ofYear = 12 - ((first + from) % 12);
  return Math.min(months, from + ofYear);
}

function riseWithin(unit: UnitFigures, from: number, to: number, least: number): Rise {
  let [run, begin, reported, most, longest, last] = [0, 0, 0, 0, 0, 0];
  let ofFile = false;
  let falls = false;
  for (let month = from; month < to; month += 1) {
    const now = figureAt(unit, month, SIGNED);
    const before = month > from ? figureAt(unit, month - 1, SIGNED) : null;
    reported = now === null ? 0 : reported + 1;
    most = Math.max(most, reported);
    falls ||= now !== null && before !== null && now < before;
    const rises = now !== null && before !== null && before > 0 && now > before;
    run = now === null || now === 0 ? 0 : rises ? run + 1 : 1;
    if (!rises) [begin, ofFile] = [now ?? 0, false];
    ofFile ||= (unit.lines[month] ?? 0) > 0;
    const grows = now !== null && run > 1 && atLeast(now, 1, begin * 3);
    if (ofFile && grows && run > longest) [longest, last] = [run, unit.first + month];
  }
  const telling = most >= least;
  return { longest, telling, falls: telling && falls, to: last };
}

/** Monthly sales that run like a total of the year so far, in most units at once. */
export function cumulative(rises: readonly Rise[], { checks }: ChecksSettings): readonly Said[] {
  const { minMonths, minUnits } = checks.PERIOD_CUMULATIVE;
  const telling = rises.filter((rise) => rise.telling);
  const rising = telling.filter((rise) => rise.longest >= minMonths && !rise.falls);
  if (rising.length === 0 || rising.length * 5 < telling.length * 4) return NOTHING;
  const longest = rising.reduce((most, rise) => (rise.longest > most.longest ? rise : most));
  if (rising.length < minUnits && longest.longest < ALONE_MONTHS) return NOTHING;
  const month = monthOf(longest.to);
  return [
    {
      line: null,
      column: null,
      zh: `${rising.length}个县市的网签面积在年内逐月只升不降（最长连续${longest.longest}个月，到${month}），疑似年初以来的累计数；请改报当月数，确是当月数的由人工批准`,
      en: `sales of ${rising.length} units only rise within the year (${longest.longest} months in a row up to ${month}): perhaps cumulative figures`,
      facts: { units: String(rising.length), months: String(longest.longest), to: month },
    },
  ];
}
