import { FEEDS, type FeedName, type Month, type Region } from '@quhua/core';
import { csvLine } from './quarantine.ts';

/**
 * A canonical file to fill in: one line for each unit with its code, name and the month, the figures left empty.
 *
 * Shapes: UTF-8 with mark, CRLF. Sent in as it is, it stores nothing: lines without any figure are `empty`.
 */
export function templateCsv(feed: FeedName, regions: readonly Region[], month: Month): string {
  const columns = FEEDS[feed].columns.map(({ name }) => name);
  const head = csvLine(['region_code', 'region_name', 'month', ...columns]);
  const lines = regions.map(({ code, name }) => csvLine([code, name, month, ...columns.map(() => '')]));
  return `\ufeff${head}${lines.join('')}`;
}
