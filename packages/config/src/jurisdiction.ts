import { type Jurisdiction, matchingKey, type Region } from '@quhua/core';
import * as z from 'zod';
import { checkShape, type Partially, type Shaped } from './check-shape.ts';
import { type Path, show } from './fault.ts';
import { suggestion } from './nearest.ts';
import { code, count, id, text } from './words.ts';
import type { YamlFile } from './yaml-file.ts';

const MOST_TILES = 999;
const tile = z.strictObject({ row: count(1, MOST_TILES), col: count(1, MOST_TILES) });
const region = z.strictObject({
  code,
  name: text,
  short: z.exactOptional(text),
  kind: z.exactOptional(text),
  aliases: z.exactOptional(z.array(text)),
  local: z.exactOptional(z.boolean()),
  tile: z.exactOptional(tile),
});
const jurisdiction = z.strictObject({
  code,
  name: text,
  timezone: text,
  rulebook: id,
  regions: z.array(region).min(1),
});

type Regions = NonNullable<Partially<z.output<typeof jurisdiction>>>['regions'];
export type JurisdictionFile = Shaped<z.output<typeof jurisdiction>>;

export function readJurisdiction(source: YamlFile): JurisdictionFile {
  const shaped = checkShape(source, jurisdiction);
  checkTimezone(source, shaped.partial?.timezone);
  checkCodes(source, shaped.partial?.regions);
  checkSpellings(source, shaped.partial?.regions);
  checkTiles(source, shaped.partial?.regions);
  return shaped;
}

/** What a region that says no more than code and name is taken for. */
export function toJurisdiction({ regions, ...rest }: z.output<typeof jurisdiction>): Jurisdiction {
  const toRegion = (one: z.output<typeof region>): Region => {
    const { short = one.name, kind = 'unit', aliases = [], local = false } = one;
    return { ...one, short, kind, aliases, local };
  };
  return { ...rest, regions: regions.map(toRegion) };
}

/** Every region's code, or null if some are not known for sure: then nobody can be blamed for naming another. */
export function knownCodes({ partial }: JurisdictionFile): ReadonlySet<string> | null {
  const codes = partial?.regions?.map((one) => one?.code);
  if (codes?.every((one) => one !== undefined) !== true) return null;
  const known = new Set(codes);
  return known.size === codes.length ? known : null;
}

/** What a region may be called, by code; only what is sound. */
export function knownSpellings({ partial }: JurisdictionFile): ReadonlyMap<string, ReadonlySet<string>> {
  const known = new Map<string, ReadonlySet<string>>();
  for (const one of partial?.regions ?? []) {
    if (one?.code === undefined) continue;
    if (known.has(one.code)) return new Map(); // whose code it is cannot be said
    const names = [one.name, one.short, ...(one.aliases ?? [])].filter((name) => name !== undefined);
    known.set(one.code, new Set(names.map(matchingKey)));
  }
  return known;
}

function checkTimezone(source: YamlFile, timezone: string | undefined): void {
  if (timezone === undefined || isTimezone(timezone)) return;
  const { zh, en } = suggestion(timezone, [...Intl.supportedValuesOf('timeZone'), 'UTC']);
  const hint = zh.startsWith('；') ? { zh: '，例如 Asia/Shanghai', en: ', e.g. Asia/Shanghai' } : { zh, en };
  source.report(
    ['timezone'],
    'TIMEZONE_UNKNOWN',
    `没有这个时区 ${show(timezone)}${hint.zh} / no such IANA time zone${hint.en}`,
  );
}

/** Whether a text is an IANA name, in its own spelling; an offset such as +08:00 is not a name. */
function isTimezone(timezone: string): boolean {
  if (Intl.supportedValuesOf('timeZone').includes(timezone)) return true; // a tenth of the time of what follows
  if (!/^[A-Z]/u.test(timezone)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: timezone }).resolvedOptions();
    return timeZone === timezone || timeZone.toLowerCase() !== timezone.toLowerCase();
  } catch {
    return false; // a RangeError is how Intl says that it knows no such zone
  }
}

function checkCodes(source: YamlFile, regions: Regions): void {
  const seen = new Map<string, number>();
  for (const [at, one] of (regions ?? []).entries()) {
    if (one?.code === undefined) continue;
    const first = seen.get(one.code);
    seen.set(one.code, first ?? at);
    if (first === undefined) continue;
    const other = formatOther(regions, first);
    source.report(
      ['regions', at, 'code'],
      'REGION_CODE_TWICE',
      `代码 ${one.code} 已用于${other.zh} / the code is already that of ${other.en}`,
    );
  }
}

/** Codes first, then names, short names and aliases, so that of two regions the one with the lesser claim is blamed. */
function checkSpellings(source: YamlFile, regions: Regions): void {
  const owners = new Map<string, number>();
  for (const { at, path, spelling, kind } of spellingsOf(regions)) {
    const key = matchingKey(spelling);
    const owner = owners.get(key) ?? at;
    owners.set(key, owner);
    const sameCode = kind === 'code' && regions?.[owner]?.code === spelling; // said by checkCodes
    if (owner === at || sameCode) continue;
    const other = formatOther(regions, owner);
    const message = `${show(spelling)} 也是${other.zh}的写法，文件里就分不清了 / is a spelling of ${other.en} too`;
    source.report(['regions', at, ...path], 'SPELLING_TWICE', message);
  }
}

type Spelling = { readonly at: number; readonly kind: string; readonly path: Path; readonly spelling: string };

function spellingsOf(regions: Regions): Spelling[] {
  const all = (regions ?? []).map((one, at) => ({ one, at }));
  const plain = (['code', 'name', 'short'] as const).flatMap((kind) =>
    all.map(({ one, at }) => ({ at, kind, path: [kind], spelling: one?.[kind] })),
  );
  const aliases = all.flatMap(({ one, at }) =>
    (one?.aliases ?? []).map((spelling, index) => ({ at, kind: 'alias', path: ['aliases', index], spelling })),
  );
  return [...plain, ...aliases].flatMap(({ spelling, ...rest }) =>
    spelling === undefined ? [] : [{ ...rest, spelling }],
  );
}

function checkTiles(source: YamlFile, regions: Regions): void {
  const seen = new Map<string, number>();
  for (const [at, one] of (regions ?? []).entries()) {
    const { row, col } = one?.tile ?? {};
    if (row === undefined || col === undefined) continue;
    const key = `${row}/${col}`;
    const first = seen.get(key);
    seen.set(key, first ?? at);
    if (first === undefined) continue;
    const other = formatOther(regions, first);
    source.report(
      ['regions', at, 'tile'],
      'TILE_TWICE',
      `位置与${other.zh}相同 / the tile is already that of ${other.en}`,
    );
  }
}

function formatOther(regions: Regions, at: number): { readonly zh: string; readonly en: string } {
  const name = regions?.[at]?.name ?? `regions[${at}]`;
  return { zh: ` ${name} `, en: name };
}
