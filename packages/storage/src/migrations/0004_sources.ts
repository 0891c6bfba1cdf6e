import { type Kysely, sql } from 'kysely';

/** What is remembered of a source between two pulls: nothing of it is a secret, the address is kept as its hash. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table source_state (
         jurisdiction text not null,
         source text not null,
         address_hash text not null,
         etag text,
         last_modified text,
         tried_at timestamptz not null,
         pulled_at timestamptz,
         failures int not null default 0,
         last_error text,
         primary key (jurisdiction, source)
       )`,
    )
    .execute(db);
}
