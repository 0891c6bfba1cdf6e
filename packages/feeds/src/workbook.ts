/** What a cell is, one letter each: text, number, date (text is `2025-10-31`, with a time if it has one), boolean, error (`#REF!`), nothing. */
export type CellType = 's' | 'n' | 'd' | 'b' | 'e' | '.';

/** A fault that the reader found in one cell. */
export type CellFault = {
  /** 0 is column A. */
  readonly column: number;
  readonly code: 'CELL_FORMULA_NO_VALUE' | 'DATE_SERIAL' | 'CELL_TOO_LONG' | 'CELL_SWALLOWS_ROWS';
  readonly zh: string;
  readonly en: string;
};

/**
 * One row of a sheet.
 *
 * Shapes: `cells` from column A on, empty text where nothing stands, nothing behind the last cell that says something
 * (a text file's rows keep their empty last cells: there the number of cells says something).
 * A number's text is exact plain decimal (never an exponent; noise of a double is left in), a cell formatted as a percentage
 * ends in `%`, a date that shows year and month only is `2025-10`. `shown` holds, by column, what people see where a number's
 * format writes digits that its value has not (2025.1 shown as `2025.10`).
 */
export type SheetRow = {
  /** 1 is the first row of the sheet; in a text file the line on which the row begins. */
  readonly row: number;
  readonly cells: readonly string[];
  /** A `CellType` for each cell; left out for a text file: all are text. */
  readonly types?: string;
  readonly shown?: ReadonlyMap<number, string>;
  readonly hidden?: true;
  readonly faults?: readonly CellFault[];
};

/** A merged area, 0-based and inclusive: A1:B2 is 0, 0, 1, 1. Rows as in the file less one. */
export type Merge = { readonly top: number; readonly left: number; readonly bottom: number; readonly right: number };

/** Shapes: rows in the file's order and in batches of about a thousand; blank rows are left out; `rows` can be called again. */
export type Sheet = {
  /** Empty for a text file. */
  readonly name: string;
  readonly hidden: boolean;
  readonly hiddenColumns: readonly number[];
  /** Merged areas, known before the rows are read. */
  readonly merges: readonly Merge[];
  readonly rows: () => AsyncGenerator<readonly SheetRow[], void, undefined>;
};

export type WorkbookKind = 'text' | 'xlsx' | 'xls' | 'xlsb' | 'ods';

/** Something of the file as a whole that people should know. */
export type WorkbookNote = {
  readonly code: 'DATE_1904' | 'XLSX_IGNORED_PART' | 'SHEET_NOT_READ';
  readonly message: string;
};

/**
 * The seam of the package: what every reader makes of bytes, and all that the later stages see.
 *
 * Shapes: sheets in the workbook's order, hidden ones too; those that are no tables (charts, macros) are not among them.
 */
export type Workbook = {
  readonly kind: WorkbookKind;
  readonly sheets: readonly Sheet[];
  readonly notes: readonly WorkbookNote[];
  /** Frees what reading holds (a thread, for one). Idempotent. */
  readonly close: () => Promise<void>;
};
