import { matchingKey } from '@quhua/core';
import type { Merge, SheetRow } from '../workbook.ts';

/** The header over one column: what stands above it, from the top, blanks and repetitions left out. */
export type HeaderColumn = {
  /** 0 is column A. */
  readonly index: number;
  readonly levels: readonly string[];
};

export type HeaderRows = {
  /** The rows from the first to the last of the header; null for a row in which nothing stands. */
  readonly rows: readonly (SheetRow | null)[];
  /** Row number of the first, as the spreadsheet counts. */
  readonly from: number;
  readonly merges: readonly Merge[];
};

/** Levels of a column as one text: `撤销网签>面积`. */
export function pathText(levels: readonly string[]): string {
  return levels.join('>');
}

/**
 * The columns of a header of one to three rows.
 *
 * Shapes: one entry for each column up to the widest row. A merged cell stands over all of its columns. Where a level is not
 * merged at all, a blank continues the text to its left if something stands below it: people centre a heading over columns, and
 * text files know no merging.
 */
export function headerColumns({ rows, from, merges }: HeaderRows): HeaderColumn[] {
  const width = Math.max(0, ...rows.map((row) => row?.cells.length ?? 0));
  const levels = rows.map((row, depth) => levelTexts(row, { width, top: from - 1 + depth, merges }));
  const last = levels.length - 1;
  for (let depth = 0; depth < last; depth += 1) {
    const level = levels[depth];
    const row = from - 1 + depth;
    if (level === undefined || merges.some((merge) => merge.top <= row && merge.bottom >= row)) continue;
    const below = levels.slice(depth + 1);
    if (!isTitleLine(level, below)) fillRight(level, below);
  }
  return Array.from({ length: width }, (_, index) => ({
    index,
    levels: distinct(levels.map((level) => (level[index] ?? '').trim())),
  }));
}

type Level = { readonly width: number; readonly top: number; readonly merges: readonly Merge[] };

function levelTexts(row: SheetRow | null, { width, top, merges }: Level): string[] {
  const texts = Array.from({ length: width }, (_, at) => row?.cells[at] ?? '');
  for (const merge of merges) {
    if (merge.top !== top) continue; // one that began above is the upper level's text
    const text = texts[merge.left] ?? '';
    for (let at = merge.left; at <= Math.min(merge.right, width - 1); at += 1) texts[at] = text;
  }
  return texts;
}

/** One text at the left is a title, merged or not, and no heading of the columns beside it. */
export function isTitleLine(level: readonly string[], below: readonly (readonly string[])[]): boolean {
  const filled = level.flatMap((text, at) => (text.trim() === '' ? [] : [at]));
  const first = below.map((lower) => lower.findIndex((text) => text.trim() !== '')).filter((at) => at >= 0);
  return filled.length === 1 && (filled[0] ?? 0) <= Math.min(...first);
}

function fillRight(level: string[], below: readonly (readonly string[])[]): void {
  for (let at = 1; at < level.length; at += 1) {
    const isUnder = below.some((lower) => (lower[at] ?? '').trim() !== '');
    const isGroup = below.some((lower) => (lower[at - 1] ?? '').trim() !== '');
    if ((level[at] ?? '').trim() === '' && isUnder && isGroup) level[at] = level[at - 1] ?? '';
  }
}

function distinct(texts: readonly string[]): string[] {
  const kept: string[] = [];
  for (const text of texts) {
    const above = kept.at(-1);
    if (text !== '' && (above === undefined || matchingKey(text) !== matchingKey(above))) kept.push(text);
  }
  return kept;
}
