import { columnsOf, figureAt, isArea, netAt, type UnitFigures } from './figures.ts';
import type { Said } from './finding.ts';

/**
 * Whether a month says the same as the month before in every figure, and nothing explains it.
 *
 * Shapes: null where it cannot be said: no month before, no area above 0, a stock that stands because nothing was sold
 * and nothing permitted.
 */
export function isIdentical(unit: UnitFigures, month: number): boolean | null {
  const { from, count } = columnsOf(unit.feed);
  let area = false;
  let same = true;
  for (let column = from; column < from + count; column += 1) {
    const now = figureAt(unit, month, column);
    if (now === null) continue; // a file without the column says nothing of it
    const before = figureAt(unit, month - 1, column);
    same &&= now === before;
    area ||= isArea(column) && now > 0 && before !== null;
  }
  if (!area) return null;
  return standsStill(unit, month) ? null : same;
}

/** Nothing was sold: this month's sales say so or, before they are in, last month's. */
function standsStill(unit: UnitFigures, month: number): boolean {
  if (unit.feed === 'sales') return false;
  return (netAt(unit, month) ?? netAt(unit, month - 1)) === 0;
}

export function identicalMonth(unit: UnitFigures, month: number): Said {
  return {
    line: unit.lines[month] ?? null,
    column: null,
    zh: '所有数字与上月完全相同，疑似复制了上月；请核实',
    en: 'every figure is that of the month before: perhaps a copy',
    facts: {},
  };
}

/** The file brings one month, and for every unit with figures it is the month before again. */
export function identicalFile(units: number, month: string): Said {
  return {
    line: null,
    column: null,
    zh: `全部${units}个县市${month}的数字与上月完全相同，疑似误报了上月的表；请核实后再决定`,
    en: `all ${units} units report the month before again: probably last month's table`,
    facts: { units: String(units), month },
  };
}
