import type { FeedName } from '@quhua/core';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from './database.ts';
import { columnList, FEED_TABLES, type FeedTable, sameRecord, withdrawnBy } from './feed-tables.ts';
import { stagedHash, stageWithRegion } from './observations.ts';

export type CompareInput = { readonly feed: FeedName; readonly jurisdiction: string };

/**
 * Finds, for each staged record, its newest other version that is believed now: table `ingest_before`, by line. False if
 * there can be none: nothing else was ever taken in of the feed, so that a first load pays nothing for it.
 *
 * Concurrency: before the merge; the table ends with the transaction.
 */
export async function compareStaged({ sql: db }: Tx, { feed, jurisdiction }: CompareInput): Promise<boolean> {
  const table = FEED_TABLES[feed];
  const { rows } = await sql<{ known: boolean }>`
    select exists (select 1 from feed_state where jurisdiction = ${jurisdiction} and feed = ${feed})
      or exists (select 1 from batch where jurisdiction = ${jurisdiction} and feed = ${feed} and status = 'accepted' and total > 0) as known
  `.execute(db);
  if (rows[0]?.known !== true) return false;
  const values = table.columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  const open = table.monthly ? 'period_open boolean' : 'open_from text';
  await sql
    .raw(
      `create temp table ingest_before (line int, batch_id bigint, known_from timestamptz, row_hash uuid, region_id int, ${open}, ${values}) on commit drop`,
    )
    .execute(db);
  const kept = sql.raw(`n.region_id, n.${table.monthly ? 'period_open' : 'open_from'}`);
  await sql`
    insert into ingest_before
    select s.line, n.batch_id, n.known_from, n.row_hash, ${kept}, ${columnList(table, 'n.')}
    from ingest_stage s cross join lateral (
      select o.*${table.region ? sql`` : sql`, null::int as region_id`} from ${sql.table(table.table)} o
      where ${sameRecord(table, jurisdiction)} and not ${withdrawnBy(null)}
      order by o.known_from desc, o.row_hash desc limit 1
    ) n
  `.execute(db);
  return true;
}

/** A value of a known record that a staged row changes. Shapes: `values` of both rows as stored, as text. */
export type StoredChange = {
  readonly line: number;
  /** Values of the key's columns; of a monthly feed unit and month. */
  readonly key: readonly string[];
  /** Place in the feed's columns; -1 is the unit. */
  readonly column: number;
  readonly before: string | null;
  readonly after: string | null;
  readonly beforeBatch: number;
};

export type StoredChanges = { readonly count: number; readonly first: readonly StoredChange[] };

const CODE = '(select code from region where id = s.region_id)';

/** What staged rows change of what is believed now, in the file's order; `count` is of all. */
export async function listChanges(
  { sql: db }: Tx,
  { feed, knownFrom, limit }: { readonly feed: FeedName; readonly knownFrom: Date; readonly limit: number },
): Promise<StoredChanges> {
  const table = FEED_TABLES[feed];
  const cells = table.columns.map(({ name }, at) => `(${at}, b.${name}::text, s.${name}::text)`);
  if (!table.monthly && table.region) {
    cells.unshift(
      '(-1, (select code from region where id = b.region_id), (select code from region where id = s.region_id))',
    );
  }
  const key = table.monthly
    ? `${CODE}, s.month`
    : table.key.map((name) => (name === 'region_id' ? CODE : `s.${name}::text`)).join(', ');
  const { rows } = await sql<StoredChange & { count: number }>`
    select s.line, array[${sql.raw(key)}] as key, v.at as "column", v.before, v.after, b.batch_id as "beforeBatch",
      count(*) over () as count
    from ${stageWithRegion(table)} join ingest_before b on b.line = s.line
      cross join lateral (values ${sql.raw(cells.join(', '))}) as v(at, before, after)
    where (${columnList(table, 'b.')}, b.region_id) is distinct from (${columnList(table, 's.')}, ${table.region ? sql`s.region_id` : sql`b.region_id`})
      and ${supersedes(table, knownFrom)} and v.before is distinct from v.after
      ${table.monthly ? sql`and v.after is not null` : sql``} -- a figure that is missing takes nothing away
    order by s.line, v.at limit ${limit}
  `.execute(db);
  return { count: rows[0]?.count ?? 0, first: rows.map(({ count: _, ...change }) => change) };
}

/** Whether staged row `s` is believed in place of `b`. */
function supersedes(table: FeedTable, knownFrom: Date): RawBuilder<boolean> {
  return sql`(b.known_from < ${knownFrom} or (b.known_from = ${knownFrom} and b.row_hash < ${stagedHash(table)}))`;
}

/** Staged lines that say otherwise of a record of which something newer is known already: kept, and not believed now. */
export async function listNewerKnown({ sql: db }: Tx, feed: FeedName, knownFrom: Date): Promise<number[]> {
  const table = FEED_TABLES[feed];
  const { rows } = await sql<{ line: number }>`
    select s.line from ${stageWithRegion(table)} join ingest_before b on b.line = s.line
    where b.known_from > ${knownFrom} and b.row_hash <> ${stagedHash(table)} order by s.line
  `.execute(db);
  return rows.map((row) => row.line);
}

/** Columns of a record that make the figures of months; a change of any of them corrects a month. */
const FIGURES_OF_MONTHS: Readonly<Partial<Record<FeedName, readonly string[]>>> = {
  contracts: ['region_id', 'signed_on', 'cancelled_on', 'area_centisqm'],
};

/** Staged lines that change a figure of a month that was over, and reported, before. */
export async function listCorrected({ sql: db }: Tx, feed: FeedName, knownFrom: Date): Promise<number[]> {
  const table = FEED_TABLES[feed];
  const [day] = table.months;
  if (day === undefined || feed === 'land') return []; // an entry that goes on to its next stage is no correction
  const columns = FIGURES_OF_MONTHS[feed] ?? table.columns.map(({ name }) => name);
  // What is added is no correction (a contract is cancelled in its own time); a monthly figure left out is none either.
  const differs = columns.map((name) =>
    table.monthly ? `s.${name} <> b.${name}` : `(b.${name} is not null and s.${name} is distinct from b.${name})`,
  );
  const closed = table.monthly ? 'not b.period_open' : `to_char(b.${day}, 'YYYY-MM') < b.open_from`;
  const { rows } = await sql<{ line: number }>`
    select s.line from ${stageWithRegion(table)} join ingest_before b on b.line = s.line
    where b.known_from < ${knownFrom} and ${sql.raw(closed)} and (${sql.raw(differs.join(' or '))}) order by s.line
  `.execute(db);
  return rows.map((row) => row.line);
}
