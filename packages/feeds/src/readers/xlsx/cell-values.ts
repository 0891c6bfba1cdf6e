import { cached } from '../../cached.ts';
import { shown } from '../../reasons.ts';
import type { CellFault } from '../../workbook.ts';
import type { FormatCode } from '../format-code.ts';
import { type NumberCell, numberCell, plainDecimal } from '../number-format.ts';
import { wholeNumber } from './places.ts';
import type { RowBuilder } from './row-builder.ts';
import { unescaped } from './shared-strings.ts';
import type { SheetContext } from './sheet-parser.ts';
import { GENERAL_FORMAT, isTrue } from './workbook-part.ts';
import { unsound } from './xml.ts';

/** A cell as its element says it. */
export type RawCell = {
  isOpen: boolean;
  column: number;
  type: string;
  style: number;
  value: string;
  hasValue: boolean;
  hasFormula: boolean;
};

/** Puts a cell into its row as people read it. Errors: invalid/XLSX_XML for a text, a style or a type that there is not. */
export function createCellValues({ strings, formats, date1904 }: SheetContext, part: string) {
  const readings = formats.map((format) => readingOf(format, date1904));
  const putNumber = (row: RowBuilder, { column, value, style }: RawCell) => {
    const plain = plainNumber(value);
    const reading = readings[style];
    if (reading === undefined && readings.length > 0) throw unsound(part, 'a cell has a style that does not exist');
    if (plain === undefined) row.put(column, value.trim(), 's');
    else if (reading === undefined || reading === null) row.put(column, plain, 'n');
    else putFormatted(row, column, reading(plain));
  };
  const refuse = (why: string): never => {
    throw unsound(part, why);
  };
  return (row: RowBuilder, cell: RawCell): void => {
    const { column, type, value } = cell;
    if (value === '') {
      if (type === 'e' && cell.hasValue) row.put(column, UNNAMED_ERROR, 'e');
      else if (cell.hasFormula && (!cell.hasValue || type === 'n')) row.fault(noValue(column));
      return;
    }
    if (type === 'n') putNumber(row, cell);
    else if (type === 's') {
      const text = strings[wholeNumber(value)];
      if (text === undefined) throw unsound(part, `a cell has text ${shown(value)}, which does not exist`);
      if (text !== '') row.put(column, text, 's');
    } else if (type === 'inlineStr') row.put(column, value, 's');
    else if (type === 'str') row.put(column, unescaped(value), 's');
    else if (type === 'b') row.put(column, truthOf(value) ?? refuse(`a cell has the truth value ${shown(value)}`), 'b');
    else if (type === 'e') row.put(column, value, 'e');
    else if (type === 'd') row.put(column, isoText(value), 'd');
    else refuse(`a cell has the type ${shown(type)}`);
  };
}

/** An error that does not say which. */
const UNNAMED_ERROR = '#ERROR!';

function truthOf(text: string): string | undefined {
  if (isTrue(text)) return 'TRUE';
  return text === '0' || text === 'false' || text === 'off' ? 'FALSE' : undefined;
}

/** How numbers of a style are read; null if as they stand. */
function readingOf(format: FormatCode, date1904: boolean): ((plain: string) => NumberCell) | null {
  if (format === GENERAL_FORMAT || (format.kind === 'number' && format.shape === null)) return null;
  const read = (plain: string) => numberCell(plain, format, date1904);
  return format.kind === 'number' || format.kind === 'percent' ? read : cached(read); // days repeat, figures do not
}

function putFormatted(row: RowBuilder, column: number, { text, type, shown: seen, fault }: NumberCell): void {
  row.put(column, text, type);
  if (seen !== undefined) row.show(column, seen);
  if (fault !== undefined) row.fault({ column, ...fault });
}

const POINT = 46;
const ZERO = 48;
const NINE = 57;

/** `plainDecimal`, without its work where a number is written plainly already: most numbers of most sheets. */
function plainNumber(text: string): string | undefined {
  const { length } = text;
  const first = text.charCodeAt(0);
  let point = -1;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === POINT && point < 0) point = at;
    else if (!(code >= ZERO && code <= NINE)) return plainDecimal(text.trim());
  }
  const isPadded = first === ZERO && length > 1 && point !== 1;
  if (isPadded || first === POINT) return plainDecimal(text);
  return point < 0 ? text : withoutLastZeros(text, point);
}

function withoutLastZeros(text: string, point: number): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === ZERO) end -= 1;
  if (end - 1 === point) end = point;
  return end === text.length ? text : text.slice(0, end);
}

/** `2025-01-31T00:00:00Z` as the other dates are written. */
function isoText(text: string): string {
  return text
    .replace(/T00:00:00(?:\.0+)?Z?$/u, '')
    .replace('T', ' ')
    .replace(/Z$/u, '');
}

function noValue(column: number): CellFault {
  const zh = '公式没有保存结果；请在 Excel 或 WPS 中打开、重新计算并保存后再报，或直接填数字';
  return {
    column,
    code: 'CELL_FORMULA_NO_VALUE',
    zh,
    en: 'a formula without its result: open, recalculate and save the workbook',
  };
}
