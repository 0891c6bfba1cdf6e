import { type FeedColumn, matchingKey } from '@quhua/core';
import { foldCell, hasControl, isMissing } from '../cell-text.ts';
import { shown } from '../reasons.ts';
import { bad, controlled, formulaError, MISSING, type ReadCell, type ValueReading } from './value-reading.ts';

const FLAGS: ReadonlyMap<string, 0 | 1> = new Map([
  ...['1', '1.0', '是', '有', 'true', 'y', 'yes', '√', '✓', '✔', '☑'].map((word) => [word, 1] as const),
  ...['0', '0.0', '否', '无', '没有', 'false', 'n', 'no', '×', '✗', '✘', '☒'].map((word) => [word, 0] as const),
]);

/** Reads yes and no as 1 and 0. */
export function readFlag(text: string): ValueReading {
  const folded = foldCell(text);
  const value = FLAGS.get(folded.toLowerCase());
  if (value !== undefined) return { value };
  if (isMissing(folded)) return MISSING;
  const error = formulaError(folded);
  if (error !== undefined) return error;
  if (hasControl(text)) return controlled(text);
  return bad('FLAG_FORMAT', `${shown(text)}不是“是”或“否”；请填 是/否 或 1/0`, `${shown(text)} is neither yes nor no`);
}

/** Reads one of a column's words as its canonical value. */
export function kindReader({ kinds = {} }: FeedColumn): ReadCell {
  const values = new Map<string, string>();
  for (const [value, words] of Object.entries(kinds)) {
    for (const word of [value, ...words]) values.set(matchingKey(word), value);
  }
  const allowed = Object.values(kinds).map(([first]) => first);
  return (text) => {
    const folded = foldCell(text);
    const value = values.get(matchingKey(folded));
    if (value !== undefined) return { value };
    if (isMissing(folded)) return MISSING;
    const error = formulaError(folded);
    if (error !== undefined) return error;
    if (hasControl(text)) return controlled(text);
    const zh = `${shown(text)}不是认识的类型；可填：${allowed.join('、')}`;
    return bad('KIND_UNKNOWN', zh, `${shown(text)} is none of ${Object.keys(kinds).join(', ')}`);
  };
}
