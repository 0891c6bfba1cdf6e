import type { FeedRow, LedgerRow, RowCounts, RowReason } from '@quhua/core';
import type { FeedReading } from '@quhua/feeds';
import { dropStaged, openStage, type RegionIds, type Tx } from '@quhua/storage';
import { type BatchCheck, type BatchFindings, NO_FINDINGS } from './check-batch.ts';

/** Rows of a file as they stand in the stage. */
export type StagedRows = {
  /** What was not simply accepted, by line. */
  readonly ledger: Map<number, LedgerRow>;
  readonly counts: RowCounts;
  /** What the reader and the checks say of the file as a whole. */
  readonly notes: readonly RowReason[];
  /** Why the checks want a person to look at the file. */
  readonly holds: readonly RowReason[];
  /** The first rows that were taken, for people to compare. */
  readonly sample: readonly FeedRow[];
};

export type StageInput = {
  readonly reading: FeedReading;
  readonly regionIds: RegionIds;
  /** null: nothing is checked beyond what the reader does. */
  readonly check: BatchCheck | null;
};

const SAMPLE_ROWS = 5;

/**
 * Streams a file's rows into the stage and has them checked against what was known before and each other.
 *
 * Errors: the reader's, the checks', the server's; the transaction can be rolled back then.
 */
export async function stageRows(tx: Tx, { reading, regionIds, check }: StageInput): Promise<StagedRows> {
  const stage = await openStage(tx, reading.plan.feed, regionIds);
  const ledger = new Map<number, LedgerRow>();
  const revoked: number[] = [];
  const sample: FeedRow[] = [];
  try {
    for await (const { revokedLines, ledger: entries, rows } of reading.chunks()) {
      for (const line of revokedLines) ledger.delete(line);
      revoked.push(...revokedLines);
      check?.drop(revokedLines);
      for (const entry of entries) ledger.set(entry.line, entry);
      check?.add(rows);
      if (sample.length < SAMPLE_ROWS) sample.push(...rows.slice(0, SAMPLE_ROWS - sample.length));
      await stage.write(rows);
    }
    await stage.finish();
  } catch (error) {
    await stage.abort();
    throw error;
  }
  const findings = check === null ? NO_FINDINGS : await check.finish(tx.sql, reading);
  const { counts, refused } = applyVerdicts({ ledger, counts: reading.counts() }, findings);
  await dropStaged(tx, [...revoked, ...refused]);
  return { ledger, counts, sample, notes: [...reading.notes(), ...findings.notes], holds: findings.holds };
}

type Account = { readonly ledger: Map<number, LedgerRow>; readonly counts: RowCounts };

/** Writes what the checks say of rows into the ledger; returns the counts then, and the lines that are not taken. */
function applyVerdicts({ ledger, counts }: Account, { verdicts }: BatchFindings) {
  const moved = { ...counts };
  const refused: number[] = [];
  for (const { line, outcome, reasons, raw } of verdicts) {
    const before = ledger.get(line);
    moved[before === undefined ? 'accepted' : 'warned'] -= 1;
    moved[outcome] += 1;
    if (outcome === 'quarantined') refused.push(line);
    ledger.set(line, { line, outcome, reasons: [...(before?.reasons ?? []), ...reasons], raw: before?.raw ?? raw });
  }
  return { counts: moved, refused };
}
