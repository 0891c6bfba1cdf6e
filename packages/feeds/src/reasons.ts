import { AppError, type RowReason } from '@quhua/core';
import type { DuplicateCode, FileCode, NoteCode, RowCode, WarningCode } from './codes.ts';
import type { Place } from './place.ts';
import { maskPersonal } from './rows/personal.ts';

/** What is wrong and what to do, without the place: first in Chinese, then in English. */
export type Fault = { readonly code: RowCode | WarningCode; readonly zh: string; readonly en: string };

const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
const SHOWN_CHARS = 40;
/** Masking looks no further: what stands behind is cut off anyway. */
const MASKED_CHARS = 400;

/** Text of a file for a message: cut short, nothing in it that a terminal would obey or a reader not see, and no personal data. */
export function shown(text: string): string {
  const safe = maskPersonal(text.slice(0, MASKED_CHARS));
  const short = safe.length > SHOWN_CHARS ? `${safe.slice(0, SHOWN_CHARS)}…` : safe;
  const visible = short.replace(UNSEEN, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `“${visible}”`;
}

/** Letters of a column, 0 being A: 27 is AB. */
export function columnLetters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : columnLetters(Math.floor(index / 26) - 1) + last;
}

/** A row's place as people name it: `第9行`, in a workbook `表“10月”第7行`. */
export function placeText({ sheet, row }: Place): { readonly zh: string; readonly en: string } {
  if (sheet === '') return { zh: `第${row}行`, en: `line ${row}` };
  return { zh: `表${shown(sheet)}第${row}行`, en: `sheet ${shown(sheet)}, row ${row}` };
}

/** Where in a row a fault is: `header` as the file writes it, `index` 0 for column A. */
export type FaultColumn = { readonly header: string; readonly index: number };

/** The reason with its place. Shapes: without a column the whole row is meant. */
export function reasonAt(
  place: Place,
  column: FaultColumn | undefined,
  { code, zh, en }: Omit<Fault, 'code'> & { readonly code: string },
): RowReason {
  const at = placeText(place);
  if (column === undefined) return { code, message: `${at.zh}：${zh} / ${at.en}: ${en}` };
  const header = shown(column.header);
  const tail = `：${zh} / ${at.en}, ${header}: ${en}`;
  if (place.sheet === '' || column.index < 0) {
    return { code, column: column.header, message: `${at.zh}${header}列${tail}` };
  }
  const cell = `${columnLetters(column.index)}${place.row}`;
  return {
    code,
    column: column.header,
    cell: `${place.sheet}!${cell}`,
    message: `${at.zh}${header}列（${cell}）${tail}`,
  };
}

export function duplicateReason(code: DuplicateCode, place: Place, first: Place): RowReason {
  const [here, there] = [placeText(place), placeText(first)];
  const zh = `与${there.zh}是同一条记录，内容相同，只计一次，无需处理`;
  return { code, message: `${here.zh}：${zh} / ${here.en}: the same as ${there.en}, counted once` };
}

export function note(code: NoteCode, message: string): RowReason {
  return { code, message };
}

/** Refuses the whole file. */
export function refused(code: FileCode, message: string, details?: unknown): AppError {
  return new AppError('invalid', code, message, details === undefined ? {} : { details });
}

/** A line that no table has. */
export function longLine(line: number): AppError {
  const message = `第${line}行过长，不像数据行；请检查换行和引号 / line ${line} is too long to be a row`;
  return refused('RECORD_TOO_LONG', message, { line });
}
