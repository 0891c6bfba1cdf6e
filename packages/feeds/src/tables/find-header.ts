import { FEED_NAMES, FEEDS, type FeedName, type FeedsSettings, type SavedMapping } from '@quhua/core';
import type { Merge, SheetRow } from '../workbook.ts';
import { type HeaderColumn, headerColumns, isTitleLine } from './header-path.ts';
import { type ColumnMatch, type LevelReader, matchColumns, slotOf } from './match-columns.ts';
import { type WordBook, wordBook } from './word-book.ts';

/** One way to read some rows as the header of one feed. */
export type HeaderReading = {
  readonly feed: FeedName;
  readonly book: WordBook;
  /** Rows of the header as the spreadsheet counts. */
  readonly from: number;
  readonly to: number;
  readonly columns: readonly HeaderColumn[];
  readonly matches: readonly ColumnMatch[];
  /** Needed value columns that the header does not have. */
  readonly missing: readonly string[];
  /** How many different columns of the feed, keys among them, the header knows. */
  readonly known: number;
  /** Columns that say the same as another, and merged cells that reach below the last row, a title on top: signs that the header is another. */
  readonly flaws: number;
  /** It has what a table of its own needs: keys, and at least one figure. */
  readonly isTable: boolean;
};

export type HeaderSearch = {
  /** Of the feeds in question. */
  readonly books: readonly WordBook[];
  readonly readLevel: LevelReader;
  readonly merges: readonly Merge[];
};

/** The books of the feeds that a file may be: what the caller or a saved mapping says, or all. */
export function booksFor(settings: FeedsSettings, feed: FeedName | undefined, mapping?: SavedMapping): WordBook[] {
  const said = feed ?? mapping?.feed;
  const feeds = said === undefined ? FEED_NAMES : [said];
  if (mapping !== undefined) return feeds.map((name) => wordBook(name, settings, mapping));
  const books = known.get(settings) ?? FEED_NAMES.map((name) => wordBook(name, settings));
  known.set(settings, books);
  return books.filter((book) => feeds.includes(book.feed));
}

/** Books of settings without a mapping: those of every sheet of every file. */
const known = new WeakMap<FeedsSettings, readonly WordBook[]>();

const MOST_LEVELS = 3;
const NUMBER = /^[-−]?[\d,，]*\d(?:\.\d+)?%?$/u;

/** The ways in which the rows from `rows[at]` on may be the header of a feed; the one that fits best comes first. */
export function readingsAt(rows: readonly SheetRow[], at: number, search: HeaderSearch): HeaderReading[] {
  const headers = depthsAt(rows, at).map((depth) => headerRows(rows, { at, depth }, search.merges));
  return search.books
    .flatMap((book) => headers.map((header) => readingOf(header, book, search.readLevel)))
    .sort(better);
}

/** Fewer columns missing, then fewer flaws, then more columns known, then the shorter header. */
export function better(a: HeaderReading, b: HeaderReading): number {
  return (
    a.missing.length - b.missing.length || a.flaws - b.flaws || b.known - a.known || a.to - a.from - (b.to - b.from)
  );
}

/** A header may end where a row of figures begins, never in it. */
function depthsAt(rows: readonly SheetRow[], at: number): number[] {
  const depths: number[] = [];
  for (let depth = 1; depth <= MOST_LEVELS; depth += 1) {
    const first = rows[at];
    const row = rows[at + depth - 1];
    if (first === undefined || row === undefined || row.row - first.row > MOST_LEVELS - 1 || isFigures(row)) break;
    depths.push(depth);
  }
  return depths;
}

function isFigures({ cells, types }: SheetRow): boolean {
  return cells.some(
    (cell, at) => NUMBER.test(cell.trim()) && (types?.[at] ?? 's') !== 'd' && !/^\d{6}$/u.test(cell.trim()),
  );
}

type Where = { readonly at: number; readonly depth: number };

/** Some rows taken for a header, before any feed is asked. */
type HeaderRows = Pick<HeaderReading, 'from' | 'to' | 'columns' | 'flaws'>;

/** The rows from `rows[at]` on, `depth` of them, as a header. */
export function headerRows(rows: readonly SheetRow[], { at, depth }: Where, merges: readonly Merge[]): HeaderRows {
  const from = rows[at]?.row ?? 1;
  const to = rows[at + depth - 1]?.row ?? from;
  const byNumber = new Map(rows.slice(at, at + depth).map((row) => [row.row, row]));
  const levels = Array.from({ length: to - from + 1 }, (_, level) => byNumber.get(from + level) ?? null);
  const flaws = cutMerges(merges, { from, to }) + (beginsWithTitle(levels) ? 1 : 0);
  return { from, to, columns: headerColumns({ rows: levels, from, merges }), flaws };
}

/** What a header says as one of a feed. */
export function readingOf(header: HeaderRows, book: WordBook, readLevel: LevelReader): HeaderReading {
  const matches = matchColumns(header.columns, book, readLevel);
  const wanted = FEEDS[book.feed].columns.filter(({ required }) => required).map(({ name }) => name);
  const found = new Set(matches.flatMap(({ name, near }) => name ?? near ?? []));
  // The figure may stand in a title, or in a column of its own.
  const isOpen = matches.some(({ open, name }) => open || name === 'measure');
  return {
    ...header,
    feed: book.feed,
    book,
    matches,
    // Months as columns, and the measure in the title: which it is, is settled there.
    missing: isOpen && isKeyed(matches) ? [] : wanted.filter((name) => !found.has(name)),
    known: found.size + (isOpen ? 1 : 0),
    isTable: isTable(book.feed, matches),
    flaws: header.flaws + repeatedSlots(matches),
  };
}

function isTable(feed: FeedName, matches: readonly ColumnMatch[]): boolean {
  const { columns, shape } = FEEDS[feed];
  if (shape === 'record') return false; // a record is whole or it is none
  const own = new Set(columns.map(({ name }) => name));
  return isKeyed(matches) && matches.some(({ name, open }) => open || (name !== null && own.has(name)));
}

/** A column of units or months, or several columns of one month or unit each: a single one may be a row of the table. */
function isKeyed(matches: readonly ColumnMatch[]): boolean {
  if (matches.some(({ name }) => name === 'region' || name === 'month')) return true;
  const months = new Set(matches.flatMap(({ month }) => (month === null ? [] : [`${month.year}-${month.month}`])));
  return months.size > 1 || new Set(matches.flatMap(({ region }) => region?.code ?? [])).size > 1;
}

/** The header begins below a title. */
function beginsWithTitle(levels: readonly (SheetRow | null)[]): boolean {
  const [first, ...below] = levels.map((row) => row?.cells ?? []);
  return first !== undefined && below.length > 0 && isTitleLine(first, below);
}

function repeatedSlots(matches: readonly ColumnMatch[]): number {
  const slots = matches.filter(({ name }) => name !== null).map(slotOf);
  return slots.length - new Set(slots).size;
}

function cutMerges(merges: readonly Merge[], { from, to }: { readonly from: number; readonly to: number }): number {
  return merges.filter(({ top, bottom }) => top >= from - 1 && top < to && bottom > to - 1).length;
}
