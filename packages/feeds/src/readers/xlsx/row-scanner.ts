import type { Attributes, XmlHandler } from './xml.ts';

/** Takes a row that stands in `text` from `at` to before its end tag at `end`; false, and nothing done, if it is not written plainly. */
export type RowScanner = (text: string, at: number, end: number) => boolean;

/** Attributes that programs give a row; the reader wants two of them. */
const ROW_NAMES: ReadonlyMap<string, number> = new Map(
  [
    'r',
    'spans',
    'hidden',
    's',
    'customFormat',
    'ht',
    'customHeight',
    'x14ac:dyDescent',
    'collapsed',
    'outlineLevel',
  ].map((name, at) => [name, 1 << at]),
);
const [BLANK, QUOTE, AMPERSAND, SLASH, LESS, EQUALS, GREATER] = [0x20, 0x22, 0x26, 0x2f, 0x3c, 0x3d, 0x3e];
const [R, S, T] = [0x72, 0x73, 0x74];
const LOWER = 0x20;
const COLON = 0x3a;
const MOST_NAME = 24;
const NONE: Attributes = {};
const VALUE = '<v>';
const VALUE_END = '</v></c>';
const TEXTS = ['<is><t>', '<is><t xml:space="preserve">'];
const TEXT_END = '</t></is></c>';
const EMPTY_END = '</c>';

type Kind = 'blank' | 'value' | 'text';
type ScannedCell = { r: string | undefined; s: string | undefined; t: string | undefined; kind: Kind; value: string };
type ScannedRow = { r: string | undefined; hidden: string | undefined };

/**
 * Reads rows written as nearly every program writes them — known attributes in double quotes, one value, no entities, comments or
 * formulas — and tells the handler what the XML parser would tell it, at a third of its cost. Whatever else a row holds is left
 * to the parser, sound or not.
 */
export function createRowScanner(handler: XmlHandler): RowScanner {
  const cells: ScannedCell[] = [];
  const row: ScannedRow = { r: undefined, hidden: undefined };
  return (text, at, end) => {
    let place = scanRow(text, at, row);
    let count = 0;
    while (place > 0 && place < end) {
      cells[count] ??= { r: undefined, s: undefined, t: undefined, kind: 'blank', value: '' };
      const cell = cells[count];
      place = cell === undefined ? 0 : scanCell(text, place, cell);
      count += 1;
    }
    if (place !== end) return false;
    handler.open('row', row);
    for (let index = 0; index < count; index += 1) tellCell(handler, cells[index]);
    handler.close('row');
    return true;
  };
}

function tellCell(handler: XmlHandler, cell: ScannedCell | undefined): void {
  if (cell === undefined) return;
  handler.open('c', cell); // whose other fields are no attributes of any cell
  if (cell.kind === 'value') {
    handler.open('v', NONE);
    if (cell.value !== '') handler.text(cell.value);
    handler.close('v');
  } else if (cell.kind === 'text') {
    handler.open('is', NONE);
    handler.open('t', NONE);
    if (cell.value !== '') handler.text(cell.value);
    handler.close('t');
    handler.close('is');
  }
  handler.close('c');
}

/** Shapes: where the content of the row begins; 0 if its tag is not plain. */
function scanRow(text: string, at: number, row: ScannedRow): number {
  row.r = undefined;
  row.hidden = undefined;
  let seen = 0;
  let place = at + '<row'.length;
  while (text.charCodeAt(place) === BLANK) {
    const equals = nameEnd(text, place + 1);
    const name = text.slice(place + 1, equals);
    const bit = ROW_NAMES.get(name) ?? 0;
    const close = attributeEnd(text, equals);
    if (bit === 0 || (seen & bit) !== 0 || close === 0) return 0;
    seen |= bit;
    if (name === 'r') row.r = text.slice(equals + 2, close);
    else if (name === 'hidden') row.hidden = text.slice(equals + 2, close);
    place = close + 1;
  }
  return text.charCodeAt(place) === GREATER ? place + 1 : 0;
}

/** Behind the letters of a name; names are short. */
function nameEnd(text: string, from: number): number {
  let place = from;
  let code = text.charCodeAt(place) | LOWER;
  while (
    ((code >= 0x61 && code <= 0x7a) || code === COLON || (code >= 0x30 && code <= 0x39)) &&
    place - from < MOST_NAME
  ) {
    place += 1;
    code = text.charCodeAt(place) | LOWER;
  }
  return place;
}

/** Shapes: where the next cell begins; 0 if this one is not plain. */
function scanCell(text: string, at: number, cell: ScannedCell): number {
  if (!text.startsWith('<c', at)) return 0;
  cell.r = undefined;
  cell.s = undefined;
  cell.t = undefined;
  cell.kind = 'blank';
  cell.value = '';
  let place = at + '<c'.length;
  while (text.charCodeAt(place) === BLANK) {
    const close = attributeEnd(text, place + 2);
    if (close === 0) return 0;
    const value = text.slice(place + 4, close);
    const name = text.charCodeAt(place + 1);
    if (name === R && cell.r === undefined) cell.r = value;
    else if (name === S && cell.s === undefined) cell.s = value;
    else if (name === T && cell.t === undefined) cell.t = value;
    else return 0;
    place = close + 1;
  }
  const code = text.charCodeAt(place);
  if (code === SLASH) return text.charCodeAt(place + 1) === GREATER ? place + 2 : 0;
  return code === GREATER ? scanContent(text, place + 1, cell) : 0;
}

function scanContent(text: string, at: number, cell: ScannedCell): number {
  if (text.startsWith(VALUE, at)) {
    cell.kind = 'value';
    return scanText(text, { from: at + VALUE.length, end: VALUE_END }, cell);
  }
  for (const opening of TEXTS) {
    if (!text.startsWith(opening, at)) continue;
    cell.kind = 'text';
    return scanText(text, { from: at + opening.length, end: TEXT_END }, cell);
  }
  return text.startsWith(EMPTY_END, at) ? at + EMPTY_END.length : 0;
}

function scanText(text: string, { from, end }: { from: number; end: string }, cell: ScannedCell): number {
  let place = from;
  while (isPlain(text.charCodeAt(place))) place += 1;
  if (!text.startsWith(end, place)) return 0;
  cell.value = text.slice(from, place);
  return place + end.length;
}

/** From the `=` of an attribute to its closing quote; 0 if it is not plain. */
function attributeEnd(text: string, equals: number): number {
  if (text.charCodeAt(equals) !== EQUALS || text.charCodeAt(equals + 1) !== QUOTE) return 0;
  let place = equals + 2;
  let code = text.charCodeAt(place);
  while (code !== QUOTE && isPlain(code)) {
    place += 1;
    code = text.charCodeAt(place);
  }
  return code === QUOTE ? place : 0;
}

/** Whether a character means itself everywhere in XML: no markup, no control, nothing that is normalised. Not so behind the end. */
function isPlain(code: number): boolean {
  if (code < 0x7f) return code >= BLANK && code !== AMPERSAND && code !== LESS && code !== GREATER;
  return code > 0x9f && code !== 0x2028 && code < 0xfffe;
}
