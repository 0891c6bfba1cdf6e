import type { CellFault, CellType, SheetRow } from '../../workbook.ts';
import { READ_COLUMNS, tooWide } from './places.ts';
import { unsound } from './xml.ts';

export type RowBuilder = {
  readonly start: (number: number, hidden: boolean) => void;
  readonly isOpen: () => boolean;
  /** Says what a cell is. Errors: invalid/TOO_MANY_COLUMNS, XLSX_XML for a cell that is given twice. */
  readonly put: (column: number, text: string, type: CellType) => void;
  readonly show: (column: number, shown: string) => void;
  readonly fault: (fault: CellFault) => void;
  /** Undefined for a row in which nothing stands. */
  readonly finish: () => SheetRow | undefined;
};

const NOTHING = '.'.charCodeAt(0);

/**
 * Builds one row after another. Neighbours whose cells are of the same types share the text that says so.
 *
 * Rows are copied from one that is kept: were they written as literals, V8 would take them for objects that live long, as the first
 * few hundred do, and make all of them where only a full collection finds them (150 MB more).
 */
export function createRowBuilder(part: string): RowBuilder {
  const codes = new Uint16Array(READ_COLUMNS);
  const cells: string[] = [];
  const plain = { row: 0, cells, types: '' };
  let isHidden = false;
  let isOpen = false;
  let length = 0;
  let shown: Map<number, string> | undefined;
  let faults: CellFault[] | undefined;
  const isAsBefore = () => {
    const { types } = plain;
    if (types.length !== length) return false;
    for (let at = 0; at < length; at += 1) if (types.charCodeAt(at) !== codes[at]) return false;
    return true;
  };
  const reach = (column: number) => {
    if (column >= READ_COLUMNS) throw tooWide();
    for (; length <= column; length += 1) {
      cells[length] = '';
      codes[length] = NOTHING;
    }
  };
  return {
    start: (number, hidden) => {
      plain.row = number;
      isOpen = true;
      isHidden = hidden;
      length = 0;
      shown = undefined;
      faults = undefined;
    },
    isOpen: () => isOpen,
    put: (column, text, type) => {
      if (column < length && codes[column] !== NOTHING)
        throw unsound(part, `a cell of row ${plain.row} is given twice`);
      if (column >= length) reach(column);
      cells[column] = text;
      codes[column] = type.charCodeAt(0);
    },
    show: (column, text) => {
      shown ??= new Map();
      shown.set(column, text);
    },
    fault: (fault) => {
      reach(fault.column);
      faults ??= [];
      faults.push(fault);
    },
    finish: () => {
      isOpen = false;
      if (length === 0) return undefined;
      if (!isAsBefore()) plain.types = String.fromCharCode(...codes.subarray(0, length));
      plain.cells = cells.slice(0, length);
      if (shown === undefined && faults === undefined && !isHidden) return { ...plain };
      return {
        ...plain,
        ...(shown === undefined ? {} : { shown }),
        ...(isHidden ? { hidden: true as const } : {}),
        ...(faults === undefined ? {} : { faults }),
      };
    },
  };
}
