import { FEED_NAMES, type FeedName, matchingKey, type SavedMapping } from '@quhua/core';
import type { FeedContext, Ignored } from '../types.ts';
import { contextTexts } from './context-texts.ts';
import { booksFor, type HeaderReading } from './find-header.ts';
import { refuseForbidden } from './header-faults.ts';
import { feedAmbiguous, headerTrouble } from './header-trouble.ts';
import { type ColumnMatch, slotOf } from './match-columns.ts';
import { savedMappingFor } from './saved-mapping.ts';
import { partsOf, type Segment, type SheetParts, textsOf } from './segments.ts';
import { cellsSayUnit } from './settle-context.ts';
import { measuresIn, type SettledTable, settleTable } from './settle-table.ts';
import type { Scan } from './sheet-scan.ts';

/** A table of the file's feed, ready to be read. */
export type FoundTable = { readonly segment: Segment; readonly settled: SettledTable };
export type FoundTables = {
  readonly feed: FeedName;
  readonly tables: readonly FoundTable[];
  readonly ignored: readonly Ignored[];
};

export type FindInput = {
  readonly scans: readonly Scan[];
  readonly fileName: string;
  readonly context: FeedContext;
  readonly isText: boolean;
};

type SheetFind = { readonly scan: Scan; readonly saved: SavedMapping | undefined; readonly parts: SheetParts };

/**
 * Finds the tables of one feed in the visible sheets of a file.
 *
 * Errors: invalid/HEADER_MISSING and the like if there is none; invalid/FEED_AMBIGUOUS if two feeds are possible; whatever
 * `settleTable` cannot settle.
 */
export function findTables({ scans, fileName, context, isText }: FindInput): FoundTables {
  const found = scans.map((scan) => findInSheet(scan, fileName, context));
  const visible = found.filter(({ scan }) => !scan.sheet.hidden);
  const segments = visible.flatMap(({ parts, saved }) =>
    parts.segments.map((segment) => ({ segment, saved, readings: usable(segment, fileName) })),
  );
  const feed = feedOf(segments.map(({ readings }) => readings));
  if (feed === undefined)
    throw headerTrouble(
      scans.filter(({ sheet }) => !sheet.hidden),
      nearestOf(visible),
    );
  const tables: FoundTable[] = [];
  for (const { segment, saved, readings } of segments) {
    const reading = readings.find((one) => one.feed === feed);
    if (reading === undefined) continue;
    refuseForbidden(reading.columns.flatMap(({ levels }) => levels));
    for (const block of blocksOf(reading)) {
      const rows = segment.scanned.filter(({ row }) => row >= segment.data.from && row <= segment.data.to);
      const settled = settleTable(block, {
        texts: contextTexts(segment, fileName),
        saved,
        lookup: context.lookup,
        jurisdiction: context.jurisdiction.name,
        strictWidth: isText,
        rows,
        cellsSayUnit: (index) => cellsSayUnit(rows, index),
      });
      tables.push({ segment, settled });
    }
  }
  return { feed, tables, ignored: found.flatMap((one) => ignoredOf(one, feed)) };
}

function findInSheet(scan: Scan, fileName: string, { settings, lookup, feed, mapping }: FeedContext): SheetFind {
  const saved = mapping ?? savedMappingFor(settings.mappings, fileName, scan.sheet.name);
  const search = { books: booksFor(settings, feed, saved), lookup, merges: scan.sheet.merges };
  return { scan, saved, parts: partsOf(scan, search, saved?.header) };
}

/** Readings that hold: where the header names no figure, a title must name one of the feed's. */
function usable(segment: Segment, fileName: string): readonly HeaderReading[] {
  const texts = contextTexts(segment, fileName);
  const isOpen = ({ matches }: HeaderReading) => matches.some(({ open }) => open);
  const closed = segment.readings.filter((reading) => !isOpen(reading) || measuresIn(reading, texts).length > 0);
  return closed.length > 0 ? closed : segment.readings;
}

/** The one feed that the tables are of. A feed whose columns are all among those of another, and fewer, is not meant. */
function feedOf(all: readonly (readonly HeaderReading[])[]): FeedName | undefined {
  const meant = new Set<FeedName>();
  for (const readings of all) {
    for (const reading of readings) if (!readings.some((other) => isWithin(reading, other))) meant.add(reading.feed);
  }
  const feeds = FEED_NAMES.filter((feed) => meant.has(feed));
  if (feeds.length > 1) throw feedAmbiguous(feeds);
  return feeds[0];
}

function isWithin(small: HeaderReading, large: HeaderReading): boolean {
  const known = ({ matches }: HeaderReading) => matches.filter(({ name }) => name !== null).map(({ index }) => index);
  const covered = new Set(known(large));
  const own = known(small);
  return own.length < covered.size && own.every((index) => covered.has(index));
}

/** Tables side by side, each with its own column of units: the same columns stand in the header more than once. */
function blocksOf(reading: HeaderReading): HeaderReading[] {
  const { matches } = reading;
  const slots = matches.filter(({ name }) => name !== null).map(slotOf);
  const regions = matches.filter(({ name }) => name === 'region');
  const [first] = regions;
  const starts = regions.filter(({ header }) => matchingKey(header) === matchingKey(first?.header ?? ''));
  if (starts.length < 2 || new Set(slots).size === slots.length) return [reading];
  return starts.map((start, nth) => {
    const end = starts[nth + 1]?.index ?? matches.length;
    const from = nth === 0 ? 0 : start.index;
    return {
      ...reading,
      matches: matches.map((match) => (match.index >= from && match.index < end ? match : outside(match))),
    };
  });
}

function outside(match: ColumnMatch): ColumnMatch {
  return { ...match, name: null, near: null, open: false, dropped: true, cumulative: false, month: null, region: null };
}

function nearestOf(found: readonly SheetFind[]): HeaderReading | null {
  const all = found.flatMap(({ parts }) => parts.nearest ?? []);
  return all.sort((a, b) => b.known - a.known || a.missing.length - b.missing.length)[0] ?? null;
}

/** Sheets that are passed over, with a word on why. */
function ignoredOf({ scan: { sheet, rows }, parts }: SheetFind, feed: FeedName): Ignored[] {
  const text = textsOf(rows[0])[0] ?? '';
  const of = (why: string): Ignored[] => [{ sheet: sheet.name, row: null, text, why }];
  const own = parts.segments.some(({ readings }) => readings.some((reading) => reading.feed === feed));
  if (sheet.hidden) return of(own ? '隐藏的工作表，里面有同类表格，未读取；如需读取请取消隐藏' : '隐藏的工作表');
  if (rows.length === 0) return of('空表');
  if (own) return [];
  return of(parts.segments.length > 0 ? '是另一类报表，未读取' : '没有可读的表格');
}
