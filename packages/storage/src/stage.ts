import type { FeedName, FeedRow } from '@quhua/core';
import { sql } from 'kysely';
import { from as copyFrom } from 'pg-copy-streams';
import { type CopyText, createCopyText } from './copy-text.ts';
import type { Tx } from './database.ts';
import { columnList, FEED_TABLES, type FeedTable } from './feed-tables.ts';
import type { RegionIds } from './regions.ts';

/** Rows of one file on their way in: streamed by COPY into a table that ends with the transaction. */
export type Stage = {
  /** Resolves when the server has room for more. */
  readonly write: (rows: readonly FeedRow[]) => Promise<void>;
  /** Ends the COPY; from here on the transaction's connection is free again. */
  readonly finish: () => Promise<void>;
  /** Gives the COPY up, after an error of the caller's own: the transaction can be rolled back then. */
  readonly abort: () => Promise<void>;
};

/**
 * Opens the staging table `ingest_stage` for a feed.
 *
 * Shapes: values in the order of the feed's columns. Errors: whatever the server says, at `write` or `finish`.
 * Concurrency: the transaction's connection is busy until `finish` or `abort`.
 */
export async function openStage(tx: Tx, feed: FeedName, regionIds: RegionIds): Promise<Stage> {
  const table = FEED_TABLES[feed];
  await createStage(tx, table);
  const stream = tx.client.query(copyFrom('copy ingest_stage from stdin'));
  const text = createCopyText();
  const target = { monthly: table.monthly, regionIds };
  let failure: Error | null = null;
  stream.on('error', (error) => {
    failure = error;
  });
  return {
    write: async (rows) => {
      if (failure !== null) throw failure;
      if (rows.length === 0) return;
      for (const row of rows) addRow(text, row, target);
      if (stream.write(text.take())) return;
      await new Promise<void>((resolve, reject) => {
        stream.once('drain', resolve);
        stream.once('error', reject);
      });
    },
    finish: () =>
      new Promise<void>((resolve, reject) => {
        if (failure !== null) return reject(failure);
        stream.once('error', reject);
        stream.end(() => resolve());
      }),
    abort: async () => {
      if (failure !== null || stream.writableFinished) return;
      await new Promise<void>((resolve) => {
        stream.once('close', resolve);
        stream.destroy(new Error('given up'));
      });
    },
  };
}

async function createStage({ client }: Tx, { columns, monthly }: FeedTable): Promise<void> {
  const values = columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  await client.query(
    `create temp table ingest_stage (line int, region_id int, ${monthly ? 'month text,' : ''} ${values}) on commit drop`,
  );
}

function addRow(
  text: CopyText,
  { line, regionCode, month, values }: FeedRow,
  { monthly, regionIds }: { readonly monthly: boolean; readonly regionIds: RegionIds },
): void {
  text.value(line);
  text.value(regionCode === null ? null : (regionIds.get(regionCode) ?? null));
  if (monthly) text.value(month);
  for (let at = 0; at < values.length; at += 1) text.value(values[at] ?? null);
  text.endRow();
}

/** Takes lines out of the stage: rows that a later row of the same file contradicted. */
export async function dropStaged({ sql: db }: Tx, lines: readonly number[]): Promise<void> {
  if (lines.length === 0) return;
  await sql`delete from ingest_stage where line = any(${lines}::int[])`.execute(db);
}

/** Keeps checked rows of a file that is held for a person; nothing becomes known. */
export async function holdStaged({ sql: db }: Tx, feed: FeedName, batchId: number): Promise<void> {
  const table = FEED_TABLES[feed];
  const values = sql.raw(table.columns.map(({ name }) => `${name}::text`).join(', '));
  await sql`
    insert into held_row (batch_id, line, region_id, month, row_values)
    select ${batchId}, line, region_id, ${table.monthly ? sql`month` : sql`null`}, array[${values}] from ingest_stage
  `.execute(db);
}

/** Puts the rows of a held batch on the stage again and ends their wait. */
export async function stageHeld(tx: Tx, feed: FeedName, batchId: number): Promise<void> {
  const table = FEED_TABLES[feed];
  await createStage(tx, table);
  const typed = sql.raw(table.columns.map(({ type }, at) => `row_values[${at + 1}]::${type}`).join(', '));
  const month = table.monthly ? sql`month,` : sql``;
  await sql`
    with held as (delete from held_row where batch_id = ${batchId} returning *)
    insert into ingest_stage (line, region_id, ${month} ${columnList(table)})
    select line, region_id, ${month} ${typed} from held
  `.execute(tx.sql);
}
