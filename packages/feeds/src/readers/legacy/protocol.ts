import type { Limits } from '../../limits.ts';
import type { Merge, SheetRow, WorkbookKind, WorkbookNote } from '../../workbook.ts';

/** What the worker reads. Shapes: the compound file, or the whole archive. */
export type LegacyKind = Exclude<WorkbookKind, 'text' | 'xlsx'>;

export type LegacyJob = {
  readonly bytes: Uint8Array;
  readonly kind: LegacyKind;
  readonly limits: Pick<Limits, 'columns' | 'legacy' | 'zipRatio' | 'zipEntries'>;
};

export type LegacySheet = {
  readonly name: string;
  readonly hidden: boolean;
  readonly hiddenColumns: readonly number[];
  readonly merges: readonly Merge[];
};

/** Why the worker gives up: a password, something that it cannot read, or a refusal made elsewhere. */
export type LegacyFault =
  | { readonly kind: 'encrypted' }
  | { readonly kind: 'damaged'; readonly text: string }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly details: unknown };

export type Opened = { readonly sheets: readonly LegacySheet[]; readonly notes: readonly WorkbookNote[] };

/** Rows of one sheet from `next` on: what the worker is asked for, and its answer (null: that was the last). */
export type RowsWanted = { readonly sheet: number; readonly next: number };
export type RowsFound = { readonly rows: readonly SheetRow[]; readonly next: number | null };

/** Shapes: the first answer is to the job itself; each question has one. */
export type LegacyAnswer =
  | { readonly opened: Opened }
  | { readonly found: RowsFound }
  | { readonly fault: LegacyFault };
