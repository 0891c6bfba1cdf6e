import type { LandEntry, LandKind, Month, MonthlyFeed } from '@quhua/core';
import { type RawBuilder, sql } from 'kysely';
import type { Db } from './database.ts';
import { withdrawnBy } from './feed-tables.ts';

type EntryRow = {
  readonly entry_no: string;
  readonly region_code: string;
  readonly kind: string;
  readonly parcel_no: string;
  readonly land_use: string;
  readonly area_sqm: number;
  readonly residential_share_bp: number | null;
  readonly date: string;
  readonly document: string | null;
  readonly batch_id: number;
  readonly line: number;
  readonly simulated: boolean;
};

function toEntry(row: EntryRow): LandEntry {
  return {
    entryNo: row.entry_no,
    regionCode: row.region_code,
    kind: row.kind as LandKind, // safe: the feed's reader lets no other kind pass
    parcelNo: row.parcel_no,
    landUse: row.land_use,
    areaSqm: row.area_sqm,
    shareBp: row.residential_share_bp,
    date: row.date,
    document: row.document,
    batchId: row.batch_id,
    line: row.line,
    simulated: row.simulated,
  };
}

export type EntriesRequest = {
  readonly jurisdiction: string;
  /** Null: what is known now. */
  readonly asOf: Date | null;
  /** Entries of these units only. */
  readonly regionIds?: readonly number[];
  /** Entries whose parcel has a number like one of these (as written, blanks and forms of characters folded). */
  readonly parcels?: readonly string[];
  /** Entries with these numbers. */
  readonly entryNos?: readonly string[];
};

const END_OF_TIME = new Date(8.64e15);

/**
 * The land ledger as known at an instant: the newest version of each entry, of batches that were not withdrawn by then.
 *
 * Shapes: by entry number. An entry that a later version moved to another unit or parcel is only in that one.
 */
export async function listLandEntries(db: Db, request: EntriesRequest): Promise<LandEntry[]> {
  const { jurisdiction, asOf, regionIds, parcels, entryNos } = request;
  const known = asOf === null ? sql`true` : sql`o.known_from <= ${asOf}`;
  // A host whose clock is ahead of the database withdraws at an instant that is still to come there.
  const withdrawn = withdrawnBy(asOf ?? END_OF_TIME);
  const wanted: RawBuilder<unknown>[] = [];
  if (regionIds !== undefined) wanted.push(sql`e.region_id = any(${regionIds}::int[])`);
  if (parcels !== undefined) wanted.push(sql`${folded('e.parcel_no')} = any(${parcels}::text[])`);
  if (entryNos !== undefined) wanted.push(sql`e.entry_no = any(${entryNos}::text[])`);
  // Only numbers that some version puts there are worth sorting out; which version holds is decided over all of them.
  const among =
    wanted.length === 0
      ? sql`true`
      : sql`o.entry_no in (select e.entry_no from land_entry e where e.jurisdiction = ${jurisdiction} and ${sql.join(wanted, sql` and `)})`;
  const { rows } = await sql<EntryRow>`
    select e.entry_no, r.code as region_code, e.kind, e.parcel_no, e.land_use, e.area_sqm, e.residential_share_bp, e.date, e.document,
      e.batch_id, e.line, e.simulated
    from (
      select distinct on (o.entry_no) o.* from land_entry o
      where o.jurisdiction = ${jurisdiction} and ${known} and not ${withdrawn} and ${among}
      order by o.entry_no, o.known_from desc, o.row_hash desc
    ) e join region r on r.id = e.region_id
    where ${wanted.length === 0 ? sql`true` : sql.join(wanted, sql` and `)}
    order by e.entry_no
  `.execute(db);
  return rows.map(toEntry);
}

/** A parcel number as core's `parcelKey` folds it. */
function folded(column: string): RawBuilder<string> {
  return sql`lower(translate(regexp_replace(normalize(${sql.raw(column)}, NFKC), '[\\s\\u200b-\\u200d\\u2060\\ufeff]', '', 'g'), '•・‧.', '····'))`;
}

/** Units whose ledger a batch touches: its own entries', and those where an earlier version of one stands. */
export async function listLandRegions(db: Db, jurisdiction: string, batchId: number): Promise<number[]> {
  const { rows } = await sql<{ region_id: number }>`
    select distinct o.region_id from land_entry o where o.jurisdiction = ${jurisdiction}
      and o.entry_no in (select b.entry_no from land_entry b where b.batch_id = ${batchId} and b.jurisdiction = ${jurisdiction})
    order by o.region_id
  `.execute(db);
  return rows.map((row) => row.region_id);
}

export type UnitReport = {
  readonly feed: MonthlyFeed;
  readonly month: Month;
  readonly whole: boolean;
  readonly knownFrom: Date;
};

/** A unit's reports as known at an instant, the newest of each feed and month; figures of a month that was open do not count. */
export async function listUnitReports(
  db: Db,
  {
    regionId,
    from,
    asOf,
    broad,
  }: { readonly regionId: number; readonly from: Month; readonly asOf: Date; readonly broad: boolean },
): Promise<UnitReport[]> {
  const { rows } = await sql<UnitReport>`
    select distinct on (o.feed, o.month) o.feed, o.month, o.whole, o.known_from as "knownFrom" from (
      select 'sales' as feed, s.month, s.signed_centisqm is not null and s.cancelled_centisqm is not null as whole, s.known_from, s.row_hash, s.batch_id
      from sales_observation s where s.region_id = ${regionId} and s.month >= ${from} and not s.period_open
      union all
      select 'inventory', i.month, i.presale_unsold_centisqm is not null and i.completed_unsold_centisqm is not null
        and (not ${broad} or i.unpermitted_centisqm is not null), i.known_from, i.row_hash, i.batch_id
      from inventory_observation i where i.region_id = ${regionId} and i.month >= ${from} and not i.period_open
    ) o where o.known_from <= ${asOf} and not ${withdrawnBy(asOf)}
    order by o.feed, o.month, o.known_from desc, o.row_hash desc
  `.execute(db);
  return rows;
}
