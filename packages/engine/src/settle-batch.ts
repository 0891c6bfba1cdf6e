import type { LedgerRow, RowCounts, RowReason } from '@quhua/core';
import type { FeedReading, ReadPlan } from '@quhua/feeds';
import {
  appendOutbox,
  closeBatch,
  holdStaged,
  insertLedgerRows,
  listSameInstant,
  listStageDuplicates,
  mergeObservations,
  type ReasonCount,
  type Tx,
} from '@quhua/storage';
import { type Engine, firstOpenMonth } from './engine.ts';
import { raiseRefusal, settleRefusal } from './feed-refusals.ts';

export const ASSESS_QUEUE = 'assess';

/** A file whose checked rows are in the stage. */
export type Staged = {
  readonly file: { readonly name: string; readonly knownFrom: Date };
  readonly reading: FeedReading;
  readonly batchId: number;
  readonly simulated: boolean;
  readonly ledger: Map<number, LedgerRow>;
};

/** Decides whether a staged file is taken in or held, and writes it so, with its ledger. */
export async function settleBatch(
  engine: Engine,
  tx: Tx,
  { file, reading, batchId, simulated, ledger }: Staged,
): Promise<void> {
  const { code: jurisdiction } = engine.config.jurisdiction;
  const feed = reading.plan.feed;
  let rows = reading.counts();
  const held = whyHeld(engine, rows, reading.notes());
  if (held === null) {
    const openMonth = firstOpenMonth(engine, file.knownFrom);
    const merge = {
      feed,
      batchId,
      jurisdiction,
      knownFrom: file.knownFrom,
      simulated,
      firstOpenMonth: openMonth,
      source: 'stage',
    } as const;
    const stored = await mergeObservations(tx, merge);
    engine.onStep('ingest.merged');
    if (stored < rows.accepted + rows.warned)
      rows = countDuplicates(rows, ledger, await listStageDuplicates(tx, feed, batchId));
    rows = warnSameInstant(rows, ledger, await listSameInstant(tx, merge));
    await appendOutbox(tx, jurisdiction, [
      { queue: ASSESS_QUEUE, jobKey: `batch-${batchId}`, payload: { v: 1, jurisdiction, batchId: String(batchId) } },
    ]);
    await settleRefusal(engine, tx, file);
  } else {
    await holdStaged(tx, feed, batchId);
    await raiseRefusal(engine, tx, { name: file.name, at: file.knownFrom, simulated, reason: held });
  }
  await insertLedgerRows(tx, batchId, [...ledger.values()]);
  const plan: ReadPlan = { ...reading.plan, notes: held === null ? reading.notes() : [...reading.notes(), held] };
  await closeBatch(tx, batchId, {
    status: held === null ? 'accepted' : 'held',
    rows,
    reasons: countReasons(ledger),
    reading: plan,
  });
}

/** Why a person must look before anything of the file becomes known; null if nobody need. */
export function whyHeld({ config }: Engine, rows: RowCounts, notes: readonly RowReason[]): RowReason | null {
  const mismatch = notes.find((note) => note.code === 'TOTAL_MISMATCH');
  if (mismatch !== undefined) return mismatch;
  if (rows.quarantined <= rows.total * config.feeds.heldAboveShare) return null;
  const message = `${rows.total} 行中有 ${rows.quarantined} 行被隔离，全文件待人工核实 / too many rows quarantined: the file is held`;
  return { code: 'FILE_HELD', message };
}

/** Rows that were known before, to the letter and the instant, move from accepted (or warned) to duplicate. */
function countDuplicates(rows: RowCounts, ledger: Map<number, LedgerRow>, lines: readonly number[]): RowCounts {
  let { accepted, warned, duplicate } = rows;
  for (const line of lines) {
    const before = ledger.get(line);
    if (before === undefined) accepted -= 1;
    else warned -= 1;
    duplicate += 1;
    const reason = {
      code: 'ROW_KNOWN',
      message: '同一时点已有完全相同的记录 / already known, to the letter and the instant',
    };
    ledger.set(line, {
      line,
      outcome: 'duplicate',
      reasons: [...(before?.reasons ?? []), reason],
      raw: before?.raw ?? [],
    });
  }
  return { ...rows, accepted, warned, duplicate };
}

/** Two files that contradict each other at one instant: content decides which is believed, and both are marked as seen. */
function warnSameInstant(rows: RowCounts, ledger: Map<number, LedgerRow>, lines: readonly number[]): RowCounts {
  let { accepted, warned } = rows;
  for (const line of lines) {
    const before = ledger.get(line);
    if (before === undefined) {
      accepted -= 1;
      warned += 1;
    }
    const message = '另一文件在同一时点报了不同的数，按内容取其一 / another file says otherwise at the same instant';
    const reasons = [...(before?.reasons ?? []), { code: 'SAME_INSTANT', message }];
    ledger.set(line, { line, outcome: 'warned', reasons, raw: before?.raw ?? [] });
  }
  return { ...rows, accepted, warned };
}

/** How often each reason stands in a ledger, most frequent first. */
export function countReasons(ledger: ReadonlyMap<number, LedgerRow>): ReasonCount[] {
  const counts = new Map<string, number>();
  for (const { reasons } of ledger.values()) {
    for (const { code } of reasons) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts]
    .map(([code, count]) => ({ code, count }))
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
}
