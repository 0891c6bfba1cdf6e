import { FEED_NAMES, FEEDS, type FeedName, matchingKey, type SavedMapping } from '@quhua/core';
import type { FeedContext, Ignored } from '../types.ts';
import { contextTexts } from './context-texts.ts';
import { booksFor, type HeaderReading } from './find-header.ts';
import { refuseForbidden } from './header-faults.ts';
import { feedAmbiguous, headerTrouble } from './header-trouble.ts';
import { columnNames, joinGroups } from './joined-tables.ts';
import { type ColumnMatch, createLevelReader, type LevelReader, slotOf } from './match-columns.ts';
import { byMeasure, hasMeasureRows, measuresOfRows } from './measure-rows.ts';
import { savedMappingFor } from './saved-mapping.ts';
import { partsOf, type Segment, type SheetParts, textsOf } from './segments.ts';
import { cellsSayUnit } from './settle-context.ts';
import { measuresIn, type SettledTable, settleTable } from './settle-table.ts';
import type { Scan } from './sheet-scan.ts';

/** A table of the file's feed, ready to be read. */
export type FoundTable = { readonly segment: Segment; readonly settled: SettledTable };
export type FoundTables = {
  readonly feed: FeedName;
  /** Tables that belong together: those of a group give different figures of the same units and months. */
  readonly groups: readonly (readonly FoundTable[])[];
  readonly ignored: readonly Ignored[];
};

export type FindInput = {
  readonly scans: readonly Scan[];
  readonly fileName: string;
  readonly context: FeedContext;
  readonly isText: boolean;
};

type SheetSearch = FeedContext & { readonly readLevel: LevelReader };
type SheetFind = { readonly scan: Scan; readonly saved: SavedMapping | undefined; readonly parts: SheetParts };

/**
 * Finds the tables of one feed in the visible sheets of a file.
 *
 * Errors: invalid/HEADER_MISSING and the like if there is none; invalid/FEED_AMBIGUOUS if two feeds are possible; whatever
 * `settleTable` cannot settle.
 */
export function findTables({ scans, fileName, context, isText }: FindInput): FoundTables {
  const search: SheetSearch = { ...context, readLevel: createLevelReader(context.lookup) };
  const found = scans.map((scan) => findInSheet(scan, fileName, search));
  const visible = found.filter(({ scan }) => !scan.sheet.hidden);
  const segments = visible.flatMap(({ parts, saved }) =>
    parts.segments.map((segment) => ({ segment, saved, readings: usable(segment, fileName) })),
  );
  const feed = feedOf(segments.map(({ readings }) => readings));
  if (feed === undefined) throw noTable(scans, visible);
  const mine = segments.flatMap(({ readings, ...rest }) => {
    const reading = readings.find((one) => one.feed === feed);
    return reading === undefined ? [] : [{ ...rest, reading }];
  });
  const given = new Set(mine.flatMap(({ segment, reading }) => namesIn(reading, segment, fileName)));
  const tables = mine.flatMap(({ segment, saved, reading }) => {
    refuseForbidden(reading.columns.flatMap(({ levels }) => levels));
    const rows = segment.scanned.filter(({ row }) => row >= segment.data.from && row <= segment.data.to);
    const around = {
      texts: contextTexts(segment, fileName),
      saved,
      lookup: context.lookup,
      jurisdiction: context.jurisdiction.name,
      strictWidth: isText,
      rows,
      cellsSayUnit: (index: number) => cellsSayUnit(rows, index),
      given,
    };
    return blocksOf(reading).flatMap((block) =>
      byMeasure(segment, block).map(
        (part): FoundTable => ({
          segment: part.segment,
          settled: settleTable(part.reading, around),
        }),
      ),
    );
  });
  const groups = joinGroups(tables);
  const whole = groups.filter((group) => missingIn(group).length === 0);
  if (whole.length === 0) throw noTable(scans, visible);
  const ignored = [...found.flatMap((one) => ignoredOf(one, feed)), ...groups.flatMap(incomplete)];
  return { feed, groups: whole, ignored };
}

function noTable(scans: readonly Scan[], found: readonly SheetFind[]) {
  return headerTrouble(
    scans.filter(({ sheet }) => !sheet.hidden),
    nearestOf(found),
  );
}

/** Needed columns that none of a group's tables has. */
function missingIn(group: readonly FoundTable[]): string[] {
  const has = new Set(group.flatMap(({ settled }) => [...columnNames(settled.mapping)]));
  const { columns } = group[0]?.settled.mapping.feed ?? { columns: [] };
  return columns.filter(({ name, required }) => required && !has.has(name)).map(({ name }) => name);
}

/** Tables that lack a needed column which no other table gives for them. */
function incomplete(group: readonly FoundTable[]): Ignored[] {
  const missing = missingIn(group);
  if (missing.length === 0) return [];
  return group.map(({ segment, settled }) => ({
    sheet: segment.sheet.name,
    row: settled.reading.from,
    text: settled.mapping.header.filter((text) => text !== '').join('、'),
    why: `表格缺少列 ${missing.join('、')}，未读取`,
  }));
}

function findInSheet(scan: Scan, fileName: string, { settings, feed, mapping, readLevel }: SheetSearch): SheetFind {
  const saved = mapping ?? savedMappingFor(settings.mappings, fileName, scan.sheet.name);
  const search = { books: booksFor(settings, feed, saved), readLevel, merges: scan.sheet.merges };
  return { scan, saved, parts: partsOf(scan, search, saved?.header) };
}

/** Readings that hold: where the header names no figure, a title or the rows must name one of the feed's. */
function usable(segment: Segment, fileName: string): readonly HeaderReading[] {
  const closed = segment.readings.filter(
    (reading) => !isOpen(reading) || namesIn(reading, segment, fileName).length > 0,
  );
  return closed.length > 0 ? closed : segment.readings;
}

function isOpen(reading: HeaderReading): boolean {
  return hasMeasureRows(reading) || reading.matches.some(({ open }) => open);
}

/** Columns of the feed that a table has; one whose header names no figure has those of its rows, or of its title. */
function namesIn(reading: HeaderReading, segment: Segment, fileName: string): string[] {
  const own = new Set(FEEDS[reading.feed].columns.map(({ name }) => name));
  const named = reading.matches.flatMap(({ name }) => (name !== null && own.has(name) ? [name] : []));
  if (hasMeasureRows(reading)) return [...named, ...measuresOfRows(segment, reading)];
  return isOpen(reading) ? [...named, ...measuresIn(reading, contextTexts(segment, fileName))] : named;
}

/**
 * The one feed that the tables are of: that of a table which is whole, or else of tables that are whole together.
 * A feed whose columns are all among those of another, and fewer, is not meant.
 */
function feedOf(all: readonly (readonly HeaderReading[])[]): FeedName | undefined {
  const meant = new Set<FeedName>();
  for (const readings of all.map((one) => one.filter(({ missing }) => missing.length === 0))) {
    for (const reading of readings) if (!readings.some((other) => isWithin(reading, other))) meant.add(reading.feed);
  }
  const feeds = FEED_NAMES.filter((feed) => (meant.size > 0 ? meant.has(feed) : isWholeTogether(feed, all.flat())));
  if (feeds.length > 1) throw feedAmbiguous(feeds);
  return feeds[0];
}

function isWholeTogether(feed: FeedName, readings: readonly HeaderReading[]): boolean {
  const own = readings.filter((reading) => reading.feed === feed);
  const has = new Set(own.flatMap(({ matches }) => matches.flatMap(({ name }) => name ?? [])));
  return own.length > 0 && FEEDS[feed].columns.every(({ name, required }) => !required || has.has(name));
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
  const blocks = starts.map((start, nth): HeaderReading => {
    const end = starts[nth + 1]?.index ?? matches.length;
    const from = nth === 0 ? 0 : start.index;
    return {
      ...reading,
      matches: matches.map((match) => (match.index >= from && match.index < end ? match : outside(match))),
    };
  });
  return blocks.every(hasFigure) ? blocks : [reading]; // two columns of units beside each other are one table's, and a fault of it
}

function hasFigure({ feed, matches }: HeaderReading): boolean {
  const own = new Set(FEEDS[feed].columns.map(({ name }) => name));
  return matches.some(({ name, open }) => open || name === 'value' || (name !== null && own.has(name)));
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
