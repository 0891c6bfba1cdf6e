import { FEEDS, type Month, monthText, type Region } from '@quhua/core';
import { listOpenAlerts, type Tx } from '@quhua/storage';
import { type Finding, mergePlans, planFinding } from './alert-plan.ts';
import type { Engine } from './engine.ts';
import { type FeedHealth, feedsHealth } from './feed-health.ts';
import { applyAlertPlan } from './open-and-resolve-alerts.ts';

/**
 * Looks at how the feeds stand and opens, updates or resolves `FEED_LATE`, `FEED_STALE` and `FEED_PARTIAL`, one alert
 * of each kind a feed.
 *
 * Shapes: a unit that turned stale is still missing: `FEED_LATE` ends only when everything is in.
 * Concurrency: idempotent; one at a time for a jurisdiction.
 */
export async function checkFeeds(engine: Engine): Promise<FeedHealth[]> {
  const health = await feedsHealth(engine);
  for (const state of health) await engine.database.transaction((tx) => settleFeed(engine, tx, state));
  return health;
}

async function settleFeed(engine: Engine, tx: Tx, health: FeedHealth): Promise<void> {
  const { feed, month } = health;
  const subject = { type: 'feed', code: feed, name: FEEDS[feed].title } as const;
  const open = await listOpenAlerts(tx.sql, engine.config.jurisdiction.code, 'feed', [feed]);
  const about = { rule: 'feeds', subject, month, simulated: false, open };
  const plan = mergePlans(findings(health).map((finding) => planFinding(finding, about, engine.config.alerts)));
  await applyAlertPlan(engine, tx, { plan, at: engine.now() });
}

function findings(health: FeedHealth): Finding[] {
  const { feed, month, state, units, missing, due, outdated } = health;
  const { title } = FEEDS[feed];
  const stale = units.filter((unit) => unit.outdated).map(({ region }) => region);
  const partial = units.filter((unit) => unit.incomplete).map(({ region }) => region);
  const whole = units.length === 0;
  const fileLate = whole && (state === 'late' || outdated);
  const lateText = fileLate ? `${title}：应于${due}前收到的文件逾期未到` : late(title, month, missing);
  const staleText = whole
    ? `${title}：应于${due}前收到的文件长期未到，现有数据已过期，不能说明现状`
    : `${title}：${listed(stale)}长期未报，现有数据已过期，不能说明现状`;
  return [
    {
      kind: 'FEED_LATE',
      text: fileLate || missing.length > 0 ? lateText : null,
      inputs: { feed, month, due, missing: codes(missing) },
      over: `${title}：${monthText(month)}数据已到齐，预警解除`,
    },
    {
      kind: 'FEED_STALE',
      text: outdated ? staleText : null,
      inputs: { feed, month, due, stale: codes(stale) },
      over: `${title}：没有过期的数据了，预警解除`,
    },
    {
      kind: 'FEED_PARTIAL',
      text: partial.length > 0 ? `${title}：${monthText(month)}数据不完整，${listed(partial)}缺少必需的数` : null,
      inputs: { feed, month, due, partial: codes(partial) },
      over: `${title}：${monthText(month)}没有残缺的数据了，预警解除`,
    },
  ];
}

function late(title: string, month: Month, missing: readonly Region[]): string {
  return `${title}：${monthText(month)}数据逾期未报，缺${listed(missing)}`;
}

function listed(regions: readonly Region[]): string {
  const names = regions.slice(0, 20).map((region) => region.name);
  return `${names.join('、')}${regions.length > names.length ? `等${regions.length}个` : ''}`;
}

function codes(regions: readonly Region[]): string[] {
  return regions.map((region) => region.code);
}
