import { type AreaUnit, FEEDS, type FeedDefinition, type FeedName, type FeedsSettings, matchingKey } from '@quhua/core';
import { areaUnitOf, isCountUnit } from './units.ts';

/** What one header cell was found to be. */
export type HeaderMatch = {
  readonly index: number;
  readonly header: string;
  /** `region`, `month`, `unit` or a column of the feed; null for any other header. */
  readonly name: string | null;
  /** The column it would be, were what stands in its brackets understood. */
  readonly near: string | null;
  /** Two columns claim the word. */
  readonly ambiguous: boolean;
  /** A name of the design, in English: areas are ㎡ unless it says otherwise. */
  readonly canonical: boolean;
  readonly unit: AreaUnit | null;
};

type Word = { readonly name: string; readonly canonical: boolean; readonly ambiguous: boolean };
type Words = ReadonlyMap<string, Word>;

const CANONICAL_KEYS = [
  ['region_code', 'region'],
  ['region_name', 'region'],
  ['region', 'region'],
  ['month', 'month'],
  ['unit', 'unit'],
] as const;
const BRACKETS = /^(?<base>.+?)[([【〔](?<inner>[^()[\]【】〔〕]+)[)\]】〕]$/u;
const NOTHING = { name: null, near: null, ambiguous: false, canonical: false, unit: null } as const;

/** Finds what each header cell is, in one feed. Shapes: one match per cell, in the file's order. */
export function matchHeader(cells: readonly string[], feed: FeedName, settings: FeedsSettings): HeaderMatch[] {
  const words = wordsOf(feed, settings);
  return cells.map((header, index) => ({ index, header, ...matchCell(header, words, FEEDS[feed]) }));
}

function wordsOf(feed: FeedName, { keyHeaders, feeds }: FeedsSettings): Words {
  const words = new Map<string, Word>();
  const add = (text: string, name: string, canonical: boolean) => {
    const key = matchingKey(text);
    const other = words.get(key);
    const ambiguous = other !== undefined && other.name !== name;
    words.set(key, { name, canonical: canonical || (other?.canonical ?? false), ambiguous });
  };
  for (const [text, name] of CANONICAL_KEYS) add(text, name, true);
  for (const { name } of FEEDS[feed].columns) add(name, name, true);
  for (const name of ['region', 'month', 'unit'] as const) {
    for (const text of keyHeaders[name]) add(text, name, false);
  }
  for (const { name } of FEEDS[feed].columns) {
    for (const text of feeds[feed].headers[name] ?? []) add(text, name, false);
  }
  return words;
}

function matchCell(header: string, words: Words, feed: FeedDefinition): Omit<HeaderMatch, 'index' | 'header'> {
  const key = matchingKey(header);
  const { base, inner = '' } = BRACKETS.exec(key)?.groups ?? {};
  const whole = words.get(key);
  const found = whole ?? (base === undefined ? undefined : words.get(base));
  if (found === undefined) return NOTHING;
  const type = feed.columns.find(({ name }) => name === found.name)?.type;
  const unit = areaUnitOf(inner) ?? null;
  const understood =
    base === undefined || (type === 'area' && unit !== null) || (type === 'count' && isCountUnit(inner));
  if (understood) return { ...found, near: null, unit: type === 'area' ? unit : null };
  if (whole !== undefined && unit === null && !isCountUnit(inner)) return { ...whole, near: null, unit: null };
  return { ...NOTHING, near: found.name };
}
