/** One county-level unit. */
export type Region = {
  /** GB/T 2260 code, or a local key where the unit has none (`local`). */
  readonly code: string;
  readonly name: string;
  readonly short: string;
  readonly kind: string;
  readonly aliases: readonly string[];
  readonly local: boolean;
  /** Place on the schematic map, if it has one. */
  readonly tile?: { readonly row: number; readonly col: number };
};

/** A prefecture, or whatever area one installation watches. Shapes: regions in the order in which people list them. */
export type Jurisdiction = {
  readonly code: string;
  readonly name: string;
  readonly timezone: string;
  /** Id of the rulebook in force. */
  readonly rulebook: string;
  readonly regions: readonly Region[];
};

const INVISIBLE = /[\s\u200b-\u200d\u2060\ufeff]/gu;
const DOTS = /[·•・‧.]/gu;

/** What two spellings of one name share: compatibility forms, blanks, invisible characters and dots folded. For matching only. */
export function matchingKey(text: string): string {
  return text.normalize('NFKC').replace(INVISIBLE, '').replace(DOTS, '·').toLowerCase();
}

/** Finds a region by code, name, short name or alias. */
export type RegionLookup = {
  /** The region that `text` names, or undefined. */
  readonly find: (text: string) => Region | undefined;
  /** Regions whose name differs from `text` by one character: what a person may have meant, never taken for it. */
  readonly similar: (text: string) => readonly Region[];
  /** Regions that a longer text names by their full name or an alias, each once; a name within another one does not count. */
  readonly mentioned: (text: string) => readonly Region[];
};

/**
 * A lookup over a jurisdiction's regions.
 *
 * Shapes: a spelling that two regions share finds neither (`check-config` refuses such a configuration).
 */
export function createRegionLookup(regions: readonly Region[]): RegionLookup {
  const byKey = new Map<string, Region | null>();
  const spelt = regions.map((region) => ({ region, keys: [...new Set(spellingsOf(region).map(matchingKey))] }));
  const byName = longNames(spelt);
  for (const { region, keys } of spelt) for (const key of keys) byKey.set(key, byKey.has(key) ? null : region);
  return {
    find: (text) => byKey.get(text) ?? byKey.get(matchingKey(text)) ?? undefined,
    similar: (text) => {
      const wanted = matchingKey(text);
      return spelt.filter(({ keys }) => keys.some((key) => oneApart(wanted, key))).map(({ region }) => region);
    },
    mentioned: (text) => mentionedIn(matchingKey(text), byName),
  };
}

/** Longest names first, each taken out of the text once it is found: 喀什市本级 does not also name 喀什市. */
function mentionedIn(text: string, byName: readonly (readonly [string, Region])[]): Region[] {
  let left = text;
  const found = new Set<Region>();
  for (const [name, region] of byName) {
    if (!left.includes(name)) continue;
    found.add(region);
    left = left.replaceAll(name, '\u0000');
  }
  return [...found];
}

/** Names that are long enough to be meant: a short name of two characters stands in many a title by chance. */
function longNames(spelt: readonly { readonly region: Region }[]): (readonly [string, Region])[] {
  return spelt
    .flatMap(({ region }) => [region.name, ...region.aliases].map((name) => [matchingKey(name), region] as const))
    .filter(([name]) => name.length > 2 || name.endsWith('县') || name.endsWith('市'))
    .sort(([a], [b]) => b.length - a.length);
}

/** Every spelling by which a feed may name a region. */
export function spellingsOf({ code, name, short, aliases }: Region): string[] {
  return [code, name, short, ...aliases];
}

function oneApart(a: string, b: string): boolean {
  if (a === b || a.length < 2 || Math.abs(a.length - b.length) > 1) return false;
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  return Math.max(a.length, b.length) - head - tail === 1;
}
