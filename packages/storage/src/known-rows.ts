import type { FeedName } from '@quhua/core';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from './database.ts';
import { FEED_TABLES, type FeedTable, withdrawnBy } from './feed-tables.ts';

export type KnownRequest = {
  readonly jurisdiction: string;
  readonly feed: FeedName;
  readonly asOf: Date;
  /** Only what this batch reported, whether it is believed or not. */
  readonly batchId: number | null;
};

/** A known record. Shapes: code and month are null for feeds without; `values` in the order of the feed's columns, days as text. */
export type KnownRow = {
  readonly regionCode: string | null;
  readonly month: string | null;
  readonly values: readonly (number | string | null)[];
};

const ROWS_AT_ONCE = 5_000;

/**
 * What was known at `asOf` of a feed, a record each, in the order of its key, byte by byte.
 *
 * Shapes: of a record the newest version as a whole; of a monthly figure the newest that is not missing. In batches.
 * Concurrency: one snapshot; the transaction's connection is busy until the end.
 */
export async function* readKnown({ sql: db }: Tx, request: KnownRequest): AsyncGenerator<readonly KnownRow[]> {
  const table = FEED_TABLES[request.feed];
  await sql`declare known no scroll cursor for ${table.monthly ? monthly(table, request) : records(table, request)}`.execute(
    db,
  );
  for (;;) {
    const fetched = await sql<Fetched>`fetch ${sql.raw(String(ROWS_AT_ONCE))} from known`.execute(db);
    if (fetched.rows.length === 0) break;
    yield fetched.rows.map((row) => toKnown(table, row));
  }
  await sql`close known`.execute(db);
}

type Fetched = { readonly region_code: string | null; readonly month: string | null } & Readonly<
  Record<string, number | string | null>
>;

function toKnown({ columns }: FeedTable, row: Fetched): KnownRow {
  return { regionCode: row.region_code, month: row.month, values: columns.map((_, at) => row[`v${at}`] ?? null) };
}

function isKnown({ asOf, batchId }: KnownRequest): RawBuilder<boolean> {
  if (batchId !== null) return sql`o.batch_id = ${batchId}`;
  return sql`o.known_from <= ${asOf} and not ${withdrawnBy(asOf)}`;
}

function monthly({ table, columns }: FeedTable, request: KnownRequest): RawBuilder<unknown> {
  const values = columns.map(
    ({ name }, at) =>
      `(array_agg(o.${name} order by o.known_from desc, o.row_hash desc) filter (where o.${name} is not null))[1] as v${at}`,
  );
  return sql`
    select r.code as region_code, o.month, ${sql.raw(values.join(', '))}
    from ${sql.table(table)} o join region r on r.id = o.region_id
    where r.jurisdiction = ${request.jurisdiction} and ${isKnown(request)}
    group by r.code, o.month order by r.code collate "C", o.month
  `;
}

function records({ table, columns, key, region }: FeedTable, request: KnownRequest): RawBuilder<unknown> {
  const values = columns.map(({ name }, at) => `o.${name} as v${at}`);
  const keys = sql.raw(key.map((name) => (name === 'region_id' ? 'r.code collate "C"' : `o.${name}`)).join(', '));
  return sql`
    select distinct on (${keys}) ${region ? sql`r.code` : sql`null::text`} as region_code, null::text as month, ${sql.raw(values.join(', '))}
    from ${sql.table(table)} o ${region ? sql`join region r on r.id = o.region_id` : sql``}
    where o.jurisdiction = ${request.jurisdiction} and ${isKnown(request)}
    order by ${keys}, o.known_from desc, o.row_hash desc
  `;
}
