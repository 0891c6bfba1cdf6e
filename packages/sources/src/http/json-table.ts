import { AppError } from '@quhua/core';
import { type Json, JsonNumber, readJson } from './json-text.ts';

/** Keys under which answers wrap their rows. */
const WRAPPERS = ['data', 'rows'];

/**
 * A JSON answer as the text of a CSV file: one line a row, every figure exactly as it was written.
 *
 * Shapes: an array of objects, bare or under `data` or `rows`; columns are all keys in the order in which they first
 * appear; null and a missing key are empty.
 * Errors: those of `readJson`; invalid/JSON_SHAPE, JSON_NESTED (a value that is a list or an object), JSON_NO_ROWS.
 */
export function jsonToCsv(text: string): string {
  const rows = rowsOf(readJson(text));
  if (rows.length === 0) throw new AppError('invalid', 'JSON_NO_ROWS', '没有数据行 / there are no rows');
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const lines = rows.map((row, at) => columns.map((column) => cellOf(row.get(column) ?? null, column, at)).join(','));
  return `${[columns.map(quoted).join(','), ...lines].join('\n')}\n`;
}

function rowsOf(value: Json): readonly ReadonlyMap<string, Json>[] {
  const list = isList(value) ? value : isObject(value) ? wrapped(value) : null;
  if (list === null) throw shape('应为对象的数组，或 {"data": […]}、{"rows": […]} / an array of objects is expected');
  return list.map((row, at) => {
    if (isObject(row)) return row;
    throw shape(`第 ${at + 1} 项不是对象 / item ${at + 1} is no object`);
  });
}

function wrapped(value: ReadonlyMap<string, Json>): readonly Json[] | null {
  const lists = WRAPPERS.flatMap((key) => {
    const list = value.get(key);
    return isList(list) ? [list] : [];
  });
  if (lists.length > 1) throw shape('data 和 rows 都是数组，不知用哪个 / both data and rows are arrays');
  return lists[0] ?? null;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is ReadonlyMap<string, Json> {
  return value instanceof Map;
}

function cellOf(value: Json, column: string, at: number): string {
  if (value === null) return '';
  if (value instanceof JsonNumber) return value.text;
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean') return String(value);
  const name = JSON.stringify(column.slice(0, 60));
  throw new AppError(
    'invalid',
    'JSON_NESTED',
    `第 ${at + 1} 项的 ${name} 不是单个值 / item ${at + 1}: not a single value`,
  );
}

function quoted(text: string): string {
  return /[",\r\n]|^\s|\s$/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function shape(message: string): AppError {
  return new AppError('invalid', 'JSON_SHAPE', message);
}
