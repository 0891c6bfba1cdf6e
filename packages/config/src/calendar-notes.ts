import { calendarGaps, gapText } from '@quhua/core';
import type { Config } from './read-config.ts';

/**
 * What the calendar lacks for deadlines that are counted from a day on, as people are told of it.
 *
 * Shapes: empty where nothing counts working days: no year has a table and no alert is escalated.
 */
export function calendarNotes({ calendar, alerts }: Pick<Config, 'calendar' | 'alerts'>, today: string): string[] {
  const escalates = Object.values(alerts.escalation).some((chain) => chain.length > 0);
  if (calendar.years.size === 0 && !escalates) return [];
  return calendarGaps(calendar, today).map((gap) => gapText(gap, calendar));
}
