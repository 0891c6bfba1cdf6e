import { type Assessment, addMonths, landSupplyOf, type Month, type Rulebook, type Status } from '@quhua/core';
import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';

/** A unit that has something to derive again, and what it is to go on from. */
export type DueUnit = {
  readonly regionId: number;
  readonly code: string;
  /** First month to derive; null: from the first month that anything is known of. */
  readonly from: Month | null;
  /** Last month derived so far, null if none. */
  readonly assessedTo: Month | null;
};

export type DueRequest = {
  /** Units that may be taken: those of the configuration; a region that left it is derived no more. */
  readonly regionIds: readonly number[];
  readonly rulebook: string;
  /** Month that every unit must be derived to. */
  readonly target: Month;
  /** At most this many units: a national assessment is cut into several commits. */
  readonly limit: number;
  /** Wait for units that another transaction has taken, instead of leaving them to it. */
  readonly wait: boolean;
};

/**
 * Takes units whose assessments do not yet follow from what is known, or do not reach `target`.
 *
 * Shapes: in order of region; a unit's mark is gone when the transaction commits.
 * Concurrency: units that another transaction has taken are left to it, or waited for (`wait`); whoever changes
 * what is known meanwhile waits on the mark and sets it anew.
 */
export async function takeDueUnits(
  { sql: db }: Tx,
  { regionIds, rulebook, target, limit, wait }: DueRequest,
): Promise<DueUnit[]> {
  const { rows } = await sql<{
    region_id: number;
    code: string;
    from_month: string | null;
    assessed_to: string | null;
  }>`
    with taken as (
      select r.id, r.code from region r
      where r.id = any(${regionIds}::int[]) and (
        exists (select 1 from assess_due d where d.region_id = r.id
          and d.month_from <= greatest(${target}, (select s.assessed_to from assess_state s where s.region_id = r.id and s.rulebook = ${rulebook})))
        or coalesce((select s.assessed_to from assess_state s where s.region_id = r.id and s.rulebook = ${rulebook}), '') < ${target}
      )
      order by r.id limit ${limit}
      for no key update of r ${sql.raw(wait ? '' : 'skip locked')}
    ), gone as (
      delete from assess_due d using taken t where d.region_id = t.id returning d.region_id, d.month_from
    )
    select t.id as region_id, t.code, g.month_from as from_month, s.assessed_to
    from taken t
    left join gone g on g.region_id = t.id
    left join assess_state s on s.region_id = t.id and s.rulebook = ${rulebook}
    order by t.id
  `.execute(db);
  return rows.map((row) => ({
    regionId: row.region_id,
    code: row.code,
    from: firstToDerive(row.from_month, row.assessed_to),
    assessedTo: row.assessed_to,
  }));
}

/** The earlier of the first changed month and the month after the last derived one; a unit never derived begins at its beginning. */
function firstToDerive(changed: string | null, assessedTo: string | null): Month | null {
  if (assessedTo === null) return null;
  const next = addMonths(assessedTo, 1);
  return changed !== null && changed < next ? changed : next;
}

/** How many units of a jurisdiction wait to be derived again. */
export async function countDueUnits(db: Db, jurisdiction: string): Promise<number> {
  const { count } = await db
    .selectFrom('assess_due as d')
    .innerJoin('region as r', 'r.id', 'd.region_id')
    .where('r.jurisdiction', '=', jurisdiction)
    .select(db.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Tier that each unit enters a month with: the tier of its latest earlier month that has one. */
export async function listTiersBefore(
  db: Db,
  rulebook: string,
  units: readonly { readonly regionId: number; readonly before: Month }[],
): Promise<Map<number, string | null>> {
  const { rows } = await sql<{ region_id: number; tier: string | null }>`
    select u.region_id, (
      select coalesce(a.tier, a.previous_tier) from assessment a
      where a.rulebook = ${rulebook} and a.region_id = u.region_id and a.month < u.before and a.superseded_at is null
      order by a.month desc limit 1
    ) as tier
    from unnest(${units.map((unit) => unit.regionId)}::int[], ${units.map((unit) => unit.before)}::text[]) as u(region_id, before)
  `.execute(db);
  return new Map(rows.map((row) => [row.region_id, row.tier]));
}

export type AssessmentBatch = {
  readonly rulebook: Rulebook;
  readonly asOf: Date;
  readonly units: readonly {
    readonly regionId: number;
    readonly assessedTo: Month;
    readonly assessments: readonly Assessment[];
  }[];
};

/**
 * Stores assessments; those that say the same as the stored ones are left alone, those that differ supersede them.
 *
 * Shapes: every assessment of a unit, in month order. Concurrency: the caller has taken the units (`takeDueUnits`).
 */
export async function saveAssessments({ sql: db }: Tx, { rulebook, asOf, units }: AssessmentBatch): Promise<void> {
  const rows = units.flatMap(({ regionId, assessments }) =>
    assessments.map((assessment) => ({ regionId, ...assessment })),
  );
  for (let at = 0; at < rows.length; at += 20_000) {
    const part = rows.slice(at, at + 20_000);
    await sql`
      with fresh as (
        select * from unnest(
          ${part.map((row) => row.regionId)}::int[], ${part.map((row) => row.month)}::text[], ${part.map((row) => row.status)}::text[],
          ${part.map((row) => row.tier)}::text[], ${part.map((row) => row.previousTier)}::text[],
          ${part.map((row) => row.stockCentisqm)}::bigint[], ${part.map((row) => row.soldCentisqm)}::bigint[],
          ${part.map((row) => row.monthsPresent)}::int[], ${part.map((row) => row.presentMask)}::bigint[],
          ${part.map((row) => row.provisional)}::boolean[], ${part.map((row) => row.stockGrew)}::boolean[],
          ${part.map((row) => row.simulated)}::boolean[]
        ) as f(region_id, month, status, tier, previous_tier, stock_centisqm, sold_centisqm, months_present, present_mask,
          provisional, stock_grew, simulated)
      ), different as (
        select f.*, a.id as old_id from fresh f
        left join assessment a on a.rulebook = ${rulebook.id} and a.region_id = f.region_id and a.month = f.month and a.superseded_at is null
        where a.id is null or (a.definition, a.status, a.tier, a.previous_tier, a.stock_centisqm, a.sold_centisqm, a.months_present,
            a.present_mask, a.provisional, a.stock_grew, a.simulated)
          is distinct from (${rulebook.definition.id}, f.status, f.tier, f.previous_tier, f.stock_centisqm, f.sold_centisqm,
            f.months_present, f.present_mask, f.provisional, f.stock_grew, f.simulated)
      ), superseded as (
        update assessment a set superseded_at = ${asOf} where a.id in (select old_id from different)
        returning a.id
      )
      insert into assessment (rulebook, definition, region_id, month, status, tier, previous_tier, stock_centisqm, sold_centisqm,
        months_present, present_mask, provisional, stock_grew, simulated, as_of)
      select ${rulebook.id}, ${rulebook.definition.id}, region_id, month, status, tier, previous_tier, stock_centisqm, sold_centisqm,
        months_present, present_mask, provisional, stock_grew, simulated, ${asOf}
      from different, (select count(*) from superseded) s -- the old row leaves the unique index before the new one enters
    `.execute(db);
  }
  await sql`
    insert into assess_state (rulebook, region_id, assessed_to)
    select ${rulebook.id}, * from unnest(${units.map((unit) => unit.regionId)}::int[], ${units.map((unit) => unit.assessedTo)}::text[])
    on conflict (rulebook, region_id) do update set assessed_to = greatest(assess_state.assessed_to, excluded.assessed_to)
  `.execute(db);
}

export type AssessmentRequest = {
  readonly jurisdiction: string;
  readonly rulebook: Rulebook;
  readonly from: Month;
  readonly to: Month;
  /** These units only; left out, all. */
  readonly regionIds?: readonly number[];
};

/** Stored assessments in force, by region code, in month order. */
export async function listAssessments(db: Db, request: AssessmentRequest): Promise<Map<string, Assessment[]>> {
  const rows = await db
    .selectFrom('assessment as a')
    .innerJoin('region as r', 'r.id', 'a.region_id')
    .selectAll('a')
    .select('r.code')
    .where('r.jurisdiction', '=', request.jurisdiction)
    .where('a.rulebook', '=', request.rulebook.id)
    .where('a.superseded_at', 'is', null)
    .where('a.month', '>=', request.from)
    .where('a.month', '<=', request.to)
    .$if(request.regionIds !== undefined, (query) =>
      query.where(sql<boolean>`a.region_id = any(${request.regionIds ?? []}::int[])`),
    )
    .orderBy('a.region_id')
    .orderBy('a.month')
    .execute();
  const byCode = new Map<string, Assessment[]>();
  for (const row of rows) {
    const list = byCode.get(row.code) ?? [];
    byCode.set(row.code, list);
    list.push({
      month: row.month,
      status: row.status as Status, // safe: written by saveAssessments only
      tier: row.tier,
      previousTier: row.previous_tier,
      landSupply: landSupplyOf(request.rulebook, row.tier),
      stockCentisqm: row.stock_centisqm,
      soldCentisqm: row.sold_centisqm,
      monthsPresent: row.months_present,
      presentMask: row.present_mask,
      provisional: row.provisional,
      stockGrew: row.stock_grew,
      simulated: row.simulated,
    });
  }
  return byCode;
}

/** Newest month that every derived unit of a jurisdiction has been assessed to, if any has. */
export async function findAssessedTo(db: Db, jurisdiction: string, rulebook: string): Promise<Month | undefined> {
  const row = await db
    .selectFrom('assess_state as s')
    .innerJoin('region as r', 'r.id', 's.region_id')
    .where('r.jurisdiction', '=', jurisdiction)
    .where('s.rulebook', '=', rulebook)
    .select(sql<string | null>`max(s.assessed_to)`.as('latest'))
    .executeTakeFirst();
  return row?.latest ?? undefined;
}

/** The tier that each unit has now: of its newest month that has one, and what that was derived from. Missing: units without. */
export async function listNewestTiers(
  db: Db,
  rulebook: string,
  regionIds: readonly number[],
): Promise<Map<number, { readonly tier: string; readonly month: Month; readonly asOf: Date }>> {
  const { rows } = await sql<{ region_id: number; tier: string; month: string; as_of: Date }>`
    select u.region_id, a.tier, a.month, a.as_of from unnest(${regionIds}::int[]) as u(region_id)
    cross join lateral (
      select a.tier, a.month, a.as_of from assessment a where a.rulebook = ${rulebook} and a.region_id = u.region_id
        and a.superseded_at is null and a.tier is not null order by a.month desc limit 1
    ) a
  `.execute(db);
  return new Map(rows.map(({ region_id, tier, month, as_of }) => [region_id, { tier, month, asOf: as_of }]));
}
