import type { MappedTable, Mapping } from '../mapping.ts';
import { withCuts } from '../readers/text/cuts.ts';
import type { SimulatedWatch } from '../simulated.ts';
import type { Table, TableRow } from '../table.ts';
import type { Ignored } from '../types.ts';
import type { SheetRow } from '../workbook.ts';
import type { FoundTable } from './find-tables.ts';
import type { OwnFile } from './own-file.ts';
import { textsOf } from './segments.ts';
import { sheetTable } from './sheet-table.ts';

export type MappedTables = {
  readonly tables: readonly MappedTable[];
  /** The last row that was read of each table; 0 before. */
  readonly lastRows: () => readonly number[];
  readonly repeated: () => readonly Ignored[];
};

const MOST_REPEATED = 100;

/**
 * Tables with their mappings, ready for the row stage.
 *
 * Lines: a table's lines begin behind those of the table before it, which are known when it has been read; tables below each
 * other on one sheet share their numbering, so that a line is the sheet's row wherever it can be.
 */
export function mappedTables(
  found: readonly FoundTable[],
  { own, simulated }: { readonly own: OwnFile | null; readonly simulated: SimulatedWatch },
): MappedTables {
  const lastRows = found.map(() => 0);
  const repeated = new Map<string, Ignored>();
  const onRepeated = (sheet: string) => (row: SheetRow) => {
    if (repeated.size >= MOST_REPEATED) return;
    repeated.set(`${sheet}!${row.row}`, { sheet, row: row.row, text: textsOf(row).join(' '), why: '重复的表头' });
  };
  const baseOf = (at: number): number => {
    const before = found[at - 1];
    if (before === undefined) return 0;
    if (sharesLines(before, found[at])) return baseOf(at - 1);
    const sheet = found
      .slice(0, at)
      .map((table, nth) => (table.segment.sheet === before.segment.sheet ? (lastRows[nth] ?? 0) : 0));
    return baseOf(at - 1) + Math.max(...sheet) * before.settled.mapping.records.length;
  };
  const tables = found.map(({ segment, settled }, at): MappedTable => {
    const mapping: Mapping = {
      ...settled.mapping,
      get base() {
        return baseOf(at);
      },
    };
    const table = sheetTable({ segment, mapping, own, onRepeated: onRepeated(segment.sheet.name) });
    const isWhole = segment.data.to !== Number.MAX_SAFE_INTEGER;
    const rows = async function* () {
      const batches = mapping.strictWidth ? withCuts(table.rows(), mapping.header.length) : table.rows();
      for await (const batch of batches) {
        const last = batch.at(-1);
        lastRows[at] = Math.max(lastRows[at] ?? 0, last?.place.row ?? 0);
        if (!isWhole) lookInto(batch, simulated);
        yield batch;
      }
    };
    return { table: { sheet: table.sheet, rows } satisfies Table, mapping };
  });
  return { tables, lastRows: () => lastRows, repeated: () => [...repeated.values()] };
}

function sharesLines(before: FoundTable, table: FoundTable | undefined): boolean {
  if (table === undefined || before.segment.sheet !== table.segment.sheet) return false;
  const plain = [before, table].every(({ settled }) => settled.mapping.records.length === 1);
  return plain && table.segment.data.from > before.segment.data.to;
}

/** Rows beyond those that were looked at when the file was opened. */
function lookInto(rows: readonly TableRow[], simulated: SimulatedWatch): void {
  if (simulated.note() !== null) return;
  for (const { cells, place } of rows) {
    for (const cell of cells)
      simulated.look(cell, () => `${place.sheet === '' ? '' : `表“${place.sheet}”`}第${place.row}行`);
  }
}
