import { matchingKey } from '../jurisdiction.ts';
import { findLandUse, quotaAreaOf, type ShareBp } from './land-use.ts';
import { type LandPolicy, QUOTA_EVENTS, type QuotaEvent } from './policy.ts';

export const LAND_KINDS = ['completed', 'recovered', 'announced', 'sold', 'contracted', 'withdrawn'] as const;
export type LandKind = (typeof LAND_KINDS)[number];

/** What people call each kind of entry. */
export const LAND_KIND_TEXT: Readonly<Record<LandKind, string>> = {
  completed: '竣工',
  recovered: '收回',
  announced: '公告',
  sold: '成交',
  contracted: '签约',
  withdrawn: '流拍/终止',
};

/** One entry of the land ledger as known at some instant. Units: whole ㎡. */
export type LandEntry = {
  readonly entryNo: string;
  readonly regionCode: string;
  readonly kind: LandKind;
  readonly parcelNo: string;
  readonly landUse: string;
  readonly areaSqm: number;
  /** Residential share of a parcel of mixed use; null: all of it. */
  readonly shareBp: ShareBp | null;
  /** `2025-10-31`. */
  readonly date: string;
  readonly document: string | null;
  readonly batchId: number;
  readonly line: number;
  readonly simulated: boolean;
};

/** What two spellings of one parcel number share: forms of characters and blanks folded. */
export function parcelKey(parcelNo: string): string {
  return matchingKey(parcelNo);
}

const ORDER: Readonly<Record<LandKind, number>> = {
  recovered: 0,
  announced: 1,
  sold: 2,
  contracted: 3,
  withdrawn: 4,
  completed: 5,
};

/** Entries in the order in which they happened; on one day, in the order of a parcel's life. */
export function inLedgerOrder<E extends Pick<LandEntry, 'date' | 'kind' | 'entryNo'>>(entries: readonly E[]): E[] {
  return [...entries].sort(
    (a, b) => compare(a.date, b.date) || ORDER[a.kind] - ORDER[b.kind] || compare(a.entryNo, b.entryNo),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** How one parcel takes quota: which entry began it, in which year it counts, and how much. Units: whole ㎡. */
export type ParcelUse = {
  readonly state: 'reserved' | 'confirmed';
  readonly year: number;
  readonly quotaSqm: number;
  /** The entry that says how much. */
  readonly entry: LandEntry;
  /** The entry that first took quota. */
  readonly since: LandEntry;
  /** Day on which the land was taken back, which ends the sale but not what it took; null while it stands. */
  readonly endedOn: string | null;
};

/** What a parcel's entries, in any order, say of it. */
export type Parcel = {
  /** Oldest first. */
  readonly entries: readonly LandEntry[];
  /** Every taking of quota that stands, oldest first; at most the last is still reserved. */
  readonly uses: readonly ParcelUse[];
  /** Day of the last entry that gave its quota back; null if none did. */
  readonly withdrawnOn: string | null;
  /** Area as the newest entry before completion states it; null if only completions are known. */
  readonly areaSqm: number | null;
};

/**
 * What the ledger says of one parcel.
 *
 * Shapes: entries of one parcel. Uses that are exempt, or that the rulebook does not know, take no quota.
 * Source: METHODS.md §10.
 */
export function parcelOf(entries: readonly LandEntry[], policy: LandPolicy): Parcel {
  const ordered = inLedgerOrder(entries);
  const uses: ParcelUse[] = [];
  let running: ParcelUse | null = null;
  let withdrawnOn: string | null = null;
  let areaSqm: number | null = null;
  for (const entry of ordered) {
    if (entry.kind !== 'completed') areaSqm = entry.areaSqm;
    if (entry.kind === 'withdrawn') {
      running = null;
      withdrawnOn = entry.date;
      continue;
    }
    const rank = QUOTA_EVENTS.indexOf(entry.kind as QuotaEvent); // safe: -1 for the other kinds
    if (rank < QUOTA_EVENTS.indexOf(policy.reserveAt)) {
      // Taken back after it was sold: what is sold of it next begins anew.
      if (entry.kind === 'recovered' && running?.state === 'confirmed') {
        uses.push({ ...running, endedOn: entry.date });
        running = null;
      }
      continue;
    }
    running = usedBy(entry, { running, rank, policy });
  }
  if (running !== null) uses.push(running);
  return { entries: ordered, uses, withdrawnOn, areaSqm };
}

type Using = { readonly running: ParcelUse | null; readonly rank: number; readonly policy: LandPolicy };

function usedBy(entry: LandEntry, { running, rank, policy }: Using): ParcelUse | null {
  const use = findLandUse(entry.landUse, policy);
  if (use === undefined || use.control === 'exempt') return running;
  const since = running?.since ?? entry;
  const confirmed = running?.state === 'confirmed' || rank >= QUOTA_EVENTS.indexOf(policy.confirmAt);
  const quotaSqm = quotaAreaOf(entry.areaSqm, use, entry.shareBp, policy);
  return {
    state: confirmed ? 'confirmed' : 'reserved',
    year: yearOf(since.date),
    quotaSqm,
    entry,
    since,
    endedOn: null,
  };
}

/** The calendar year of a day. */
export function yearOf(day: string): number {
  return Number(day.slice(0, 4));
}
