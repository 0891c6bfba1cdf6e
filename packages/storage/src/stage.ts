import type { FeedName, MonthlyRow } from '@quhua/core';
import { from as copyFrom } from 'pg-copy-streams';
import type { Tx } from './database.ts';
import { FEED_TABLES } from './feed-tables.ts';
import type { RegionIds } from './regions.ts';

/** Rows of one file on their way in: streamed by COPY into a table that ends with the transaction. */
export type Stage = {
  /** Resolves when the server has room for more. */
  readonly write: (rows: readonly MonthlyRow[]) => Promise<void>;
  /** Ends the COPY; from here on the transaction's connection is free again. */
  readonly finish: () => Promise<void>;
};

/**
 * Opens the staging table `ingest_stage` for a feed.
 *
 * Shapes: figures in the order of the feed's columns. Errors: whatever the server says, at `write` or `finish`.
 * Concurrency: the transaction's connection is busy until `finish`.
 */
export async function openStage({ client }: Tx, feed: FeedName, regionIds: RegionIds): Promise<Stage> {
  const figures = FEED_TABLES[feed].figures.map((name) => `${name} bigint`).join(', ');
  await client.query(`create temp table ingest_stage (line int, region_id int, month text, ${figures}) on commit drop`);
  const stream = client.query(copyFrom('copy ingest_stage from stdin'));
  let failure: Error | null = null;
  stream.on('error', (error) => {
    failure = error;
  });
  return {
    write: async (rows) => {
      if (failure !== null) throw failure;
      const text = rows.map((row) => copyLine(row, regionIds)).join('');
      if (text === '' || stream.write(text)) return;
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
  };
}

function copyLine({ line, regionCode, month, figures }: MonthlyRow, regionIds: RegionIds): string {
  let text = `${line}\t${regionIds.get(regionCode)}\t${month}`;
  for (const figure of figures) text += figure === null ? '\t\\N' : `\t${figure}`;
  return `${text}\n`;
}
