import { matchingKey, type RegionLookup } from '@quhua/core';
import { foldCell } from '../cell-text.ts';
import type { KeyColumn, MappedTable, Mapping, RecordPlan, ValueColumn } from '../mapping.ts';
import { isBlank, type RowFault, type Table, type TableRow } from '../table.ts';
import type { FoundTable } from './find-tables.ts';
import { headerMonth } from './month-texts.ts';

/**
 * Tables that give different figures of the same units and months, such as one sheet for each measure, and belong together.
 *
 * Shapes: groups in the order of their first tables; a table that stands for itself is a group of one.
 */
export function joinGroups(tables: readonly FoundTable[]): (readonly FoundTable[])[] {
  const groups = new Map<string, FoundTable[]>();
  for (const table of tables) {
    const { month, region } = table.settled;
    const key = `${month?.value ?? ''}|${region?.value.code ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), table]);
  }
  return [...groups.values()].flatMap((group) => (belongTogether(group) ? [group] : group.map((table) => [table])));
}

/** Every figure once only, the same keys in columns, and all of it short enough to be held. */
function belongTogether(group: readonly FoundTable[]): boolean {
  const [first] = group;
  if (first === undefined || group.length === 1) return true;
  const names = group.map(({ settled }) => columnNames(settled.mapping));
  const isDisjoint = new Set(names.flatMap((own) => [...own])).size === names.reduce((sum, own) => sum + own.size, 0);
  const keys = group.map(({ settled: { mapping } }) =>
    [mapping.regions.length > 0, mapping.month !== null, mapping.year !== null].join(),
  );
  const isWhole = group.every(({ segment }) => segment.data.to !== Number.MAX_SAFE_INTEGER);
  const isPlain = group.every(({ settled: { mapping } }) => mapping.unit === null && mapping.feed.shape === 'monthly');
  return isDisjoint && isWhole && isPlain && new Set(keys).size === 1;
}

/** Columns of the feed that a table has. */
export function columnNames({ records }: Pick<Mapping, 'records'>): Set<string> {
  return new Set(
    records.flatMap(({ values }) => values.filter(({ index }) => index >= 0).map(({ column }) => column.name)),
  );
}

/** Where each table's first column comes to stand when they are put side by side. */
export function offsetsOf(mappings: readonly Pick<Mapping, 'header'>[]): number[] {
  let next = 0;
  return mappings.map(({ header }) => {
    const offset = next;
    next += header.length;
    return offset;
  });
}

/** One mapping for tables put side by side: the first one's keys, and each record's figures wherever they stand. */
export function joinedMapping(mappings: readonly Mapping[]): Mapping {
  const [first] = mappings;
  if (first === undefined) throw new Error('there is nothing to join');
  const offsets = offsetsOf(mappings);
  const byKey = new Map<string, RecordPlan>();
  mappings.forEach(({ records }, nth) => {
    for (const record of records) {
      const key = `${record.month ?? ''}|${record.region?.code ?? ''}`;
      const moved = { ...record, values: record.values.map((value) => movedBy(value, offsets[nth] ?? 0)) };
      const before = byKey.get(key);
      byKey.set(
        key,
        before === undefined
          ? moved
          : { ...before, values: before.values.map((value, at) => filled(value, moved.values[at])) },
      );
    }
  });
  return {
    ...first,
    header: mappings.flatMap(({ header }) => header),
    strictWidth: false,
    records: [...byKey.values()],
    nameless: mappings.flatMap(({ nameless }, nth) => nameless.map((at) => at + (offsets[nth] ?? 0))),
  };
}

function movedBy(value: ValueColumn, offset: number): ValueColumn {
  return value.index < 0 ? value : { ...value, index: value.index + offset };
}

function filled(value: ValueColumn, other: ValueColumn | undefined): ValueColumn {
  return value.index >= 0 || other === undefined ? value : other;
}

/** Tables put side by side by the keys of their rows, and for each but the first its rows that have no partner. */
export function joinTables(
  sources: readonly MappedTable[],
  lookup: RegionLookup,
): {
  readonly joined: Table;
  readonly rests: readonly Table[];
} {
  const [first, ...others] = sources;
  if (first === undefined) throw new Error('there is nothing to join');
  const keyOf = (row: TableRow, mapping: Mapping) => rowKey(row, mapping, lookup);
  const partners = (rows: readonly TableRow[], mapping: Mapping) => groupBy(rows, (row) => keyOf(row, mapping));
  const offsets = offsetsOf(sources.map(({ mapping }) => mapping));
  const partnersOf = async () =>
    Promise.all(others.map(async ({ table, mapping }) => partners(await allRows(table), mapping)));
  const firstKeys = async () => countKeys((await allRows(first.table)).map((row) => keyOf(row, first.mapping)));
  return {
    joined: {
      sheet: first.table.sheet,
      rows: async function* () {
        const found = await partnersOf();
        for await (const batch of first.table.rows()) {
          yield batch.map((row) => {
            const key = keyOf(row, first.mapping);
            return found.reduce((all, of, nth) => sideBySide(all, of.get(key)?.shift(), offsets[nth + 1] ?? 0), row);
          });
        }
      },
    },
    rests: others.map(({ table, mapping }) => ({
      sheet: table.sheet,
      rows: async function* () {
        const left = await firstKeys();
        for await (const batch of table.rows()) yield batch.filter((row) => !takes(left, keyOf(row, mapping)));
      },
    })),
  };
}

async function allRows(table: Table): Promise<TableRow[]> {
  const rows: TableRow[] = [];
  for await (const batch of table.rows()) rows.push(...batch);
  return rows;
}

function groupBy(rows: readonly TableRow[], keyOf: (row: TableRow) => string): Map<string, TableRow[]> {
  const byKey = new Map<string, TableRow[]>();
  for (const row of rows) {
    const key = keyOf(row);
    byKey.set(key, [...(byKey.get(key) ?? []), row]);
  }
  return byKey;
}

function countKeys(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** Whether a row has a partner that no row before it has taken. */
function takes(left: Map<string, number>, key: string): boolean {
  const count = left.get(key) ?? 0;
  if (count > 0) left.set(key, count - 1);
  return count > 0;
}

/** What a row's key columns say, in any spelling; a row without keys has no partner. */
function rowKey({ cells, place }: TableRow, { regions, month, year }: Mapping, lookup: RegionLookup): string {
  const textOf = (column: KeyColumn | null) => (column === null ? '' : foldCell(cells[column.index] ?? ''));
  const named = regions.map(textOf).map((text) => lookup.find(text)?.code ?? matchingKey(text));
  const read = month === null ? null : headerMonth(textOf(month));
  const when = read === null ? matchingKey(textOf(month)) : `${read.year ?? ''}-${read.month}`;
  const texts = [named.find((text) => text !== '') ?? '', when, matchingKey(textOf(year)).replace('年', '')];
  return isBlank(texts) ? `${place.sheet}!${place.row}` : texts.join('|');
}

function sideBySide(row: TableRow, partner: TableRow | undefined, offset: number): TableRow {
  if (partner === undefined) return row;
  const cells = [
    ...row.cells,
    ...Array.from({ length: Math.max(0, offset - row.cells.length) }, () => ''),
    ...partner.cells,
  ];
  const shift = (fault: RowFault): RowFault =>
    fault.column === undefined ? fault : { ...fault, column: fault.column + offset };
  const faults = [...(row.faults ?? []), ...(partner.faults ?? []).map(shift)];
  const shown = new Map([
    ...(row.shown ?? []),
    ...[...(partner.shown ?? [])].map(([at, text]) => [at + offset, text] as const),
  ]);
  const types = `${typesOf(row).padEnd(offset, '.')}${typesOf(partner)}`;
  return {
    place: row.place,
    cells,
    types,
    shown,
    ...(faults.length === 0 ? {} : { faults }),
    originOf: (index) => (index >= offset ? { place: partner.place, index: index - offset } : row.originOf?.(index)),
  };
}

function typesOf({ types, cells }: TableRow): string {
  return types ?? 's'.repeat(cells.length);
}
