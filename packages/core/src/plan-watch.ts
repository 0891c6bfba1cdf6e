import { FEEDS, type FeedName } from './feed.ts';
import { matchingKey } from './jurisdiction.ts';
import { LAND_KIND_TEXT } from './land/ledger.ts';
import {
  type DoneFrom,
  type DoneSource,
  isPlanItem,
  type Plan,
  type PlanItem,
  type PlanTable,
  planItems,
} from './plan.ts';
import {
  addDone,
  type Done,
  type DoneFacts,
  type DonePart,
  doneOf,
  factsByRegion,
  type PlanPeriod,
  suppliedParcels,
} from './plan-done.ts';
import { type Elapsed, elapsedIn, type Pace, paceOf } from './plan-pace.ts';

/** One target beside what is done of it: an item of the plan in one unit, or (`regionCode` null) in the whole area. */
export type PlanProgress = PlanItem & {
  /** Title of the table, or null for a target of the text. */
  readonly table: string | null;
  readonly regionCode: string | null;
  /** Missing: null: the plan prints `-`. */
  readonly target: number | null;
  readonly result: Done;
  readonly pace: Pace;
  /** How far the year had run on the last day that `result` speaks of. */
  readonly elapsed: Elapsed;
  /** Where `result` is read off, for people; for a target of the text its own words in the plan. */
  readonly readOff: string;
  readonly clause: string | null;
};

/** Something reported that belongs to no item of the plan. */
export type Unmatched = { readonly feed: FeedName; readonly regionCode: string; readonly what: string };

export type PlanWatch = { readonly items: readonly PlanProgress[]; readonly unmatched: readonly Unmatched[] };

export type PlanWatchInput = {
  readonly plan: Plan;
  /** Units of the area, in their order. */
  readonly regionCodes: readonly string[];
  readonly facts: DoneFacts;
  /** A day of the plan's year. */
  readonly date: string;
};

/**
 * Every target of a plan beside what is done of it.
 *
 * Shapes: by table and column, each the whole area first and then its units; at last the targets of the text. A unit for
 * which the plan prints `-` is only there if it has done something.
 * Missing: see `Done`; nobody's silence is a 0. Source: METHODS.md, plan watch.
 */
export function planWatch(input: PlanWatchInput): PlanWatch {
  const { plan, facts, date } = input;
  const work: Work = {
    ...input,
    period: { year: plan.year, date },
    factsOf: factsByRegion(facts),
    watched: planItems(plan),
  };
  const items = [
    ...plan.tables.flatMap((table) => table.columns.flatMap((_, at) => columnProgress(work, table, at))),
    ...plan.targets.map((target) => targetProgress(work, target)),
  ];
  return { items, unmatched: [...unmatchedReports(work), ...unmatchedLand(work)] };
}

type Work = PlanWatchInput & {
  readonly period: PlanPeriod;
  readonly factsOf: (regionCode: string) => DoneFacts;
  readonly watched: readonly PlanItem[];
};

function columnProgress(work: Work, table: PlanTable, at: number): PlanProgress[] {
  const item = itemOfColumn(table, at);
  const units = table.rows.map(({ regionCode, cells }) => {
    const target = cells[at]?.amount ?? null;
    return { regionCode, target, result: columnDone(work, { table, at, regionCode }) };
  });
  const parts = units.map(({ regionCode, target, result }): DonePart => {
    return { regionCode, done: result, owed: target !== null && target > 0 };
  });
  const about = { item, table: table.title, clause: null, readOff: readOffColumn(table, at) };
  const whole = {
    regionCode: null,
    target: table.totals[at]?.amount ?? null,
    result: addDone(parts, feedOf(item, table)),
  };
  const shown = units.filter(({ target, result }) => target !== null || (result.amount ?? 0) > 0);
  return [whole, ...shown].map((one) => progressOf(work, about, one));
}

function itemOfColumn({ columns }: PlanTable, at: number): PlanItem {
  const column = columns[at];
  if (column === undefined) throw new Error('a table has its own columns');
  const { name, title, unit, done = null } = column;
  return { id: name, title, unit, done };
}

type ColumnOf = { readonly table: PlanTable; readonly at: number; readonly regionCode: string };

/** What a unit has done of a column, or of the columns that it sums. */
function columnDone(work: Work, { table, at, regionCode }: ColumnOf): Done {
  const item = itemOfColumn(table, at);
  const { done } = item;
  if (done !== null) return doneIn(work, { ...item, done }, regionCode);
  const cells = table.rows.find((row) => row.regionCode === regionCode)?.cells ?? [];
  const parts = partsOf(table, at).map((part): DonePart => {
    const owed = (cells[part]?.amount ?? 0) > 0;
    return { regionCode, done: columnDone(work, { table, at: part, regionCode }), owed };
  });
  return addDone(parts, feedOf(item, table));
}

function doneIn({ factsOf, period }: Work, item: Watched, regionCode: string): Done {
  return doneOf(item, { facts: factsOf(regionCode), period, regionCode });
}

type Watched = PlanItem & { readonly done: DoneSource };

function partsOf({ columns, sums }: PlanTable, at: number): number[] {
  const parts = sums.find(({ total }) => total === columns[at]?.name)?.parts ?? [];
  return parts.map((name) => columns.findIndex((column) => column.name === name));
}

const FEED_OF: Readonly<Record<DoneFrom, FeedName>> = {
  permits: 'inventory',
  land: 'land',
  'projects-delivered': 'project-reports',
  progress: 'plan-progress',
};

/** The feed that an item's figures come from; of a sum, its first part's. */
function feedOf({ id, done }: PlanItem, table: PlanTable): FeedName {
  if (done !== null) return FEED_OF[done.from];
  const [first] = partsOf(
    table,
    table.columns.findIndex(({ name }) => name === id),
  );
  return first === undefined ? 'plan-progress' : feedOf(itemOfColumn(table, first), table);
}

function targetProgress(work: Work, target: Plan['targets'][number]): PlanProgress {
  const { regionCode, amount, source, ...item } = target;
  const codes = regionCode === null ? work.regionCodes : [regionCode];
  const parts = codes.map((code): DonePart => ({ regionCode: code, done: doneIn(work, item, code), owed: true }));
  const about = { item, table: null, clause: source, readOff: readOff(item.done) };
  return progressOf(work, about, { regionCode, target: amount, result: addDone(parts, FEED_OF[item.done.from]) });
}

type About = Pick<PlanProgress, 'table' | 'clause' | 'readOff'> & { readonly item: PlanItem };
type Outcome = Pick<PlanProgress, 'regionCode' | 'target' | 'result'>;

function progressOf(
  { plan, date }: Work,
  { item, table, clause, readOff: source }: About,
  outcome: Outcome,
): PlanProgress {
  const { target, result } = outcome;
  const elapsed = elapsedIn(plan.year, result.through ?? date);
  const pace = paceOf({
    done: result.amount,
    target,
    atLeast: result.missing.length > 0,
    elapsed,
    withinPercent: plan.pace.withinPercent,
  });
  return { ...item, ...outcome, table, clause, readOff: source, pace, elapsed };
}

function readOffColumn(table: PlanTable, at: number): string {
  const { done } = itemOfColumn(table, at);
  if (done !== null) return readOff(done);
  const parts = partsOf(table, at).map((part) => table.columns[part]?.title ?? '');
  return parts.length === 0 ? '配置没有写明完成数从哪里来' : `合计：${parts.join('＋')}`;
}

function readOff(done: DoneSource): string {
  switch (done.from) {
    case 'permits':
      return `${FEEDS.inventory.title}：各月新批准预售面积之和，不含新增现售`;
    case 'land':
      return `${FEEDS.land.title}：${LAND_KIND_TEXT[done.at]}（${done.uses.join('、')}）`;
    case 'projects-delivered':
      return `${FEEDS['project-reports'].title}：已竣工备案的项目`;
    case 'progress':
      return FEEDS['plan-progress'].title;
  }
}

/** Reports of the year whose item the plan does not have, or reads off elsewhere: said once a unit and item. */
function unmatchedReports({ facts, watched, period: { year, date } }: Work): Unmatched[] {
  const asked = watched.filter(({ done }) => done?.from === 'progress');
  const strange = facts.progress.filter(
    ({ item, reportedOn }) =>
      reportedOn.startsWith(`${year}-`) && reportedOn <= date && !asked.some((one) => isPlanItem(one, item)),
  );
  const byItem = Map.groupBy(strange, ({ regionCode, item }) => `${regionCode} ${matchingKey(item)}`);
  return [...byItem.values()]
    .flatMap((same) => same.slice(0, 1))
    .map(({ regionCode, item }) => {
      return { feed: 'plan-progress', regionCode, what: `“${item}”不是本年计划中由报表填报的项目，没有计入` };
    });
}

/** Land that was supplied for a use that no column of the plan takes. */
function unmatchedLand({ facts, watched, period }: Work): Unmatched[] {
  const sources = watched.flatMap(({ done }) => (done?.from === 'land' ? [done] : []));
  const uses = new Set(sources.flatMap((source) => source.uses.map(matchingKey)));
  const steps = [...new Set(sources.map(({ at }) => at))];
  const entries = steps.flatMap((at) => suppliedParcels(facts.land, { at, period }));
  return entries
    .filter(({ landUse }) => !uses.has(matchingKey(landUse)))
    .map(({ regionCode, entryNo, parcelNo, landUse }) => {
      const what = `${entryNo} ${parcelNo}用途“${landUse}”不在计划的各列中，没有计入`;
      return { feed: 'land', regionCode, what };
    });
}
