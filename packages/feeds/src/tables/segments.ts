import { matchingKey } from '@quhua/core';
import { isTotalText } from '../rows/regions.ts';
import type { Sheet, SheetRow } from '../workbook.ts';
import { better, type HeaderReading, type HeaderSearch, headerRows, readingOf, readingsAt } from './find-header.ts';
import { monthsIn } from './month-texts.ts';
import type { Scan } from './sheet-scan.ts';

/** A part of a sheet that has a header of its own, or a month of its own under the header above. */
export type Segment = {
  readonly sheet: Sheet;
  /** The beginning of the sheet, as far as it was looked at. */
  readonly scanned: readonly SheetRow[];
  /** Rows above the header that say something of all that stands under it. */
  readonly titles: readonly SheetRow[];
  /** A line of its own between the rows, with the month of those below it. */
  readonly section: SheetRow | null;
  /** The best reading of the header for each feed that it fits. */
  readonly readings: readonly HeaderReading[];
  readonly data: { readonly from: number; readonly to: number };
  /** The rows of one figure, where each row names its own; null: all. */
  readonly only: ReadonlySet<number> | null;
  /** Rows in which the header stands again. */
  readonly repeated: ReadonlySet<number>;
};

export type SheetParts = {
  readonly segments: readonly Segment[];
  /** What comes closest to a header, where none fits. */
  readonly nearest: HeaderReading | null;
};

const LAST_ROW = Number.MAX_SAFE_INTEGER;
const MOST_TITLES = 8;
const FIGURE = /^[-—–/\d.,，%]+$/u;
/** A header knows at least a key and a figure; other tables may have what it lacks. */
const LEAST_KNOWN = 2;

type Header = { readonly at: number; readonly until: number; readonly readings: readonly HeaderReading[] };

/** Cuts a sheet into its tables. `fixed` are the header's rows if a saved mapping says them. */
export function partsOf(
  scan: Scan,
  search: HeaderSearch,
  fixed?: { readonly from: number; readonly to: number },
): SheetParts {
  const { rows } = scan;
  const all = fixed === undefined ? headersIn(rows, search) : headersAt(rows, search, fixed);
  const fitting = all.filter(({ readings }) => readings.some(fits));
  const [nearest = null] = all.flatMap(({ readings }) => readings.slice(0, 1)).sort(better);
  return { segments: segmentsOf(scan, fitting), nearest };
}

export function fits({ missing, known, isTable }: HeaderReading): boolean {
  return known >= LEAST_KNOWN && (missing.length === 0 || isTable);
}

function headersAt(
  rows: readonly SheetRow[],
  search: HeaderSearch,
  { from, to }: { from: number; to: number },
): Header[] {
  const at = rows.findIndex(({ row }) => row >= from);
  const depth = rows.filter(({ row }) => row >= from && row <= to).length;
  if (at < 0 || depth === 0) return [];
  const header = headerRows(rows, { at, depth }, search.merges);
  const readings = search.books.map((book) => readingOf(header, book, search.readLevel)).sort(better);
  return [{ at, until: at + depth - 1, readings }];
}

/** Headers from the top down; of readings that overlap, the one that fits best. */
function headersIn(rows: readonly SheetRow[], search: HeaderSearch): Header[] {
  const found: Header[] = [];
  for (let at = 0; at < rows.length; at += 1) {
    const readings = readingsAt(rows, at, search).sort(rank);
    const [best] = readings;
    if (best === undefined || best.known === 0) continue;
    const until = rows.findLastIndex(({ row }) => row <= best.to);
    const last = found.at(-1);
    const [before] = last?.readings ?? [];
    const header = { at, until, readings };
    if (last === undefined || before === undefined || last.until < at) found.push(header);
    else if (rank(best, before) < 0) found[found.length - 1] = header;
  }
  return found;
}

function rank(a: HeaderReading, b: HeaderReading): number {
  if (fits(a) !== fits(b)) return fits(a) ? -1 : 1;
  return better(a, b);
}

function segmentsOf({ sheet, rows, whole }: Scan, headers: readonly Header[]): Segment[] {
  const segments: Segment[] = [];
  headers.forEach((header, nth) => {
    const before = headers[nth - 1];
    const titles = titlesAbove(rows, header.at, before?.until ?? -1);
    const last = segments.at(-1);
    if (last !== undefined && titles.length === 0 && isSame(header, before)) {
      for (let at = header.at; at <= header.until; at += 1) (last.repeated as Set<number>).add(rows[at]?.row ?? 0);
      return;
    }
    const next = headers
      .slice(nth + 1)
      .find((other) => titlesAbove(rows, other.at, header.until).length > 0 || !isSame(other, header));
    const lines = next === undefined ? [] : titlesAbove(rows, next.at, header.until);
    const end = next === undefined ? null : (lines[0]?.row ?? rows[next.at]?.row ?? 0) - 1;
    const data = { from: (rows[header.until]?.row ?? 0) + 1, to: end ?? (whole ? (rows.at(-1)?.row ?? 0) : LAST_ROW) };
    const readings = bestByFeed(header.readings.filter(fits));
    segments.push({ sheet, scanned: rows, titles, section: null, readings, data, only: null, repeated: new Set() });
  });
  return segments.flatMap(bySection);
}

function bestByFeed(readings: readonly HeaderReading[]): HeaderReading[] {
  return readings.filter(({ feed }, at) => readings.findIndex((other) => other.feed === feed) === at);
}

function isSame(a: Header, b: Header | undefined): boolean {
  const text = (header: Header | undefined) =>
    header?.readings[0]?.columns.map(({ levels }) => levels.join('>')).join('|');
  return text(a) === text(b);
}

/** Lines directly above a header that hold text and no figures. */
function titlesAbove(rows: readonly SheetRow[], at: number, after: number): SheetRow[] {
  let first = at;
  while (first - 1 > after && at - first < MOST_TITLES && isTitle(rows[first - 1])) first -= 1;
  return after < 0 ? rows.slice(0, at) : rows.slice(first, at);
}

function isTitle(row: SheetRow | undefined): boolean {
  const texts = textsOf(row);
  return (
    texts.length > 0 &&
    texts.length <= 3 &&
    !texts.some(isTotalText) &&
    !texts.slice(1).some((text) => FIGURE.test(text))
  );
}

/** Different texts of a row. */
export function textsOf(row: SheetRow | undefined): string[] {
  return [...new Set((row?.cells ?? []).map((cell) => cell.trim()).filter((cell) => cell !== ''))];
}

/** Where a table has no column of months, lines such as `2025年2月` between its rows say the month of those below. */
function bySection(segment: Segment): Segment[] {
  const { readings, scanned, data } = segment;
  const hasMonths = readings.some(({ matches }) =>
    matches.some(({ name, month }) => name === 'month' || month !== null),
  );
  if (hasMonths || readings.every(({ feed }) => feed !== 'sales' && feed !== 'inventory')) return [segment];
  const marks = scanned.filter((row) => row.row >= data.from && row.row <= data.to && isMonthLine(row));
  if (marks.length === 0) return [segment];
  const starts = [null, ...marks];
  return starts.flatMap((section, nth) => {
    const from = section === null ? data.from : section.row + 1;
    const to = nth + 1 < starts.length ? (starts[nth + 1]?.row ?? 0) - 1 : data.to;
    const isHollow = section === null && !scanned.some(({ row }) => row >= from && row <= to);
    return isHollow ? [] : [{ ...segment, section, data: { from, to } }];
  });
}

function isMonthLine(row: SheetRow): boolean {
  const [text = '', other] = textsOf(row);
  return other === undefined && text.length <= 20 && monthsIn(text).length === 1 && !matchingKey(text).startsWith('注');
}
