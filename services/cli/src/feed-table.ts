import { FEEDS, type FeedName, HEALTH_STATES, type HealthState, type Month } from '@quhua/core';
import type { FeedStatus } from '@quhua/engine';
import type { Output, Style } from './output.ts';

/** Chinese words for how a feed or a unit stands. */
const STATE_TEXT: Readonly<Record<HealthState, string>> = {
  fresh: '正常',
  late: '迟报',
  stale: '过期',
  partial: '不全',
  refused: '被拒',
};
const COLOURS: Readonly<Record<HealthState, Style>> = {
  fresh: 'green',
  late: 'yellow',
  stale: 'red',
  partial: 'yellow',
  refused: 'red',
};
/** What is shown of one feed; of a country that is silent nobody reads more. */
const MOST_LINES = 20;
const MOST_NAMED = 20;

/** How each feed stands, and which units are not up to date with it. */
export function printFeeds(out: Output, feeds: readonly FeedStatus[]): void {
  if (feeds.length === 0) return;
  out.line();
  out.table(
    [
      { head: '数据源' },
      { head: '应到月份' },
      { head: '期限' },
      { head: '状态' },
      ...HEALTH_STATES.map((state) => ({ head: STATE_TEXT[state], align: 'figure' as const })),
    ],
    feeds.map(({ feed, month, due, state, units }) => [
      titleOf(feed),
      month,
      due,
      out.paint(COLOURS[state], STATE_TEXT[state]),
      ...HEALTH_STATES.map((one) => String(units[one])),
    ]),
  );
  for (const feed of feeds) printUnits(out, feed);
}

/** Units of which the same is to be said stand in one line. */
function printUnits(out: Output, { feed, notFresh, units }: FeedStatus): void {
  if (notFresh.length === 0) return;
  const lines = Map.groupBy(notFresh, ({ state, since, months }) => [state, since, ...months].join(' '));
  const all = Object.values(units).reduce((sum, count) => sum + count, 0);
  out.line();
  out.table(
    [{ head: titleOf(feed) }, { head: '自' }, { head: '缺的月份' }, { head: '县市', wrap: true }],
    [...lines.values()].slice(0, MOST_LINES).map((same) => {
      const [{ state, since, months } = NOTHING] = same;
      return [STATE_TEXT[state], since ?? '—', spans(months), namesOf(same, all)];
    }),
  );
  if (lines.size > MOST_LINES) out.line(`共 ${notFresh.length} 个，全部见 --json / all of them with --json`);
}

const NOTHING = { state: 'fresh', since: null, months: [] } as const;

function namesOf(same: FeedStatus['notFresh'], all: number): string {
  if (same.length === all && all > 1) return `全部 ${all} 个`;
  const more = same.length > MOST_NAMED ? ` 等 ${same.length} 个` : '';
  return `${same
    .slice(0, MOST_NAMED)
    .map(({ name }) => name)
    .join('、')}${more}`;
}

function titleOf(feed: string): string {
  return FEEDS[feed as FeedName]?.title ?? feed; // safe: a feed that core does not know is shown by its name
}

/** Four months by name, more by their first and last. */
function spans(months: readonly Month[]): string {
  if (months.length === 0) return '—';
  return months.length <= 4 ? months.join('、') : `${months[0]} 至 ${months.at(-1)} 共 ${months.length} 个月`;
}
