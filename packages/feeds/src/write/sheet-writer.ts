import type { Cell, CellValue, ColumnDef, DataValidation, NamedRange, WriteSheet } from 'hucre';
import { columnLetters } from '../reasons.ts';
import type { Merge } from '../workbook.ts';
import { neutralise } from './neutralise.ts';
import { type StyleName, styleOf } from './sheet-styles.ts';

/** The one file that knows the library behind our workbooks. What it is given as text is written as text, neutralised. */

/** A cell: text, a number as it is, nothing, or one of these with its own look. */
export type OutCell = string | number | null | StyledCell;
export type StyledCell = {
  readonly value: string | number | null;
  readonly style?: StyleName;
  readonly format?: string;
  readonly comment?: string;
};

export type OutColumn = { readonly width?: number; readonly style?: StyleName; readonly format?: string };

/** What may be entered in a column. Shapes: `rows` 0-based, inclusive; `formula` names a range, `'单元'!$B$2:$B$14`. */
export type OutValidation = {
  readonly column: number;
  readonly rows: { readonly from: number; readonly to: number };
  readonly rule:
    | { readonly type: 'list'; readonly values: readonly string[] }
    | { readonly type: 'list'; readonly formula: string }
    | { readonly type: 'decimal' | 'whole' | 'date'; readonly from: number; readonly to: number };
  /** Said when the cell is chosen, and when what is entered is refused. */
  readonly prompt: string;
  readonly error: string;
};

export type OutSheet = {
  /** 31 characters at most, unique in the workbook without regard to case. */
  readonly name: string;
  readonly rows: readonly (readonly OutCell[])[];
  readonly columns?: readonly OutColumn[];
  readonly merges?: readonly Merge[];
  readonly validations?: readonly OutValidation[];
  readonly freeze?: { readonly rows: number; readonly columns: number };
  /** Rows printed on top of every page, 0-based and inclusive. */
  readonly printTitle?: { readonly from: number; readonly to: number };
  /** By 0-based row, in points. */
  readonly heights?: ReadonlyMap<number, number>;
  /** Only `input` cells can be changed until the protection is taken off; there is no password. */
  readonly locked?: true;
  readonly hidden?: true;
};

/** What Excel takes in one cell, with room for an apostrophe and the mark of a cut. */
const CELL_CHARS = 32_000;
const CUT = '…（过长，已截断）';
const ERROR_TEXT = /^#[A-Z0-9/_]+[!?]?$/u;
/** Text that reads like an escaped character would come back as that character. */
const ESCAPE = /_(?=x[0-9a-f]{4}_)/giu;
const NOT_IN_XML = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g;
/** The same content always makes the same bytes: a file made anew is the file that was lost. */
const WRITTEN = new Date(Date.UTC(2025, 0, 1));

/** An .xlsx file for people, in Excel, WPS and LibreOffice. Errors: a name of a sheet that Excel would not take. */
export async function writeWorkbook(title: string, sheets: readonly OutSheet[]): Promise<Buffer> {
  const { writeXlsx } = await import('hucre/xlsx'); // loading takes as long as a command, and few commands write a workbook
  const bytes = await writeXlsx({
    sheets: sheets.map(sheetOf),
    namedRanges: sheets.flatMap(printTitleOf),
    properties: { title, created: WRITTEN, modified: WRITTEN },
    defaultFont: { name: '宋体', size: 11 },
  });
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function sheetOf(sheet: OutSheet): WriteSheet {
  const { name, freeze, heights } = sheet;
  const { rows, cells } = cellsOf(sheet);
  return {
    name,
    rows,
    cells,
    columns: (sheet.columns ?? []).map(columnOf),
    merges: (sheet.merges ?? []).map(({ top, left, bottom, right }) => {
      return { startRow: top, startCol: left, endRow: bottom, endCol: right };
    }),
    dataValidations: (sheet.validations ?? []).map(validationOf),
    ...(freeze === undefined ? {} : { freezePane: freeze }),
    ...(heights === undefined ? {} : { rowDefs: new Map([...heights].map(([row, height]) => [row, { height }])) }),
    ...(sheet.locked === undefined ? {} : { protection: LOCKED }),
    ...(sheet.hidden === undefined ? {} : { hidden: true }),
    pageSetup: { paperSize: 'a4', orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
  };
}

const LOCKED = {
  sheet: true,
  formatCells: true,
  formatColumns: true,
  formatRows: true,
  selectLockedCells: true,
  selectUnlockedCells: true,
} as const;

/** By the name that spreadsheets keep it under: the library does not quote a sheet's name here, and Excel repairs `10月!$3:$4`. */
function printTitleOf({ name, printTitle }: OutSheet): NamedRange[] {
  if (printTitle === undefined) return [];
  const range = `'${name.replaceAll("'", "''")}'!$${printTitle.from + 1}:$${printTitle.to + 1}`;
  return [{ name: '_xlnm.Print_Titles', range, scope: name }];
}

type Cells = { readonly rows: CellValue[][]; readonly cells: Map<string, Partial<Cell>> };

/** Plain values go into the rows; what has a look of its own, or only reads like an error, is put over them. */
function cellsOf({ rows }: OutSheet): Cells {
  const cells = new Map<string, Partial<Cell>>();
  const values = rows.map((row, r) =>
    row.map((cell, c) => {
      const styled = isStyled(cell);
      const value = textOrNumber(styled ? cell.value : cell);
      const over = overlay(value, styled ? cell : {});
      if (over !== null) cells.set(`${r},${c}`, over);
      return value;
    }),
  );
  return { rows: values, cells };
}

function columnOf({ width, style, format }: OutColumn): ColumnDef {
  const look = style === undefined ? {} : { style: styleOf(style, format) };
  return width === undefined ? look : { width, ...look };
}

function isStyled(cell: OutCell): cell is StyledCell {
  return typeof cell === 'object' && cell !== null;
}

function overlay(value: string | number | null, own: Omit<StyledCell, 'value'>): Partial<Cell> | null {
  const { style, format, comment } = own;
  const isError = typeof value === 'string' && ERROR_TEXT.test(value);
  if (style === undefined && comment === undefined && !isError) return null;
  return {
    ...(isError ? { richText: [{ text: value }] } : {}), // the library writes such text as an error; a run of text stays text
    ...(style === undefined ? {} : { style: styleOf(style, format) }),
    ...(comment === undefined ? {} : { comment: noteOf(comment) }),
  };
}

function noteOf(text: string) {
  return { author: 'quhua', text: xmlText(text) };
}

function textOrNumber(value: string | number | null): string | number | null {
  if (typeof value !== 'string') return value;
  return value === '' ? null : xmlText(neutralise(value.length > CELL_CHARS ? cut(value) : value));
}

function cut(text: string): string {
  return `${text.slice(0, CELL_CHARS)}${CUT}`;
}

function xmlText(text: string): string {
  return text.replace(ESCAPE, '_x005F_').replace(NOT_IN_XML, (char) => {
    return `_x${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
  });
}

function validationOf({ column, rows, rule, prompt, error }: OutValidation): DataValidation {
  const letter = columnLetters(column);
  const said = { allowBlank: true, showInputMessage: true, showErrorMessage: true, errorStyle: 'stop' } as const;
  const words = { inputMessage: prompt, errorTitle: '填写有误', errorMessage: error };
  const range = `${letter}${rows.from + 1}:${letter}${rows.to + 1}`;
  if (rule.type === 'list') {
    const source = 'formula' in rule ? { formula1: rule.formula } : { values: [...rule.values] };
    return { type: 'list', range, ...source, ...said, ...words };
  }
  const bounds = { formula1: String(rule.from), formula2: String(rule.to) };
  return { type: rule.type, operator: 'between', range, ...bounds, ...said, ...words };
}
