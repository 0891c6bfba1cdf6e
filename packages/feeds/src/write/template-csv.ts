import { FEEDS, type FeedName, type Month, type Region } from '@quhua/core';
import { csvLine } from './quarantine.ts';

/**
 * A canonical file to fill in: for a monthly feed one line for each unit with its code, name and the month, the figures left empty.
 *
 * Shapes: UTF-8 with mark, CRLF; a feed of records has its header only. Sent in as it is, it stores nothing.
 */
export function templateCsv(feed: FeedName, regions: readonly Region[], month: Month): string {
  const { region, shape, columns } = FEEDS[feed];
  const names = columns.map(({ name }) => name);
  if (shape === 'record') return `\ufeff${csvLine([...(region ? ['region_code', 'region_name'] : []), ...names])}`;
  const lines = regions.map(({ code, name }) => csvLine([code, name, month, ...names.map(() => '')]));
  return `\ufeff${csvLine(['region_code', 'region_name', 'month', ...names])}${lines.join('')}`;
}
