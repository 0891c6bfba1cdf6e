import { safeInteger } from './area.ts';
import type { FeedName } from './feed.ts';
import { addDays } from './feed-health.ts';
import { matchingKey } from './jurisdiction.ts';
import { WHOLE_BP } from './land/land-use.ts';
import { inLedgerOrder, type LandEntry, parcelKey } from './land/ledger.ts';
import type { QuotaEvent } from './land/policy.ts';
import { addMonths, type Month, monthRange, monthText } from './month.ts';
import { type DoneSource, isPlanItem, type PlanItem } from './plan.ts';

/** Area newly permitted for presale in a month that was over. Units: centisqm. */
export type PermittedMonth = {
  readonly regionCode: string;
  readonly month: Month;
  readonly centisqm: number;
  readonly simulated: boolean;
};

/** A guaranteed project and its newest report that says whether completion is filed; without one, `reportedOn` is null. */
export type ProjectState = {
  readonly projectNo: string;
  readonly regionCode: string;
  readonly reportedOn: string | null;
  readonly completed: boolean;
  readonly simulated: boolean;
};

/** What a unit reports of a plan's item: done since 1 January. Units: 套/户/个, centisqm, whole ㎡. */
export type ProgressReport = {
  readonly regionCode: string;
  readonly item: string;
  readonly reportedOn: string;
  readonly units: number | null;
  readonly centisqm: number | null;
  readonly sqm: number | null;
  /** Instant, as ISO text. */
  readonly knownFrom: string;
  readonly simulated: boolean;
};

/** What was known, at one instant, of what had happened by one day of the plan's year. */
export type DoneFacts = {
  readonly permits: readonly PermittedMonth[];
  readonly land: readonly LandEntry[];
  /** Day on which the newest part of the ledger became known; null without any. */
  readonly landKnownOn: string | null;
  readonly projects: readonly ProjectState[];
  /** Day of the newest report on any project; null without any. */
  readonly projectsReportedOn: string | null;
  readonly progress: readonly ProgressReport[];
};

/** Facts of one unit, by its code. */
export function factsByRegion(facts: DoneFacts): (regionCode: string) => DoneFacts {
  const [permits, land] = [byRegion(facts.permits), byRegion(facts.land)];
  const [projects, progress] = [byRegion(facts.projects), byRegion(facts.progress)];
  return (code) => ({
    ...facts,
    permits: permits.get(code) ?? [],
    land: land.get(code) ?? [],
    projects: projects.get(code) ?? [],
    progress: progress.get(code) ?? [],
  });
}

function byRegion<T extends { readonly regionCode: string }>(facts: readonly T[]): Map<string, T[]> {
  return Map.groupBy(facts, ({ regionCode }) => regionCode);
}

/** Something that a figure lacks, and the feed that owes it. Shapes: `regionCode` null where no single unit does. */
export type Missing = { readonly regionCode: string | null; readonly feed: FeedName; readonly what: string };

/**
 * What is done of something.
 *
 * Missing: `amount` null: nothing is known. With an amount, `missing` makes it too low: it is at least that much.
 */
export type Done = {
  readonly amount: number | null;
  /** Last day of which it speaks; null without an amount. */
  readonly through: string | null;
  readonly missing: readonly Missing[];
  readonly simulated: boolean;
};

/** Part of a year: from 1 January to `date`, which lies in it. */
export type PlanPeriod = { readonly year: number; readonly date: string };

/** Shapes: `facts` are the unit's own. */
export type DoneInput = { readonly facts: DoneFacts; readonly period: PlanPeriod; readonly regionCode: string };

/** What one unit has done of an item, by where that is read off. Units: as the item's amounts. */
export function doneOf(item: PlanItem & { readonly done: DoneSource }, input: DoneInput): Done {
  switch (item.done.from) {
    case 'permits':
      return permitted(input);
    case 'land':
      return supplied(item.done, input);
    case 'projects-delivered':
      return delivered(input);
    case 'progress':
      return reported(item, input);
  }
}

function unknown(missing: Missing): Done {
  return { amount: null, through: null, missing: [missing], simulated: false };
}

/** Months that are over count, up to the newest one that is reported. Missing: months before it that are not. */
function permitted({ facts, period: { year, date }, regionCode }: DoneInput): Done {
  const first = `${year}-01`;
  const last = lastMonthOver(date);
  const months = facts.permits.filter(({ month }) => month >= first && month <= last);
  const owed = (what: string): Missing => ({ regionCode, feed: 'inventory', what });
  if (months.length === 0) {
    const none = last < first ? `${monthText(first)}还没有结束` : `${year}年的新批准预售面积未报`;
    return unknown(owed(none));
  }
  const newest =
    months
      .map(({ month }) => month)
      .sort()
      .at(-1) ?? first;
  const known = new Set(months.map(({ month }) => month));
  const gaps = monthRange(first, newest).filter((month) => !known.has(month));
  return {
    amount: months.reduce((sum, { centisqm }) => safeInteger(sum + centisqm, '新批准预售面积'), 0),
    through: lastDay(newest),
    missing: gaps.length === 0 ? [] : [owed(`新批准预售面积缺${gaps.map(monthText).join('、')}`)],
    simulated: months.some(({ simulated }) => simulated),
  };
}

function lastDay(month: Month): string {
  return addDays(`${addMonths(month, 1)}-01`, -1);
}

function lastMonthOver(date: string): Month {
  const month = date.slice(0, 7);
  return lastDay(month) === date ? month : addMonths(month, -1);
}

/** Missing: a unit of which the ledger holds no entry at all may simply not keep it; with any, nothing supplied is 0. */
function supplied({ uses, at }: DoneSource & { from: 'land' }, { facts, period, regionCode }: DoneInput): Done {
  const own = facts.land;
  const { landKnownOn } = facts;
  if (own.length === 0 || landKnownOn === null || landKnownOn < `${period.year}-01-01`) {
    const what = own.length === 0 ? '住宅用地台账中没有任何记录' : `住宅用地台账没有${period.year}年报来的数据`;
    return unknown({ regionCode, feed: 'land', what });
  }
  const parcels = suppliedParcels(own, { at, period });
  const wanted = new Set(uses.map(matchingKey));
  const counted = parcels.filter((entry) => wanted.has(matchingKey(entry.landUse)));
  return {
    amount: counted.reduce((sum, entry) => safeInteger(sum + countedSqm(entry), '供地面积'), 0),
    through: [landKnownOn, period.date].sort()[0] ?? period.date,
    missing: [],
    simulated: own.some(({ simulated }) => simulated),
  };
}

/** The residential part of a parcel, down to the whole ㎡, so that it is never too much; all of it where no share is given. */
function countedSqm({ areaSqm, shareBp }: LandEntry): number {
  return shareBp === null ? areaSqm : Number((BigInt(areaSqm) * BigInt(shareBp)) / BigInt(WHOLE_BP));
}

export type SupplyStep = { readonly at: QuotaEvent; readonly period: PlanPeriod };

/**
 * Entries by which land was supplied in a period: of each parcel the last one of that step. A sale that was ended
 * afterwards takes its entry back; land that was recovered and sold anew counts anew.
 */
export function suppliedParcels(entries: readonly LandEntry[], { at, period }: SupplyStep): LandEntry[] {
  const [from, to] = [`${period.year}-01-01`, period.date];
  const parcels = Map.groupBy(entries, (entry) => `${entry.regionCode} ${parcelKey(entry.parcelNo)}`);
  return [...parcels.values()].flatMap((parcel) => {
    const counted: LandEntry[] = [];
    let running: LandEntry | null = null;
    for (const entry of inLedgerOrder(parcel)) {
      if (entry.date > to) break;
      if (entry.kind === at) running = entry;
      if (entry.kind === 'withdrawn') running = null;
      if (entry.kind !== 'recovered' || running === null) continue;
      counted.push(running);
      running = null;
    }
    return [...counted, ...(running === null ? [] : [running])].filter(({ date }) => date >= from);
  });
}

/** Missing: a project that is not completed and whose report is older than the newest month reported may be by now. */
function delivered({ facts, regionCode }: DoneInput): Done {
  const { projects: own, projectsReportedOn: newest } = facts;
  if (newest === null) return unknown({ regionCode: null, feed: 'project-reports', what: '没有保交房项目的月报' });
  const month = newest.slice(0, 7);
  const open = own.filter(({ completed }) => !completed);
  const owed = open.filter(({ reportedOn }) => reportedOn === null || reportedOn.slice(0, 7) < month);
  const what = `${owed.length}个保交房项目缺${monthText(month)}的月报`;
  return {
    amount: own.length - open.length,
    through: newest,
    missing: owed.length === 0 ? [] : [{ regionCode, feed: 'project-reports', what }],
    simulated: own.some(({ simulated }) => simulated),
  };
}

/** The newest report that gives the figure; of one day, the one that became known last. */
function reported(item: PlanItem, { facts, period, regionCode }: DoneInput): Done {
  const reports = facts.progress.filter(
    (report) =>
      report.reportedOn <= period.date &&
      report.reportedOn.startsWith(`${period.year}-`) &&
      progressAmount(report, item) !== null &&
      isPlanItem(item, report.item),
  );
  const newest = reports.reduce<ProgressReport | null>((a, b) => (a === null || isNewer(b, a) ? b : a), null);
  if (newest === null) return unknown({ regionCode, feed: 'plan-progress', what: `“${item.title}”的完成数未报` });
  const { reportedOn, simulated } = newest;
  return { amount: progressAmount(newest, item), through: reportedOn, missing: [], simulated };
}

function isNewer(a: ProgressReport, b: ProgressReport): boolean {
  return a.reportedOn === b.reportedOn ? a.knownFrom > b.knownFrom : a.reportedOn > b.reportedOn;
}

type Amounts = Pick<ProgressReport, 'units' | 'centisqm' | 'sqm'>;

/** The figure of a report that counts for an item of that unit. */
export function progressAmount({ units, centisqm, sqm }: Amounts, { unit }: Pick<PlanItem, 'unit'>): number | null {
  if (unit === 'wan-sqm') return centisqm;
  return unit === 'hectare' ? sqm : units;
}

/** One part of a sum. `owed`: the plan wants something of it, so that without it the sum is too low. */
export type DonePart = { readonly done: Done; readonly owed: boolean; readonly regionCode: string | null };

/**
 * Parts together, as of the newest day that one of them speaks of.
 *
 * Missing: parts without an amount add nothing; where one is owed, or is known up to an earlier day only, the sum says so.
 */
export function addDone(parts: readonly DonePart[], feed: FeedName): Done {
  const known = parts.filter(({ done }) => done.amount !== null);
  const through = known.reduce<string | null>((a, { done }) => latest(a, done.through), null);
  const missing = parts
    .filter(({ owed }) => owed)
    .flatMap((part) => [...part.done.missing, ...olderThan(part, through, feed)]);
  return {
    amount:
      known.length === 0 ? null : known.reduce((sum, { done }) => safeInteger(sum + (done.amount ?? 0), '合计'), 0),
    through,
    missing: missing.filter((one, at) => missing.findIndex((other) => isSame(one, other)) === at),
    simulated: known.some(({ done }) => done.simulated),
  };
}

function isSame(a: Missing, b: Missing): boolean {
  return a.regionCode === b.regionCode && a.feed === b.feed && a.what === b.what;
}

function latest(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b > a) ? b : a;
}

function olderThan({ done, regionCode }: DonePart, through: string | null, feed: FeedName): Missing[] {
  if (done.through === null || through === null || done.through >= through) return [];
  return [{ regionCode, feed, what: `最近一次数据截至${done.through}` }];
}
