export {
  DUPLICATE_CODES,
  type DuplicateCode,
  FILE_CODES,
  type FileCode,
  NOTE_CODES,
  type NoteCode,
  ROW_CODES,
  type RowCode,
  WARNING_CODES,
  type WarningCode,
} from './codes.ts';
export { CHUNK_ROWS, LIMITS, type Limits } from './limits.ts';
export { openFeed } from './open-feed.ts';
export { quarantineCsv, quarantineHead, quarantineLine } from './quarantine.ts';
export { templateCsv } from './template.ts';
export type {
  Delimiter,
  Encoding,
  FeedChunk,
  FeedContext,
  FeedFile,
  FeedReading,
  PlannedColumn,
  ReadPlan,
} from './types.ts';
