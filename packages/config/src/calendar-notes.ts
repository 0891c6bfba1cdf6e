import { calendarGaps, gapText } from '@quhua/core';
import type { Config } from './read-config.ts';

/**
 * What the calendar lacks for deadlines that are counted from a day on, as people are told of it.
 *
 * Shapes: empty where nothing counts working days: no year has a table.
 */
export function calendarNotes({ calendar }: Pick<Config, 'calendar'>, today: string): string[] {
  if (calendar.years.size === 0) return [];
  return calendarGaps(calendar, today).map((gap) => gapText(gap, calendar));
}
