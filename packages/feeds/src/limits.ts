/** How much one file may be. */
export type Limits = {
  readonly fileBytes: number;
  readonly rows: number;
  readonly columns: number;
  readonly cellChars: number;
  /** One record with all its cells; an unclosed quote ends here at the latest. */
  readonly recordChars: number;
  /** A workbook's parts inflated, all together; and how many times larger than the file that may be. */
  readonly unpackedBytes: number;
  readonly zipRatio: number;
  readonly zipEntries: number;
  readonly sheets: number;
  /** Cells of a sheet, blank ones with a format too; and characters of the texts that a workbook's cells share. */
  readonly cells: number;
  readonly sharedChars: number;
  /** What the reader of .xls, .et, .ods and .xlsb may use: it holds the whole workbook. */
  readonly legacy: {
    readonly fileBytes: number;
    readonly unpackedBytes: number;
    readonly heapMb: number;
    readonly ms: number;
  };
  /** No unit has more than this in one month: a larger figure in a column of 万㎡, 公顷 or 亩 was written in ㎡. 10,000 万㎡. */
  readonly plausibleCentisqm: number;
};

export const LIMITS: Limits = {
  fileBytes: 128 * 1024 * 1024,
  rows: 2_000_000,
  columns: 256,
  cellChars: 4_096,
  recordChars: 1_048_576,
  unpackedBytes: 1_536 * 1024 * 1024,
  zipRatio: 200,
  zipEntries: 2_000,
  sheets: 200,
  cells: 30_000_000,
  sharedChars: 268_435_456,
  legacy: { fileBytes: 20 * 1024 * 1024, unpackedBytes: 200 * 1024 * 1024, heapMb: 512, ms: 20_000 },
  plausibleCentisqm: 10_000_000_000,
};

/** Records in one chunk. */
export const CHUNK_ROWS = 500; // few enough to be garbage before it grows old: 120 MB less than with 2,000
