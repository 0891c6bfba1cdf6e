import type { FeedValue } from '@quhua/core';
import type { Mapping } from '../mapping.ts';
import type { RecordReading } from './check-row.ts';
import type { Hasher } from './hashes.ts';
import { createKeyTable } from './key-table.ts';
import { createRecordTable } from './record-table.ts';
import { isRefused } from './value-reading.ts';

/** Shapes: `same`: the same values stood in `line`, surely or (`unsure`) by their hash; `other`: different ones did. */
export type SeenRecord =
  | { readonly kind: 'new' }
  | { readonly kind: 'same' | 'other'; readonly line: number; readonly first: readonly FeedValue[] | undefined };

/** Every key of a file, in all its tables, and what stood under it first. */
export type KeyBook = {
  /** Shapes: once for each record, in the file's order. */
  readonly see: (reading: RecordReading) => SeenRecord;
  /** The key of a record that was seen, as one number; -1 if it has none. */
  readonly keyOf: (reading: RecordReading) => number;
  /** By key, the line at which a second value came to light. */
  readonly conflicts: ReadonlyMap<number, number>;
  /** Keys of which repeated records are to be compared in a second reading. */
  readonly unsure: ReadonlySet<number>;
};

const MONTHS_KEPT = 4_096;
const FIRST_MONTH = 1900 * 12;
const NEW: SeenRecord = { kind: 'new' };
const BETWEEN = '\u0000';
const REGION = -1;

/** The keys of a file. Shapes: tables of one feed differ in their columns' places, never in the values' order. */
export function createKeyBook({ feed }: Mapping, hasher?: Hasher): KeyBook {
  return feed.shape === 'monthly' ? monthlyBook(feed.columns.length) : recordBook(feed, hasher);
}

function monthlyBook(width: number): KeyBook {
  const keys = createKeyTable(width);
  const ordinals = new Map<string, number>();
  const keyOf = ({ region, monthIndex }: RecordReading): number => {
    if (region === null || monthIndex < 0) return -1;
    let ordinal = ordinals.get(region.code);
    if (ordinal === undefined) {
      ordinal = ordinals.size;
      ordinals.set(region.code, ordinal);
    }
    return ordinal * MONTHS_KEPT + monthIndex - FIRST_MONTH;
  };
  return {
    keyOf,
    conflicts: keys.conflicts,
    unsure: new Set(),
    see: (reading) => {
      const key = keyOf(reading);
      if (key < 0) return NEW;
      const seen = keys.see(key, reading.line, reading.refused ? null : reading.values);
      return seen.kind === 'new' ? NEW : { ...seen, first: keys.firstFigures(key) };
    },
  };
}

/** Places of the key's columns; the unit, which is none, has its own. */
function keyColumns({ key, columns }: Mapping['feed']): number[] {
  return key.map((name) => (name === 'region' ? REGION : columns.findIndex((column) => column.name === name)));
}

function recordBook(feed: Mapping['feed'], hasher: Hasher | undefined): KeyBook {
  const columns = keyColumns(feed);
  const table = createRecordTable(hasher);
  const apartOf = apartFromKey(columns, feed.columns.length);
  const conflicts = new Map<number, number>();
  const unsure = new Set<number>();
  return {
    conflicts,
    unsure,
    keyOf: (reading) => {
      const key = keyText(reading, columns);
      return key === undefined ? -1 : table.slotOf(key);
    },
    see: (reading) => {
      const key = keyText(reading, columns);
      if (key === undefined) return NEW;
      const met = table.meet(key, reading.line, reading.refused ? null : apartOf(reading));
      if (met.kind === 'new') return NEW;
      const { kind, slot, line } = met;
      if (kind === 'like' && !conflicts.has(slot)) {
        unsure.add(slot);
        return { kind: 'same', line, first: undefined };
      }
      if (!conflicts.has(slot)) conflicts.set(slot, reading.line);
      return { kind: 'other', line, first: undefined };
    },
  };
}

/** All that is stored of a record. */
export function storedOf({ region, values }: RecordReading): readonly FeedValue[] {
  return [region?.code ?? null, ...values];
}

/** What is stored of a record beside its key. Shapes: one array, filled anew for each record. */
function apartFromKey(key: readonly number[], width: number): (reading: RecordReading) => readonly FeedValue[] {
  const columns = [REGION, ...Array(width).keys()].filter((column) => !key.includes(column));
  const apart: FeedValue[] = columns.map(() => null);
  return ({ region, values }) => {
    for (let at = 0; at < columns.length; at += 1) {
      const column = columns[at] ?? REGION;
      apart[at] = (column === REGION ? region?.code : values[column]) ?? null;
    }
    return apart;
  };
}

function keyText({ region, values }: RecordReading, columns: readonly number[]): string | undefined {
  let text = '';
  for (let at = 0; at < columns.length; at += 1) {
    const column = columns[at] ?? REGION;
    const value = (column === REGION ? region?.code : values[column]) ?? null;
    if (value === null || isRefused(value)) return undefined;
    text += at === 0 ? value : BETWEEN + value;
  }
  return text;
}
