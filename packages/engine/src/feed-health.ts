import {
  addMonths,
  arrivalHealth,
  countStates,
  type DaysExpectation,
  dayAt,
  dueOn,
  dueSettingsOf,
  earlierMonth,
  FEED_NAMES,
  type FeedName,
  feedState,
  type HealthState,
  type Month,
  type MonthlyExpectation,
  newestDueMonth,
  OWED_MONTHS,
  type Region,
  type RegionLookup,
  type StateCounts,
  type UnitHealth,
  unitHealth,
} from '@quhua/core';
import {
  hasReported,
  listArrivals,
  listProjectReportMonths,
  listRefused,
  listReportedMonths,
  type Refused,
  type ReportedMonths,
} from '@quhua/storage';
import { type Engine, regionLookupOf, ruleInForce } from './engine.ts';
import { type FindRefusal, refusalsOf } from './refused-units.ts';

export type UnitState = UnitHealth & { readonly region: Region };

/** How one feed stands. Shapes: `units` is empty for a feed that is expected as a file every so many days. */
export type FeedHealth = {
  readonly feed: FeedName;
  readonly month: Month;
  readonly due: string;
  readonly state: HealthState;
  readonly since: string | null;
  readonly outdated: boolean;
  readonly counts: StateCounts;
  readonly units: readonly UnitState[];
  /** Those of whose newest due month nothing is known. */
  readonly missing: readonly Region[];
};

/**
 * How every feed stands that is expected and of which anything was ever received.
 *
 * Missing: a feed of which nothing was ever received is not late; it is not connected yet.
 */
export async function feedsHealth(engine: Engine): Promise<FeedHealth[]> {
  const { config, database, now } = engine;
  const { code, timezone } = config.jurisdiction;
  const today = dayAt(now(), timezone);
  const from = addMonths(today.slice(0, 7), -OWED_MONTHS - 2);
  const since = new Date(`${from}-01T00:00:00Z`);
  const [arrivals, refused] = await Promise.all([
    listArrivals(database.db, code),
    listRefused(database.db, code, since),
  ]);
  const look = { today, from, arrivals, refused, lookup: regionLookupOf(engine) };
  const health: FeedHealth[] = [];
  for (const feed of FEED_NAMES) {
    const state = await healthOf(engine, feed, look);
    if (state !== null) health.push(state);
  }
  return health;
}

type Look = {
  readonly today: string;
  readonly from: Month;
  readonly arrivals: ReadonlyMap<FeedName, Date>;
  readonly refused: readonly Refused[];
  readonly lookup: RegionLookup;
};

async function healthOf(engine: Engine, feed: FeedName, look: Look): Promise<FeedHealth | null> {
  const { config, database } = engine;
  const { db } = database;
  const { code: jurisdiction } = config.jurisdiction;
  const expected = config.schedule.expected[feed];
  if (expected === undefined) return null;
  const refusal = refusalsOf(feed, look.refused, look.lookup);
  if (expected.rhythm === 'days') return daysHealth(feed, expected, { ...look, refusal, ...config.jurisdiction });
  if (!(await hasReported(db, jurisdiction, feed))) return null;
  const { from } = look;
  const broad = ruleInForce(engine).definition.stock === 'broad';
  const reports =
    feed === 'sales' || feed === 'inventory'
      ? await listReportedMonths(db, { jurisdiction, feed, from, broad })
      : await listProjectReportMonths(db, jurisdiction, from);
  // Only regions with projects owe reports on them.
  const regions = config.jurisdiction.regions.filter(({ code }) => feed !== 'project-reports' || reports.has(code));
  return monthlyHealth(feed, expected, { ...look, regions, reports, refusal });
}

type Monthly = Look & {
  readonly regions: readonly Region[];
  readonly reports: ReadonlyMap<string, ReportedMonths>;
  readonly refusal: FindRefusal;
};

function monthlyHealth(
  feed: FeedName,
  expected: MonthlyExpectation,
  { today, from, regions, reports, refusal }: Monthly,
): FeedHealth {
  const month = newestDueMonth(today, expected);
  const known = [...reports.values()].flatMap(({ complete, partial }) => [...complete, ...partial]);
  const first = known.reduce((a, b) => earlierMonth(a, b), known[0] ?? from);
  const units = regions.map((region): UnitState => {
    const { complete = [], partial = [], lastKnown = null } = reports.get(region.code) ?? {};
    const refused = refusal(region.code, lastKnown);
    const due = dueSettingsOf(expected, region.code);
    return { region, ...unitHealth({ today, due, first, reports: { complete, partial, refused } }) };
  });
  const states = units.map(({ state }) => state);
  return {
    feed,
    month,
    due: dueOn(month, expected.dueDay),
    state: feedState(states),
    since: units.reduce<string | null>(
      (first, { since }) => (since === null || (first ?? since) < since ? first : since),
      null,
    ),
    outdated: units.some((unit) => unit.outdated),
    counts: countStates(states),
    units,
    missing: units.filter((unit) => unit.months.includes(unit.month)).map(({ region }) => region),
  };
}

type Days = Look & { readonly refusal: FindRefusal; readonly timezone: string };

function daysHealth(
  feed: FeedName,
  expected: DaysExpectation,
  { today, arrivals, refusal, timezone }: Days,
): FeedHealth | null {
  const arrived = arrivals.get(feed);
  if (arrived === undefined) return null;
  const { month, due, state, since, outdated } = arrivalHealth({
    today,
    expected,
    last: dayAt(arrived, timezone),
    refused: refusal(null, arrived),
  });
  return { feed, month, due, state, since, outdated, counts: countStates([]), units: [], missing: [] };
}
