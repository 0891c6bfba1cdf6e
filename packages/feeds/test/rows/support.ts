import {
  createRegionLookup,
  FEEDS,
  type FeedName,
  type FeedRow,
  type LedgerRow,
  type Month,
  type Region,
  type RowCounts,
  type RowReason,
} from '@quhua/core';
import { LIMITS, type Limits } from '../../src/limits.ts';
import type { MappedTable, Mapping, RecordPlan, ValueColumn } from '../../src/mapping.ts';
import type { Hasher } from '../../src/rows/hashes.ts';
import { readRows } from '../../src/rows/read-rows.ts';
import { newRun } from '../../src/rows/work.ts';
import type { TableRow } from '../../src/table.ts';
import type { FeedChunk, Ignored } from '../../src/types.ts';

const region = (code: string, name: string, short: string, aliases: string[] = []): Region => {
  return { code, name, short, kind: 'county', aliases, local: code.includes('-') };
};

/** The 13 units of the sample feeds. */
export const REGIONS: readonly Region[] = [
  region('653101', '喀什市', '喀什', ['喀什市本级']),
  region('653100-JKQ', '喀什经济开发区', '经开区', ['喀什经开区']),
  region('653121', '疏附县', '疏附'),
  region('653122', '疏勒县', '疏勒'),
  region('653123', '英吉沙县', '英吉沙'),
  region('653124', '泽普县', '泽普'),
  region('653125', '莎车县', '莎车'),
  region('653126', '叶城县', '叶城'),
  region('653127', '麦盖提县', '麦盖提'),
  region('653128', '岳普湖县', '岳普湖'),
  region('653129', '伽师县', '伽师'),
  region('653130', '巴楚县', '巴楚'),
  region('653131', '塔什库尔干塔吉克自治县', '塔县', ['塔什库尔干', '塔什库尔干县']),
];

export const LOOKUP = createRegionLookup(REGIONS);
export const TODAY = '2025-11-06';
export const WHOLE = { code: '653100', name: '喀什地区' };

/** A column of a hand-made table: what it is, and what its header says. */
export type Column = { name: string; header?: string; unit?: ValueColumn['unit']; stated?: boolean; month?: Month };

export type TableOptions = {
  feed?: FeedName;
  sheet?: string;
  /** Row number of the first row. */
  from?: number;
  /** Month of the whole table. */
  month?: Month;
  region?: Region;
  base?: number;
  strictWidth?: boolean;
  /** Columns that the feed does not have, and what every row then holds. */
  absent?: Record<string, 0>;
  types?: readonly string[];
  shown?: ReadonlyMap<number, ReadonlyMap<number, string>>;
  faults?: ReadonlyMap<number, TableRow['faults']>;
  batch?: number;
};

const IMPLIED: Record<string, ValueColumn['unit']> = { area: 'sqm', land: 'sqm', money: 'yuan', percent: 'percent' };

/** A table of text with its mapping. Shapes: `columns` in the rows' order; `other` is a header that nobody reads, '' none at all. */
export function tableOf(columns: readonly (string | Column)[], rows: readonly string[][], options: TableOptions = {}) {
  const list = columns.map((column) => (typeof column === 'string' ? { name: column } : column));
  const { feed = 'sales', sheet = '', from = 2, batch = 1_000 } = options;
  const tableRows = rows.map((cells, at): TableRow => {
    const types = options.types?.[at];
    const shown = options.shown?.get(at);
    const faults = options.faults?.get(at);
    return {
      place: { sheet, row: from + at },
      cells,
      ...(types === undefined ? {} : { types }),
      ...(shown === undefined ? {} : { shown }),
      ...(faults === undefined ? {} : { faults }),
    };
  });
  const source: MappedTable = {
    table: {
      sheet,
      rows: async function* () {
        for (let at = 0; at < tableRows.length; at += batch) yield tableRows.slice(at, at + batch);
      },
    },
    mapping: mappingOf(list, feed, options),
  };
  return source;
}

function mappingOf(list: readonly Column[], feed: FeedName, options: TableOptions): Mapping {
  const headerOf = (column: Column) => column.header ?? column.name;
  const key = (name: string) => list.flatMap((c, index) => (c.name === name ? [{ index, header: headerOf(c) }] : []));
  const months = [...new Set(list.map(({ month }) => month))].filter((month) => month !== undefined);
  const record = (month: Month | null): RecordPlan => ({
    month,
    region: options.region ?? null,
    values: FEEDS[feed].columns.map((column): ValueColumn => {
      const index = list.findIndex((c) => c.name === column.name && (c.month ?? month) === month);
      const found = list[index];
      const absent = options.absent?.[column.name] ?? null;
      if (found === undefined) {
        return { column, index: -1, header: column.name, unit: null, stated: false, absent };
      }
      const hasUnit = key('unit').length > 0;
      const implied = hasUnit && (column.type === 'area' || column.type === 'land') ? null : IMPLIED[column.type];
      const unit = found.unit === undefined ? (implied ?? null) : found.unit;
      return {
        column,
        index,
        header: headerOf(found),
        unit,
        stated: found.stated ?? found.unit !== undefined,
        absent: null,
      };
    }),
  });
  return {
    feed: FEEDS[feed],
    header: list.map(headerOf),
    strictWidth: options.strictWidth ?? true,
    regions: key('region'),
    month: key('month')[0] ?? null,
    year: key('year')[0] ?? null,
    unit: key('unit')[0] ?? null,
    records: months.length === 0 ? [record(options.month ?? null)] : months.map(record),
    nameless: list.flatMap(({ name }, index) => (name === '' ? [index] : [])),
    base: options.base ?? 0,
  };
}

export type Read = {
  readonly rows: readonly FeedRow[];
  /** By line. */
  readonly ledger: ReadonlyMap<number, LedgerRow>;
  readonly counts: RowCounts;
  readonly notes: readonly RowReason[];
  readonly ignored: readonly Ignored[];
  readonly chunks: readonly FeedChunk[];
};

export type Reading = { today?: string; limits?: Partial<Limits>; hasher?: Hasher };

/** Reads tables as their caller does, revocations applied. */
export async function read(tables: MappedTable | readonly MappedTable[], reading: Reading = {}): Promise<Read> {
  const run = newRun();
  const rows = new Map<number, FeedRow>();
  const ledger = new Map<number, LedgerRow>();
  const chunks: FeedChunk[] = [];
  const context = {
    lookup: LOOKUP,
    jurisdiction: WHOLE,
    today: reading.today ?? TODAY,
    limits: { ...LIMITS, ...reading.limits },
    run,
    ...(reading.hasher === undefined ? {} : { hasher: reading.hasher }),
  };
  for await (const chunk of readRows('table' in tables ? [tables] : tables, context)) {
    chunks.push(chunk);
    for (const line of chunk.revokedLines) {
      rows.delete(line);
      ledger.delete(line);
    }
    for (const row of chunk.rows) rows.set(row.line, row);
    for (const row of chunk.ledger) ledger.set(row.line, row);
  }
  return { rows: [...rows.values()], ledger, counts: run.counts, notes: run.notes, ignored: run.ignored, chunks };
}

export function codesOf(reasons: readonly RowReason[] = []): string[] {
  return reasons.map(({ code }) => code);
}
