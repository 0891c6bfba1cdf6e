import { AppError, type LedgerRow, type RowCounts, type RowReason } from '@quhua/core';
import type { FeedReading } from '@quhua/feeds';
import {
  appendOutbox,
  closeBatch,
  holdStaged,
  insertLedgerRows,
  isProjectFeed,
  listSameInstant,
  listStageDuplicates,
  mergeObservations,
  type ReasonCount,
  type Tx,
} from '@quhua/storage';
import { compareFile, warnRows } from './compare-file.ts';
import { watchBatchProjects } from './delivery/watch-projects.ts';
import { type Engine, firstOpenMonth } from './engine.ts';
import { raiseRefusal, settleRefusal } from './feed-refusals.ts';
import { readingOf } from './ingest-result.ts';
import { settleLedger } from './land/settle-ledger.ts';
import type { StagedRows } from './stage-rows.ts';

export const ASSESS_QUEUE = 'assess';

/** A file whose checked rows are in the stage. */
export type Staged = {
  readonly file: { readonly name: string; readonly knownFrom: Date };
  readonly reading: FeedReading;
  readonly batchId: number;
  readonly simulated: boolean;
  readonly rows: StagedRows;
};

/** Decides whether a staged file is taken in or held, and writes it so, with its ledger. */
export async function settleBatch(engine: Engine, tx: Tx, staged: Staged): Promise<void> {
  const { file, reading, batchId, simulated } = staged;
  const { ledger, notes } = staged.rows;
  const { code: jurisdiction } = engine.config.jurisdiction;
  const feed = reading.plan.feed;
  const held = whyHeld(engine, staged.rows);
  // What is held is compared too, as if it were approved: that is what the person has to decide about.
  const knownFrom = held === null ? file.knownFrom : engine.now();
  const { compared, differences, warnings } = await compareFile(tx, { plan: reading.plan, jurisdiction, knownFrom });
  let counts = warnRows({ ledger, counts: staged.rows.counts }, warnings);
  if (held === null) {
    const firstOpen = firstOpenMonth(engine, knownFrom);
    const merge = { feed, batchId, jurisdiction, knownFrom, simulated, firstOpenMonth: firstOpen, compared } as const;
    const stored = await mergeObservations(tx, merge);
    engine.onStep('ingest.merged');
    if (stored < counts.accepted + counts.warned)
      counts = countDuplicates(counts, ledger, await listStageDuplicates(tx, merge));
    counts = warnSameInstant(counts, ledger, await listSameInstant(tx, merge));
    await appendOutbox(tx, jurisdiction, [
      { queue: ASSESS_QUEUE, jobKey: `batch-${batchId}`, payload: { v: 1, jurisdiction, batchId: String(batchId) } },
    ]);
    if (feed === 'land') await settleLedger(engine, tx, batchId);
    if (isProjectFeed(feed)) await watchBatchProjects(engine, tx, { feed, batchId });
    await settleRefusal(engine, tx, file);
  } else {
    await holdStaged(tx, feed, batchId);
    await raiseRefusal(engine, tx, { name: file.name, at: file.knownFrom, simulated, reason: held, feed });
  }
  await insertLedgerRows(tx, batchId, [...ledger.values()]);
  await closeBatch(tx, batchId, {
    status: held === null ? 'accepted' : 'held',
    rows: counts,
    reasons: countReasons(ledger),
    reading: readingOf(reading, { notes: held === null ? notes : [...notes, held], differences }),
  });
}

/**
 * Why a person must look before anything of the file becomes known; null if nobody need.
 *
 * Errors: invalid/TOTAL_MISMATCH where the settings refuse such a file.
 */
export function whyHeld(
  { config }: Engine,
  { counts: rows, notes, holds }: Pick<StagedRows, 'counts' | 'notes' | 'holds'>,
): RowReason | null {
  const { totals, heldAboveShare } = config.feeds;
  const mismatch = notes.find((note) => note.code === 'TOTAL_MISMATCH');
  if (mismatch !== undefined && totals === 'refuse') throw new AppError('invalid', mismatch.code, mismatch.message);
  if (mismatch !== undefined && totals === 'hold') return mismatch;
  const [hold] = holds;
  if (hold !== undefined) return hold;
  if (rows.quarantined <= rows.total * heldAboveShare) return null;
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
function warnSameInstant(counts: RowCounts, ledger: Map<number, LedgerRow>, lines: readonly number[]): RowCounts {
  const message = '另一文件在同一时点报了不同的数，按内容取其一 / another file says otherwise at the same instant';
  const warnings = new Map(lines.map((line) => [line, { code: 'SAME_INSTANT', message }]));
  return warnRows({ ledger, counts }, warnings);
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
