import type { Db } from './database.ts';

export type SourceKey = { readonly jurisdiction: string; readonly source: string };
export type SourceState = {
  /** SHA-256 of the address: what another address answered says nothing about this one. */
  readonly addressHash: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly triedAt: Date;
  /** When it last answered, be it that nothing is new. */
  readonly pulledAt: Date | null;
  /** In a row, up to now. */
  readonly failures: number;
  readonly lastError: string | null;
};

/** What is remembered of a source. Missing: it was never asked. */
export async function findSourceState(db: Db, { jurisdiction, source }: SourceKey): Promise<SourceState | undefined> {
  const row = await db
    .selectFrom('source_state')
    .selectAll()
    .where('jurisdiction', '=', jurisdiction)
    .where('source', '=', source)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    addressHash: row.address_hash,
    etag: row.etag,
    lastModified: row.last_modified,
    triedAt: row.tried_at,
    pulledAt: row.pulled_at,
    failures: row.failures,
    lastError: row.last_error,
  };
}

/** Remembers how a source answered. Concurrency: the last writer holds; what it costs is a pull. */
export async function saveSourceState(db: Db, key: SourceKey, state: SourceState): Promise<void> {
  const values = {
    address_hash: state.addressHash,
    etag: state.etag,
    last_modified: state.lastModified,
    tried_at: state.triedAt,
    pulled_at: state.pulledAt,
    failures: state.failures,
    last_error: state.lastError,
  };
  await db
    .insertInto('source_state')
    .values({ ...key, ...values })
    .onConflict((conflict) => conflict.columns(['jurisdiction', 'source']).doUpdateSet(values))
    .execute();
}
