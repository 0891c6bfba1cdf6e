import type { PlannedTable } from '../types.ts';
import { QUARANTINE_HEADERS } from './our-headers.ts';
import { csvLine } from './quarantine.ts';
import { type Returned, returnedTables } from './returned-rows.ts';

const BOM = '\ufeff';
const NOTHING_OF_OURS: readonly string[] = QUARANTINE_HEADERS.map(() => '');

/**
 * The same refused rows as text, for more of them than a workbook is good for: bit by bit, our columns in front.
 *
 * Shapes: UTF-8 with mark, CRLF; each table under its own title and header, merged headers filled in; a row stands once, with
 * its own number.
 */
export function* returnedCsv({ plan, ledger }: Pick<Returned, 'plan' | 'ledger'>): Generator<string> {
  let before = BOM;
  for (const { table, rows } of returnedTables(plan, ledger)) {
    yield before;
    before = '\r\n';
    for (const [at, cells] of filled(table).entries()) yield csvLine([...oursAbove(table, at), ...cells]);
    for (const { row, raw, reasons } of rows) {
      const codes = [...new Set(reasons.map(({ code }) => code))].join(' ');
      yield csvLine([String(row), codes, reasons.map(({ message }) => message).join('；'), ...raw]);
    }
  }
}

/** Our words stand in the last row of the header. */
function oursAbove({ head }: PlannedTable, at: number): readonly string[] {
  return at === head.length - 1 ? QUARANTINE_HEADERS : NOTHING_OF_OURS;
}

/** The head with what merged cells of the header say in each cell that they cover: text has no merged cells. */
function filled({ head, header, merges }: PlannedTable): string[][] {
  const width = Math.max(...head.map((cells) => cells.length));
  const rows = head.map((cells) => Array.from({ length: width }, (_, column) => cells[column] ?? ''));
  const first = head.length - 1 - (header.to - header.from);
  for (const { top, left, bottom, right } of merges) {
    if (top < first) continue;
    const said = rows[top]?.[left] ?? '';
    for (const cells of rows.slice(top, bottom + 1)) cells.fill(said, left, right + 1);
  }
  return rows;
}
