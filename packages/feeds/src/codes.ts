/** The closed list of what this package says about a file; each has a case in `test/codes.test.ts` and a line in the README. */

/** The whole file is refused: nothing of it becomes known. */
export const FILE_CODES = [
  'FILE_TOO_LARGE',
  'FILE_EMPTY',
  'FILE_NO_ROWS',
  'FILE_WORKBOOK',
  'FILE_OLD_WORKBOOK',
  'FILE_TYPE_MISMATCH',
  'FILE_BINARY',
  'ZIP_CORRUPT',
  'XLSX_ENCRYPTED',
  'ENC_UTF16_NO_BOM',
  'ENC_UNSUPPORTED',
  'ENC_INVALID',
  'ENC_AMBIGUOUS',
  'ENC_MOJIBAKE',
  'CSV_QUOTE',
  'CSV_DELIMITER',
  'RECORD_TOO_LONG',
  'TOO_MANY_ROWS',
  'TOO_MANY_COLUMNS',
  'HEADER_MISSING',
  'HEADER_NOT_FIRST',
  'HEADER_DUPLICATE',
  'HEADER_AMBIGUOUS',
  'KEY_FORBIDDEN',
  'FEED_AMBIGUOUS',
  'UNIT_MISSING',
  'UNIT_UNSUPPORTED',
  'BASIS_UNCLEAR',
] as const;
export type FileCode = (typeof FILE_CODES)[number];

/** The row is quarantined; the others go on. */
export const ROW_CODES = [
  'ROW_SHAPE',
  'ROW_CUT',
  'ROW_CONFLICT',
  'CELL_TOO_LONG',
  'CELL_SWALLOWS_ROWS',
  'CELL_ERROR',
  'CHAR_CONTROL',
  'ENC_MOJIBAKE',
  'KEY_MISSING',
  'UNIT_UNKNOWN',
  'REGION_CONFLICT',
  'DATE_FORMAT',
  'DATE_INVALID',
  'DATE_AMBIGUOUS',
  'DATE_NOT_MONTH_END',
  'PERIOD_FUTURE',
  'NUM_FORMAT',
  'NUM_RANGE',
  'COUNT_NOT_INTEGER',
  'SALES_NEGATIVE',
  'STOCK_NEGATIVE',
  'UNIT_MISSING',
  'UNIT_UNSUPPORTED',
  'UNIT_CONFLICT',
  'UNIT_SUSPECT',
] as const;
export type RowCode = (typeof ROW_CODES)[number];

/** The row is taken in, with a word to it. */
export const WARNING_CODES = ['NUM_ROUNDED', 'VALUE_MISSING', 'PERIOD_OPEN'] as const;
export type WarningCode = (typeof WARNING_CODES)[number];

export const DUPLICATE_CODES = ['ROW_DUPLICATE'] as const;
export type DuplicateCode = (typeof DUPLICATE_CODES)[number];

/** Said of the file as a whole; it is read all the same. */
export const NOTE_CODES = [
  'SIMULATED',
  'HEADER_EXTRA',
  'BASIS_NET',
  'TOTAL_MISMATCH',
  'TOTAL_UNCHECKED',
  'FILE_NO_FIGURES',
] as const;
export type NoteCode = (typeof NOTE_CODES)[number];

const REFUSING: ReadonlySet<string> = new Set(ROW_CODES);

/** Whether a row with this reason is quarantined. */
export function refusesRow(code: string): boolean {
  return REFUSING.has(code);
}
