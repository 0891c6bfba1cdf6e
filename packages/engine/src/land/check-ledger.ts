import {
  FEEDS,
  type FeedRow,
  type LandEntry,
  type LandFault,
  type LandKind,
  landPolicyOf,
  newLedgerFaults,
  parcelKey,
  type RowReason,
} from '@quhua/core';
import { type FeedReading, reasonAtLine } from '@quhua/feeds';
import { type Db, listLandEntries } from '@quhua/storage';
import type { BatchCheck, BatchFindings, Verdict } from '../check-batch.ts';
import { type Engine, ruleInForce } from '../engine.ts';

type Kept = { readonly entry: LandEntry; readonly raw: readonly string[] };

/**
 * Checks a file of the land ledger against what the ledger holds and against itself: a row that contradicts it is set
 * aside, and of two rows of one file that contradict each other both are.
 */
export function createLedgerCheck(engine: Engine): BatchCheck {
  const kept = new Map<number, Kept>();
  return {
    add: (rows) => {
      for (const row of rows) kept.set(row.line, { entry: toEntry(row), raw: row.raw });
    },
    drop: (lines) => {
      for (const line of lines) kept.delete(line);
    },
    finish: (db, reading) => judge(engine, db, { kept, reading }),
  };
}

type Judged = { readonly kept: ReadonlyMap<number, Kept>; readonly reading: FeedReading };

async function judge(engine: Engine, db: Db, { kept, reading }: Judged): Promise<BatchFindings> {
  const fresh = [...kept.values()].map(({ entry }) => entry);
  const faults = await ledgerFaultsOf(engine, db, fresh);
  const verdicts = [...kept].flatMap(([line, { entry, raw }]): Verdict[] => {
    const found = faults.get(entry.entryNo);
    if (found === undefined) return [];
    const reasons = found.map((fault) => reasonOf(reading, line, fault));
    return [{ line, outcome: 'quarantined', reasons, raw }];
  });
  return { verdicts: verdicts.sort((a, b) => a.line - b.line), holds: [], notes: [] };
}

function reasonOf({ plan }: FeedReading, line: number, { code, zh, en }: LandFault): RowReason {
  const column =
    code === 'LAND_USE_UNKNOWN'
      ? 'land_use'
      : code === 'LAND_AREA_ZERO' || code === 'LAND_AREA_OVER'
        ? 'area'
        : 'parcel_no';
  return reasonAtLine(plan, { line, month: null }, column, { code, zh, en });
}

/** Contradictions that new entries would bring into the ledger as known now, by entry number. */
export async function ledgerFaultsOf(
  engine: Engine,
  db: Db,
  fresh: readonly LandEntry[],
): Promise<Map<string, LandFault[]>> {
  if (fresh.length === 0) return new Map();
  const numbers = new Set(fresh.map(({ entryNo }) => entryNo));
  const parcels = [...new Set(fresh.map(({ parcelNo }) => parcelKey(parcelNo)))];
  const known = await listLandEntries(db, { jurisdiction: engine.config.jurisdiction.code, asOf: null, parcels });
  // What a new version replaces is not held against it.
  const others = known.filter(({ entryNo }) => !numbers.has(entryNo));
  return newLedgerFaults(fresh, others, landPolicyOf(ruleInForce(engine)));
}

const AT = Object.fromEntries(FEEDS.land.columns.map(({ name }, at) => [name, at]));

function toEntry({ line, regionCode, values }: FeedRow): LandEntry {
  const text = (name: string): string => String(values[AT[name] ?? -1] ?? '');
  const number = (name: string): number | null => {
    const value = values[AT[name] ?? -1];
    return typeof value === 'number' ? value : null;
  };
  return {
    entryNo: text('entry_no'),
    regionCode: regionCode ?? '',
    kind: text('kind') as LandKind, // safe: the reader lets no other kind pass
    parcelNo: text('parcel_no'),
    landUse: text('land_use'),
    areaSqm: number('area') ?? 0,
    shareBp: number('residential_share_pct'),
    date: text('date'),
    document: text('document') === '' ? null : text('document'),
    batchId: 0,
    line,
    simulated: false,
  };
}
