import type { FeedValue } from '@quhua/core';
import type { MappedTable, Mapping } from '../mapping.ts';
import type { FeedChunk } from '../types.ts';
import type { RecordReading } from './check-row.ts';
import { metBefore } from './conflicts.ts';
import { storedOf } from './key-book.ts';
import { ledgerRow } from './ledger.ts';
import { isCumulative } from './row-kinds.ts';
import { createTotalCheck, type TotalCheck } from './totals.ts';
import { type Chunk, emptyChunk, hasAny, placeOf, type TableWork, type Work } from './work.ts';

/** Conflicts, by key: the line that differs, and the line from which on rows were refused at once. */
type Conflicts = ReadonlyMap<number, { readonly other: number; readonly until: number }>;

const MOST_TOTAL_NOTES = 100;

/**
 * Second pass: rows that were taken before a later one contradicted them, and the totals.
 *
 * Shapes: records whose values only seemed equal by their hash are compared here; should two differ, one more pass takes them back.
 */
export async function* reviewRows(work: Work): AsyncGenerator<FeedChunk, void, undefined> {
  const conflicts = new Map([...work.keys.conflicts].map(([key, line]) => [key, { other: line, until: line }]));
  const found = new Map<number, { other: number; until: number }>();
  const twins = new Map<number, { line: number; values: readonly FeedValue[] }>();
  const totals = new Map<MappedTable, readonly TotalCheck[]>();
  yield* eachRecord(work, conflicts, (reading, table) => {
    if (work.totals > 0) addToTotals(reading, table, totals);
    if (work.keys.unsure.size > 0) compareTwins(reading, { work, twins, conflicts, found });
  });
  for (const checks of totals.values()) {
    const notes = checks.flatMap((check) => check.end());
    work.run.notes.push(...notes.slice(0, MOST_TOTAL_NOTES));
  }
  if (found.size > 0) yield* eachRecord(work, found, () => {});
}

type Visit = (reading: RecordReading, table: TableWork, word: string) => void;

async function* eachRecord(work: Work, conflicts: Conflicts, visit: Visit): AsyncGenerator<FeedChunk, void, undefined> {
  const taken = new Set<number>();
  for (const table of work.tables) {
    for await (const batch of table.source.table.rows()) {
      const chunk = emptyChunk();
      for (const row of batch) {
        const reading = table.checker.check(row);
        if (reading.kind !== 'records' && reading.kind !== 'total') continue;
        if (reading.kind === 'total' && isCumulative(reading.word)) continue;
        for (const record of reading.records) {
          visit(record, table, reading.word);
          if (record.kind === 'record') revoke(record, { work, table, conflicts, taken, chunk });
        }
      }
      if (hasAny(chunk)) yield chunk;
    }
  }
}

type Revoking = {
  readonly work: Work;
  readonly table: TableWork;
  readonly conflicts: Conflicts;
  readonly taken: Set<number>;
  readonly chunk: Chunk;
};

/** Takes back a record that was taken, or counted as a repetition, before its key was known to be in conflict. */
function revoke(reading: RecordReading, { work, table, conflicts, taken, chunk }: Revoking): void {
  if (reading.refused || conflicts.size === 0) return;
  const key = work.keys.keyOf(reading);
  const conflict = conflicts.get(key);
  if (conflict === undefined || reading.line >= conflict.until) return;
  const { counts } = work.run;
  const { source, raw } = table;
  const before = taken.has(key) ? 'duplicate' : reading.reasons.length > 0 ? 'warned' : 'accepted';
  taken.add(key);
  counts[before] -= 1;
  counts.quarantined += 1;
  const reason = metBefore(reading, { place: placeOf(conflict.other, work), mapping: source.mapping });
  chunk.revokedLines.push(reading.line);
  chunk.ledger.push(ledgerRow(reading, 'quarantined', { reasons: [...reading.reasons, reason], raw }));
}

function addToTotals(
  reading: RecordReading,
  { source }: TableWork,
  all: Map<MappedTable, readonly TotalCheck[]>,
): void {
  let checks = all.get(source);
  if (checks === undefined) {
    const { mapping }: { mapping: Mapping } = source;
    checks = mapping.records.map((_, record) => createTotalCheck(mapping, record));
    all.set(source, checks);
  }
  const check = checks[reading.record];
  if (reading.kind === 'record') check?.add(reading);
  if (reading.kind === 'total') check?.total(reading);
}

type Twins = {
  readonly work: Work;
  readonly twins: Map<number, { line: number; values: readonly FeedValue[] }>;
  readonly conflicts: Conflicts;
  readonly found: Map<number, { other: number; until: number }>;
};

/** Compares a record with the first of its key, value by value. */
function compareTwins(reading: RecordReading, { work, twins, conflicts, found }: Twins): void {
  if (reading.kind !== 'record' || reading.refused) return;
  const key = work.keys.keyOf(reading);
  if (!work.keys.unsure.has(key) || conflicts.has(key) || found.has(key)) return;
  const values = storedOf(reading);
  const first = twins.get(key);
  if (first === undefined) twins.set(key, { line: reading.line, values });
  else if (values.some((value, at) => value !== first.values[at])) {
    found.set(key, { other: reading.line, until: Number.POSITIVE_INFINITY });
  }
}
