import { CHUNK_ROWS, type Limits } from '../../limits.ts';
import { longLine, refused } from '../../reasons.ts';
import type { Delimiter } from '../../types.ts';
import type { CellFault, SheetRow } from '../../workbook.ts';

const QUOTE = 34;
const LF = 10;
const CR = 13;
/** The first batch is small: a header is looked at before the rest is read. */
const FIRST_BATCH = 8;
const LINE_BREAK = /\r\n|\n|\r/gu;

export type Grammar = {
  readonly delimiter: Delimiter;
  readonly limits: Pick<Limits, 'recordChars'>;
  /** Records in every batch; left out: few in the first, many later. */
  readonly batch?: number;
};

/** Where the scan stands and what it found last. One object for the whole file: a record costs its cells and nothing else. */
type Scan = {
  readonly delimiter: number;
  /** Longest record in characters. */
  readonly most: number;
  /** No text follows. */
  last: boolean;
  /** Line on which the current record begins. */
  line: number;
  /** Cells of the current record, and behind `count` what is left of others. */
  readonly cells: string[];
  count: number;
  /** Line breaks inside the current record. */
  breaks: number;
  /** Offset behind the current record. */
  next: number;
  /** What every row without a fault is copied from. */
  readonly plain: { row: number; cells: readonly string[] };
  /** Line of a quote that is still open at the end of the text, or 0. */
  opened: number;
};

/**
 * Records of a delimited text, strictly by RFC 4180; lines end in LF, CRLF or CR, also mixed.
 *
 * Shapes: `row` is the line on which the record begins; an empty line is none, and counts as a line; empty last cells are kept.
 * Errors: invalid/CSV_QUOTE naming the line where the quote was opened, invalid/RECORD_TOO_LONG.
 */
export function* readRecords(pieces: Iterable<string>, grammar: Grammar): Generator<SheetRow[], void, undefined> {
  const delimiter = grammar.delimiter.charCodeAt(0);
  const most = grammar.limits.recordChars;
  const scan: Scan = {
    delimiter,
    most,
    last: false,
    line: 1,
    cells: [],
    count: 0,
    breaks: 0,
    next: 0,
    opened: 0,
    plain: { row: 0, cells: [] },
  };
  let batch: SheetRow[] = [];
  let size = grammar.batch ?? FIRST_BATCH;
  let rest = '';
  for (const piece of withEnd(pieces)) {
    scan.last = piece === null;
    const text = rest + (piece ?? '');
    let at = behindBlankLines(text, 0, scan);
    while (at < text.length && scanRecord(text, at, scan)) {
      batch.push(toRow(scan, grammar.delimiter));
      scan.line += 1 + scan.breaks;
      at = behindBlankLines(text, scan.next, scan);
      if (batch.length < size) continue;
      yield batch;
      batch = [];
      size = grammar.batch ?? CHUNK_ROWS;
    }
    rest = text.slice(at);
    if (rest.length > most) throw scan.opened > 0 ? openQuote(scan) : longLine(scan.line);
  }
  if (batch.length > 0) yield batch;
}

/** The pieces, and null behind them: a record without a line end is complete only there. */
function* withEnd(pieces: Iterable<string>): Generator<string | null, void, undefined> {
  yield* pieces;
  yield null;
}

/** Offset of the next line with anything on it. A lone CR at the end of the text waits for its LF. */
function behindBlankLines(text: string, from: number, scan: Scan): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== LF && code !== CR) return at;
    if (code === CR && at + 1 === text.length && !scan.last) return at;
    at += code === CR && text.charCodeAt(at + 1) === LF ? 2 : 1;
    scan.line += 1;
  }
}

/** Reads the record that begins at `from` into `scan`; false if the text ends before the record does. */
function scanRecord(text: string, from: number, scan: Scan): boolean {
  scan.count = 0;
  scan.breaks = 0;
  scan.opened = 0;
  let at = from;
  for (;;) {
    at = text.charCodeAt(at) === QUOTE ? quotedCell(text, at, scan) : plainCell(text, at, scan);
    if (at - from > scan.most) throw longLine(scan.line);
    if (at < 0 || (at >= text.length && !scan.last)) return false;
    const code = text.charCodeAt(at);
    if (code === scan.delimiter) {
      at += 1;
      continue;
    }
    if (code === CR && at + 1 === text.length && !scan.last) return false;
    scan.next = Math.min(text.length, at + (code === CR && text.charCodeAt(at + 1) === LF ? 2 : 1));
    return true;
  }
}

function plainCell(text: string, from: number, scan: Scan): number {
  let at = from;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === scan.delimiter || code === LF || code === CR) break;
    if (code === QUOTE) throw strayQuote(scan, '单元格中间出现引号', 'a quote inside a plain cell');
  }
  scan.cells[scan.count] = text.slice(from, at);
  scan.count += 1;
  return at;
}

/** Returns where the cell ends, or -1 if its closing quote is not in the text. */
function quotedCell(text: string, from: number, scan: Scan): number {
  let close = text.indexOf('"', from + 1);
  while (close >= 0 && text.charCodeAt(close + 1) === QUOTE) close = text.indexOf('"', close + 2);
  if (close < 0 || (close + 1 === text.length && !scan.last)) {
    scan.opened = scan.line + scan.breaks;
    if (scan.last) throw openQuote(scan);
    return -1;
  }
  const after = text.charCodeAt(close + 1);
  if (close + 1 < text.length && after !== scan.delimiter && after !== LF && after !== CR) {
    throw strayQuote(scan, '引号结束后还有文字', 'text after a closing quote');
  }
  const cell = text.slice(from + 1, close).replaceAll('""', '"');
  scan.cells[scan.count] = cell;
  scan.count += 1;
  scan.breaks += cell.match(LINE_BREAK)?.length ?? 0;
  return close + 1;
}

/**
 * The record as a row. Its cells, and the row itself, are copies: written as literals, V8 would take them for objects that live
 * long, as the first few thousand do, and make all of them where only a full collection finds them.
 */
function toRow(scan: Scan, delimiter: Delimiter): SheetRow {
  const cells = scan.cells.slice(0, scan.count);
  const { line: row, plain } = scan;
  plain.row = row;
  plain.cells = cells;
  if (scan.breaks === 0) return { ...plain };
  const faults = cells.flatMap((cell, column) => {
    return holdsRow(cell, delimiter, cells.length) ? [swallowed(scan, cell, column)] : [];
  });
  return faults.length === 0 ? { row, cells } : { row, cells, faults };
}

/** Whether a cell of several lines could hold a whole row: two stray quotes make one cell of all that lies between them. */
function holdsRow(cell: string, delimiter: Delimiter, width: number): boolean {
  return width > 1 && /[\n\r]/u.test(cell) && cell.split(delimiter).length >= width;
}

function swallowed({ line, breaks }: Scan, cell: string, column: number): CellFault {
  const lines = cell.split(LINE_BREAK).length;
  return {
    column,
    code: 'CELL_SWALLOWS_ROWS',
    zh: `一个带引号的单元格占了${lines}行，里面像是还有别的数据行；请检查第${line}行至第${line + breaks}行的引号后重报`,
    en: `a quoted cell of ${lines} lines seems to hold other rows; check the quotes up to line ${line + breaks}`,
  };
}

function openQuote({ opened }: Scan) {
  const message = `第${opened}行的引号未闭合，其后内容都被包含在内；请补上引号后重报 / a quote opened in line ${opened} is never closed`;
  return refused('CSV_QUOTE', message, { line: opened });
}

function strayQuote(scan: Scan, zh: string, en: string) {
  const first = scan.line;
  const line = first + scan.breaks;
  const column = scan.count + 1;
  const since = line === first ? '' : `（该行数据从第${first}行开始）`;
  const message = `第${line}行第${column}列引号有误${since}：${zh}；请检查引号后重报 / line ${line}, column ${column}: ${en}`;
  return refused('CSV_QUOTE', message, { line, column });
}
