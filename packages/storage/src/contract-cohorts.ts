import type { ContractCohort, Month } from '@quhua/core';
import { sql } from 'kysely';
import type { Db } from './database.ts';

export type CohortRequest = {
  readonly wanted: readonly { readonly regionId: number; readonly from: Month }[];
  readonly to: Month;
  readonly asOf: Date;
};

/**
 * Contracts of units as they were known at `asOf`, added up by their months of signing and cancellation, by unit.
 *
 * Shapes: the newest version of each contract counts, in the unit that it names; only contracts with an event from the
 * unit's `from` to `to`. Units without any are absent. Concurrency: reads only.
 */
export async function listContractCohorts(db: Db, request: CohortRequest): Promise<Map<number, ContractCohort[]>> {
  const ids = request.wanted.map((unit) => unit.regionId);
  // Most units have none: one look at the index says so.
  const { rows: some } = await sql<{ jurisdiction: string }>`
    select jurisdiction from contract_observation where region_id = any(${ids}::int[]) limit 1`.execute(db);
  const jurisdiction = some[0]?.jurisdiction;
  if (jurisdiction === undefined) return new Map();
  const byRegion = new Map<number, ContractCohort[]>();
  for (const { region_id, ...cohort } of await listCohorts(db, { ...request, jurisdiction, ids })) {
    const list = byRegion.get(region_id) ?? [];
    byRegion.set(region_id, list);
    list.push(cohort);
  }
  return byRegion;
}

/** Of so few units the contracts are looked up one by one; of more, one walk down the key's index is faster. */
const FEW_UNITS = 2;

type Found = CohortRequest & { readonly jurisdiction: string; readonly ids: readonly number[] };

async function listCohorts(
  db: Db,
  { wanted, to, asOf, jurisdiction, ids }: Found,
): Promise<(ContractCohort & { region_id: number })[]> {
  const withdrawn = await listWithdrawn(db, jurisdiction, asOf);
  const few =
    ids.length > FEW_UNITS
      ? sql``
      : sql`and o.contract_no in (select c.contract_no from contract_observation c where c.region_id = any(${ids}::int[]))`;
  const { rows } = await sql<ContractCohort & { region_id: number }>`
    select o.region_id, to_char(o.signed_on, 'YYYY-MM') as "signedMonth", to_char(o.cancelled_on, 'YYYY-MM') as "cancelledMonth",
      sum(o.area_centisqm)::bigint as "areaCentisqm", count(*) as units, o.open_from as "openFrom", o.simulated
    from (
      select distinct on (o.contract_no) o.region_id, o.signed_on, o.cancelled_on, o.area_centisqm, o.open_from, o.simulated
      from contract_observation o
      where o.jurisdiction = ${jurisdiction}
        and o.known_from <= ${asOf} -- never let a replay see a later version
        and o.batch_id <> all(${withdrawn}::bigint[])
        ${few}
      order by o.contract_no desc, o.known_from desc, o.row_hash desc -- the key's index, backwards
    ) o
    join unnest(${ids}::int[], ${wanted.map((unit) => `${unit.from}-01`)}::date[]) as w(region_id, first_day) on w.region_id = o.region_id
    where (o.signed_on >= w.first_day or o.cancelled_on >= w.first_day)
      and o.signed_on < ${`${to}-01`}::date + interval '1 month'
    group by 1, 2, 3, o.open_from, o.simulated
  `.execute(db);
  return rows;
}

async function listWithdrawn(db: Db, jurisdiction: string, asOf: Date): Promise<number[]> {
  const rows = await db
    .selectFrom('batch_event as e')
    .innerJoin('batch as b', 'b.id', 'e.batch_id')
    .select('b.id')
    .where('b.jurisdiction', '=', jurisdiction)
    .where('b.feed', '=', 'contracts')
    .where('e.event', '=', 'withdrawn')
    .where('e.at', '<=', asOf)
    .execute();
  return rows.map((row) => row.id);
}
