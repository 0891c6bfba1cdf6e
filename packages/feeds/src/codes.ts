/** The closed list of what this package says about a file; each has a case in `test/codes/` and a line in the README. */

/** The whole file is refused: nothing of it becomes known. */
export const FILE_CODES = [
  'FILE_TOO_LARGE',
  'FILE_EMPTY',
  'FILE_NO_ROWS',
  'FILE_TYPE_MISMATCH',
  'FILE_BINARY',
  'ZIP_CORRUPT',
  'ZIP_PATH',
  'ZIP_UNPACKED',
  'FILE_TIMEOUT',
  'FILE_TOO_COMPLEX',
  'FILE_CORRUPT',
  'XLSX_ENCRYPTED',
  'TOO_MANY_SHEETS',
  'XLSX_TOO_MANY_CELLS',
  'XLSX_XML',
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
  'HEADER_DUPLICATE',
  'HEADER_AMBIGUOUS',
  'KEY_FORBIDDEN',
  'FEED_AMBIGUOUS',
  'UNIT_MISSING',
  'UNIT_AMBIGUOUS',
  'UNIT_UNSUPPORTED',
  'BASIS_UNCLEAR',
  'PERIOD_CONFLICT',
  'PERIOD_CUMULATIVE',
  'MONTH_UNCLEAR',
  'YEAR_UNCLEAR',
  'REGION_UNCLEAR',
  'MEASURE_UNCLEAR',
  'TEMPLATE_OTHER',
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
  'CELL_MERGED',
  'CELL_FORMULA_NO_VALUE',
  'CHAR_CONTROL',
  'ENC_MOJIBAKE',
  'KEY_MISSING',
  'UNIT_UNKNOWN',
  'REGION_CONFLICT',
  'CODE_FORMAT',
  'DATE_FORMAT',
  'DATE_INVALID',
  'DATE_AMBIGUOUS',
  'DATE_NOT_MONTH_END',
  'DATE_SERIAL',
  'DATE_ORDER',
  'PERIOD_FUTURE',
  'PERIOD_CONFLICT',
  'PERIOD_CUMULATIVE',
  'NUM_FORMAT',
  'NUM_RANGE',
  'COUNT_NOT_INTEGER',
  'PERCENT_SCALE',
  'FLAG_FORMAT',
  'KIND_UNKNOWN',
  'VALUE_REQUIRED',
  'NUM_NEGATIVE',
  'SALES_NEGATIVE',
  'STOCK_NEGATIVE',
  'UNIT_MISSING',
  'UNIT_UNSUPPORTED',
  'UNIT_CONFLICT',
  'UNIT_SUSPECT',
  'PERSONAL_DATA',
  'MERGED_SELF',
] as const;
export type RowCode = (typeof ROW_CODES)[number];

/** The row is taken in, with a word to it. */
export const WARNING_CODES = [
  'NUM_ROUNDED',
  'VALUE_MISSING',
  'PERIOD_OPEN',
  'DATE_PLACEHOLDER',
  'AREA_PER_UNIT',
  'PRICE_PER_SQM',
  'SOLD_GT_TOTAL',
] as const;
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
  'PERSONAL_COLUMN',
  'FILE_NO_FIGURES',
  'HIDDEN_READ',
  'DATE_1904',
  'XLSX_IGNORED_PART',
  'SHEET_NOT_READ',
] as const;
export type NoteCode = (typeof NOTE_CODES)[number];

const REFUSING: ReadonlySet<string> = new Set(ROW_CODES);

/** Whether a row with this reason is quarantined. */
export function refusesRow(code: string): boolean {
  return REFUSING.has(code);
}
