import {
  AppError,
  type DoneFacts,
  dayAt,
  elapsedIn,
  formatPlanAmount,
  type Missing,
  PACE_TEXT,
  type Pace,
  type Plan,
  type PlanProgress,
  type PlanSignalCode,
  planSignals,
  planWatch,
  quotientText,
  type TargetUnit,
} from '@quhua/core';
import { findLandKnown, listLandEntries, listPermitted, listPlanProgress, listProjectStates } from '@quhua/storage';
import { type Engine, refuseFuture } from './engine.ts';
import { findUnit, parseDay } from './land/question.ts';

export type PlanProgressInput = {
  /** Left out: the year of `date`, or the newest plan. */
  readonly year?: number;
  /** Day up to which what happened counts; left out: today, or the last day of the plan's year. */
  readonly date?: string;
  /** What was known then; left out: now. */
  readonly asOf?: Date;
  /** One unit only, as people write it. */
  readonly region?: string;
};

export type PlanRegion = { readonly code: string; readonly name: string };

/** One target beside what is done of it. Units: amounts in `unit`, as decimal text. */
export type PlanProgressItem = {
  readonly id: string;
  readonly title: string;
  readonly unit: TargetUnit;
  /** Title of the plan's table; null for a target of its text. */
  readonly table: string | null;
  /** Null: the whole area. */
  readonly region: PlanRegion | null;
  readonly target: string | null;
  readonly done: string | null;
  /** Something is missing: at least so much is done. */
  readonly atLeast: boolean;
  readonly remaining: string | null;
  readonly share: { readonly numerator: string; readonly denominator: string; readonly text: string } | null;
  readonly pace: Pace;
  readonly paceText: string;
  /** Last day of which the figure speaks, and how far the year had run then. */
  readonly through: string | null;
  readonly elapsed: { readonly day: number; readonly days: number };
  /** Where the figure is read off; of a target of the text also the plan's own words. */
  readonly source: { readonly readOff: string; readonly clause: string | null };
  /** What the figure lacks, and who owes it. */
  readonly missing: readonly {
    readonly region: PlanRegion | null;
    readonly feed: Missing['feed'];
    readonly text: string;
  }[];
  readonly simulated: boolean;
};

export type PlanProgressDocument = {
  readonly year: number;
  readonly title: string;
  readonly asOf: string;
  readonly date: string;
  readonly elapsed: { readonly day: number; readonly days: number };
  readonly simulated: boolean;
  readonly items: readonly PlanProgressItem[];
  readonly signals: readonly {
    readonly code: PlanSignalCode;
    readonly region: PlanRegion;
    readonly text: string;
    readonly figures: Readonly<Record<string, string>>;
    readonly why: string;
  }[];
  /** Reported, and no item of the plan. */
  readonly unmatched: readonly { readonly region: PlanRegion; readonly feed: Missing['feed']; readonly text: string }[];
};

/**
 * A year's plan beside what is done of it, and the plan's own oddities.
 *
 * Errors: not_found/PLAN_NOT_FOUND, invalid/PLAN_DATE (not of the plan's year, or not over by then), DATE_FORMAT,
 * REGION_UNKNOWN, AS_OF_FUTURE. Reads only.
 */
export async function planProgress(engine: Engine, input: PlanProgressInput = {}): Promise<PlanProgressDocument> {
  const { regions, timezone } = engine.config.jurisdiction;
  const asOf = input.asOf === undefined ? engine.now() : refuseFuture(engine, input.asOf);
  const today = dayAt(asOf, timezone);
  const plan = getPlan(engine, input, today);
  const date = dateIn(plan, input.date, today);
  const facts = await loadFacts(engine, { plan, date, asOf });
  const watch = planWatch({ plan, facts, date, regionCodes: regions.map(({ code }) => code) });
  const asked = input.region === undefined ? null : findUnit(engine, input.region).code;
  const isAsked = ({ regionCode }: { readonly regionCode: string | null }): boolean =>
    asked === null || regionCode === asked;
  const items = watch.items.filter(isAsked);
  const names = new Map(regions.map(({ code, name }) => [code, name]));
  const regionOf = (code: string): PlanRegion => ({ code, name: names.get(code) ?? code });
  return {
    year: plan.year,
    title: plan.title,
    asOf: asOf.toISOString(),
    date,
    elapsed: elapsedIn(plan.year, date),
    simulated: items.some(({ result }) => result.simulated),
    items: items.map((item) => toItem(item, regionOf)),
    signals: planSignals(plan, plan.signals)
      .filter(isAsked)
      .map(({ regionCode, ...signal }) => ({ ...signal, region: regionOf(regionCode) })),
    unmatched: watch.unmatched
      .filter(isAsked)
      .map(({ regionCode, feed, what }) => ({ region: regionOf(regionCode), feed, text: what })),
  };
}

/** The plan that is asked for; without a wish the one of today's year, or the newest. Errors: not_found/PLAN_NOT_FOUND. */
function getPlan({ config }: Engine, { year, date }: PlanProgressInput, today: string): Plan {
  const wanted = year ?? (date === undefined ? null : Number(parseDay(date).slice(0, 4)));
  const plan = wanted === null ? currentPlan(config.plans, today) : config.plans.find((one) => one.year === wanted);
  if (plan !== undefined) return plan;
  const known = config.plans.map((one) => one.year).join('、');
  const has = known === '' ? '配置中没有年度计划' : `有 ${known} 年的计划`;
  throw new AppError(
    'not_found',
    'PLAN_NOT_FOUND',
    `没有${wanted ?? '年度'}${wanted === null ? '' : '年的'}计划：${has} / no such plan`,
  );
}

/** The plan of a day's year; without one the newest. */
export function currentPlan(plans: readonly Plan[], today: string): Plan | undefined {
  const newest = plans.toSorted((a, b) => b.year - a.year);
  return newest.find(({ year }) => year === Number(today.slice(0, 4))) ?? newest[0];
}

function dateIn({ year }: Plan, asked: string | undefined, today: string): string {
  const [first, last] = [`${year}-01-01`, `${year}-12-31`];
  if (asked === undefined) return today < first ? first : today > last ? last : today;
  const date = parseDay(asked);
  if (date >= first && date <= last && date <= today) return date;
  const why = date > today ? `晚于数据所知的 ${today}` : `不在 ${year} 年内`;
  throw new AppError(
    'invalid',
    'PLAN_DATE',
    `日期 ${date} ${why} / not a day of the plan's year that was over by then`,
  );
}

type Asked = { readonly plan: Plan; readonly date: string; readonly asOf: Date };

async function loadFacts({ database: { db }, config }: Engine, { plan, date, asOf }: Asked): Promise<DoneFacts> {
  const { code: jurisdiction, timezone } = config.jurisdiction;
  const request = { jurisdiction, from: `${plan.year}-01-01`, to: date, asOf };
  const landKnown = await findLandKnown(db, jurisdiction, asOf);
  const projects = await listProjectStates(db, request);
  return {
    permits: await listPermitted(db, request),
    land: await listLandEntries(db, { jurisdiction, asOf }),
    landKnownOn: landKnown === null ? null : dayAt(landKnown, timezone),
    projects,
    projectsReportedOn:
      projects
        .map(({ reportedOn }) => reportedOn ?? '')
        .sort()
        .at(-1) || null,
    progress: await listPlanProgress(db, request),
  };
}

function toItem(item: PlanProgress, regionOf: (code: string) => PlanRegion): PlanProgressItem {
  const { id, title, unit, table, regionCode, target, result, pace, elapsed, readOff, clause } = item;
  const { amount, through, missing, simulated } = result;
  return {
    id,
    title,
    unit,
    table,
    region: regionCode === null ? null : regionOf(regionCode),
    target: target === null ? null : formatPlanAmount(target, unit),
    done: amount === null ? null : formatPlanAmount(amount, unit),
    atLeast: amount !== null && missing.length > 0,
    remaining: amount === null || target === null ? null : formatPlanAmount(Math.max(0, target - amount), unit),
    share: shareOf(amount, target),
    pace,
    paceText: PACE_TEXT[pace],
    through,
    elapsed,
    source: { readOff, clause },
    missing: missing.map(({ regionCode: code, feed, what }) => {
      return { region: code === null ? null : regionOf(code), feed, text: what };
    }),
    simulated,
  };
}

function shareOf(amount: number | null, target: number | null): PlanProgressItem['share'] {
  if (amount === null || target === null || target === 0) return null;
  const text = `${quotientText(BigInt(amount) * 100n, BigInt(target), 1)}%`;
  return { numerator: String(amount), denominator: String(target), text };
}
