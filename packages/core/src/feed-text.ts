import { formatCentisqm } from './area.ts';
import { FEEDS, type FeedColumn, type FeedName } from './feed.ts';

/**
 * A stored value as canonical files write it; a missing one is empty.
 *
 * Shapes: areas and money with 2 decimals, percent with 1 (2 if needed), all else as it is. Units: ㎡, yuan, %; land whole ㎡.
 */
export function canonicalText({ type }: Pick<FeedColumn, 'type'>, value: number | string | null): string {
  if (value === null) return '';
  switch (type) {
    case 'area':
    case 'money':
      return formatCentisqm(BigInt(value)); // both are hundredths
    case 'percent':
      return formatCentisqm(BigInt(value)).replace(/0$/u, '');
    default:
      return String(value);
  }
}

/** Columns that every feed may have besides its own. */
const ROLES: Readonly<Record<string, string>> = {
  region: '县市',
  region_code: '县市',
  month: '月份',
  year: '年份',
  unit: '计量单位',
  measure: '指标',
  value: '数值',
};

/** What people call a column of a feed, or what a column says of its row (`region`, `month` …); its name where nobody gave it one. */
export function columnTitle(feed: FeedName, name: string): string {
  return FEEDS[feed].columns.find((column) => column.name === name)?.title ?? ROLES[name] ?? name;
}
