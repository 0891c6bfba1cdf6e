import type { Episode } from '@quhua/core';
import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';

/** Episodes of units as they stand, by unit. */
export async function listEpisodes(
  db: Db,
  rulebook: string,
  regionIds: readonly number[],
): Promise<Map<number, Episode[]>> {
  const { rows } = await sql<{
    region_id: number;
    kind: Episode['kind'];
    start_month: string;
    end_month: string | null;
  }>`
    select region_id, kind, start_month, end_month from episode
    where rulebook = ${rulebook} and region_id = any(${regionIds}::int[]) order by region_id, kind, start_month
  `.execute(db);
  const byRegion = new Map<number, Episode[]>(regionIds.map((id) => [id, []]));
  for (const row of rows)
    byRegion.get(row.region_id)?.push({ kind: row.kind, start: row.start_month, end: row.end_month });
  return byRegion;
}

export type EpisodeChange = {
  readonly regionId: number;
  readonly before: readonly Episode[];
  readonly after: readonly Episode[];
};

/** Replaces episodes that a derivation changed; what stayed the same is not touched. */
export async function saveEpisodes(
  { sql: db }: Tx,
  rulebook: string,
  changes: readonly EpisodeChange[],
): Promise<void> {
  const gone = changes.flatMap(({ regionId, before, after }) =>
    missingFrom(after, before).map((episode) => ({ regionId, ...episode })),
  );
  const fresh = changes.flatMap(({ regionId, before, after }) =>
    missingFrom(before, after).map((episode) => ({ regionId, ...episode })),
  );
  if (gone.length > 0) {
    await sql`
      delete from episode e using unnest(${gone.map((row) => row.regionId)}::int[], ${gone.map((row) => row.kind)}::text[],
        ${gone.map((row) => row.start)}::text[]) as g(region_id, kind, start_month)
      where e.rulebook = ${rulebook} and e.region_id = g.region_id and e.kind = g.kind and e.start_month = g.start_month
    `.execute(db);
  }
  if (fresh.length === 0) return;
  await sql`
    insert into episode (rulebook, region_id, kind, start_month, end_month)
    select ${rulebook}, * from unnest(${fresh.map((row) => row.regionId)}::int[], ${fresh.map((row) => row.kind)}::text[],
      ${fresh.map((row) => row.start)}::text[], ${fresh.map((row) => row.end)}::text[])
  `.execute(db);
}

function missingFrom(have: readonly Episode[], wanted: readonly Episode[]): Episode[] {
  const keys = new Set(have.map(keyOf));
  return wanted.filter((episode) => !keys.has(keyOf(episode)));
}

function keyOf({ kind, start, end }: Episode): string {
  return `${kind}/${start}/${end}`;
}
