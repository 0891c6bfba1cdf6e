import type { RegionLookup } from '@quhua/core';
import type { MappedTable, Mapping } from '../mapping.ts';
import { withCuts } from '../readers/text/cuts.ts';
import type { SimulatedWatch } from '../simulated.ts';
import type { Table, TableRow } from '../table.ts';
import type { Ignored } from '../types.ts';
import type { SheetRow } from '../workbook.ts';
import type { FoundTable } from './find-tables.ts';
import { joinedMapping, joinTables } from './joined-tables.ts';
import type { OwnFile } from './own-file.ts';
import { textsOf } from './segments.ts';
import { sheetTable } from './sheet-table.ts';

/** A table for the row stage, and the tables of the file that it is made of: more than one where they were put side by side. */
export type SourcedTable = { readonly found: readonly [FoundTable, ...FoundTable[]]; readonly mapped: MappedTable };

export type MappedTables = {
  readonly tables: readonly SourcedTable[];
  /** The last row that was read of each table; 0 before. */
  readonly lastRows: () => readonly number[];
  readonly repeated: () => readonly Ignored[];
};

type Options = { readonly own: OwnFile | null; readonly simulated: SimulatedWatch; readonly lookup: RegionLookup };
type Unnumbered = { readonly found: SourcedTable['found']; readonly table: Table; readonly mapping: Mapping };

const MOST_REPEATED = 100;

/**
 * Tables with their mappings, ready for the row stage; groups are put side by side.
 *
 * Lines: a table's lines begin behind those of the table before it, which are known when it has been read; tables below each
 * other on one sheet share their numbering, so that a line is the sheet's row wherever it can be.
 */
export function mappedTables(
  groups: readonly (readonly FoundTable[])[],
  { own, simulated, lookup }: Options,
): MappedTables {
  const repeated = new Map<string, Ignored>();
  const onRepeated = (sheet: string) => (row: SheetRow) => {
    if (repeated.size >= MOST_REPEATED) return;
    repeated.set(`${sheet}!${row.row}`, { sheet, row: row.row, text: textsOf(row).join(' '), why: '重复的表头' });
  };
  const open = (found: FoundTable): MappedTable => {
    const { segment, settled } = found;
    const { mapping } = settled;
    const table = sheetTable({ segment, mapping, own, onRepeated: onRepeated(segment.sheet.name) });
    if (!mapping.strictWidth) return { table, mapping };
    return { table: { ...table, rows: () => withCuts(table.rows(), mapping.header.length) }, mapping };
  };
  const unnumbered = groups.flatMap((group) => sourced(group, open, lookup));
  const lastRows = unnumbered.map(() => 0);
  const tables = unnumbered.map(({ found, table, mapping }, at): SourcedTable => {
    const numbered = { ...mapping };
    Object.defineProperty(numbered, 'base', { get: () => baseOf(unnumbered, lastRows, at), enumerable: true });
    const isWhole = found.every(({ segment }) => segment.data.to !== Number.MAX_SAFE_INTEGER);
    const rows = async function* () {
      for await (const batch of table.rows()) {
        lastRows[at] = Math.max(lastRows[at] ?? 0, batch.at(-1)?.place.row ?? 0);
        if (!isWhole) lookInto(batch, simulated);
        yield batch;
      }
    };
    return { found, mapped: { table: { sheet: table.sheet, rows }, mapping: numbered } };
  });
  return { tables, lastRows: () => lastRows, repeated: () => [...repeated.values()] };
}

/** A table alone, or tables side by side with what each of the others has left. */
function sourced(
  group: readonly FoundTable[],
  open: (found: FoundTable) => MappedTable,
  lookup: RegionLookup,
): Unnumbered[] {
  const [first, ...others] = group;
  if (first === undefined) return [];
  if (others.length === 0) return [{ found: [first], ...open(first) }];
  const sources = group.map(open);
  const { joined, rests } = joinTables(sources, lookup);
  const mapping = joinedMapping(sources.map((source) => source.mapping));
  return [
    { found: [first, ...others], table: joined, mapping },
    ...others.flatMap((found, nth) => {
      const [table, source] = [rests[nth], sources[nth + 1]];
      return table === undefined || source === undefined
        ? []
        : [{ found: [found] as const, table, mapping: source.mapping }];
    }),
  ];
}

function baseOf(tables: readonly Unnumbered[], lastRows: readonly number[], at: number): number {
  const [before, table] = [tables[at - 1], tables[at]];
  if (before === undefined || table === undefined) return 0;
  if (sharesLines(before, table)) return baseOf(tables, lastRows, at - 1);
  const sheet = before.found[0].segment.sheet;
  const last = tables
    .slice(0, at)
    .map(({ found }, nth) => (found[0].segment.sheet === sheet ? (lastRows[nth] ?? 0) : 0));
  return baseOf(tables, lastRows, at - 1) + Math.max(...last) * before.mapping.records.length;
}

function sharesLines(before: Unnumbered, table: Unnumbered): boolean {
  const [above, below] = [before.found[0].segment, table.found[0].segment];
  if (above.sheet !== below.sheet) return false;
  const isPlain = [before, table].every(({ found, mapping }) => found.length === 1 && mapping.records.length === 1);
  return isPlain && below.data.from > above.data.to;
}

/** Rows beyond those that were looked at when the file was opened. */
function lookInto(rows: readonly TableRow[], simulated: SimulatedWatch): void {
  if (simulated.note() !== null) return;
  for (const { cells, place } of rows) {
    for (const cell of cells)
      simulated.look(cell, () => `${place.sheet === '' ? '' : `表“${place.sheet}”`}第${place.row}行`);
  }
}
