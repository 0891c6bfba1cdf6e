import {
  addMonths,
  BASIS_FEEDS,
  type BasisFeed,
  type BasisFindings,
  dueSettingsOf,
  feedFindings,
  type LandQuestion,
  type Month,
  unitHealth,
} from '@quhua/core';
import { listRefused } from '@quhua/storage';
import { type Engine, regionLookupOf } from '../engine.ts';
import { refusalsOf } from '../refused-units.ts';

/** Months of reports that are looked at: as far back as what is owed is listed. */
const REPORT_MONTHS = 14;

export function reportsFrom({ date }: LandQuestion): Month {
  return addMonths(date.slice(0, 7), -REPORT_MONTHS);
}

type Reported = {
  readonly feed: BasisFeed;
  readonly month: Month;
  readonly whole: boolean;
  readonly knownFrom: Date;
};
export type FeedBasisInput = {
  readonly question: LandQuestion;
  readonly reports: readonly Reported[];
  readonly connected: readonly string[];
  /** When a file was last refused, if any was. */
  readonly refusedAt: Date | null;
  readonly asOf: Date | null;
};

const NEEDED = Object.keys(BASIS_FEEDS) as BasisFeed[]; // safe: a constant of known keys
const BEFORE_ALL = new Date(0);

/** What the feeds of a unit say against an answer, or beside it, as of the day of the question. */
export async function feedBasis(
  engine: Engine,
  { question, reports, connected, refusedAt, asOf }: FeedBasisInput,
): Promise<BasisFindings> {
  const { config, database } = engine;
  const from = reportsFrom(question);
  // What was refused before the unit's last reports came in has nothing to say any more: then nobody needs to look at it.
  const isOpen = NEEDED.some((feed) => refusedAt !== null && refusedAt > (lastKnownOf(feed, reports) ?? BEFORE_ALL));
  const refused = isOpen
    ? await listRefused(database.db, config.jurisdiction.code, new Date(`${from}-01T00:00:00Z`))
    : [];
  const known = asOf === null ? refused : refused.filter(({ at }) => at <= asOf);
  const findings = NEEDED.flatMap((feed) => {
    const expected = config.schedule.expected[feed];
    if (expected?.rhythm !== 'monthly' || !connected.includes(feed)) return [];
    const own = reports.filter((report) => report.feed === feed);
    const isRefused =
      known.length > 0 &&
      refusalsOf(feed, known, regionLookupOf(engine))(question.regionCode, lastKnownOf(feed, reports));
    const health = unitHealth({
      today: question.date,
      due: dueSettingsOf(expected, question.regionCode),
      first: own.map(({ month }) => month).toSorted()[0] ?? from,
      reports: {
        complete: own.filter(({ whole }) => whole).map(({ month }) => month),
        partial: own.filter(({ whole }) => !whole).map(({ month }) => month),
        refused: isRefused,
      },
    });
    return [feedFindings(feed, question.regionName, health)];
  });
  return {
    faults: findings.flatMap(({ faults }) => faults),
    remarks: findings.flatMap(({ remarks }) => remarks),
  };
}

/** When the newest report of a feed became known; null if there is none. */
function lastKnownOf(feed: BasisFeed, reports: readonly Reported[]): Date | null {
  const own = reports.filter((report) => report.feed === feed);
  return own.reduce<Date | null>((last, { knownFrom }) => (last === null || knownFrom > last ? knownFrom : last), null);
}
