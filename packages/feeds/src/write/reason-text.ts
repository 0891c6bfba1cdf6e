import type { RowReason } from '@quhua/core';
import { columnLetters } from '../reasons.ts';
import { remedyOf } from './remedies.ts';

/** The three cells that tell a sender about a refused row. */
export type ReasonTexts = { readonly why: string; readonly where: string; readonly fix: string };

/** Where the row stood in the file that was sent. Shapes: `sheet` is empty for a text file. */
export type RowPlace = { readonly sheet: string; readonly row: number };

const BETWEEN_LANGUAGES = ' / ';
/** The place that a message begins with, up to its first colon outside quotes. */
const PLACE = /^(?:[^“：]|“[^”]*”)*：/u;
/** What the message says is to be done has a column of its own. */
const ADVICE = /[；，。](?:请|需|应).*$/u;

/** Several reasons are numbered, with the same numbers in each cell. */
export function reasonTexts(reasons: readonly RowReason[], place: RowPlace): ReasonTexts {
  const told = reasons.filter(({ code, cell, column }, at) => {
    const same = (other: RowReason) => other.code === code && other.cell === cell && other.column === column;
    return reasons.findIndex(same) === at;
  });
  const number = (text: string, at: number): string => (told.length > 1 ? `${at + 1}. ${text}` : text);
  const joined = (of: (reason: RowReason) => string): string => told.map(of).map(number).join('\n');
  return {
    why: joined(whyOf),
    where: joined((reason) => whereOf(reason, place)),
    fix: joined(({ code }) => remedyOf(code).fix),
  };
}

/** What is wrong, in Chinese, without the place. */
function whyOf({ message }: RowReason): string {
  const chinese = chineseOf(message).replace(PLACE, '');
  const bare = chinese.replace(ADVICE, '');
  return bare === '' ? chinese : bare;
}

/** Both halves quote the same words of the file, so that the mark between them is the middle one. */
function chineseOf(message: string): string {
  const parts = message.split(BETWEEN_LANGUAGES);
  return parts.slice(0, Math.ceil(parts.length / 2)).join(BETWEEN_LANGUAGES);
}

function whereOf({ cell, column }: RowReason, { sheet, row }: RowPlace): string {
  if (cell !== undefined) return cell;
  const at = sheet === '' ? `第${row}行` : `${sheet} 第${row}行`;
  return column === undefined ? at : `${at}“${column}”列`;
}

/** Column of the cell that a reason names, 0 for A; undefined if it names none. */
export function columnOf({ cell }: RowReason): number | undefined {
  const letters = /(?:^|!)\$?(?<letters>[A-Z]{1,3})\$?\d+$/u.exec(cell ?? '')?.groups?.letters;
  if (letters === undefined) return undefined;
  let index = 0;
  for (const letter of letters) index = index * 26 + letter.charCodeAt(0) - 64;
  return columnLetters(index - 1) === letters ? index - 1 : undefined;
}
