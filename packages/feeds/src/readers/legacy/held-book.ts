import { type Loaded, loadWorkbook } from './load-workbook.ts';
import type { LegacyFault, LegacyJob, LegacySheet, Opened, RowsFound, RowsWanted } from './protocol.ts';
import { type HeldSheet, hiddenIndices, holdSheet, lastColumn, mergesOf, rowsFrom } from './sheet-rows.ts';

/** A workbook in memory, as the worker answers for it. */
export type HeldBook = { readonly opened: Opened; readonly rows: (wanted: RowsWanted) => RowsFound };

/** Reads the job's bytes, all of them. Errors: whatever the library throws (`faultOf` says what it means). */
export async function openJob(job: LegacyJob): Promise<HeldBook> {
  const { sheets, opened } = openBook(await loadWorkbook(job), job.limits.columns);
  refuseWidth(sheets, job.limits.columns);
  return {
    opened,
    rows: ({ sheet, next }) => {
      const held = sheets[sheet]?.held;
      return held === undefined ? { rows: [], next: null } : rowsFrom(held, next);
    },
  };
}

/** A sheet as it is announced, and its cells. */
type Held = { readonly announced: LegacySheet; readonly held: HeldSheet };

const SHEET_TYPES: Readonly<Record<string, string>> = { chart: '图表', macro: '宏表', dialog: '对话框' };

function openBook({ book, hidden }: Loaded, columns: number): { readonly sheets: Held[]; readonly opened: Opened } {
  const date1904 = book.Workbook?.WBProps?.date1904 === true;
  const notes = date1904 ? [note1904()] : [];
  const sheets: Held[] = [];
  (book.SheetNames as (string | undefined)[]).forEach((named, at) => {
    const name = named ?? ''; // a sheet of an .ods whose attribute is damaged has none, whatever the library declares
    const sheet = book.Sheets[String(named)];
    if (sheet === undefined) return;
    const type = sheet['!type'];
    if (type !== undefined && type !== 'sheet') {
      notes.push(notRead(name, type));
      return;
    }
    const parts = hidden?.[at];
    const rows = sheet['!rows'];
    const isRowHidden = (row: number) => {
      return rows?.[row]?.hidden === true || (parts?.rows.some(({ from, to }) => row >= from && row <= to) ?? false);
    };
    const announced: LegacySheet = {
      name,
      hidden: parts?.hidden ?? isSheetHidden(book, name),
      hiddenColumns: parts?.columns ?? hiddenIndices(sheet['!cols'], columns),
      merges: mergesOf(sheet),
    };
    sheets.push({ announced, held: holdSheet(sheet, { date1904, isRowHidden }) });
  });
  return { sheets, opened: { sheets: sheets.map(({ announced }) => announced), notes } };
}

function isSheetHidden(book: Loaded['book'], name: string): boolean {
  return (book.Workbook?.Sheets?.find((sheet) => sheet?.name === name)?.Hidden ?? 0) > 0;
}

function note1904(): Opened['notes'][number] {
  return {
    code: 'DATE_1904',
    message: '工作簿按1904年起算日期，已照此换算 / the workbook counts its days from 1904, and is read so',
  };
}

function notRead(name: string, type: string): Opened['notes'][number] {
  const zh = `工作表“${name}”是${SHEET_TYPES[type] ?? '其他对象'}，不是表格，未读取`;
  return { code: 'SHEET_NOT_READ', message: `${zh} / “${name}” is no sheet of cells and is not read` };
}

/** A refusal that carries what an `AppError` does, which is not loaded here. */
class Refusal extends Error {
  readonly kind = 'invalid';
  readonly code = 'TOO_MANY_COLUMNS';
  readonly details: { readonly columns: number };
  constructor(message: string, columns: number) {
    super(message);
    this.details = { columns };
  }
}

/** A cell far to the right would make every row wide. */
function refuseWidth(sheets: readonly Held[], columns: number): void {
  for (const { announced, held } of sheets) {
    const width = lastColumn(held) + 1;
    if (width <= columns) continue;
    const zh = `工作表“${announced.name}”有${width}列，最多${columns}列；请删去多余的列后重报`;
    throw new Refusal(`${zh} / “${announced.name}” has ${width} columns, ${columns} are allowed`, width);
  }
}

/** What an error of reading is to the one who asked. */
export function faultOf(error: unknown): LegacyFault {
  if (error instanceof Error && 'kind' in error && 'code' in error && error.kind === 'invalid') {
    const details = 'details' in error ? error.details : undefined;
    return { kind: 'refused', code: String(error.code), message: error.message, details };
  }
  const text = error instanceof Error ? error.message : String(error);
  return /password|encrypt/iu.test(text) ? { kind: 'encrypted' } : { kind: 'damaged', text: text.slice(0, 120) };
}
