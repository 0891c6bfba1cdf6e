import type { Mapping } from '../mapping.ts';
import { columnLetters } from '../reasons.ts';
import type { RowFault, Table, TableRow } from '../table.ts';
import type { Merge, SheetRow } from '../workbook.ts';
import type { OwnFile } from './own-file.ts';
import type { Segment } from './segments.ts';

export type SheetTableOptions = {
  readonly segment: Segment;
  readonly mapping: Mapping;
  readonly own: OwnFile | null;
  /** Told of every row that holds the header once more. */
  readonly onRepeated: (row: SheetRow) => void;
};

/** Rows of a table in its sheet: cells of merged keys filled down, the header's repetitions left out. */
export function sheetTable({ segment, mapping, own, onRepeated }: SheetTableOptions): Table {
  const { sheet, data, repeated, only } = segment;
  const keys = new Set(
    [...mapping.regions, mapping.month, mapping.year, mapping.unit].flatMap((key) => key?.index ?? []),
  );
  for (const { column, index } of mapping.records[0]?.values ?? [])
    if (isKey(mapping, column.name) && index >= 0) keys.add(index);
  const values = new Set(mapping.records.flatMap(({ values: own }) => own.map(({ index }) => index)));
  const merges = sheet.merges.filter(({ bottom, top }) => bottom >= data.from - 1 && top < data.to);
  const printed = mapping.header.findIndex((text) => text !== '');
  const place: Place = { sheet: sheet.name, own, month: mapping.month?.index ?? -1 };
  const isPlain = own === null && merges.length === 0 && only === null;
  return {
    sheet: sheet.name,
    rows: async function* () {
      const filler = createFiller(merges, { keys, values });
      const hasRepeated = repeated.size > 0;
      for await (const batch of sheet.rows()) {
        const rows: TableRow[] = [];
        for (const row of batch) {
          if (row.row > data.to) {
            if (rows.length > 0) yield rows;
            return;
          }
          if (row.row < data.from) continue;
          if ((hasRepeated && repeated.has(row.row)) || isHeader(row, mapping, printed)) onRepeated(row);
          else if (isPlain && row.shown === undefined && row.faults === undefined)
            rows.push(plainRow(sheet.name, row, row.cells));
          else if (own?.isSample(row.cells) !== true) {
            const filled = filler(row); // of rows of other figures too: they may head a merged cell
            if (only === null || only.has(row.row)) rows.push(tableRow(filled, place));
          }
        }
        if (rows.length > 0) yield rows;
      }
    },
  };
}

function isKey({ feed }: Mapping, name: string): boolean {
  return feed.key.includes(name);
}

/** Whether a row is the header once more, as on every printed page. Looks at one cell first: there are a million rows. */
function isHeader({ cells }: SheetRow, { header, regions, records }: Mapping, printed: number): boolean {
  if (printed < 0 || cells[printed] !== header[printed]) return false;
  const shown = [...regions, ...(records[0]?.values ?? [])].filter(({ index }) => index >= 0);
  return shown.every(
    ({ index, header: text }) => (cells[index] ?? '').trim() === '' || text.includes((cells[index] ?? '').trim()),
  );
}

const NO_FAULTS: readonly RowFault[] = [];

type Filled = { readonly row: SheetRow; readonly cells: readonly string[]; readonly faults: readonly RowFault[] };

/**
 * Gives merged cells to every row that they cover: of keys, which they head; a figure over several rows or columns belongs to
 * none of them alone, and its rows are refused.
 */
function createFiller(
  merges: readonly Merge[],
  columns: { readonly keys: ReadonlySet<number>; readonly values: ReadonlySet<number> },
) {
  if (merges.length === 0) return (row: SheetRow): Filled => ({ row, cells: row.cells, faults: NO_FAULTS });
  const texts = new Map<Merge, string>();
  return (row: SheetRow): Filled => {
    const at = row.row - 1;
    const here = merges.filter(({ top, bottom }) => top <= at && bottom >= at);
    if (here.length === 0) return { row, cells: row.cells, faults: NO_FAULTS };
    const cells = [...row.cells];
    const faults: RowFault[] = [];
    for (const merge of here) {
      if (merge.top === at) texts.set(merge, cells[merge.left] ?? '');
      const text = texts.get(merge) ?? '';
      if (text.trim() === '') continue;
      for (let column = merge.left; column <= merge.right; column += 1) {
        if (columns.keys.has(column) && merge.left === merge.right) cells[column] = text;
        else if (columns.values.has(column) && columns.values.has(merge.left)) faults.push(mergedFault(column));
      }
    }
    for (let column = 0; column < cells.length; column += 1) cells[column] ??= '';
    return { row, cells, faults };
  };
}

function mergedFault(column: number): RowFault {
  const zh = `${columnLetters(column)}列是合并单元格，不能确定数字属于哪一行、哪一列；请取消合并，逐格填写`;
  return {
    column,
    code: 'CELL_MERGED',
    zh,
    en: 'a merged cell of figures: say for each row and column which is its own',
  };
}

type Place = { readonly sheet: string; readonly own: OwnFile | null; readonly month: number };

function tableRow(filled: Filled, { sheet, own, month }: Place): TableRow {
  const { row, cells, faults } = filled;
  if (own === null && row.shown === undefined && row.faults === undefined && faults.length === 0) {
    return plainRow(sheet, row, cells);
  }
  const place = { sheet, row: row.row };
  const lost = own?.faultOf(cells) ?? null;
  const all = [...(row.faults ?? []), ...faults, ...(lost === null ? [] : [lost])];
  const restored = own === null ? cells : cells.map(own.restore);
  return {
    place,
    cells: withShown(restored, row.shown, month),
    ...(row.types === undefined ? {} : { types: row.types }),
    ...(row.shown === undefined ? {} : { shown: row.shown }),
    ...(all.length === 0 ? {} : { faults: all }),
  };
}

/** As `tableRow`, of a row of which there is nothing else to keep: nearly every one of a large file. */
function plainRow(sheet: string, { row, types }: SheetRow, cells: readonly string[]): TableRow {
  const place = { sheet, row };
  return types === undefined ? { place, cells } : { place, cells, types };
}

/** A month as people see it, 2025.10 and not its number 2025.1: so it is read, kept and sent back. */
function withShown(cells: readonly string[], shown: SheetRow['shown'], month: number): readonly string[] {
  const text = shown?.get(month);
  return text === undefined ? cells : cells.map((cell, at) => (at === month ? text : cell));
}
