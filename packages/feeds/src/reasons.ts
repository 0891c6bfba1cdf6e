import { AppError, type RowReason } from '@quhua/core';
import type { DuplicateCode, FileCode, NoteCode, RowCode, WarningCode } from './codes.ts';

/** What is wrong and what to do, without the place: first in Chinese, then in English. */
export type Fault = { readonly code: RowCode | WarningCode; readonly zh: string; readonly en: string };

const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
const SHOWN_CHARS = 40;

/** Text of a file for a message: cut short, and nothing in it that a terminal would obey or a reader not see. */
export function shown(text: string): string {
  const short = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
  const visible = short.replace(UNSEEN, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `“${visible}”`;
}

/** The reason with its place. Shapes: `column` is the header as the file writes it; left out where the whole row is meant. */
export function reasonAt(line: number, column: string | undefined, fault: Fault): RowReason {
  if (column === undefined) {
    return { code: fault.code, message: `第${line}行：${fault.zh} / line ${line}: ${fault.en}` };
  }
  const header = shown(column);
  return {
    code: fault.code,
    column,
    message: `第${line}行${header}列：${fault.zh} / line ${line}, ${header}: ${fault.en}`,
  };
}

export function duplicateReason(code: DuplicateCode, line: number, first: number): RowReason {
  const zh = `与第${first}行县市、月份和数字都相同，只计一次，无需处理`;
  return { code, message: `第${line}行：${zh} / line ${line}: the same as line ${first}, counted once` };
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
