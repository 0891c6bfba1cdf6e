import { shown } from '../../reasons.ts';
import type { RowFault, TableRow } from '../../table.ts';

const TAIL = /^[\d.,\s]*\d[\d.,\s]*$/u;

/**
 * The rows of a text file's table, marked where a stray line end cut them: a number alone on its line belongs to the row above,
 * which has all its cells and still a wrong figure (`ROW_CUT`).
 *
 * Shapes: batches of the same rows in the same order; `width` is the header's. The last row of a batch may come with the next one.
 */
export async function* withCuts(
  batches: AsyncIterable<readonly TableRow[]>,
  width: number,
): AsyncGenerator<readonly TableRow[], void, undefined> {
  let held: TableRow | undefined;
  for await (const batch of batches) {
    const rows: TableRow[] = [];
    for (const row of batch) {
      if (held !== undefined) rows.push(isTail(row, width) ? cutOff(held, row.cells[0] ?? '') : held);
      held = row;
    }
    if (rows.length > 0) yield rows;
  }
  if (held !== undefined) yield [held];
}

function isTail({ cells }: TableRow, width: number): boolean {
  return width > 1 && cells.length === 1 && TAIL.test(cells[0] ?? '');
}

function cutOff(row: TableRow, tail: string): TableRow {
  const fault: RowFault = {
    code: 'ROW_CUT',
    zh: `下一行只有${shown(tail)}，像是从本行末尾断开的；请去掉多余的换行后重报`,
    en: `the next line holds ${shown(tail)} alone, as if it were cut off this one`,
  };
  return { ...row, faults: [...(row.faults ?? []), fault] };
}
