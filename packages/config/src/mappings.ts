import {
  AREA_UNITS,
  FEED_NAMES,
  FEEDS,
  type FeedName,
  isMonth,
  MONEY_UNITS,
  matchingKey,
  type SavedMapping,
} from '@quhua/core';
import * as z from 'zod';
import { checkShape, type Partially } from './check-shape.ts';
import { type ConfigFault, compareFaults, type Path, show } from './fault.ts';
import { suggestion } from './nearest.ts';
import { count, text } from './words.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

const LAST_ROW = 1_048_576;
const KEYS = ['region', 'month', 'year', 'unit'];

const glob = z
  .string()
  .regex(
    /^[^[\]{}\\/\p{Cc}\p{Cf}]{1,200}$/u,
    '只能用 * 和 ? 作通配，不含括号和斜线 / only * and ? stand for other text; no brackets, no slashes',
  );
const month = z.string().refine(isMonth, '应为月份，写作 2025-10 / a month, like 2025-10');
const row = count(1, LAST_ROW);

/** One entry of `mappings`. Shapes: what must hold between its parts is checked by `checkMappings`. */
export const mappingSchema = z.strictObject({
  name: text,
  match: z.exactOptional(z.strictObject({ file: z.exactOptional(glob), sheet: z.exactOptional(glob) })),
  feed: z.exactOptional(z.enum(FEED_NAMES)),
  header: z.exactOptional(z.strictObject({ from: row, to: row })),
  areaUnit: z.exactOptional(z.enum(AREA_UNITS)),
  moneyUnit: z.exactOptional(z.enum(MONEY_UNITS)),
  percentScale: z.exactOptional(z.enum(['percent', 'fraction'])),
  month: z.exactOptional(
    z.strictObject({ from: z.exactOptional(z.enum(['file', 'sheet', 'title'])), fixed: z.exactOptional(month) }),
  ),
  columns: z.exactOptional(z.record(text, z.nullable(text))),
});
type Mapping = z.output<typeof mappingSchema>;

export function toMapping({ match = {}, month, ...rest }: Mapping): SavedMapping {
  const { from, fixed } = month ?? {};
  if (from !== undefined) return { ...rest, match, month: { from } };
  return { ...rest, match, ...(fixed === undefined ? {} : { month: { fixed } }) };
}

/** Says what contradicts itself in saved mappings. */
export function checkMappings(source: YamlFile, mappings: Partially<readonly Mapping[]> | undefined): void {
  const names = new Set<string>();
  for (const [at, one] of (mappings ?? []).entries()) {
    const path = ['mappings', at];
    checkMapping(source, one, path);
    const matched = one?.match !== undefined && Object.keys(one.match).length > 0;
    if (one !== undefined && !matched && !('match' in one && one.match === undefined)) {
      const message =
        '没有写 match，会套用到所有文件；请写 file 或 sheet / without `match` it would hold for every file';
      source.report([...path, 'match'], 'MAPPING_MATCH', message);
    }
    const name = one?.name;
    if (name === undefined) continue;
    if (names.has(name))
      source.report([...path, 'name'], 'MAPPING_TWICE', `映射 ${show(name)} 写了两次 / written twice`);
    names.add(name);
  }
}

function checkMapping(source: YamlFile, one: Partially<Mapping> | undefined, path: Path): void {
  const { from, to } = one?.header ?? {};
  if (from !== undefined && to !== undefined && to < from) {
    const message = `表头不能从第 ${from} 行到第 ${to} 行 / a header from row ${from} to row ${to}`;
    source.report([...path, 'header'], 'MAPPING_ROWS', message);
  }
  const given = one?.month;
  if (given !== undefined && 'from' in given === 'fixed' in given) {
    const message = 'month 只能写 from 或 fixed 之一 / month is either `from` or `fixed`';
    source.report([...path, 'month'], 'MAPPING_MONTH', message);
  }
  if (one !== undefined && 'feed' in one && one.feed === undefined) return; // reported already
  const known = columnsOf(one?.feed);
  for (const [header, column] of Object.entries(one?.columns ?? {})) {
    if (column === undefined || column === null || known.includes(column)) continue;
    const { zh, en } = suggestion(column, known);
    const message = `没有标准列 ${show(column)}${zh} / no such column${en}`;
    source.report([...path, 'columns', header], 'MAPPING_COLUMN', message);
  }
  checkHeaders(source, one?.columns, path);
}

type Columns = { readonly [header: string]: string | null | undefined } | undefined;

/** One header written in two ways must not be two columns. */
function checkHeaders(source: YamlFile, columns: Columns, path: Path): void {
  const seen = new Map<string, string>();
  for (const [header, column] of Object.entries(columns ?? {})) {
    const key = matchingKey(header);
    const other = seen.get(key);
    if (other !== undefined && other !== String(column)) {
      const message = `表头 ${show(header)} 已代表 ${other}，删去一处 / it already stands for ${other}: delete one`;
      source.report([...path, 'columns', header], 'MAPPING_COLUMN', message);
    }
    seen.set(key, String(column));
  }
}

function columnsOf(feed: FeedName | undefined): string[] {
  const feeds = feed === undefined ? FEED_NAMES : [feed];
  return [...new Set([...KEYS, ...feeds.flatMap((name) => FEEDS[name].columns.map((column) => column.name))])];
}

export type MappingReading = { readonly mapping: SavedMapping | null; readonly faults: readonly ConfigFault[] };

/**
 * A mapping in a file of its own (`--map`): one entry of `mappings`, `match` and `name` left out as one likes.
 *
 * Shapes: `mapping` is null exactly if there are faults. Errors: none, whatever the text is.
 */
export function readMapping(file: string, content: string): MappingReading {
  const faults: ConfigFault[] = [];
  const source = parseYaml(file, content, faults);
  const { value, partial } = checkShape(source, mappingSchema.extend({ name: z.exactOptional(text) }));
  checkMapping(source, partial, []);
  if (value === null || faults.length > 0) return { mapping: null, faults: faults.toSorted(compareFaults) };
  return { mapping: toMapping({ ...value, name: value.name ?? file }), faults: [] };
}
