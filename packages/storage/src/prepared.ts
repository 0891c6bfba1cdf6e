import { CompiledQuery, type QueryResult } from 'kysely';
import type { Db } from './database.ts';

/** Names of the statements that this process has prepared on some connection, by their text. */
const names = new Map<string, string>();

/**
 * Runs a statement that each connection parses and plans once: for one that is asked for many times a second and takes
 * longer to plan than to run.
 *
 * Shapes: its text must not depend on values, else every text stays prepared for good.
 */
export function executePrepared<Row>(db: Db, query: CompiledQuery<Row>): Promise<QueryResult<Row>> {
  const name = names.get(query.sql) ?? `quhua_${names.size + 1}`;
  names.set(query.sql, name);
  const named: unknown = { name, text: query.sql };
  // safe: Kysely hands the text to node-pg as it is, and node-pg takes a name with it
  return db.executeQuery({ ...query, sql: named } as CompiledQuery<Row>);
}

/** A statement that is written out with its `$1`, `$2`, …: nothing is put together anew each time. */
export function writtenOut<Row>(text: string, values: unknown[]): CompiledQuery<Row> {
  return CompiledQuery.raw(text, values) as CompiledQuery<Row>; // safe: what its text selects is the caller's to know
}
