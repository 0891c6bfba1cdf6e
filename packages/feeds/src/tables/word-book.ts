import {
  FEEDS,
  type FeedName,
  type FeedsSettings,
  isMonthlyFeed,
  MONTHLY_FEEDS,
  matchingKey,
  type SavedMapping,
} from '@quhua/core';

/** What a header word stands for. */
export type Word = {
  /** `region`, `month`, `year`, `unit`, `measure`, `value` or a column of the feed; null: not to be read, says a saved mapping. */
  readonly name: string | null;
  /** A name of the design, in English: areas are ㎡ and money is yuan unless something says otherwise. */
  readonly canonical: boolean;
  /** Two columns claim the word. */
  readonly ambiguous: boolean;
  readonly from: 'canonical' | 'settings' | 'mapping';
};

/** Finds header words of one feed. Shapes: keys are `matchingKey`s, the levels of a path joined by `>`. */
export type WordBook = {
  readonly feed: FeedName;
  readonly find: (key: string) => Word | undefined;
  /** Whether a word is a figure of the other monthly feed: the two are often sent in one table. */
  readonly isOther: (key: string) => boolean;
  /** Words of the feed's value columns: for finding a measure in a title. */
  readonly measures: readonly (readonly [key: string, name: string])[];
};

const CANONICAL_KEYS = [
  ['region_code', 'region'],
  ['region_name', 'region'],
  ['region', 'region'],
  ['month', 'month'],
  ['year', 'year'],
  ['unit', 'unit'],
] as const;
/** Headers over a column that names the figure of each row, and over the figure itself; nobody's columns but a table's own. */
const MEASURE_WORDS = ['指标', '指标名称', '统计指标', '指标项', '项目指标', '数据项'] as const;
const VALUE_WORDS = ['数值', '数据', '值', '指标值', '数值（本月）', '本月数'] as const;
export const KEY_ROLES = ['region', 'month', 'year', 'unit'] as const;
const TRAILING_BRACKET = /[(（][^()（）]*[)）]$/u;

/** The words of a feed, of the settings and of the saved mapping that applies; the mapping's go before all others. */
export function wordBook(feed: FeedName, settings: FeedsSettings, mapping?: SavedMapping): WordBook {
  const words = new Map<string, Word>();
  const add = (text: string, name: string, from: Word['from']) => {
    const key = matchingKey(text);
    const other = words.get(key);
    const ambiguous = other !== undefined && other.name !== name;
    const canonical = from === 'canonical' || (other?.canonical ?? false);
    words.set(key, { name, canonical, ambiguous, from: canonical ? 'canonical' : from });
  };
  const { columns, shape } = FEEDS[feed];
  for (const [text, name] of CANONICAL_KEYS) if (isAsked(name, shape)) add(text, name, 'canonical');
  for (const { name } of columns) add(name, name, 'canonical');
  for (const name of KEY_ROLES)
    if (isAsked(name, shape)) for (const text of settings.keyHeaders[name]) add(text, name, 'settings');
  for (const { name } of columns)
    for (const text of settings.feeds[feed].headers[name] ?? []) add(text, name, 'settings');
  if (shape === 'monthly') {
    for (const text of MEASURE_WORDS) if (!words.has(matchingKey(text))) add(text, 'measure', 'canonical');
    for (const text of VALUE_WORDS) if (!words.has(matchingKey(text))) add(text, 'value', 'canonical');
  }
  addShorter(words);
  const measures = [...words].flatMap(([key, { name }]) =>
    name !== null && columns.some((column) => column.name === name) ? [[key, name] as const] : [],
  );
  for (const [text, name] of Object.entries(mapping?.columns ?? {})) {
    words.set(matchingKey(text), { name, canonical: false, ambiguous: false, from: 'mapping' });
  }
  const others = otherWords(feed, settings);
  return { feed, find: (key) => words.get(key), isOther: (key) => others.has(key), measures };
}

function otherWords(feed: FeedName, settings: FeedsSettings): ReadonlySet<string> {
  const others = isMonthlyFeed(feed) ? MONTHLY_FEEDS.filter((other) => other !== feed) : [];
  const words = others.flatMap((other) =>
    FEEDS[other].columns.flatMap(({ name }) => [name, ...(settings.feeds[other].headers[name] ?? [])]),
  );
  return new Set(words.map(matchingKey));
}

/** A record feed has its own days: a month of its rows would be a second truth. */
function isAsked(role: string, shape: 'monthly' | 'record'): boolean {
  return shape === 'monthly' || role === 'region' || role === 'unit';
}

/** `网签面积>合计（预售+现售）` is also known without what its brackets explain. */
function addShorter(words: Map<string, Word>): void {
  for (const [key, word] of [...words]) {
    const shorter = key.replace(TRAILING_BRACKET, '');
    if (shorter !== key && !words.has(shorter)) words.set(shorter, word);
  }
}
