import {
  columnsOf,
  type FeedRow,
  type Month,
  type MonthlyFeed,
  monthIndex,
  noFigures,
  type UnitFigures,
  WIDTH,
} from '@quhua/core';
import type { HistoryMonth } from '@quhua/storage';

/** A file's monthly rows, kept as numbers until all have come: what a row is compared with must not depend on their order. */
export type FileFigures = {
  readonly add: (rows: readonly FeedRow[]) => void;
  /** Lines that no longer hold. */
  readonly drop: (lines: readonly number[]) => void;
  /** Closes the collection. Shapes: null if no row is left. */
  readonly close: () => Gathered | null;
};

export type Gathered = {
  readonly codes: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly months: number;
  /** The rows of a unit laid over what was known of it. */
  readonly table: (code: string, around: Around) => UnitFigures;
  /** Rows' own cells, by line; of a large file the first of them. */
  readonly raws: ReadonlyMap<number, readonly string[]>;
};

export type Around = {
  readonly name: string;
  readonly first: number;
  readonly months: number;
  readonly known: Readonly<Record<MonthlyFeed, readonly HistoryMonth[]>>;
};

/** Rows whose own cells are kept in memory; those of larger files are read again where they are asked for. */
const KEPT_ROWS = 10_000;

export function createFileFigures(feed: MonthlyFeed): FileFigures {
  const { count } = columnsOf(feed);
  const unitNumbers = new Map<string, number>();
  const months = new Map<Month, number>();
  const dropped = new Set<number>();
  const raws = new Map<number, readonly string[]>();
  let rows = roomFor(0, count);
  let size = 0;
  return {
    add: (added) => {
      if (size + added.length > rows.lines.length) rows = grown(rows, 2 * (size + added.length), count);
      for (const { regionCode, month, line, values, raw } of added) {
        if (regionCode === null || month === null) continue;
        rows.units[size] = numberOf(unitNumbers, regionCode, () => unitNumbers.size);
        rows.months[size] = numberOf(months, month, () => monthIndex(month));
        rows.lines[size] = line;
        for (let at = 0; at < count; at += 1) {
          const value = values[at];
          rows.figures[size * count + at] = typeof value === 'number' ? value : Number.NaN;
        }
        if (size < KEPT_ROWS) raws.set(line, raw);
        size += 1;
      }
    },
    drop: (lines) => {
      for (const line of lines) dropped.add(line);
    },
    close: () => gather({ feed, rows, size, raws, dropped, codes: [...unitNumbers.keys()], months }),
  };
}

/** Columns of what is kept of rows; exact integers, NaN for what is missing. */
type Rows = {
  readonly units: Int32Array;
  readonly months: Int32Array;
  readonly lines: Float64Array;
  readonly figures: Float64Array;
};

function roomFor(size: number, count: number): Rows {
  const lines = new Float64Array(size);
  return { units: new Int32Array(size), months: new Int32Array(size), lines, figures: new Float64Array(size * count) };
}

function grown(rows: Rows, size: number, count: number): Rows {
  const larger = roomFor(size, count);
  larger.units.set(rows.units);
  larger.months.set(rows.months);
  larger.lines.set(rows.lines);
  larger.figures.set(rows.figures);
  return larger;
}

function numberOf(numbers: Map<string, number>, key: string, make: () => number): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  const made = make();
  numbers.set(key, made);
  return made;
}

type Collected = {
  readonly feed: MonthlyFeed;
  readonly rows: Rows;
  readonly size: number;
  readonly raws: ReadonlyMap<number, readonly string[]>;
  readonly dropped: ReadonlySet<number>;
  readonly codes: readonly string[];
  readonly months: ReadonlyMap<Month, number>;
};

function gather({ feed, rows, size, raws, dropped, codes, months }: Collected): Gathered | null {
  const byUnit = rowsByUnit(rows, { size, count: codes.length, dropped });
  const places = new Map(codes.map((code, at) => [code, at]));
  const present = codes.filter((_, at) => (byUnit[at]?.length ?? 0) > 0);
  if (present.length === 0) return null;
  const indices = [...months.values()];
  return {
    codes: present,
    from: indices.reduce((a, b) => Math.min(a, b)),
    to: indices.reduce((a, b) => Math.max(a, b)),
    months: indices.length,
    table: (code, { name, first, months: length, known }) => {
      const table = noFigures({ code, name, feed, first, months: length });
      for (const each of ['sales', 'inventory'] as const) layKnown(table, each, known[each]);
      for (const row of byUnit[places.get(code) ?? -1] ?? []) layRow(table, rows, row);
      return table;
    },
    raws,
  };
}

type Grouping = { readonly size: number; readonly count: number; readonly dropped: ReadonlySet<number> };

function rowsByUnit({ units, lines }: Rows, { size, count, dropped }: Grouping): number[][] {
  const byUnit = Array.from({ length: count }, (): number[] => []);
  for (let row = 0; row < size; row += 1) {
    if (dropped.size > 0 && dropped.has(lines[row] ?? 0)) continue;
    byUnit[units[row] ?? 0]?.push(row);
  }
  return byUnit;
}

function layKnown({ figures, first, months }: UnitFigures, feed: MonthlyFeed, known: readonly HistoryMonth[]): void {
  const { from } = columnsOf(feed);
  for (const { month, figures: values } of known) {
    const at = monthIndex(month) - first;
    if (at < 0 || at >= months) continue;
    for (let column = 0; column < values.length; column += 1) {
      figures[at * WIDTH + from + column] = values[column] ?? Number.NaN;
    }
  }
}

/** A figure that the file leaves out is no correction: what was known of it stays. */
function layRow(table: UnitFigures, rows: Rows, row: number): void {
  const { from, count } = columnsOf(table.feed);
  const month = (rows.months[row] ?? 0) - table.first;
  const own = month * WIDTH + from;
  for (let column = 0; column < count; column += 1) {
    const value = rows.figures[row * count + column] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const known = table.figures[own + column] ?? Number.NaN;
    if (!Number.isNaN(known) && known !== value) table.revised[month] = 1;
    table.figures[own + column] = value;
  }
  table.lines[month] = rows.lines[row] ?? 0;
}
