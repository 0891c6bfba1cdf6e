import type {
  FeedName,
  FeedRow,
  FeedsSettings,
  LedgerRow,
  Month,
  RegionLookup,
  RowCounts,
  RowReason,
  SavedMapping,
} from '@quhua/core';
import type { Limits } from './limits.ts';
import type { Merge, WorkbookKind } from './workbook.ts';

/** A file as it arrived. `name` may give month, unit of the country or 模拟: what a file is, its bytes say. */
export type FeedFile = { readonly name: string; readonly bytes: Buffer };

export type FeedContext = {
  readonly settings: FeedsSettings;
  readonly lookup: RegionLookup;
  /** The area as a whole: a row of its name is a total. */
  readonly jurisdiction: { readonly code: string; readonly name: string };
  /** Day on the jurisdiction's calendar at which the file becomes known, `2025-11-06`: later months are future, its own month is open. */
  readonly today: string;
  /** Left out: found by the header, or refused if two are possible. */
  readonly feed?: FeedName;
  /** What `--map` says: goes before the saved mappings of the settings, whatever it matches. */
  readonly mapping?: SavedMapping;
  readonly limits?: Partial<Limits>;
};

export type Encoding = 'utf-8' | 'utf-8-bom' | 'gb18030' | 'utf-16le' | 'utf-16be';
export type Delimiter = ',' | ';' | '\t' | '|';

/** One column that was recognised. */
export type PlannedColumn = {
  /** `region`, `month`, `year`, `unit`, or the feed's own column name. */
  readonly name: string;
  /** The header as it stands in the file, levels joined by `>`. */
  readonly header: string;
  /** 1 is the first column. */
  readonly position: number;
  /** Unit of an area, land, money or percent column; null for others, and where each row gives its own. */
  readonly unit: string | null;
  /** Month of a column in a table with months as columns. */
  readonly month: Month | null;
  /** What settled the name and the unit, for people. */
  readonly why: string;
};

/** Something that was settled for a table as a whole, and where it was read. */
export type Settled = { readonly value: string; readonly where: string };

/** One table of a file. */
export type PlannedTable = {
  /** Empty for a text file. */
  readonly sheet: string;
  /** Rows of the header, the first and the last. */
  readonly header: { readonly from: number; readonly to: number };
  /** Row of the first and the last line that may be data. */
  readonly data: { readonly from: number; readonly to: number };
  readonly columns: readonly PlannedColumn[];
  readonly unit: Settled | null;
  readonly month: Settled | null;
  readonly region: Settled | null;
  /** Name of the saved mapping that was used. */
  readonly mapping: string | null;
  /** Everything above the data, as it stands: what refused rows are sent back under. */
  readonly head: readonly (readonly string[])[];
  readonly merges: readonly Merge[];
  /** How lines are numbered: `base + (row - 1) × records + record`. */
  readonly base: number;
  readonly records: number;
};

/** A row or sheet that holds no record, and why it was passed over. */
export type Ignored = {
  readonly sheet: string;
  readonly row: number | null;
  readonly text: string;
  readonly why: string;
};

/** What was found in a file, before its rows are read: what `--dry-run` shows and the batch keeps. */
export type ReadPlan = {
  readonly feed: FeedName;
  readonly kind: WorkbookKind;
  readonly encoding: Encoding | null;
  readonly delimiter: Delimiter | null;
  readonly tables: readonly PlannedTable[];
  /** Sheets that are no table of the feed, titles and notes. */
  readonly ignored: readonly Ignored[];
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
  readonly rows: readonly FeedRow[];
  readonly ledger: readonly LedgerRow[];
  readonly revokedLines: readonly number[];
};

export type FeedReading = {
  readonly plan: ReadPlan;
  /** Reads the rows, once. Errors: invalid/… for a fault that refuses the whole file, however late: drop what earlier chunks gave. */
  readonly chunks: () => AsyncGenerator<FeedChunk, void, undefined>;
  /** Final when `chunks` has ended. */
  readonly counts: () => RowCounts;
  /** The plan's notes and what the rows added (`TOTAL_MISMATCH`: see `totals` of the settings). Final when `chunks` has ended. */
  readonly notes: () => readonly RowReason[];
  /** Rows under the header that are no records (totals, notes, repeated headers), the first hundred. Final when `chunks` has ended. */
  readonly ignored: () => readonly Ignored[];
  /** Frees what reading holds. Idempotent. */
  readonly close: () => Promise<void>;
};
