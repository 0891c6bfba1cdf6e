import { refused } from '../../reasons.ts';

/** Columns and rows of a spreadsheet: its last cell is XFD1048576. */
const MOST_COLUMNS = 16_384;
const MOST_ROWS = 1_048_576;
/** A table is not that wide; a cell far out would make a million rows of blanks. */
export const READ_COLUMNS = 1_024;

/** Digits and nothing else; -1 for any other text. */
export function wholeNumber(text: string): number {
  let value = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at) - 48;
    if (!(code >= 0 && code <= 9)) return -1;
    value = value * 10 + code;
  }
  return text === '' ? -1 : value;
}

/** The number of a row, 1 for the first; -1 if there is no such row. */
export function rowOf(text: string): number {
  const row = wholeNumber(text);
  return row >= 1 && row <= MOST_ROWS ? row : -1;
}

/** The column of `AB12`, 0 for A, where its row is the one given; -1 for any other text. */
export function columnIn(place: string, row: number): number {
  let column = 0;
  let at = 0;
  for (; at < place.length; at += 1) {
    const code = place.charCodeAt(at);
    if (code >= 65 && code <= 90) column = column * 26 + code - 64;
    else if (code >= 97 && code <= 122) column = column * 26 + code - 96;
    else break;
  }
  let number = 0;
  for (let digit = at; digit < place.length; digit += 1) {
    const code = place.charCodeAt(digit) - 48;
    if (!(code >= 0 && code <= 9)) return -1;
    number = number * 10 + code;
  }
  return number === row && column >= 1 && column <= MOST_COLUMNS ? column - 1 : -1;
}

const PLACE = /^\$?(?<letters>[A-Za-z]{1,3})\$?(?<digits>\d{1,7})$/u;

/** Column (from 0) and row (from 1) of `$AB$12`; undefined for any other text. */
export function placeOf(text: string): { readonly column: number; readonly row: number } | undefined {
  const { letters = '', digits = '' } = PLACE.exec(text)?.groups ?? {};
  const row = rowOf(digits);
  const column = columnIn(letters + digits, row);
  return column < 0 ? undefined : { column, row };
}

export function tooWide() {
  const zh = `数据写到了第${READ_COLUMNS}列以外；请把表格移到左边，删去多余的列`;
  return refused('TOO_MANY_COLUMNS', `${zh} / there are cells beyond column ${READ_COLUMNS}`, { most: READ_COLUMNS });
}
