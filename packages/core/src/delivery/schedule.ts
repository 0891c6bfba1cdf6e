import { parseDay, workingDays } from './days.ts';
import { handedOver, type ProjectFacts, type ProjectReport, type ScheduleItem } from './facts.ts';
import type { WinterStop } from './settings.ts';

/** The contract date in force. Shapes: `building` null where it is the whole project's. */
export type ContractDate = { readonly on: string; readonly building: string | null };

/** The money that must stay in the escrow account. Shapes: `node` null where the report says it itself. Units: fen. */
export type EscrowRequired = { readonly fen: number; readonly node: string | null };

/** A point of the planned curve. Units: 0.01 %. */
export type PlanPoint = { readonly item: string; readonly date: string; readonly progressBp: number };

/** What the planned curve says of a day, and the points it lies between. Shapes: `to` null after the last point. */
export type PlannedProgress = { readonly bp: number; readonly from: PlanPoint; readonly to: PlanPoint | null };

/**
 * Contract date of a project on a day; null where nobody has given one.
 *
 * Shapes: buildings by date, then name; households handed over fill them in that order. The date is that of the first one
 * that is not full; of the last, if all are.
 * Missing: a building without its number of households is never full. One without a date is passed over; without any other, the
 * list of projects says the date.
 */
export function contractDateOn(facts: ProjectFacts, day: string): ContractDate | null {
  const { project, schedule } = facts;
  const buildings = schedule.length === 0 ? [] : partsOf(schedule).buildings;
  const last = buildings.at(-1);
  if (last === undefined) {
    return project.contractDeliveryOn === null ? null : { on: project.contractDeliveryOn, building: null };
  }
  let left = handedOver(facts, day);
  for (const { item, date, count } of buildings) {
    if (count === null || left < count) return { on: date, building: item };
    left -= count;
  }
  return { on: last.date, building: last.item };
}

/** The day by which all of a project was promised: that of its last building, or of the list where no building has one; null: nobody said. */
export function promisedOn({ project, schedule }: Pick<ProjectFacts, 'project' | 'schedule'>): string | null {
  const last = schedule.length === 0 ? undefined : partsOf(schedule).buildings.at(-1);
  return last?.date ?? project.contractDeliveryOn;
}

/**
 * Escrow requirement (重点监管额度) at the time of a report: its own, or that of the node which its progress has reached.
 *
 * Shapes: the node of the highest progress up to the report's; of several at one progress the one that asks for most.
 * Missing: null where neither says it; an earlier node says nothing of a later one that has no amount.
 */
export function escrowRequiredOf(
  { escrowRequiredFen, physicalBp }: Pick<ProjectReport, 'escrowRequiredFen' | 'physicalBp'>,
  schedule: readonly ScheduleItem[],
): EscrowRequired | null {
  if (escrowRequiredFen !== null) return { fen: escrowRequiredFen, node: null };
  if (physicalBp === null || schedule.length === 0) return null;
  const reached = partsOf(schedule).nodes.findLast(({ progressBp }) => progressBp <= physicalBp);
  return reached === undefined || reached.amountFen === null ? null : { fen: reached.amountFen, node: reached.item };
}

/**
 * Planned progress on a day by the schedule's curve: linear over working days from one point to the next, cut to 0.01 %.
 *
 * Shapes: of several points of one day the highest counts. Between two points without a working day it stays at the first.
 * Missing: null before the first point; after the last its value holds.
 */
export function plannedOn(
  schedule: readonly ScheduleItem[],
  day: string,
  winter: WinterStop | null,
): PlannedProgress | null {
  if (schedule.length === 0) return null;
  const { plan } = partsOf(schedule);
  const at = plan.findLastIndex(({ date }) => date <= day);
  const [from, to = null] = [plan[at], plan[at + 1]];
  if (from === undefined) return null;
  if (to === null) return { bp: from.progressBp, from, to };
  const [begin, end] = [parseDay(from.date), parseDay(to.date)];
  const whole = workingDays(begin, end, winter);
  if (whole === 0) return { bp: from.progressBp, from, to };
  const passed = workingDays(begin, parseDay(day), winter);
  // at most 100 % times the days of some centuries: far from the end of the exact range
  const parts = from.progressBp * (whole - passed) + to.progressBp * passed;
  return { bp: (parts - (parts % whole)) / whole, from, to };
}

type Building = { readonly item: string; readonly date: string; readonly count: number | null };
type EscrowNode = { readonly item: string; readonly progressBp: number; readonly amountFen: number | null };
type Parts = {
  readonly buildings: readonly Building[];
  readonly nodes: readonly EscrowNode[];
  readonly plan: readonly PlanPoint[];
};

/** A history asks a hundred times for what one schedule says: it is put in order once. */
const known = new WeakMap<readonly ScheduleItem[], Parts>();

function partsOf(schedule: readonly ScheduleItem[]): Parts {
  let parts = known.get(schedule);
  if (parts === undefined) {
    parts = { buildings: buildingsOf(schedule), nodes: nodesOf(schedule), plan: planOf(schedule) };
    known.set(schedule, parts);
  }
  return parts;
}

function buildingsOf(schedule: readonly ScheduleItem[]): Building[] {
  return schedule
    .flatMap(({ kind, item, date, count }) => (kind === 'building' && date !== null ? [{ item, date, count }] : []))
    .sort((a, b) => compareText(a.date, b.date) || compareText(a.item, b.item));
}

/** Shapes: by progress; of one progress the one that counts comes last. */
function nodesOf(schedule: readonly ScheduleItem[]): EscrowNode[] {
  return schedule
    .flatMap(({ kind, item, progressBp, amountFen }) =>
      kind === 'node' && progressBp !== null ? [{ item, progressBp, amountFen }] : [],
    )
    .sort(
      (a, b) => a.progressBp - b.progressBp || (a.amountFen ?? -1) - (b.amountFen ?? -1) || compareText(b.item, a.item),
    );
}

/** Shapes: by date, one point a day. */
function planOf(schedule: readonly ScheduleItem[]): PlanPoint[] {
  const points = schedule
    .flatMap(({ kind, item, date, progressBp }) =>
      kind === 'plan' && date !== null && progressBp !== null ? [{ item, date, progressBp }] : [],
    )
    .sort((a, b) => compareText(a.date, b.date) || b.progressBp - a.progressBp || compareText(a.item, b.item));
  return points.filter(({ date }, at) => date !== points[at - 1]?.date);
}

/** Order of texts by their code units, the same everywhere. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
