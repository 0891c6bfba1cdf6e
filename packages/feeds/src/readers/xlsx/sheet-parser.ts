import type { Limits } from '../../limits.ts';
import { refused, shown } from '../../reasons.ts';
import type { SheetRow } from '../../workbook.ts';
import type { FormatCode } from '../format-code.ts';
import { createCellValues, type RawCell } from './cell-values.ts';
import { createOutline, type SheetOutline } from './outline.ts';
import { columnIn, rowOf, wholeNumber } from './places.ts';
import { createRowBuilder } from './row-builder.ts';
import { createTextCollector } from './shared-strings.ts';
import { isTrue } from './workbook-part.ts';
import { type Attributes, unsound, type XmlHandler } from './xml.ts';

export type SheetContext = {
  readonly strings: readonly string[];
  readonly formats: readonly FormatCode[];
  readonly date1904: boolean;
  readonly limits: Limits;
};

export type SheetParser = {
  readonly handler: XmlHandler;
  /** How many rows are complete. */
  readonly ready: () => number;
  /** Rows that are complete; begins anew. */
  readonly take: () => SheetRow[];
  readonly outline: () => SheetOutline;
};

/**
 * Makes rows of what a sheet's XML holds. Rows and cells without their place follow the one before; what could be read in two ways
 * (a row or a cell given twice, a cell in a row other than its own) is refused.
 *
 * Errors: invalid/XLSX_XML, XLSX_TOO_MANY_CELLS, TOO_MANY_COLUMNS, FILE_TOO_COMPLEX, thrown by the handler.
 */
export function createSheetParser(context: SheetContext, part: string): SheetParser {
  const outline = createOutline(part);
  const inline = createTextCollector();
  const row = createRowBuilder(part);
  const cell: RawCell = newCell();
  const putCell = createCellValues(context, part);
  const { openRow, openCell } = createPlaces({ row, cell, most: context.limits.cells, part });
  let done: SheetRow[] = [];
  let inValue = false;
  let isInline = false;
  const openOther = (name: string, attributes: Attributes) => {
    if (name === 'f') cell.hasFormula = true;
    else if (name === 'is') {
      if (cell.hasValue) throw unsound(part, 'a cell has two values');
      isInline = true;
      inline.start();
    } else if (isInline) inline.open(name);
    else if (name === 'mergeCell') outline.merge(attributes);
    else if (name === 'col') outline.columns(attributes);
  };
  const closeOther = (name: string) => {
    if (name === 'is') {
      isInline = false;
      cell.hasValue = true;
      cell.value = inline.end();
      cell.type = 'inlineStr';
    } else if (isInline) inline.close(name);
  };
  const handler: XmlHandler = {
    root: 'worksheet',
    open: (name, attributes) => {
      if (name === 'v') {
        if (cell.hasValue) throw unsound(part, 'a cell has two values');
        inValue = true;
      } else if (name === 'c') openCell(attributes);
      else if (name === 'row') openRow(attributes);
      else openOther(name, attributes);
    },
    text: (text) => {
      if (inValue) cell.value += text;
      else if (isInline) inline.text(text);
    },
    close: (name) => {
      if (name === 'v') {
        inValue = false;
        cell.hasValue = true;
      } else if (name === 'c') {
        putCell(row, cell);
        cell.isOpen = false;
      } else if (name === 'row') {
        const finished = row.finish();
        if (finished !== undefined) done.push(finished);
      } else closeOther(name);
    },
  };
  const take = () => {
    const taken = done;
    done = [];
    return taken;
  };
  return { handler, outline: outline.taken, ready: () => done.length, take };
}

function newCell(): RawCell {
  return { isOpen: false, column: -1, type: '', style: -1, value: '', hasValue: false, hasFormula: false };
}

type Places = {
  readonly row: ReturnType<typeof createRowBuilder>;
  readonly cell: RawCell;
  readonly most: number;
  readonly part: string;
};

function createPlaces({ row, cell, most, part }: Places) {
  let cells = 0;
  let last = 0;
  const openRow = ({ r, hidden }: Attributes) => {
    if (row.isOpen()) throw unsound(part, 'a row stands within another');
    const number = r === undefined ? last + 1 : rowOf(r);
    if (number <= last) throw unsound(part, `row ${shown(r ?? '')} cannot follow row ${last}`);
    last = number;
    row.start(last, isTrue(hidden));
    cell.column = -1;
  };
  const openCell = ({ r, t, s }: Attributes) => {
    if (!row.isOpen() || cell.isOpen) throw unsound(part, 'a cell stands outside a row');
    cells += 1;
    if (cells > most) throw tooManyCells(most);
    cell.column = r === undefined ? cell.column + 1 : columnIn(r, last);
    if (cell.column < 0) throw unsound(part, `there is no cell ${shown(r ?? '')} in row ${last}`);
    cell.type = t ?? 'n';
    cell.style = s === undefined ? 0 : wholeNumber(s);
    cell.value = '';
    cell.hasValue = false;
    cell.hasFormula = false;
    cell.isOpen = true;
  };
  return { openRow, openCell };
}

function tooManyCells(most: number) {
  const zh = `工作簿的单元格超过${most}个（空格也算）；请删去数据以外的格式后重报`;
  return refused('XLSX_TOO_MANY_CELLS', `${zh} / more than ${most} cells, blank ones included`, { most });
}
