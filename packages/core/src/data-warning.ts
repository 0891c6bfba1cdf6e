import { CHECK_CODES, CHECKS, type CheckCode } from './checks/index.ts';
import type { MonthlyFeed } from './feed.ts';
import { type Month, monthText } from './month.ts';

/** Something that was said of a figure when it came in, and that a decision on it should be read with. */
export type DataWarning = {
  readonly code: string;
  readonly feed: MonthlyFeed;
  readonly month: Month;
  /** File, sheet and row. */
  readonly place: string;
};

const OTHERS: Readonly<Record<string, string>> = {
  VALUE_MISSING: '缺少数字',
  AREA_PER_UNIT: '套均面积异常',
  PERIOD_CORRECTED: '已报月份更正过',
  SAME_INSTANT: '同一时点另有不同的数',
};
const FEED_TEXT: Readonly<Record<MonthlyFeed, string>> = { sales: '网签', inventory: '库存' };
const SHOWN = 2;

/** `⚠ 数据提示：2025年10月库存：库存与进出不平；…`, the first two; empty text where nothing was said. */
export function dataWarningText(warnings: readonly DataWarning[]): string {
  if (warnings.length === 0) return '';
  const said = new Set(
    warnings.map(({ code, feed, month }) => `${monthText(month)}${FEED_TEXT[feed]}：${titleOf(code)}`),
  );
  const more = said.size > SHOWN ? `等${said.size}条` : '';
  return `⚠ 数据提示：${[...said].slice(0, SHOWN).join('；')}${more}`;
}

function titleOf(code: string): string {
  return isCheck(code) ? CHECKS[code].title.zh : (OTHERS[code] ?? code);
}

function isCheck(code: string): code is CheckCode {
  return Object.hasOwn(CHECKS, code);
}

/** Checks on plausible values first, then what else was said; the newest month first. Rounding is not worth a word here. */
export function sortDataWarnings(warnings: readonly DataWarning[]): DataWarning[] {
  const rank = ({ code }: DataWarning): number => (isCheck(code) ? CHECK_CODES.indexOf(code) : CHECK_CODES.length);
  return warnings
    .filter(({ code }) => code !== 'NUM_ROUNDED')
    .toSorted(
      (a, b) => rank(a) - rank(b) || compare(b.month, a.month) || compare(a.feed, b.feed) || compare(a.code, b.code),
    );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
