import type { Limits } from '../../limits.ts';
import { refused } from '../../reasons.ts';
import { isBlank } from '../../table.ts';
import type { Delimiter, Encoding } from '../../types.ts';
import type { Sheet, SheetRow, Workbook } from '../../workbook.ts';
import { readRecords } from './csv.ts';
import { type DecodedText, decodeText } from './decode.ts';
import { type Cutting, findDelimiter } from './delimiter.ts';

/** A text file as a workbook of one sheet. `pieces` is its text, for those who look for a word in it. */
export type TextWorkbook = Workbook & { readonly text: DecodedText & { readonly delimiter: Delimiter } };

export type OpenTextOptions = {
  /** Read as this, whatever the bytes look like; a mark is passed over. Left out: found. */
  readonly encoding?: Encoding;
};

/**
 * Opens a text file. Rows have as many cells as their line, empty last ones too: what a width means is for later stages.
 *
 * Errors: invalid/FILE_EMPTY, ENC_UTF16_NO_BOM, CSV_DELIMITER; here or from `rows` ENC_INVALID, CSV_QUOTE, RECORD_TOO_LONG.
 */
export function openText(bytes: Buffer, limits: Limits, { encoding }: OpenTextOptions = {}): TextWorkbook {
  const text = decodeText(bytes, encoding);
  const cutting = findDelimiter(text, limits);
  const sheet: Sheet = {
    name: '',
    hidden: false,
    hiddenColumns: [],
    merges: [],
    rows: () => rowsOf(text, cutting, limits),
  };
  refuseBlank(text, cutting, limits);
  return {
    kind: 'text',
    sheets: [sheet],
    notes: [],
    text: { ...text, delimiter: cutting.delimiter },
    close: () => Promise.resolve(),
  };
}

async function* rowsOf(text: DecodedText, cutting: Cutting, limits: Limits) {
  yield* filledRows(text, cutting, limits);
}

function* filledRows(
  text: DecodedText,
  { delimiter, firstRow }: Cutting,
  limits: Limits,
): Generator<readonly SheetRow[], void, undefined> {
  for (const batch of readRecords(text.pieces(), { delimiter, limits })) {
    const rows = batch.every((row) => isFilled(row, firstRow)) ? batch : batch.filter((row) => isFilled(row, firstRow));
    if (rows.length > 0) yield rows;
  }
}

function isFilled({ row, cells }: SheetRow, firstRow: number): boolean {
  return row >= firstRow && !isBlank(cells);
}

function refuseBlank(text: DecodedText, cutting: Cutting, limits: Limits): void {
  for (const rows of filledRows(text, cutting, limits)) {
    if (rows.length > 0) return;
  }
  throw refused('FILE_EMPTY', '文件里没有任何内容，请检查后重报 / there is nothing in the file');
}
