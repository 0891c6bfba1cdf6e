import { AppError } from '@quhua/core';
import { readRecords } from './csv.ts';
import type { DecodedText } from './decode.ts';
import type { Limits } from './limits.ts';
import { candidatesOf } from './map-header.ts';
import { type Fault, refused, shown } from './reasons.ts';
import { isBlank, type Table, type TableRow } from './table.ts';
import type { Delimiter, FeedContext } from './types.ts';

export type OpenedCsv = {
  readonly table: Table;
  readonly delimiter: Delimiter;
  /** The first rows of the file, the header among them: what messages look at. */
  readonly head: readonly TableRow[];
};

const TAIL = /^[\d.,\s]*\d[\d.,\s]*$/u;
const DELIMITERS: readonly Delimiter[] = [',', '\t', ';'];
/** One way to cut up the first rows. */
type Probe = { readonly delimiter: Delimiter; readonly head: readonly TableRow[]; readonly known: number };

/** Text as a table: the first row that is not blank is its header. Errors: invalid/FILE_EMPTY, CSV_DELIMITER, CSV_QUOTE. */
export function openCsv(text: DecodedText, context: FeedContext, limits: Limits): OpenedCsv {
  const { delimiter, head } = bestProbe(probes(text, context, limits));
  const [header] = head;
  if (header === undefined) throw refused('FILE_EMPTY', '文件是空的，请检查后重报 / the file is empty');
  const records = () => readRecords(text.pieces(), { delimiter, limits });
  const rows = () => withCuts(behind(records(), header.line), header.cells.length);
  return { table: { header, rows }, delimiter, head };
}

/** Every delimiter that cuts the header into cells; a comma if none does. */
function probes(text: DecodedText, context: FeedContext, limits: Limits): Probe[] {
  const found: Probe[] = [];
  let fault: AppError | undefined;
  for (const delimiter of DELIMITERS) {
    try {
      const head = headOf(readRecords(text.pieces(), { delimiter, limits }));
      const cells = head[0]?.cells;
      if (cells === undefined) return [{ delimiter, head, known: 0 }]; // nothing but blanks, however it is cut
      if (cells.length <= 1 && delimiter !== ',') continue; // it does not cut the header
      found.push({ delimiter, head, known: candidatesOf(cells, context)[0]?.known ?? 0 });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      fault ??= error; // under a delimiter that is not the file's, quotes stand in the wrong places
    }
  }
  if (found.length === 0 && fault !== undefined) throw fault;
  return found;
}

function headOf(batches: Iterable<readonly TableRow[]>): TableRow[] {
  for (const batch of batches) {
    const rows = batch.filter(({ cells }) => !isBlank(cells));
    if (rows.length > 0) return rows;
  }
  return [];
}

function bestProbe(found: readonly Probe[]): Probe {
  const width = ({ head }: Probe) => head[0]?.cells.length ?? 0;
  const [best, next] = [...found].sort((a, b) => b.known - a.known || width(b) - width(a));
  if (best === undefined) throw new Error('no delimiter was tried');
  if (next === undefined || best.known === 0 || next.known < best.known || width(next) === 1) return best;
  const zh = '表头既能按逗号又能按其他分隔符分列，无法确定分隔符；请另存为标准 CSV';
  throw refused('CSV_DELIMITER', `${zh} / the header can be cut in two ways: save the file as plain CSV`);
}

/** The rows after a line. */
function* behind(
  batches: Iterable<readonly TableRow[]>,
  line: number,
): Generator<readonly TableRow[], void, undefined> {
  let started = false;
  for (const batch of batches) {
    const rows: readonly TableRow[] = started ? batch : batch.filter((row) => row.line > line);
    started ||= rows.length > 0;
    if (rows.length > 0) yield rows;
  }
}

/** A number alone on its line is what a stray line end cut off the row above: that row has all its cells and still a wrong figure. */
function* withCuts(
  batches: Iterable<readonly TableRow[]>,
  width: number,
): Generator<readonly TableRow[], void, undefined> {
  let held: TableRow | undefined;
  for (const batch of batches) {
    const rows: TableRow[] = [];
    for (const row of batch) {
      const [cell = ''] = row.cells;
      const isTail = width > 1 && row.cells.length === 1 && TAIL.test(cell);
      if (held !== undefined) rows.push(isTail ? cutOff(held, cell) : held);
      held = row;
    }
    if (rows.length > 0) yield rows;
  }
  if (held !== undefined) yield [held];
}

function cutOff(row: TableRow, tail: string): TableRow {
  const fault: Fault = {
    code: 'ROW_CUT',
    zh: `下一行只有${shown(tail)}，像是从本行末尾断开的；请去掉多余的换行后重报`,
    en: `the next line holds ${shown(tail)} alone, as if it were cut off this one`,
  };
  return { ...row, faults: [...(row.faults ?? []), fault] };
}
