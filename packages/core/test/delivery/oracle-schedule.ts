// What was agreed beforehand, worked out a second time: no order is made, households and days are counted one by one.
import type { ScheduleItem, WinterStop } from '../../src/index.ts';
import { openBetween, placeOf } from './oracle-days.ts';

/** Shapes: `building` null where the list of projects says the date; `ways` are the paths on which it was found. */
export type Due = { readonly date: string; readonly building: string | null; readonly ways: readonly string[] };

type Dated = ScheduleItem & { readonly date: string };

const notAfter = (a: Dated, b: Dated): boolean => a.date < b.date || (a.date === b.date && a.item <= b.item);

/** Households that must have moved in before a building and all that come before it are full; null: nobody knows. */
function needed(building: Dated, all: readonly Dated[]): bigint | null {
  let households: bigint | null = 0n;
  for (const other of all) {
    if (!notAfter(other, building)) continue;
    households = households === null || other.count === null ? null : households + BigInt(other.count);
  }
  return households;
}

export function dueOf(schedule: readonly ScheduleItem[], listed: string | null, handed: number): Due | null {
  const all: Dated[] = [];
  for (const one of schedule) if (one.kind === 'building' && one.date !== null) all.push({ ...one, date: one.date });
  let [waiting, last]: (Dated | null)[] = [null, null];
  for (const one of all) {
    const households = needed(one, all);
    const full = households !== null && households <= BigInt(handed);
    if (!full && (waiting == null || notAfter(one, waiting))) waiting = one;
    if (last == null || notAfter(last, one)) last = one;
  }
  const found = waiting ?? last ?? null;
  if (found === null) return listed === null ? null : { date: listed, building: null, ways: [] };
  return { date: found.date, building: found.item, ways: waysOf(found, { all, handed, waits: waiting !== null }) };
}

type Among = { readonly all: readonly Dated[]; readonly handed: number; readonly waits: boolean };

function waysOf(found: Dated, { all, handed, waits }: Among): string[] {
  const ways = ['building', waits ? 'building that waits' : 'building of full ones'];
  const before = all.filter((one) => one !== found && notAfter(one, found));
  if (waits && before.length > 0) ways.push('building after a full one');
  if (waits && before.some((one) => needed(one, all) === BigInt(handed))) ways.push('building after one just full');
  if (needed(found, all) === BigInt(handed) + 1n) ways.push('building short of one household');
  if (found.count === null) ways.push('building without households');
  if (all.some(({ item, date }) => date === found.date && item !== found.item)) ways.push('building of a tie');
  return ways;
}

export type Node = { readonly amountFen: number; readonly item: string; readonly ways: readonly string[] };

/** The node that a progress has reached: looked for from that progress down, a hundredth of a percent at a time. */
export function nodeOf(schedule: readonly ScheduleItem[], built: number): Node | string {
  const nodes = schedule.filter(({ kind }) => kind === 'node');
  for (let progress = built; nodes.length > 0 && progress >= 0; progress -= 1) {
    const here = nodes.filter(({ progressBp }) => progressBp === progress);
    if (here.length === 0) continue;
    const ways = ['node', ...(progress === built ? ['node at its progress'] : [])];
    let best: Node | null = null;
    for (const { item, amountFen } of here) {
      if (amountFen === null) continue;
      const better = best === null || amountFen > best.amountFen || (amountFen === best.amountFen && item < best.item);
      if (better) best = { amountFen, item, ways: here.length > 1 ? [...ways, 'node of a tie'] : ways };
    }
    return best ?? 'node without amount';
  }
  return nodes.length > 0 ? 'no node reached' : 'no node';
}

export type Planned = { readonly progressBp: bigint; readonly ways: readonly string[] };

/** The planned curve on a day: back and on from it, day by day, to the nearest days with a point. */
export function plannedAt(
  schedule: readonly ScheduleItem[],
  date: string,
  winter: WinterStop | null,
): Planned | string {
  const points = new Map<number, number[]>();
  for (const { kind, date: on, progressBp } of schedule) {
    if (kind !== 'plan' || on === null || progressBp === null) continue;
    points.set(placeOf(on), [...(points.get(placeOf(on)) ?? []), progressBp]);
  }
  if (points.size === 0) return 'no plan';
  const [first, last] = [Math.min(...points.keys()), Math.max(...points.keys())];
  const day = placeOf(date);
  let [back, on] = [day, day + 1];
  while (back >= first && !points.has(back)) back -= 1;
  if (back < first) return 'plan before its first point';
  while (on <= last && !points.has(on)) on += 1;
  const high = (place: number): bigint => BigInt(Math.max(...(points.get(place) ?? [])));
  const tie = (points.get(back)?.length ?? 0) > 1 ? ['plan of a tie'] : [];
  if (back === day) return { progressBp: high(back), ways: ['plan on a point', ...tie] };
  if (on > last) return { progressBp: high(back), ways: ['plan after its last point', ...tie] };
  const [whole, done] = [openBetween(back, on, winter), openBetween(back, day, winter)];
  if (whole === 0) return { progressBp: high(back), ways: ['plan within winter', ...tie] };
  const parts = high(back) * BigInt(whole - done) + high(on) * BigInt(done);
  const ways = ['plan between points', ...tie];
  if (whole < on - back) ways.push('plan over winter');
  if (parts % BigInt(whole) !== 0n) ways.push('plan cut');
  return { progressBp: parts / BigInt(whole), ways };
}
