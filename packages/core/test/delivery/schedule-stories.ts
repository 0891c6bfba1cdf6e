// What was agreed of projects whose lives are random: on and beside the limits, the reports and each other.
import type { ProjectReport, ScheduleItem, ScheduleKind } from '../../src/delivery/facts.ts';
import type { Random } from '../oracle/random.ts';
import { dateAt, placeOf } from './oracle-days.ts';

/** The newest version known of an item is what was agreed. */
export type Agreed = { readonly item: ScheduleItem; readonly knownOn: string };

export type Life = {
  readonly due: string;
  readonly sold: number;
  readonly calm: boolean;
  readonly begin: string;
  readonly reports: readonly ProjectReport[];
};

const PARTS: Readonly<Record<ScheduleKind, (random: Random, life: Life, names: Names) => ScheduleItem>> = {
  building: buildingOf,
  node: nodeOf,
  plan: pointOf,
};
type Names = { readonly item: string };

/** Shapes: by the day on which they became known. Half of the projects have none; a later version of an item is another draw. */
export function agreedOf(random: Random, life: Life): Agreed[] {
  const { int, pick, chance } = random;
  if (chance(0.5)) return [];
  const agreed: Agreed[] = [];
  const begin = placeOf(life.begin);
  for (const kind of ['building', 'node', 'plan'] as const) {
    if (kind === 'plan' && chance(0.5)) {
      agreed.push(...aroundOf(random, life).map((item) => ({ item, knownOn: life.begin })));
      continue;
    }
    const names = ['乙', '甲', '2', '10'].slice(0, chance(0.3) ? 0 : int(1, 4));
    for (const item of names) {
      const from = begin + pick([0, 0, 0, int(0, 60)]);
      agreed.push({ item: PARTS[kind](random, life, { item }), knownOn: dateAt(from) });
      if (chance(0.1)) agreed.push({ item: PARTS[kind](random, life, { item }), knownOn: dateAt(from + int(1, 90)) });
    }
  }
  return agreed.sort((a, b) => (a.knownOn < b.knownOn ? -1 : a.knownOn > b.knownOn ? 1 : 0));
}

const NOTHING = { date: null, progressBp: null, amountFen: null, count: null, document: null };

function buildingOf({ int, pick, chance }: Random, { due, sold, calm }: Life, { item }: Names): ScheduleItem {
  const half = Math.floor(sold / 2);
  const after = calm ? pick([0, 0, 30, 90]) : pick([0, 0, 0, -90, -60, -30, 30, int(-2, 2)]);
  const count = chance(0.1)
    ? null
    : Math.max(0, pick([0, 1, half, half, sold - half, sold - 1, sold, half + int(-1, 1)]));
  return { kind: 'building', item, ...NOTHING, date: chance(0.05) ? null : dateAt(placeOf(due) + after), count };
}

/** Where a report was, or beside it, and what it asked for then. */
function nodeOf({ pick, chance }: Random, { reports }: Life, { item }: Names): ScheduleItem {
  const { physicalBp = null, escrowRequiredFen = null } = reports.length === 0 ? {} : pick(reports);
  const at = (physicalBp ?? 6_000) + pick([0, 0, -1, 1, -500]);
  const progressBp = chance(0.05) ? null : Math.max(0, Math.min(10_000, at));
  const amountFen = chance(0.1) ? null : pick([escrowRequiredFen, escrowRequiredFen, 0, 10, 100, 200]);
  return { kind: 'node', item, ...NOTHING, progressBp, amountFen };
}

/** On the day of a report, or beside it, and as far ahead of it as a limit is, or a hundredth of a percent off. */
function pointOf({ int, pick, chance }: Random, { reports, calm, begin }: Life, { item }: Names): ScheduleItem {
  const { date = begin, physicalBp = null } = reports.length === 0 ? {} : pick(reports);
  const ahead = calm ? int(-300, 499) : pick([0, 500, 500, 1_000, 1_250, 1_500, 2_500]) + pick([0, 0, -1, 1]);
  const on = dateAt(placeOf(date) + pick([0, 0, 0, -1, 1, -30, 30, int(-150, 150)]));
  const progressBp = Math.max(0, Math.min(10_000, (physicalBp ?? 6_000) + ahead));
  return {
    kind: 'plan',
    item,
    ...NOTHING,
    date: chance(0.05) ? null : on,
    progressBp: chance(0.05) ? null : progressBp,
  };
}

/** Two points as far before a report as after it: on a straight way without a winter the plan meets the limit itself. */
function aroundOf(random: Random, life: Life): ScheduleItem[] {
  const { pick } = random;
  const { date = life.begin, physicalBp = null } = life.reports.length === 0 ? {} : pick(life.reports);
  const days = pick([1, 7, 7, 30, 60]);
  const rise = days * pick([0, 1, 10]);
  const middle = (physicalBp ?? 6_000) + (life.calm ? pick([0, -300]) : pick([500, 1_000, 1_500, 2_500]));
  return [-1, 1].map((side) => {
    const progressBp = Math.max(0, Math.min(10_000, middle + side * rise));
    return { kind: 'plan', item: `${side}`, ...NOTHING, date: dateAt(placeOf(date) + side * days), progressBp };
  });
}

/** A report that leaves to the schedule what the schedule says, more often than not. */
export function withoutAgreed({ chance }: Random, report: ProjectReport, agreed: readonly Agreed[]): ProjectReport {
  const has = (kind: ScheduleKind): boolean => agreed.some(({ item }) => item.kind === kind) && chance(0.7);
  return {
    ...report,
    plannedBp: has('plan') ? null : report.plannedBp,
    escrowRequiredFen: has('node') ? null : report.escrowRequiredFen,
  };
}
