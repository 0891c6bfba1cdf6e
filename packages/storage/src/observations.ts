import { type RawBuilder, sql } from 'kysely';
import type { Tx } from './database.ts';
import { type MergeInput, markBatchDue } from './due.ts';
import { columnList, FEED_TABLES, type FeedTable, sameRecord, withdrawnBy } from './feed-tables.ts';

/**
 * Turns staged rows into observations and marks what has to be derived again; returns how many were stored.
 *
 * Shapes: a row that says the same of the same key at the same instant as one already there is not stored again.
 * Concurrency: idempotent; waits for an assessment of the same units that is under way.
 */
export async function mergeObservations(tx: Tx, input: MergeInput): Promise<number> {
  const table = FEED_TABLES[input.feed];
  const insert = table.monthly ? insertMonthly(table, input) : insertRecords(table, input);
  const { numAffectedRows } = await insert.execute(tx.sql);
  await markBatchDue(tx, input);
  return Number(numAffectedRows ?? 0);
}

function insertMonthly(table: FeedTable, { knownFrom, batchId, simulated, firstOpenMonth }: MergeInput) {
  const columns = columnList(table);
  return sql`
    insert into ${sql.table(table.table)}
      (region_id, month, known_from, row_hash, batch_id, line, simulated, period_open, ${columns})
    select region_id, month, ${knownFrom}, md5(row(${columns})::text)::uuid, ${batchId}, line, ${simulated},
      month >= ${firstOpenMonth}, ${columns}
    from ingest_stage
    on conflict do nothing
  `;
}

function insertRecords(table: FeedTable, input: MergeInput) {
  const { jurisdiction, knownFrom, batchId, simulated, firstOpenMonth } = input;
  const columns = columnList(table, 's.');
  return sql`
    insert into ${sql.table(table.table)} (jurisdiction, ${sql.raw(table.region ? 'region_id,' : '')} known_from, row_hash,
      batch_id, line, simulated, open_from, ${columnList(table)})
    select ${jurisdiction}, ${sql.raw(table.region ? 's.region_id,' : '')} ${knownFrom}, ${stagedHash(table)}, ${batchId}, s.line,
      ${simulated}, ${firstOpenMonth}, ${columns}
    from ${stageWithRegion(table)}
    on conflict do nothing
  `;
}

/** The stage as `s`, of a feed of records with the region as `r`. */
export function stageWithRegion({ monthly, region }: FeedTable): RawBuilder<unknown> {
  return monthly || !region ? sql`ingest_stage s` : sql`ingest_stage s join region r on r.id = s.region_id`;
}

/** Hash of a staged row's content: of a record its unit is content too, by its code, which is the same everywhere. */
export function stagedHash(table: FeedTable): RawBuilder<string> {
  const columns = columnList(table, 's.');
  return table.monthly || !table.region
    ? sql`md5(row(${columns})::text)::uuid`
    : sql`md5(row(r.code, ${columns})::text)::uuid`;
}

/** Rows of the stage that were already known, to the letter and the instant. */
export async function listStageDuplicates(
  { sql: db }: Tx,
  { feed, batchId, jurisdiction }: Pick<MergeInput, 'feed' | 'batchId' | 'jurisdiction'>,
): Promise<number[]> {
  const table = FEED_TABLES[feed];
  const { rows } = await sql<{ line: number }>`
    select s.line from ingest_stage s
    where not exists (select 1 from ${sql.table(table.table)} o
      where ${sameRecord(table, jurisdiction)} and o.batch_id = ${batchId} and o.line = s.line)
    order by s.line
  `.execute(db);
  return rows.map((row) => row.line);
}

/**
 * Lines of a batch that say otherwise of a key than another batch of the very same instant. Which of the two is believed
 * is decided by content; that it had to be is worth a warning.
 */
export async function listSameInstant(
  { sql: db }: Tx,
  { feed, batchId, jurisdiction, knownFrom }: MergeInput,
): Promise<number[]> {
  const table = FEED_TABLES[feed];
  const twin = await db
    .selectFrom('batch')
    .select('id')
    .where('jurisdiction', '=', jurisdiction)
    .where('feed', '=', feed)
    .where('known_from', '=', knownFrom)
    .where('id', '<>', batchId)
    .limit(1)
    .executeTakeFirst();
  if (twin === undefined) return [];
  const { rows } = await sql<{ line: number }>`
    select n.line from ${sql.table(table.table)} n
    where n.batch_id = ${batchId} and exists (select 1 from ${sql.table(table.table)} o
      where ${sameRecord(table, jurisdiction, 'n')} and o.known_from = n.known_from and o.batch_id <> ${batchId}
        and not ${withdrawnBy(null)})
    order by n.line
  `.execute(db);
  return rows.map((row) => row.line);
}
