import { FEED_NAMES, FEEDS, type FeedName, type FeedSettings, type FeedsSettings, matchingKey } from '@quhua/core';
import * as z from 'zod';
import { checkShape } from './check-shape.ts';
import { type Path, show } from './fault.ts';
import { count, text } from './words.ts';
import type { YamlFile } from './yaml-file.ts';

const words = z.exactOptional(z.array(text));

/** `headers` of one feed: nothing but its own columns. */
function feedSchema(name: FeedName) {
  const columns = FEEDS[name].columns.map((column) => [column.name, words] as const);
  return z.strictObject({
    simulated: z.exactOptional(z.boolean()),
    dueDay: z.exactOptional(count(1, 28)),
    graceDays: z.exactOptional(count(0, 60)),
    headers: z.exactOptional(z.strictObject(Object.fromEntries(columns))),
  });
}

const feeds = z.strictObject({
  heldAboveShare: z.exactOptional(z.number().min(0).max(1)),
  keyHeaders: z.exactOptional(z.strictObject({ region: words, month: words, unit: words })),
  feeds: z.exactOptional(
    z.strictObject({
      sales: z.exactOptional(feedSchema('sales')),
      inventory: z.exactOptional(feedSchema('inventory')),
    }),
  ),
});

/** What holds for a feed that says nothing: due on the 7th of the next month, three days of grace, canonical headers only. */
const FEED_DEFAULTS: FeedSettings = { simulated: false, dueDay: 7, graceDays: 3, headers: {} };

export const DEFAULT_FEEDS: FeedsSettings = {
  heldAboveShare: 0.5,
  keyHeaders: { region: [], month: [], unit: [] },
  feeds: { sales: FEED_DEFAULTS, inventory: FEED_DEFAULTS },
};

export function readFeeds(source: YamlFile): FeedsSettings | null {
  const { value, partial } = checkShape(source, feeds);
  checkHeaders(source, partial);
  if (value === null) return null;
  return {
    heldAboveShare: value.heldAboveShare ?? DEFAULT_FEEDS.heldAboveShare,
    keyHeaders: { ...DEFAULT_FEEDS.keyHeaders, ...value.keyHeaders },
    feeds: {
      sales: { ...FEED_DEFAULTS, ...value.feeds?.sales },
      inventory: { ...FEED_DEFAULTS, ...value.feeds?.inventory },
    },
  };
}

/** Names by which every feed knows its key columns, whatever the configuration adds. */
const KEY_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  region: ['region', 'region_code', 'region_name'],
  month: ['month'],
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
