import { AppError } from '@quhua/core';
import type { Limits } from '../../limits.ts';
import { refused, shown } from '../../reasons.ts';
import { isBlank } from '../../table.ts';
import type { Delimiter } from '../../types.ts';
import { readRecords } from './csv.ts';
import type { DecodedText } from './decode.ts';

/** `firstRow`: rows before it are not the table's (a line `sep=;`). */
export type Cutting = { readonly delimiter: Delimiter; readonly firstRow: number };

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|'];
const NAMES: Readonly<Record<Delimiter, readonly [string, string]>> = {
  ',': ['逗号', 'commas'],
  ';': ['分号', 'semicolons'],
  '\t': ['制表符', 'tabs'],
  '|': ['竖线', 'bars'],
};
const UNSUPPORTED = /[，、｜]/u;
/** Line that Excel writes and reads to say how the others are cut. */
const SEP_LINE = /^"?sep=(?<char>[^\r\n"]?)"?[ \t,;|]*(?:\r|\n|$)/iu;
/** Records that are looked at. */
const PROBED = 50;
const SEP_CHARS = 32;

/** One way to cut up the first records. */
type Probe = {
  readonly delimiter: Delimiter;
  /** Records of the commonest width above one. */
  readonly alike: number;
  /** Records with anything in them. */
  readonly records: number;
  readonly fault: AppError | undefined;
};

/**
 * How a text is cut into cells: by its `sep=` line, else by the sign that cuts most of its first records into equally many cells.
 *
 * Errors: invalid/CSV_DELIMITER if two signs do so equally well, or only a sign that is not supported; CSV_QUOTE, RECORD_TOO_LONG.
 */
export function findDelimiter(text: DecodedText, limits: Limits): Cutting {
  const stated = statedDelimiter(text);
  if (stated !== undefined) return stated;
  const probes = DELIMITERS.map((delimiter) => probe(text, delimiter, limits));
  const [best, next] = [...probes].sort((a, b) => b.alike - a.alike);
  if (best === undefined) throw new Error('no delimiter was tried');
  if (best.alike > 0) {
    if (next?.alike === best.alike) throw ambiguous(best.delimiter, next.delimiter);
    return { delimiter: best.delimiter, firstRow: 1 };
  }
  const fault = probes.map((one) => one.fault).find((found) => found !== undefined);
  if (fault !== undefined && probes.every(({ records }) => records === 0)) throw fault;
  refuseUnsupported(text, limits);
  return { delimiter: ',', firstRow: 1 };
}

function statedDelimiter(text: DecodedText): Cutting | undefined {
  const [piece = ''] = text.pieces();
  const char = SEP_LINE.exec(piece.slice(0, SEP_CHARS))?.groups?.char;
  if (char === undefined) return undefined;
  const delimiter = DELIMITERS.find((known) => known === char);
  if (delimiter !== undefined) return { delimiter, firstRow: 2 };
  const zh = `第1行写明的分隔符${shown(char)}不支持：请用英文逗号、分号、制表符或竖线分列`;
  throw refused('CSV_DELIMITER', `${zh} / line 1 names ${shown(char)}: use a comma, a semicolon, a tab or a bar`);
}

/** Under a sign that is not the file's, quotes stand in the wrong places: what was cut before counts. */
function probe(text: DecodedText, delimiter: Delimiter, limits: Limits): Probe {
  const widths = new Map<number, number>();
  let records = 0;
  let fault: AppError | undefined;
  try {
    for (const { cells } of firstRecords(text, delimiter, limits)) {
      records += 1;
      widths.set(cells.length, (widths.get(cells.length) ?? 0) + 1);
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    fault = error;
  }
  const alike = Math.max(0, ...[...widths].filter(([width]) => width > 1).map(([, count]) => count));
  return { delimiter, alike, records, fault };
}

function* firstRecords(text: DecodedText, delimiter: Delimiter, limits: Limits) {
  let count = 0;
  for (const batch of readRecords(text.pieces(), { delimiter, limits, batch: 1 })) {
    for (const record of batch) {
      if (isBlank(record.cells)) continue;
      yield record;
      count += 1;
      if (count === PROBED) return;
    }
  }
}

function ambiguous(one: Delimiter, other: Delimiter): AppError {
  const [a, b] = [NAMES[one], NAMES[other]];
  const zh = `按${a[0]}和按${b[0]}分列同样说得通，无法确定分隔符；请另存为标准 CSV，或在首行加上 sep=`;
  const en = `cut by ${a[1]} and by ${b[1]} it reads equally well: save it as plain CSV, or put sep= into the first line`;
  return refused('CSV_DELIMITER', `${zh} / ${en}`, { delimiters: [one, other] });
}

/** Most records hold a full-width comma and none of the signs that cut. */
function refuseUnsupported(text: DecodedText, limits: Limits): void {
  let records = 0;
  let marked = 0;
  try {
    for (const { cells } of firstRecords(text, ',', limits)) {
      records += 1;
      if (UNSUPPORTED.test(cells[0] ?? '')) marked += 1;
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error; // said again, with its place, when the rows are read
  }
  if (marked === 0 || marked * 2 < records) return;
  const zh = '分隔符不支持：请用英文逗号、分号、制表符或竖线分列';
  throw refused('CSV_DELIMITER', `${zh} / columns are cut by a comma, a semicolon, a tab or a bar`);
}
