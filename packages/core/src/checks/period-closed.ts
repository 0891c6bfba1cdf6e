import { monthOf } from '../month.ts';
import type { UnitFigures } from './figures.ts';
import { NOTHING, type Said } from './finding.ts';
import type { ChecksSettings } from './registry.ts';

/**
 * A correction of a month that was closed long ago.
 *
 * Shapes: `openMonth` is the number of the first month that is not over. Missing: a first report is no correction,
 * however late.
 */
export function closedLongAgo(
  unit: UnitFigures,
  month: number,
  openMonth: number,
  { checks }: ChecksSettings,
): readonly Said[] {
  const age = openMonth - (unit.first + month);
  if ((unit.revised[month] ?? 0) === 0 || age <= checks.PERIOD_CLOSED.months) return NOTHING;
  const text = monthOf(unit.first + month);
  return [
    {
      line: unit.lines[month] ?? null,
      column: null,
      zh: `更正的是${age}个月前的${text}，早已结账；此后各月的评估会重新推算，请确认`,
      en: `corrects ${text}, ${age} months back: the assessments since then are derived again`,
      facts: { month: text, age: String(age) },
    },
  ];
}
