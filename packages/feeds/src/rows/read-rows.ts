import type { FeedRow, RowReason } from '@quhua/core';
import type { MappedTable } from '../mapping.ts';
import { duplicateReason, note, refused, shown } from '../reasons.ts';
import type { TableRow } from '../table.ts';
import type { FeedChunk } from '../types.ts';
import { createRowChecker, type RecordReading } from './check-row.ts';
import { conflictReason } from './conflicts.ts';
import { createKeyBook } from './key-book.ts';
import { createRawKeeper, ledgerRow, type RawKeeper } from './ledger.ts';
import { reviewRows } from './review-rows.ts';
import { ignoredRow } from './row-kinds.ts';
import { type Chunk, emptyChunk, hasAny, placeOf, type ReadRowsContext, type TableWork, type Work } from './work.ts';

const MOST_IGNORED = 100;

/**
 * Checked records of a file's tables, all of one feed.
 *
 * Shapes: one pass; only a file with repeated keys or totals is gone through again, so that nothing but keys and figures is kept
 * in memory. A mapping's `base` is read when its rows are, not before.
 * Errors: invalid/TOO_MANY_ROWS, and whatever the tables' readers find on the way.
 */
export async function* readRows(
  tables: readonly MappedTable[],
  context: ReadRowsContext,
): AsyncGenerator<FeedChunk, void, undefined> {
  const [first] = tables;
  if (first === undefined) throw new Error('a file without a table is refused before');
  const { run } = context;
  const keys = createKeyBook(first.mapping, context.hasher);
  const work: Work = { run, context, tables: [], keys, rows: 0, totals: 0 };
  for (const source of tables) {
    const table = workOn(source, context);
    work.tables.push(table);
    for await (const batch of source.table.rows()) {
      const chunk = emptyChunk();
      const taking = { chunk, work, table };
      for (const row of batch) take(row, taking);
      if (hasAny(chunk)) yield chunk;
    }
  }
  if (work.totals > 0 || keys.conflicts.size > 0 || keys.unsure.size > 0) yield* reviewRows(work);
  run.notes.push(...personalNotes(work.tables));
  if (run.counts.total === 0) {
    run.notes.push(
      note(
        'FILE_NO_FIGURES',
        '文件中没有一行有数字，什么也没有存入；如应有数字，请填好后重报 / no row holds any figure, nothing is stored',
      ),
    );
  }
}

function workOn(source: MappedTable, context: ReadRowsContext): TableWork {
  const { mapping } = source;
  return { source, checker: createRowChecker(mapping, context), raw: createRawKeeper(mapping, context.today) };
}

type Taking = { readonly chunk: Chunk; readonly work: Work; readonly table: TableWork };

/** First pass: everything that a row and the rows before it settle. */
function take(row: TableRow, taking: Taking): void {
  const { work, table } = taking;
  const { plain, full } = table.checker;
  const record = plain(row);
  if (record !== undefined) {
    countRow(work);
    takeRecord(record, taking);
    return;
  }
  const reading = full(row);
  if (reading.kind === 'blank') return;
  countRow(work);
  if (reading.kind === 'records') {
    for (const record of reading.records) takeRecord(record, taking);
    return;
  }
  if (reading.kind === 'total') work.totals += 1;
  if (work.run.ignored.length < MOST_IGNORED)
    work.run.ignored.push(ignoredRow(row, reading.kind, table.raw.ofAny(row)));
}

function countRow(work: Work): void {
  work.rows += 1;
  if (work.rows > work.context.limits.rows) throw tooManyRows(work.context.limits.rows);
}

function takeRecord(reading: RecordReading, { chunk, work, table }: Taking): void {
  const { counts } = work.run;
  if (reading.kind === 'empty') {
    counts.empty += 1;
    return;
  }
  const { row, reasons } = reading;
  const { raw } = table;
  counts.total += 1;
  const seen = work.keys.see(reading);
  if (reading.refused) {
    counts.quarantined += 1;
    chunk.ledger.push(ledgerRow(reading, 'quarantined', { reasons, raw }));
  } else if (seen.kind === 'same') {
    counts.duplicate += 1;
    const again = duplicateReason('ROW_DUPLICATE', row.place, placeOf(seen.line, work));
    chunk.ledger.push(ledgerRow(reading, 'duplicate', { reasons: [...reasons, again], raw }));
  } else if (seen.kind === 'other') {
    counts.quarantined += 1;
    const other = { place: placeOf(seen.line, work), first: seen.first, mapping: table.source.mapping };
    chunk.ledger.push(
      ledgerRow(reading, 'quarantined', { reasons: [...reasons, conflictReason(reading, other)], raw }),
    );
  } else {
    chunk.rows.push(feedRow(reading, raw));
    if (reasons.length === 0) counts.accepted += 1;
    else {
      counts.warned += 1;
      chunk.ledger.push(ledgerRow(reading, 'warned', { reasons, raw }));
    }
  }
}

function feedRow({ line, region, month, values, row }: RecordReading, raw: RawKeeper): FeedRow {
  return {
    line,
    regionCode: region?.code ?? null,
    month: month === '' ? null : month,
    values,
    raw: raw.ofAccepted(row),
  };
}

function personalNotes(tables: readonly TableWork[]): RowReason[] {
  const headers = new Set(tables.flatMap(({ raw }) => raw.masked));
  if (headers.size === 0) return [];
  const list = [...headers].map(shown).join('、');
  const zh = `以下列像是个人信息，未读取，也不保存其内容：${list}；请在报送前删去`;
  return [note('PERSONAL_COLUMN', `${zh} / columns of personal data, neither read nor kept: ${list}`)];
}

function tooManyRows(most: number) {
  return refused('TOO_MANY_ROWS', `数据超过${most}行，请分成几个文件 / more than ${most} rows: split the file`, {
    most,
  });
}
