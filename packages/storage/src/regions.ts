import type { Jurisdiction } from '@quhua/core';
import { sql } from 'kysely';
import type { Db } from './database.ts';

/** Internal numbers of a jurisdiction's regions, by code. */
export type RegionIds = ReadonlyMap<string, number>;

/** Makes the configured regions known, keeps their numbers, and returns them. Concurrency: safe to call from everywhere at once. */
export async function syncRegions(db: Db, { code: jurisdiction, regions }: Jurisdiction): Promise<RegionIds> {
  const known = await listRegions(db, jurisdiction);
  const names = new Map(known.map((row) => [row.code, row.name]));
  const fresh = regions.filter(({ code, name }) => names.get(code) !== name);
  if (fresh.length > 0) {
    const codes = fresh.map((region) => region.code);
    await sql`
      insert into region (jurisdiction, code, name)
      select ${jurisdiction}, code, name
      from unnest(${codes}::text[], ${fresh.map((region) => region.name)}::text[]) as r(code, name)
      order by code -- one order for all writers, so that they wait instead of deadlocking
      on conflict (jurisdiction, code) do update set name = excluded.name
    `.execute(db);
  }
  const rows = fresh.length > 0 ? await listRegions(db, jurisdiction) : known;
  const configured = new Set(regions.map((region) => region.code));
  return new Map(rows.filter((row) => configured.has(row.code)).map((row) => [row.code, row.id]));
}

function listRegions(db: Db, jurisdiction: string): Promise<{ id: number; code: string; name: string }[]> {
  return db.selectFrom('region').select(['id', 'code', 'name']).where('jurisdiction', '=', jurisdiction).execute();
}
