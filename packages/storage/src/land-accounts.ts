import { type Parcel, parcelKey, type QuotaKind, type QuotaLine, type QuotaSums, sumsOf } from '@quhua/core';
import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';

/** A unit's quota of one year. Units: whole ㎡. */
export type LandAccount = {
  readonly id: number;
  readonly regionId: number;
  readonly year: number;
  readonly sums: QuotaSums;
  /** Counts every change; lines know from which to which they hold. */
  readonly version: number;
  readonly simulated: boolean;
  readonly changedAt: Date;
  readonly closedAt: Date | null;
};

type AccountRow = {
  readonly id: number;
  readonly region_id: number;
  readonly year: number;
  readonly carried_sqm: number;
  readonly completed_sqm: number;
  readonly recovered_sqm: number;
  readonly reserved_sqm: number;
  readonly confirmed_sqm: number;
  readonly version: number;
  readonly simulated: boolean;
  readonly changed_at: Date;
  readonly closed_at: Date | null;
};

function toAccount(row: AccountRow): LandAccount {
  return {
    id: row.id,
    regionId: row.region_id,
    year: row.year,
    sums: sumsOf({
      carried: row.carried_sqm,
      completed: row.completed_sqm,
      recovered: row.recovered_sqm,
      reserved: row.reserved_sqm,
      confirmed: row.confirmed_sqm,
    }),
    version: row.version,
    simulated: row.simulated,
    changedAt: row.changed_at,
    closedAt: row.closed_at,
  };
}

/** Accounts of some units, by unit and year. */
export async function listLandAccounts(
  db: Db,
  { regionIds, year }: { readonly regionIds: readonly number[]; readonly year?: number },
): Promise<LandAccount[]> {
  const rows = await db
    .selectFrom('land_account')
    .selectAll()
    .where(sql<boolean>`region_id = any(${regionIds}::int[])`)
    .$if(year !== undefined, (query) => query.where('year', '=', year ?? 0))
    .orderBy('region_id')
    .orderBy('year')
    .execute();
  return rows.map(toAccount);
}

/** Lets one transaction at a time settle a unit's accounts by its ledger; held until it ends. */
export async function lockLandLedger({ sql: db }: Tx, regionId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`land/${regionId}`}, 0))`.execute(db);
}

export type AccountKey = { readonly jurisdiction: string; readonly regionId: number; readonly year: number };

/**
 * A unit's accounts of some years, made where they are missing, locked until the transaction ends.
 *
 * Concurrency: always locked in the order of their years, so that writers wait for each other and never deadlock.
 */
export async function lockLandAccounts(
  { sql: db }: Tx,
  {
    jurisdiction,
    regionId,
    years,
    at,
  }: Omit<AccountKey, 'year'> & { readonly years: readonly number[]; readonly at: Date },
): Promise<LandAccount[]> {
  const missing = sql`
    insert into land_account (jurisdiction, region_id, year, changed_at)
    select ${jurisdiction}, ${regionId}, y, ${at} from unnest(${years}::int[]) as y order by y
    on conflict (region_id, year) do nothing
  `;
  if (years.length > 0) await missing.execute(db);
  const { rows } = await sql<AccountRow>`
    select * from land_account where region_id = ${regionId} order by year for no key update
  `.execute(db);
  return rows.map(toAccount);
}

/** A line as it is stored. */
export type StoredLine = QuotaLine & { readonly id: number; readonly fromVersion: number };

type LineRow = {
  readonly id: number;
  readonly year: number;
  readonly kind: string;
  readonly area_sqm: number;
  readonly parcel_no: string | null;
  readonly date: string | null;
  readonly entry_no: string | null;
  readonly batch_id: number | null;
  readonly line: number | null;
  readonly reservation_id: number | null;
  readonly carried_from: number | null;
  readonly from_version: number;
};

function toLine(row: LineRow): StoredLine {
  return {
    id: row.id,
    year: row.year,
    kind: row.kind as QuotaKind, // safe: checked by the table
    areaSqm: row.area_sqm,
    parcelNo: row.parcel_no,
    date: row.date,
    source: sourceOf(row),
    fromVersion: row.from_version,
  };
}

function sourceOf({ entry_no, batch_id, line, reservation_id, carried_from }: LineRow): QuotaLine['source'] {
  if (entry_no !== null) return { type: 'entry', entryNo: entry_no, batchId: batch_id ?? 0, line: line ?? 0 };
  return reservation_id !== null
    ? { type: 'reservation', id: reservation_id }
    : { type: 'carried', fromYear: carried_from ?? 0 };
}

/** Lines of some accounts at a version of each, or now; in order of date. Uses the index of the account. */
export async function listLandLines(
  db: Db,
  accounts: readonly { readonly id: number; readonly version: number }[],
): Promise<StoredLine[]> {
  const { rows } = await sql<LineRow>`
    select l.*, a.year from unnest(${accounts.map(({ id }) => id)}::bigint[], ${accounts.map(({ version }) => version)}::bigint[]) as w(id, version)
    join land_account a on a.id = w.id
    join land_line l on l.account_id = w.id and l.from_version <= w.version and (l.to_version is null or l.to_version > w.version)
    order by a.year, l.date nulls first, l.id
  `.execute(db);
  return rows.map(toLine);
}

/** Lines that the newest version of some accounts ended or began. */
export async function listChangedLines(
  db: Db,
  accounts: readonly { readonly id: number; readonly version: number }[],
): Promise<{ readonly ended: readonly StoredLine[]; readonly begun: readonly StoredLine[] }> {
  const { rows } = await sql<LineRow & { readonly begun: boolean }>`
    select l.*, a.year, l.from_version = w.version as begun
    from unnest(${accounts.map(({ id }) => id)}::bigint[], ${accounts.map(({ version }) => version)}::bigint[]) as w(id, version)
    join land_account a on a.id = w.id
    join land_line l on l.account_id = w.id and (l.from_version = w.version or l.to_version = w.version)
    order by l.id
  `.execute(db);
  const of = (begun: boolean): StoredLine[] => rows.filter((row) => row.begun === begun).map(toLine);
  return { ended: of(false), begun: of(true) };
}

export type AccountChange = {
  readonly account: LandAccount;
  readonly ended: readonly number[];
  readonly added: readonly QuotaLine[];
  readonly sums: QuotaSums;
  readonly simulated: boolean;
  readonly at: Date;
};

/** Writes a changed account with its lines as its next version. Concurrency: the caller holds the account's lock. */
export async function saveLandAccount(
  { sql: db }: Tx,
  { account, ended, added, sums, simulated, at }: AccountChange,
): Promise<void> {
  const version = account.version + 1;
  const { carried, completed, recovered, reserved, confirmed } = sums;
  await sql`
    with ended as (
      update land_line set to_version = ${version}, until = ${at} where id = any(${ended}::bigint[]) returning id
    )
    update land_account set carried_sqm = ${carried}, completed_sqm = ${completed}, recovered_sqm = ${recovered},
      reserved_sqm = ${reserved}, confirmed_sqm = ${confirmed}, version = ${version}, simulated = ${simulated},
      changed_at = greatest(changed_at, ${at})
    where id = ${account.id}
  `.execute(db);
  if (added.length === 0) return;
  const of = <T>(pick: (line: QuotaLine) => T): T[] => added.map(pick);
  await sql`
    insert into land_line (account_id, kind, area_sqm, parcel_no, parcel_key, date, entry_no, batch_id, line, reservation_id, carried_from,
      from_version, since)
    select ${account.id}, kind, area, parcel, key, date::date, entry, batch, line, reservation, carried, ${version}, ${at}
    from unnest(${of((l) => l.kind)}::text[], ${of((l) => l.areaSqm)}::bigint[], ${of((l) => l.parcelNo)}::text[],
      ${of((l) => (l.parcelNo === null ? null : parcelKey(l.parcelNo)))}::text[], ${of((l) => l.date)}::text[],
      ${of((l) => (l.source.type === 'entry' ? l.source.entryNo : null))}::text[],
      ${of((l) => (l.source.type === 'entry' ? l.source.batchId : null))}::bigint[],
      ${of((l) => (l.source.type === 'entry' ? l.source.line : null))}::int[],
      ${of((l) => (l.source.type === 'reservation' ? l.source.id : null))}::bigint[],
      ${of((l) => (l.source.type === 'carried' ? l.source.fromYear : null))}::int[])
      as n(kind, area, parcel, key, date, entry, batch, line, reservation, carried)
  `.execute(db);
}

/** What the ledger says of a parcel now, as far as questions about it need it. */
export type ParcelFacts = {
  readonly regionId: number;
  readonly parcelNo: string;
  readonly areaSqm: number | null;
  readonly announcedOn: string | null;
  /** Takings of quota, oldest first, with the days on which they began and ended. */
  readonly uses: readonly { readonly since: string; readonly endedOn: string | null }[];
  readonly withdrawnOn: string | null;
  readonly recovered: readonly { readonly entryNo: string; readonly date: string }[];
};

/** Makes the stored parcels of a unit agree with what its ledger says of them. */
export async function saveLandParcels(
  { sql: db }: Tx,
  { jurisdiction, regionId }: Omit<AccountKey, 'year'>,
  parcels: ReadonlyMap<string, Parcel>,
): Promise<void> {
  const rows = [...parcels].map(([key, { entries, areaSqm, withdrawnOn, uses }]) => ({
    key,
    parcelNo: entries.at(-1)?.parcelNo ?? key,
    areaSqm,
    withdrawnOn,
    announcedOn: uses.at(-1)?.endedOn === null ? (uses.at(-1)?.since.date ?? null) : null,
    uses: JSON.stringify(
      uses.map(({ state, year, quotaSqm, endedOn, since }) => ({ state, year, quotaSqm, endedOn, since: since.date })),
    ),
    recovered: JSON.stringify(
      entries.filter(({ kind }) => kind === 'recovered').map(({ entryNo, date }) => ({ entryNo, date })),
    ),
  }));
  await sql`delete from land_parcel where region_id = ${regionId} and parcel_key <> all(${rows.map(({ key }) => key)}::text[])`.execute(
    db,
  );
  await sql`
    insert into land_parcel (jurisdiction, parcel_key, region_id, parcel_no, area_sqm, uses, announced_on, withdrawn_on, recovered)
    select ${jurisdiction}, key, ${regionId}, no, area, uses::jsonb, announced::date, withdrawn::date, recovered::jsonb
    from unnest(${rows.map((r) => r.key)}::text[], ${rows.map((r) => r.parcelNo)}::text[], ${rows.map((r) => r.areaSqm)}::bigint[],
      ${rows.map((r) => r.uses)}::text[], ${rows.map((r) => r.announcedOn)}::text[], ${rows.map((r) => r.withdrawnOn)}::text[],
      ${rows.map((r) => r.recovered)}::text[]) as n(key, no, area, uses, announced, withdrawn, recovered)
    on conflict (jurisdiction, parcel_key, region_id) do update set parcel_no = excluded.parcel_no, area_sqm = excluded.area_sqm,
      uses = excluded.uses, announced_on = excluded.announced_on, withdrawn_on = excluded.withdrawn_on, recovered = excluded.recovered
    where (land_parcel.parcel_no, land_parcel.area_sqm, land_parcel.uses, land_parcel.announced_on, land_parcel.withdrawn_on, land_parcel.recovered)
      is distinct from (excluded.parcel_no, excluded.area_sqm, excluded.uses, excluded.announced_on, excluded.withdrawn_on, excluded.recovered)
  `.execute(db);
}

/** Accounts whose balance is not what their lines add up to; empty unless something is broken. */
export async function listUnbalanced(
  db: Db,
  jurisdiction: string,
): Promise<{ readonly accountId: number; readonly year: number }[]> {
  return db
    .selectFrom('land_balance')
    .select(['account_id as accountId', 'year'])
    .where('jurisdiction', '=', jurisdiction)
    .where('agrees', '=', false)
    .execute();
}

/**
 * Closes a year of every unit, also of one that has no account yet: nothing may be reserved or confirmed in it any more.
 * Returns how many were open.
 */
export async function closeLandYear(
  { sql: db }: Tx,
  { jurisdiction, year, at }: { readonly jurisdiction: string; readonly year: number; readonly at: Date },
): Promise<number> {
  await sql`
    insert into land_account (jurisdiction, region_id, year, changed_at)
    select jurisdiction, id, ${year}, ${at} from region where jurisdiction = ${jurisdiction} order by id
    on conflict (region_id, year) do nothing
  `.execute(db);
  const { numAffectedRows } = await sql`
    update land_account set closed_at = ${at} where jurisdiction = ${jurisdiction} and year = ${year} and closed_at is null
  `.execute(db);
  return Number(numAffectedRows ?? 0);
}
