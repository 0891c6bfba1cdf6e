import {
  addMonths,
  dayAt,
  FEED_NAMES,
  FEEDS,
  type FeedName,
  type Month,
  monthAt,
  monthText,
  type Region,
} from '@quhua/core';
import { hasReported, listOpenAlerts, listReported, type NewAlert, type Tx } from '@quhua/storage';
import type { Engine } from './engine.ts';
import { applyAlertPlan } from './open-and-resolve-alerts.ts';
import type { UnitAlertPlan } from './unit-alerts.ts';

/** What is missing of one feed. */
export type FeedHealth = { readonly feed: FeedName; readonly month: Month; readonly missing: readonly Region[] };

/**
 * Looks for reports that are overdue and opens, updates or resolves `FEED_LATE`, one alert a feed.
 *
 * Missing: a feed of which nothing was ever received is not late; it is not connected yet.
 * Concurrency: idempotent; one at a time for a jurisdiction.
 */
export async function checkFeeds(engine: Engine): Promise<FeedHealth[]> {
  const health: FeedHealth[] = [];
  for (const feed of FEED_NAMES) {
    const state = await feedHealth(engine, feed);
    if (state === null) continue;
    health.push(state);
    await engine.database.transaction((tx) => settleFeed(engine, tx, state));
  }
  return health;
}

/** Which regions owe a feed's newest due month; null if the feed is not connected. */
export async function feedHealth({ database, config, now }: Engine, feed: FeedName): Promise<FeedHealth | null> {
  const { code: jurisdiction, timezone, regions } = config.jurisdiction;
  if (!(await hasReported(database.db, jurisdiction, feed))) return null;
  const { dueDay, graceDays } = config.feeds.feeds[feed];
  const month = newestDueMonth(now(), timezone, dueDay + graceDays);
  const reported = await listReported(database.db, { jurisdiction, feed, month });
  return { feed, month, missing: regions.filter((region) => !reported.has(region.code)) };
}

/** The newest month whose reports had to be in by now: a month is due on a day of the next, and overdue after it. */
export function newestDueMonth(now: Date, timeZone: string, lastDay: number): Month {
  const thisMonth = monthAt(now, timeZone);
  const day = Number(dayAt(now, timeZone).slice(8));
  return addMonths(thisMonth, day > lastDay ? -1 : -2);
}

async function settleFeed(engine: Engine, tx: Tx, { feed, month, missing }: FeedHealth): Promise<void> {
  const { jurisdiction } = engine.config;
  const open = (await listOpenAlerts(tx.sql, jurisdiction.code, 'feed', [feed])).find(
    (alert) => alert.kind === 'FEED_LATE',
  );
  const text = lateText(feed, month, missing);
  const inputs = { feed, month, missing: missing.map((region) => region.code) };
  const plan: { -readonly [K in keyof UnitAlertPlan]: UnitAlertPlan[K] } = {
    opened: [],
    resolved: [],
    restated: [],
    touched: [],
  };
  if (missing.length > 0 && open === undefined) plan.opened = [lateAlert(engine, { feed, month, text, inputs })];
  if (missing.length > 0 && open !== undefined)
    plan.touched = [{ id: open.id, month, since: open.since, text, inputs }];
  if (missing.length === 0 && open !== undefined) {
    plan.resolved = [
      { alert: open, detail: { text: `${FEEDS[feed].title}：${monthText(month)}数据已到齐，预警解除` }, loud: true },
    ];
  }
  await applyAlertPlan(engine, tx, { plan, at: engine.now() });
}

function lateText(feed: FeedName, month: Month, missing: readonly Region[]): string {
  const names = missing.slice(0, 20).map((region) => region.name);
  const more = missing.length > names.length ? `等${missing.length}个` : '';
  return `${FEEDS[feed].title}：${monthText(month)}数据逾期未报，缺${names.join('、')}${more}`;
}

type Late = { readonly feed: FeedName; readonly month: Month; readonly text: string; readonly inputs: object };

function lateAlert({ config }: Engine, { feed, month, text, inputs }: Late): NewAlert {
  return {
    kind: 'FEED_LATE',
    rule: 'feeds',
    subject: { type: 'feed', code: feed, name: FEEDS[feed].title },
    level: config.alerts.levels.FEED_LATE,
    status: 'open',
    since: month,
    month,
    text,
    inputs,
    simulated: false,
  };
}
