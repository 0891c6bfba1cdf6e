/** How much one file may be. */
export type Limits = {
  readonly fileBytes: number;
  readonly rows: number;
  readonly columns: number;
  readonly cellChars: number;
  /** One record with all its cells; an unclosed quote ends here at the latest. */
  readonly recordChars: number;
  /** No unit has more than this in one month: a larger figure in a column of 万㎡, 公顷 or 亩 was written in ㎡. 10,000 万㎡. */
  readonly plausibleCentisqm: number;
};

export const LIMITS: Limits = {
  fileBytes: 64 * 1024 * 1024,
  rows: 2_000_000,
  columns: 256,
  cellChars: 4_096,
  recordChars: 1_048_576,
  plausibleCentisqm: 10_000_000_000,
};

/** Records in one chunk. */
export const CHUNK_ROWS = 2_000;
