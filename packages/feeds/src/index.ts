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
export { openWorkbook } from './readers/open-workbook.ts';
export { type RecordAt, reasonAtLine } from './reason-at-line.ts';
export { hasTotals } from './rows/row-kinds.ts';
export type {
  Delimiter,
  Encoding,
  FeedChunk,
  FeedContext,
  FeedFile,
  FeedReading,
  Ignored,
  PlannedColumn,
  PlannedTable,
  ReadPlan,
} from './types.ts';
export type { Sheet, SheetRow, Workbook } from './workbook.ts';
export { checkMeta, type Meta, metaOf } from './write/meta.ts';
export { neutralise, restored } from './write/neutralise.ts';
export { csvLine, quarantineCsv, quarantineHead, quarantineLine } from './write/quarantine.ts';
export { MOST_RETURNED_ROWS, returnedFileName, returnedWorkbook, withoutEnding } from './write/returned.ts';
export { returnedCsv } from './write/returned-csv.ts';
export type { Returned } from './write/returned-rows.ts';
export { templateFileName, templateWorkbook } from './write/template.ts';
export type { TemplateContext } from './write/template-columns.ts';
export { templateCsv } from './write/template-csv.ts';
