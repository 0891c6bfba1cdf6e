import { safeInteger } from '../area.ts';
import type { LandSupply } from '../rulebook.ts';
import { findLandUse, revitalisedAreaOf } from './land-use.ts';
import { inLedgerOrder, type LandEntry, type Parcel, parcelKey, parcelOf, yearOf } from './ledger.ts';
import type { LandPolicy } from './policy.ts';

export const QUOTA_KINDS = ['carried', 'completed', 'recovered', 'reserved', 'confirmed'] as const;
export type QuotaKind = (typeof QUOTA_KINDS)[number];

/** One line of a unit's quota account: a carried balance, an entry of the ledger, or a reservation made here. */
export type QuotaLine = {
  readonly year: number;
  readonly kind: QuotaKind;
  /** Whole ㎡, never negative: `reserved` and `confirmed` are what is taken. */
  readonly areaSqm: number;
  readonly parcelNo: string | null;
  readonly date: string | null;
  readonly source:
    | { readonly type: 'entry'; readonly entryNo: string; readonly batchId: number; readonly line: number }
    | { readonly type: 'reservation'; readonly id: number }
    | { readonly type: 'carried'; readonly fromYear: number };
};

/** A reservation that stands, as far as accounts need it. Units: whole ㎡. */
export type StandingReservation = {
  readonly id: number;
  readonly status: 'active' | 'confirmed';
  readonly year: number;
  readonly parcelNo: string;
  /** Day for which it was made. */
  readonly date: string;
  /** Day of the contract; left out while there is none. */
  readonly confirmedOn?: string | null;
  readonly quotaSqm: number;
};

/** What a unit's account of one year adds up to. Units: whole ㎡; `remaining` may be below zero (overdrawn). */
export type QuotaSums = Readonly<Record<QuotaKind, number>> & { readonly remaining: number };

export const NO_QUOTA: QuotaSums = sumsOf({ carried: 0, completed: 0, recovered: 0, reserved: 0, confirmed: 0 });

/** The sums with what is left of them. Errors: invalid/NUM_RANGE. */
export function sumsOf(sums: Readonly<Record<QuotaKind, number>>): QuotaSums {
  const { carried, completed, recovered, reserved, confirmed } = sums;
  const remaining = safeInteger(carried + completed + recovered - reserved - confirmed, '限额余额');
  return { carried, completed, recovered, reserved, confirmed, remaining };
}

export type AccountFacts = {
  /** Of one unit, any order. */
  readonly entries: readonly LandEntry[];
  readonly reservations: readonly StandingReservation[];
  /** What the unit's tier meant for land on a day; asked only where land announced while free is left alone. */
  readonly supplyOn?: (day: string) => LandSupply | null;
};

/**
 * Lines of a unit's quota accounts, every year that has any, in order of year and then as they happened.
 *
 * Shapes: an entry of the ledger that takes, or gives back, the quota of a parcel replaces a reservation of that parcel,
 * so that nothing counts twice. With carry-over a year begins with what the year before left, if anything.
 * Source: METHODS.md §10.
 */
export function quotaLinesOf(facts: AccountFacts, policy: LandPolicy): QuotaLine[] {
  const parcels = [...parcelsOf(facts.entries, policy).values()];
  const lines = [
    ...parcels.flatMap((parcel) => revitalisedLines(parcel, policy)),
    ...parcels.flatMap((parcel) => usedLines(parcel, facts, policy)),
    ...reservationLines(facts, policy),
  ].filter(({ areaSqm }) => areaSqm > 0);
  lines.sort(
    (a, b) => a.year - b.year || compare(a.date ?? '', b.date ?? '') || compare(quotaLineKey(a), quotaLineKey(b)),
  );
  return policy.carryOver === 'none' ? lines : carried(lines);
}

/** The parcels of some entries, by `parcelKey`. */
export function parcelsOf(entries: readonly LandEntry[], policy: LandPolicy): Map<string, Parcel> {
  const groups = Map.groupBy(entries, ({ parcelNo }) => parcelKey(parcelNo));
  return new Map([...groups].map(([key, own]) => [key, parcelOf(own, policy)]));
}

function revitalisedLines({ entries }: Parcel, policy: LandPolicy): QuotaLine[] {
  const recovered = entries
    .filter(({ kind }) => kind === 'recovered')
    .map((entry) => entryLine('recovered', entry, policy));
  const completed = entries.filter(({ kind }) => kind === 'completed');
  return [
    ...recovered,
    ...(policy.completionBy === 'phase' ? phases(completed, policy) : whole(entries, completed, policy)),
  ];
}

function phases(completed: readonly LandEntry[], policy: LandPolicy): QuotaLine[] {
  return completed.map((entry) => entryLine('completed', entry, policy));
}

/** The parcel counts on the day on which its last phase is completed; a parcel of unknown size counts phase by phase. */
function whole(entries: readonly LandEntry[], completed: readonly LandEntry[], policy: LandPolicy): QuotaLine[] {
  const area = entries.findLast(({ kind }) => kind !== 'completed')?.areaSqm;
  if (area === undefined) return phases(completed, policy);
  let done = 0;
  for (const entry of inLedgerOrder(completed)) {
    done += entry.areaSqm;
    if (done >= area) return [{ ...entryLine('completed', { ...entry, areaSqm: done }, policy) }];
  }
  return [];
}

function entryLine(kind: QuotaKind, entry: LandEntry, policy: LandPolicy): QuotaLine {
  const use = findLandUse(entry.landUse, policy);
  const areaSqm = use === undefined ? 0 : revitalisedAreaOf(entry.areaSqm, use, entry.shareBp, policy);
  return {
    year: yearOf(entry.date),
    kind,
    areaSqm,
    parcelNo: entry.parcelNo,
    date: entry.date,
    source: sourceOf(entry),
  };
}

function sourceOf({ entryNo, batchId, line }: LandEntry): QuotaLine['source'] {
  return { type: 'entry', entryNo, batchId, line };
}

function usedLines({ uses }: Parcel, { supplyOn }: AccountFacts, policy: LandPolicy): QuotaLine[] {
  return uses.flatMap(({ state, year, quotaSqm, entry, since }) => {
    const leftAlone = policy.announcedBefore === 'grandfathered' && supplyOn?.(since.date) === 'free';
    if (leftAlone) return [];
    return [
      { year, kind: state, areaSqm: quotaSqm, parcelNo: entry.parcelNo, date: entry.date, source: sourceOf(entry) },
    ];
  });
}

function reservationLines({ entries, reservations }: AccountFacts, policy: LandPolicy): QuotaLine[] {
  const parcels = parcelsOf(entries, policy);
  return reservations.flatMap(({ id, status, year, parcelNo, date, confirmedOn, quotaSqm }) => {
    const parcel = parcels.get(parcelKey(parcelNo));
    if (parcel !== undefined && replaces(parcel, date)) return [];
    const kind: QuotaKind = status === 'active' ? 'reserved' : 'confirmed';
    return [
      { year, kind, areaSqm: quotaSqm, parcelNo, date: confirmedOn ?? date, source: { type: 'reservation', id } },
    ];
  });
}

/** What of a parcel says whether the ledger speaks for it. */
export type ParcelClaim = {
  readonly uses: readonly { readonly endedOn: string | null; readonly since: Pick<LandEntry, 'date'> }[];
  readonly withdrawnOn: string | null;
};

/** Whether the ledger has taken a reservation over: the parcel takes quota there, or gave it back since. */
export function replaces({ uses, withdrawnOn }: ParcelClaim, reservedOn: string): boolean {
  const taken = uses.some(({ endedOn, since }) => endedOn === null || since.date >= reservedOn);
  return taken || (withdrawnOn !== null && withdrawnOn >= reservedOn);
}

function carried(lines: readonly QuotaLine[]): QuotaLine[] {
  const first = lines[0]?.year;
  const last = lines.at(-1)?.year;
  if (first === undefined || last === undefined) return [];
  const all: QuotaLine[] = [];
  let left = 0;
  // One year further than any entry: what is left must be there when that year begins.
  for (let year = first; year <= last + 1; year += 1) {
    const source = { type: 'carried', fromYear: year - 1 } as const;
    const opening: QuotaLine[] =
      left > 0 ? [{ year, kind: 'carried', areaSqm: left, parcelNo: null, date: null, source }] : [];
    const own = [...opening, ...lines.filter((line) => line.year === year)];
    left = addUp(own).remaining;
    all.push(...own);
  }
  return all;
}

/** What lines of one year add up to. */
export function addUp(lines: readonly Pick<QuotaLine, 'kind' | 'areaSqm'>[]): QuotaSums {
  const sums = { carried: 0, completed: 0, recovered: 0, reserved: 0, confirmed: 0 };
  for (const { kind, areaSqm } of lines) sums[kind] = safeInteger(sums[kind] + areaSqm, '限额台账合计');
  return sumsOf(sums);
}

/** A line's identity within its account: the same source and kind is the same line. */
export function quotaLineKey({ kind, source }: QuotaLine): string {
  if (source.type === 'entry') return `${kind}|entry|${source.entryNo}`;
  return source.type === 'reservation' ? `${kind}|reservation|${source.id}` : `${kind}|carried|${source.fromYear}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
