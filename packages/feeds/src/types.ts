import type {
  AreaUnit,
  FeedName,
  FeedsSettings,
  LedgerRow,
  MonthlyRow,
  RegionLookup,
  RowCounts,
  RowReason,
} from '@quhua/core';
import type { Limits } from './limits.ts';

/** A file as it arrived. `name` serves messages and the 模拟 mark only: what a file is, its bytes say. */
export type FeedFile = { readonly name: string; readonly bytes: Buffer };

export type FeedContext = {
  readonly settings: FeedsSettings;
  readonly lookup: RegionLookup;
  /** Day on the jurisdiction's calendar at which the file becomes known, `2025-11-06`: later months are future, its own month is open. */
  readonly today: string;
  /** Left out: found by the header, or refused if two are possible. */
  readonly feed?: FeedName;
  readonly limits?: Partial<Limits>;
};

export type Encoding = 'utf-8' | 'utf-8-bom' | 'gb18030' | 'utf-16le' | 'utf-16be';
export type Delimiter = ',' | ';' | '\t';

/** One column that was recognised. */
export type PlannedColumn = {
  /** `region`, `month`, `unit`, or the feed's own column name. */
  readonly name: string;
  /** The header cell as it stands in the file. */
  readonly header: string;
  /** 1 is the first column. */
  readonly position: number;
  /** Unit of an area column; null for others, and where each row gives its own. */
  readonly unit: AreaUnit | null;
  /** What settled the name and the unit, for people. */
  readonly why: string;
};

/** What was found in a file, before its rows are read: what `--dry-run` shows and the batch keeps. */
export type ReadPlan = {
  readonly feed: FeedName;
  readonly columns: readonly PlannedColumn[];
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
  /** The header row whole, for the file of refused rows. */
  readonly header: readonly string[];
  readonly headerLine: number;
  /** The file's name or text says 模拟. */
  readonly simulated: boolean;
  readonly notes: readonly RowReason[];
};

/**
 * A part of the file, in the file's order.
 *
 * Shapes: `rows` holds accepted and warned records; `ledger` every record that was not simply accepted.
 * `revokedLines` come in the last chunks: whatever earlier chunks said of these lines (row, ledger entry or both) no longer holds,
 * and the same chunk's `ledger` says what does. Apply the revocation first, then rows and ledger.
 */
export type FeedChunk = {
  readonly rows: readonly MonthlyRow[];
  readonly ledger: readonly LedgerRow[];
  readonly revokedLines: readonly number[];
};

export type FeedReading = {
  readonly plan: ReadPlan;
  /** Reads the rows, once. Errors: invalid/… for a fault that refuses the whole file, however late: drop what earlier chunks gave. */
  readonly chunks: () => AsyncGenerator<FeedChunk, void, undefined>;
  /** Final when `chunks` has ended. */
  readonly counts: () => RowCounts;
  /** The plan's notes and what the rows added (`TOTAL_MISMATCH`: hold the file). Final when `chunks` has ended. */
  readonly notes: () => readonly RowReason[];
};
