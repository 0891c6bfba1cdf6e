// What the ledger means, written down once more in the plainest way: no code of the source is used, only its types.
import type { LandEntry, LandPolicy, StandingReservation } from '../../src/index.ts';

const STEPS = ['announced', 'sold', 'contracted'];
const DAY_ORDER = ['recovered', 'announced', 'sold', 'contracted', 'withdrawn', 'completed'];

type Wanted = Record<'carried' | 'completed' | 'recovered' | 'reserved' | 'confirmed' | 'remaining', bigint>;
export type Taking = {
  readonly state: 'reserved' | 'confirmed';
  readonly year: number;
  readonly sqm: bigint;
  readonly since: string;
  readonly by: string;
  readonly ended: string | null;
};

/** A share of an area as a fraction, to the next whole ㎡ above (`up`) or below. */
export function shareOf(areaSqm: number, shareBp: number | null, up: boolean): bigint {
  const top = BigInt(areaSqm) * BigInt(shareBp ?? 10_000);
  const below = top / 10_000n;
  return up && below * 10_000n < top ? below + 1n : below;
}

export function inOrder(entries: readonly LandEntry[]): LandEntry[] {
  const place = ({ date, kind, entryNo }: LandEntry): string => `${date}/${DAY_ORDER.indexOf(kind)}/${entryNo}`;
  return [...entries].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

function useOf({ landUse }: LandEntry, { uses }: LandPolicy) {
  return uses.find(({ use, words }) => use === landUse || words.includes(landUse));
}

function counts(entry: LandEntry, policy: LandPolicy): boolean {
  return useOf(entry, policy)?.control === 'controlled';
}

/** Sales of one parcel: each runs to the entry that calls it off, or takes back what was contracted. */
export function takingsOf(entries: readonly LandEntry[], policy: LandPolicy): Taking[] {
  const [reserve, confirm] = [STEPS.indexOf(policy.reserveAt), STEPS.indexOf(policy.confirmAt)];
  const found: Taking[] = [];
  let left = inOrder(entries);
  for (;;) {
    const takes = (entry: LandEntry): boolean => STEPS.indexOf(entry.kind) >= reserve && counts(entry, policy);
    const isFinal = (entry: LandEntry): boolean => takes(entry) && STEPS.indexOf(entry.kind) >= confirm;
    const end = left.findIndex(
      ({ kind }, at) => kind === 'withdrawn' || (kind === 'recovered' && left.slice(0, at).some(isFinal)),
    );
    const sale = (end === -1 ? left : left.slice(0, end)).filter(takes);
    const [first, last] = [sale.at(0), sale.at(-1)];
    if (first !== undefined && last !== undefined && left[end]?.kind !== 'withdrawn') {
      found.push({
        state: sale.some(isFinal) ? 'confirmed' : 'reserved',
        year: Number(first.date.slice(0, 4)),
        sqm: shareOf(last.areaSqm, policy.mixedUse === 'whole' ? null : last.shareBp, true),
        since: first.date,
        by: last.entryNo,
        ended: left[end]?.date ?? null,
      });
    }
    if (end === -1) return found;
    left = left.slice(end + 1);
  }
}

function lastCalledOff(entries: readonly LandEntry[]): string | null {
  return inOrder(entries).findLast(({ kind }) => kind === 'withdrawn')?.date ?? null;
}

type Facts = {
  readonly entries: readonly LandEntry[];
  readonly reservations: readonly StandingReservation[];
  readonly freeOn: (day: string) => boolean;
};

/** Every account of a unit, year by year. */
export function accountsOf({ entries, reservations, freeOn }: Facts, policy: LandPolicy): Map<number, Wanted> {
  const accounts = new Map<number, Wanted>();
  const add = (year: number, kind: Exclude<keyof Wanted, 'remaining'>, sqm: bigint): void => {
    if (sqm === 0n) return;
    const account = accounts.get(year) ?? nothing();
    account[kind] += sqm;
    account.remaining += kind === 'reserved' || kind === 'confirmed' ? -sqm : sqm;
    accounts.set(year, account);
  };
  const parcels = [...new Set(entries.map(({ parcelNo }) => parcelNo))];
  for (const parcel of parcels) {
    const own = entries.filter(({ parcelNo }) => parcelNo === parcel);
    for (const { year, kind, sqm } of gainsOf(own, policy)) add(year, kind, sqm);
    for (const { year, state, sqm, since } of takingsOf(own, policy)) {
      if (policy.announcedBefore === 'grandfathered' && freeOn(since)) continue;
      add(year, state, sqm);
    }
  }
  for (const { status, year, parcelNo, date, quotaSqm } of reservations) {
    const own = entries.filter((entry) => entry.parcelNo === parcelNo);
    const calledOff = lastCalledOff(own);
    const taken = takingsOf(own, policy).some(({ ended, since }) => ended === null || since >= date);
    if (taken || (calledOff !== null && calledOff >= date)) continue;
    add(year, status === 'active' ? 'reserved' : 'confirmed', BigInt(quotaSqm));
  }
  if (policy.carryOver === 'unused') carryOn(accounts);
  return accounts;
}

function nothing(): Wanted {
  return { carried: 0n, completed: 0n, recovered: 0n, reserved: 0n, confirmed: 0n, remaining: 0n };
}

function gainsOf(entries: readonly LandEntry[], policy: LandPolicy) {
  const sqm = (entry: LandEntry, area: number): bigint =>
    useOf(entry, policy)?.revitalises === true
      ? shareOf(area, policy.mixedUse === 'whole' ? null : entry.shareBp, false)
      : 0n;
  const gains: { readonly year: number; readonly kind: 'completed' | 'recovered'; readonly sqm: bigint }[] = [];
  const completed = inOrder(entries).filter(({ kind }) => kind === 'completed');
  const size = inOrder(entries).findLast(({ kind }) => kind !== 'completed')?.areaSqm;
  const byPhase = policy.completionBy === 'phase' || size === undefined;
  for (const entry of entries.filter(({ kind }) => kind === 'recovered'))
    gains.push({ year: Number(entry.date.slice(0, 4)), kind: 'recovered', sqm: sqm(entry, entry.areaSqm) });
  for (const [at, entry] of completed.entries()) {
    const year = Number(entry.date.slice(0, 4));
    if (byPhase) gains.push({ year, kind: 'completed', sqm: sqm(entry, entry.areaSqm) });
    if (byPhase) continue;
    const upTo = (count: number): number => completed.slice(0, count).reduce((sum, { areaSqm }) => sum + areaSqm, 0);
    if (upTo(at) >= size || upTo(at + 1) < size) continue; // done before, or not done yet
    gains.push({ year, kind: 'completed', sqm: sqm(entry, upTo(at + 1)) });
  }
  return gains;
}

function carryOn(accounts: Map<number, Wanted>): void {
  const years = [...accounts.keys()];
  for (let year = Math.min(...years); years.length > 0 && year <= Math.max(...years); year += 1) {
    const left = accounts.get(year)?.remaining ?? 0n;
    if (left <= 0n) continue;
    const next = accounts.get(year + 1) ?? nothing();
    accounts.set(year + 1, { ...next, carried: left, remaining: next.remaining + left });
  }
}
