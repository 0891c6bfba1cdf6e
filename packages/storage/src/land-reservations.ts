import { AppError, type StandingReservation } from '@quhua/core';
import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';
import { executePrepared } from './prepared.ts';

export type ReservationStatus = 'active' | 'confirmed' | 'released' | 'expired';

/** A hold on quota for one parcel. Units: whole ㎡. */
export type LandReservation = {
  readonly id: number;
  readonly key: string;
  /** What was asked, to tell a repeat from a key used twice. */
  readonly request: object;
  readonly accountId: number;
  readonly regionId: number;
  readonly parcelNo: string;
  readonly landUse: string;
  readonly areaSqm: number;
  readonly shareBp: number | null;
  readonly quotaSqm: number;
  readonly date: string;
  readonly status: ReservationStatus;
  readonly decisionId: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly confirmedAt: Date | null;
  readonly confirmedAreaSqm: number | null;
  readonly confirmedSqm: number | null;
  readonly endedAt: Date | null;
};

type Row = Awaited<ReturnType<ReturnType<typeof selectReservations>['execute']>>[number];

function selectReservations(db: Db) {
  return db.selectFrom('land_reservation').selectAll();
}

function toReservation(row: Row): LandReservation {
  return {
    id: row.id,
    key: row.key,
    request: row.request,
    accountId: row.account_id,
    regionId: row.region_id,
    parcelNo: row.parcel_no,
    landUse: row.land_use,
    areaSqm: row.area_sqm,
    shareBp: row.share_bp,
    quotaSqm: row.quota_sqm,
    date: row.date,
    status: row.status,
    decisionId: row.decision_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    confirmedAt: row.confirmed_at,
    confirmedAreaSqm: row.confirmed_area_sqm,
    confirmedSqm: row.confirmed_sqm,
    endedAt: row.ended_at,
  };
}

export async function findReservationByKey(
  db: Db,
  jurisdiction: string,
  key: string,
): Promise<LandReservation | undefined> {
  const query = selectReservations(db).where('jurisdiction', '=', jurisdiction).where('key', '=', key);
  const [row] = (await executePrepared(db, query.compile())).rows;
  return row === undefined ? undefined : toReservation(row);
}

/** Reservations of some units that stand, or stood at an instant, with the year of their account. */
export async function listStandingReservations(
  db: Db,
  regionIds: readonly number[],
  asOf: Date | null,
): Promise<(StandingReservation & { readonly regionId: number })[]> {
  const at = asOf ?? new Date(8.64e15);
  const { rows } = await sql<{
    id: number;
    region_id: number;
    year: number;
    parcel_no: string;
    date: string;
    confirmed: boolean;
    confirmed_on: string | null;
    quota_sqm: number;
    confirmed_sqm: number | null;
  }>`
    select r.id, r.region_id, a.year, r.parcel_no, r.date, r.quota_sqm, r.confirmed_sqm, r.confirmed_on,
      coalesce(r.confirmed_at <= ${at}, false) as confirmed
    from land_reservation r join land_account a on a.id = r.account_id
    where r.region_id = any(${regionIds}::int[]) and r.created_at <= ${at} and (r.ended_at is null or r.ended_at > ${at})
    order by r.id
  `.execute(db);
  return rows.map((row) => ({
    id: row.id,
    regionId: row.region_id,
    status: row.confirmed ? 'confirmed' : 'active',
    year: row.year,
    parcelNo: row.parcel_no,
    date: row.date,
    confirmedOn: row.confirmed ? row.confirmed_on : null,
    quotaSqm: row.confirmed ? (row.confirmed_sqm ?? 0) : row.quota_sqm,
  }));
}

export type NewReservation = {
  readonly jurisdiction: string;
  readonly key: string;
  readonly request: object;
  readonly regionId: number;
  readonly year: number;
  readonly parcelNo: string;
  readonly parcelKey: string;
  readonly landUse: string;
  readonly areaSqm: number;
  readonly shareBp: number | null;
  readonly quotaSqm: number;
  readonly date: string;
  readonly decisionId: number;
  /** The assessment that the decision rests on: one that was replaced meanwhile gives no reservation. Null for exempt land. */
  readonly assessmentId: number | null;
  /** Whether the quota limits this sale. */
  readonly limited: boolean;
  readonly at: Date;
  readonly by: string;
  readonly expiresAt: Date;
};

/** What a reservation did to its account. Units: whole ㎡. */
export type Reserved = {
  readonly id: number;
  readonly version: number;
  readonly remainingSqm: number;
  readonly usedSqm: number;
  readonly totalSqm: number;
};

/**
 * Takes quota for a parcel, in one guarded statement: the balance, the reservation, its line and its event come into being
 * together or not at all. Null where the guard says no: not enough is left, the year is closed, the parcel is counted by now,
 * or the assessment was replaced; none replaces it before this transaction ends.
 *
 * Errors: conflict/KEY_TAKEN and conflict/PARCEL_RESERVED where another one was quicker; the transaction is spent then.
 * Concurrency: any number at once; the account's row makes them wait for each other. The caller holds it already, so that
 * the statement sees all that was committed before.
 */
export async function reserveQuota({ sql: db }: Tx, input: NewReservation): Promise<Reserved | null> {
  const { jurisdiction, regionId, year, quotaSqm, at } = input;
  const statement = sql<{ id: number; version: number; remaining: number; used: number; total: number }>`
    with taken as (
      update land_account a set reserved_sqm = a.reserved_sqm + ${quotaSqm}, version = a.version + 1, changed_at = greatest(a.changed_at, ${at})
      where a.region_id = ${regionId} and a.year = ${year} and a.closed_at is null
        and (not ${input.limited} or a.carried_sqm + a.completed_sqm + a.recovered_sqm - a.reserved_sqm - a.confirmed_sqm >= ${quotaSqm})
        and (${input.assessmentId}::bigint is null or exists (
          select 1 from assessment s where s.id = ${input.assessmentId} and s.superseded_at is null for share))
        and not exists (select 1 from land_line l where l.account_id = a.id and l.parcel_key = ${input.parcelKey} and l.to_version is null
          and l.kind in ('reserved', 'confirmed'))
      returning a.*
    ), reservation as (
      insert into land_reservation (jurisdiction, key, request, account_id, region_id, parcel_no, parcel_key, land_use, area_sqm, share_bp,
        quota_sqm, date, status, decision_id, created_at, created_by, expires_at)
      select ${jurisdiction}, ${input.key}, ${JSON.stringify(input.request)}::jsonb, t.id, ${regionId}, ${input.parcelNo}, ${input.parcelKey},
        ${input.landUse}, ${input.areaSqm}, ${input.shareBp}, ${quotaSqm}, ${input.date}, 'active', ${input.decisionId}, ${at}, ${input.by},
        ${input.expiresAt} from taken t returning id
    ), line as (
      insert into land_line (account_id, kind, area_sqm, parcel_no, parcel_key, date, reservation_id, from_version, since)
      select t.id, 'reserved', ${quotaSqm}, ${input.parcelNo}, ${input.parcelKey}, ${input.date}, r.id, t.version, ${at}
      from taken t, reservation r where ${quotaSqm} > 0
    ), event as (
      insert into land_reservation_event (reservation_id, event, at, by, area_sqm)
      select r.id, 'reserve', ${at}, ${input.by}, ${quotaSqm} from reservation r
    )
    select r.id, t.version, t.carried_sqm + t.completed_sqm + t.recovered_sqm - t.reserved_sqm - t.confirmed_sqm as remaining,
      t.reserved_sqm + t.confirmed_sqm as used, t.carried_sqm + t.completed_sqm + t.recovered_sqm as total
    from taken t, reservation r
  `;
  const { rows } = await executePrepared(db, statement.compile(db)).catch(explainTaken);
  const [row] = rows;
  if (row === undefined) return null;
  return { id: row.id, version: row.version, remainingSqm: row.remaining, usedSqm: row.used, totalSqm: row.total };
}

function explainTaken(error: unknown): never {
  const constraint = error instanceof Error && 'constraint' in error ? error.constraint : null;
  if (constraint === 'land_reservation_jurisdiction_key_key') {
    throw new AppError('conflict', 'KEY_TAKEN', '同一幂等键的预留刚刚生成 / the key was used at this moment');
  }
  if (constraint === 'land_reservation_parcel') {
    throw new AppError('conflict', 'PARCEL_RESERVED', '本宗地已有有效预留 / the parcel is reserved already');
  }
  throw error;
}

export type EndReservation = {
  readonly id: number;
  readonly event: 'confirm' | 'release' | 'expire';
  readonly at: Date;
  readonly by: string;
  readonly reason: string | null;
  /** Of a confirmation: the contracted land, its quota, and the day. Whole ㎡. */
  readonly confirmed?: { readonly areaSqm: number; readonly quotaSqm: number; readonly date: string };
};

/**
 * Ends an active reservation: confirmed quota stays taken, the rest goes back; its line ends, a confirmed one begins.
 * False if it was not active any more.
 *
 * Shapes: where the ledger has taken the parcel over, there is no line and the balance stays as it is.
 * Concurrency: the caller holds the account's lock (`lockLandAccounts`).
 */
export async function endReservation(
  { sql: db }: Tx,
  { id, event, at, by, reason, confirmed }: EndReservation,
): Promise<boolean> {
  const status = event === 'confirm' ? 'confirmed' : event === 'release' ? 'released' : 'expired';
  const stays = confirmed?.quotaSqm ?? 0;
  const query = sql<{ id: number }>`
    with ended as (
      update land_reservation set status = ${status},
        confirmed_at = case when ${event} = 'confirm' then ${at}::timestamptz end, confirmed_on = ${confirmed?.date ?? null}::date,
        confirmed_area_sqm = ${confirmed?.areaSqm ?? null}, confirmed_sqm = ${confirmed?.quotaSqm ?? null},
        ended_at = case when ${event} <> 'confirm' then ${at}::timestamptz end
      where id = ${id} and status = 'active' returning *
    ), line as (
      select l.* from land_line l join ended e on e.id = l.reservation_id where l.to_version is null
    ), account as (
      update land_account a set reserved_sqm = a.reserved_sqm - l.area_sqm, confirmed_sqm = a.confirmed_sqm + ${stays}::bigint,
        version = a.version + 1, changed_at = greatest(a.changed_at, ${at})
      from line l where a.id = l.account_id returning a.id, a.version
    ), closed as (
      update land_line l set to_version = a.version, until = ${at} from account a, line o where l.id = o.id returning l.id
    ), opened as (
      insert into land_line (account_id, kind, area_sqm, parcel_no, parcel_key, date, reservation_id, from_version, since)
      select a.id, 'confirmed', ${stays}::bigint, o.parcel_no, o.parcel_key, ${confirmed?.date ?? null}::date, ${id}, a.version, ${at}
      from account a, line o, (select count(*) from closed) c where ${stays}::bigint > 0
    ), event as (
      insert into land_reservation_event (reservation_id, event, at, by, area_sqm, reason)
      select e.id, ${event}, ${at}, ${by}, ${stays}::bigint, ${reason} from ended e
    )
    select id from ended
  `;
  const { rows } = await executePrepared(db, query.compile(db));
  return rows.length === 1;
}

export type DueReservation = { readonly id: number; readonly regionId: number; readonly year: number };

/** Active reservations whose time is over, oldest first. */
export async function listExpired(db: Db, jurisdiction: string, at: Date, limit: number): Promise<DueReservation[]> {
  const { rows } = await sql<DueReservation>`
    select r.id, r.region_id as "regionId", a.year from land_reservation r join land_account a on a.id = r.account_id
    where r.jurisdiction = ${jurisdiction} and r.status = 'active' and r.expires_at <= ${at} order by r.expires_at, r.id limit ${limit}
  `.execute(db);
  return rows;
}

/** Reservations of some units and one year, newest first. */
export async function listReservations(
  db: Db,
  {
    regionIds,
    year,
    status,
  }: { readonly regionIds: readonly number[]; readonly year: number; readonly status?: ReservationStatus },
): Promise<LandReservation[]> {
  const rows = await selectReservations(db)
    .where(sql<boolean>`region_id = any(${regionIds}::int[])`)
    .where(sql<boolean>`account_id in (select id from land_account where year = ${year})`)
    .$if(status !== undefined, (query) => query.where('status', '=', status ?? 'active'))
    .orderBy('id', 'desc')
    .execute();
  return rows.map(toReservation);
}
