import type { RowReason } from '@quhua/core';
import { columnLetters, note, shown } from '../reasons.ts';
import type { Workbook } from '../workbook.ts';
import { OUR_HEADERS } from '../write/our-headers.ts';
import type { FoundTable, FoundTables } from './find-tables.ts';

const MOST_NAMED = 20;

/** What is to be said of a file as a whole once its tables are found. */
export function feedNotes(workbook: Workbook, { groups }: FoundTables): RowReason[] {
  const tables = groups.flat();
  const settled = tables.map((table) => table.settled);
  const own = new Map(settled.flatMap(({ notes }) => notes.map((one) => [one.code, one] as const)));
  return [...workbook.notes, ...extraNote(tables), ...hiddenNote(tables), ...own.values()];
}

/** Headers that nobody knows, each once. */
function extraNote(tables: readonly FoundTable[]): RowReason[] {
  const headers = tables.flatMap(({ settled }) =>
    settled.matches
      .filter(
        ({ name, dropped, header }) =>
          name === null && !dropped && header.trim() !== '' && !OUR_HEADERS.has(header.trim()),
      )
      .map(({ header }) => shown(header)),
  );
  const different = [...new Set(headers)];
  if (different.length === 0) return [];
  const list = different.slice(0, MOST_NAMED).join('、');
  const message = `以下列不认识，未读取：${list}；如需读取请在 feeds.yaml 中加列名 / unknown columns, not read: ${list}`;
  return [note('HEADER_EXTRA', message)];
}

/** Rows and columns that are hidden are read like all others: a filter hides rows too. */
function hiddenNote(tables: readonly FoundTable[]): RowReason[] {
  const places = tables.flatMap(({ segment, settled }) => {
    const { sheet, scanned, data } = segment;
    const rows = scanned.filter(({ hidden, row }) => hidden === true && row >= data.from && row <= data.to);
    const columns = settled.matches.filter(({ index, name }) => name !== null && sheet.hiddenColumns.includes(index));
    return [...rows.map(({ row }) => `第${row}行`), ...columns.map(({ index }) => `${columnLetters(index)}列`)];
  });
  const different = [...new Set(places)];
  if (different.length === 0) return [];
  const list = different.slice(0, MOST_NAMED).join('、');
  return [
    note('HIDDEN_READ', `隐藏的${list}已照常读取，请确认 / hidden rows and columns were read like all others: ${list}`),
  ];
}
