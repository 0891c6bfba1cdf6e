import {
  FEED_NAMES,
  FEEDS,
  type FeedName,
  type FeedSettings,
  type FeedsSettings,
  matchingKey,
  TOTALS_LEVELS,
} from '@quhua/core';
import * as z from 'zod';
import { checkShape } from './check-shape.ts';
import { type Path, show } from './fault.ts';
import { checkMappings, mappingSchema, toMapping } from './mappings.ts';
import { text } from './words.ts';
import type { YamlFile } from './yaml-file.ts';

const words = z.exactOptional(z.array(text));

/** `headers` of one feed: nothing but its own columns. */
function feedSchema(name: FeedName) {
  const columns = FEEDS[name].columns.map((column) => [column.name, words] as const);
  return z.strictObject({
    simulated: z.exactOptional(z.boolean()),
    headers: z.exactOptional(z.strictObject(Object.fromEntries(columns))),
  });
}

/** A schema for each feed, all optional. */
function feedSchemas() {
  const schemas = FEED_NAMES.map((name) => [name, z.exactOptional(feedSchema(name))] as const);
  return Object.fromEntries(schemas) as Record<FeedName, z.ZodExactOptional<ReturnType<typeof feedSchema>>>; // safe: one of each
}

const feeds = z.strictObject({
  heldAboveShare: z.exactOptional(z.number().min(0).max(1)),
  totals: z.exactOptional(z.enum(TOTALS_LEVELS)),
  keyHeaders: z.exactOptional(z.strictObject({ region: words, month: words, year: words, unit: words })),
  feeds: z.exactOptional(z.strictObject(feedSchemas())),
  mappings: z.exactOptional(z.array(mappingSchema)),
});

/** What holds for a feed that says nothing: canonical headers only. */
const FEED_DEFAULTS: FeedSettings = { simulated: false, headers: {} };

export const DEFAULT_FEEDS: FeedsSettings = {
  heldAboveShare: 0.5,
  totals: 'hold',
  mappings: [],
  keyHeaders: { region: [], month: [], year: [], unit: [] },
  feeds: allFeeds(() => FEED_DEFAULTS),
};

export function readFeeds(source: YamlFile): FeedsSettings | null {
  const { value, partial } = checkShape(source, feeds);
  checkHeaders(source, partial);
  checkMappings(source, partial?.mappings);
  if (value === null) return null;
  return {
    heldAboveShare: value.heldAboveShare ?? DEFAULT_FEEDS.heldAboveShare,
    keyHeaders: { ...DEFAULT_FEEDS.keyHeaders, ...value.keyHeaders },
    totals: value.totals ?? DEFAULT_FEEDS.totals,
    mappings: (value.mappings ?? []).map(toMapping),
    feeds: allFeeds((name) => ({ ...FEED_DEFAULTS, ...value.feeds?.[name] })),
  };
}

function allFeeds<T>(of: (name: FeedName) => T): Record<FeedName, T> {
  return Object.fromEntries(FEED_NAMES.map((name) => [name, of(name)])) as Record<FeedName, T>;
}

/** Names by which every feed knows its key columns, whatever the configuration adds. */
const KEY_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  region: ['region', 'region_code', 'region_name'],
  month: ['month'],
  year: ['year'],
  unit: ['unit'],
};

type Word = { readonly word: string; readonly column: string; readonly path: Path | null };
type WordLists = { readonly [column: string]: readonly (string | undefined)[] | undefined } | undefined;
type PartialFeeds = {
  readonly keyHeaders?: WordLists;
  readonly feeds?: { readonly [feed: string]: { readonly headers?: WordLists } | undefined } | undefined;
};

/** A header word that stands for two columns of one feed would be a guess. */
function checkHeaders(source: YamlFile, partial: PartialFeeds | undefined): void {
  const canonicalKeys = Object.entries(KEY_COLUMNS).flatMap(([column, list]) =>
    list.map((word) => canonical(column, word)),
  );
  const keys = wordsOf(partial?.keyHeaders, ['keyHeaders']);
  const told = new Set<string>();
  for (const name of FEED_NAMES) {
    const own = FEEDS[name].columns.map((column) => canonical(column.name, column.name));
    const headers = wordsOf(partial?.feeds?.[name]?.headers, ['feeds', name, 'headers']);
    checkWords([...canonicalKeys, ...own, ...keys, ...headers], ({ word, path }, column) => {
      if (path === null || told.has(path.join('/'))) return;
      told.add(path.join('/'));
      const message = `表头词 ${show(word)} 已代表 ${column} 列，删去一处 / the word already stands for ${column}: delete one`;
      source.report(path, 'HEADER_TWICE', message);
    });
  }
}

function canonical(column: string, word: string): Word {
  return { word, column, path: null };
}

function wordsOf(lists: WordLists, above: Path): Word[] {
  return Object.entries(lists ?? {}).flatMap(([column, list]) =>
    (list ?? []).flatMap((word, at) => (word === undefined ? [] : [{ word, column, path: [...above, column, at] }])),
  );
}

function checkWords(all: readonly Word[], report: (word: Word, column: string) => void): void {
  const columns = new Map<string, string>();
  for (const word of all) {
    const key = matchingKey(word.word);
    const column = columns.get(key) ?? word.column;
    columns.set(key, column);
    if (column !== word.column) report(word, column);
  }
}
