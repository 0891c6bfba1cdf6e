import { createHash } from 'node:crypto';
import { AppError, canonicalText, FEEDS, type FeedColumn, type FeedName } from '@quhua/core';
import type { ReadPlan } from '@quhua/feeds';
import { type Batch, getBatch, type KnownRow, readKnown } from '@quhua/storage';
import { type Engine, refuseFuture } from './engine.ts';

export type ExportInput = {
  readonly feed: FeedName;
  /** Left out: now. */
  readonly asOf?: Date;
  /** Only what this batch reported, in the columns that its file had. */
  readonly batch?: number;
};

export type Exported = {
  readonly feed: FeedName;
  readonly asOf: string;
  readonly rows: number;
  readonly sha256: string;
  /** Cells that a spreadsheet would run: the canonical text holds them as they are. */
  readonly formulas: number;
};

/** Takes a part of the text; the next one waits for it. */
export type Sink = (text: string) => Promise<void>;

/**
 * Writes what is known of a feed as canonical CSV.
 *
 * Shapes: UTF-8, LF, a header; key columns, `region_code`, then the feed's columns in their order; by key. What is
 * missing is empty. For machines: cells are the stored values, not made harmless for spreadsheets.
 * Errors: not_found/BATCH_NOT_FOUND, invalid/BATCH_OTHER_FEED, invalid/AS_OF_FUTURE.
 */
export async function exportFeed(engine: Engine, input: ExportInput, write: Sink): Promise<Exported> {
  const { feed } = input;
  const { code: jurisdiction } = engine.config.jurisdiction;
  const asOf = input.asOf === undefined ? engine.now() : refuseFuture(engine, input.asOf);
  const batch = input.batch === undefined ? null : await getBatch(engine.database.db, jurisdiction, input.batch);
  if (batch !== null) refuseOther(batch, feed);
  const layout = layoutOf(feed, batch);
  const hash = createHash('sha256');
  const put = (text: string): Promise<void> => {
    hash.update(text);
    return write(text);
  };
  const counts = { rows: 0, formulas: 0 };
  await put(`${layout.map(({ name }) => name).join(',')}\n`);
  await engine.database.transaction(async (tx) => {
    for await (const rows of readKnown(tx, { jurisdiction, feed, asOf, batchId: batch?.id ?? null })) {
      counts.rows += rows.length;
      await put(rows.map((row) => csvLine(row, layout, counts)).join(''));
    }
  });
  return { feed, asOf: asOf.toISOString(), ...counts, sha256: hash.digest('hex') };
}

function refuseOther({ id, feed, status }: Batch, asked: FeedName): void {
  if (feed === asked && status !== 'held') return;
  const why =
    status === 'held'
      ? '尚待核，批准后才有数据 / is held'
      : `是 ${feed ?? '未读懂的文件'}，不是 ${asked} / is of another feed`;
  throw new AppError('invalid', 'BATCH_OTHER_FEED', `批次 ${id} ${why}`);
}

/** A column of the text: where its value is found. */
type Cell = { readonly name: string; readonly textOf: (row: KnownRow) => string };

function layoutOf(feed: FeedName, batch: Batch | null): Cell[] {
  const { shape, key, region, columns } = FEEDS[feed];
  const had = batch === null ? null : columnsOf(batch);
  const cells = columns.flatMap((column, at) => {
    const isKept = had === null || had.has(column.name) || key.includes(column.name);
    return isKept ? [{ ...valueCell(column, at), isKey: key.includes(column.name) }] : [];
  });
  const unit: Cell = { name: 'region_code', textOf: ({ regionCode }) => quoted(regionCode ?? '') };
  const month: Cell = { name: 'month', textOf: (row) => row.month ?? '' };
  if (shape === 'monthly') return [unit, month, ...cells];
  return [...cells.filter(({ isKey }) => isKey), ...(region ? [unit] : []), ...cells.filter(({ isKey }) => !isKey)];
}

function valueCell(column: FeedColumn, at: number): Cell {
  return { name: column.name, textOf: ({ values }) => quoted(canonicalText(column, values[at] ?? null)) };
}

/** Canonical columns that a batch's file had. */
function columnsOf({ reading }: Batch): Set<string> {
  const plan = reading as ReadPlan | null; // safe: written by settle
  return new Set((plan?.tables ?? []).flatMap((table) => table.columns.map(({ name }) => name)));
}

const FORMULA = /^[=+@\t\r]|^-[^\d]/u;

function csvLine(row: KnownRow, layout: readonly Cell[], counts: { formulas: number }): string {
  const cells = layout.map(({ textOf }) => textOf(row));
  for (const cell of cells) if (FORMULA.test(cell)) counts.formulas += 1;
  return `${cells.join(',')}\n`;
}

/** A field of a CSV line, quoted where it must be. */
export function quoted(text: string): string {
  return /[",\n\r]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
