import { readFileSync } from 'node:fs';
import type { RowReason } from '@quhua/core';
import { expect, test } from 'vitest';
import { DUPLICATE_CODES, FILE_CODES, NOTE_CODES, ROW_CODES, WARNING_CODES } from '../src/index.ts';
import type { RowCase } from './codes/cases.ts';
import { FILES } from './codes/file-cases.ts';
import { ROWS } from './codes/row-cases.ts';
import { DUPLICATES, NOTES, WARNINGS } from './codes/word-cases.ts';
import { CONTEXT, codesOf, readAll, refusalOf } from './support.ts';

/** Chinese first, then English; and what to do, or that nothing is to be done. */
const TWO_LANGUAGES = /^[^/]*\p{Script=Han}.* \/ \S/su;
const ADVICE = /请|可填|无需|已照|未读取/u;

const fileOf = ({ content }: RowCase) => ({ name: '月报.csv', bytes: Buffer.from(content) });

function checkMessage({ message }: Pick<RowReason, 'message'>, says: readonly string[]): void {
  for (const part of says) expect(message).toContain(part);
  expect(message).toMatch(TWO_LANGUAGES);
  expect(message.split(' / ')[0]).toMatch(ADVICE);
}

test.each(FILES)('$code refuses the file: $says', async ({ code, bytes, says, context }) => {
  const error = await refusalOf({ name: '月报.csv', bytes }, context);
  expect({ kind: error.kind, code: error.code }).toEqual({ kind: 'invalid', code });
  checkMessage(error, says);
});

test.each(ROWS)('$code quarantines the row: $says', async (one) => {
  const { code, says, line = 2, column, context = CONTEXT } = one;
  const { ledger, counts } = await readAll(fileOf(one), context);
  const kept = ledger.get(line);
  expect(kept?.outcome).toBe('quarantined');
  expect(codesOf(kept?.reasons ?? [])).toContain(code);
  const reason = kept?.reasons.find((found) => found.code === code) ?? { message: '' };
  expect(reason.message).toMatch(new RegExp(`^(?:表“数据”)?第${line}行`, 'u'));
  expect(reason).toMatchObject(column === undefined ? {} : { column });
  checkMessage(reason, says);
  expect(counts.quarantined).toBeGreaterThan(0);
});

test.each(WARNINGS)('$code is a word to a row that is taken: $says', async (one) => {
  const { ledger, rows, counts } = await readAll(fileOf(one));
  const [reason] = ledger.get(2)?.reasons ?? [];
  expect(reason).toMatchObject({ code: one.code, column: one.column });
  checkMessage(reason ?? { message: '' }, ['第2行', ...one.says]);
  expect(rows).toHaveLength(1);
  expect(counts).toEqual({ total: 1, accepted: 0, warned: 1, quarantined: 0, duplicate: 0, empty: 0 });
});

test.each(DUPLICATES)('$code counts once', async (one) => {
  const { ledger, counts } = await readAll(fileOf(one));
  const [reason, other] = ledger.get(3)?.reasons ?? [];
  expect([reason?.code, other]).toEqual([one.code, undefined]);
  checkMessage(reason ?? { message: '' }, one.says);
  expect(counts).toEqual({ total: 2, accepted: 1, warned: 0, quarantined: 0, duplicate: 1, empty: 0 });
});

test.each(NOTES)('$code is said of the file: $says', async (one) => {
  const { notes } = await readAll(fileOf(one));
  const found = notes.find(({ code }) => code === one.code);
  checkMessage(found ?? { message: '' }, one.says);
});

test.each([
  { level: 'file', codes: FILE_CODES, cases: FILES },
  { level: 'row', codes: ROW_CODES, cases: ROWS },
  { level: 'warning', codes: WARNING_CODES, cases: WARNINGS },
  { level: 'duplicate', codes: DUPLICATE_CODES, cases: DUPLICATES },
  { level: 'note', codes: NOTE_CODES, cases: NOTES },
])('every $level code has a case, and every case a code', ({ codes, cases }) => {
  expect([...new Set(cases.map(({ code }) => code))].sort()).toEqual([...codes].sort());
});

test('the README lists every code', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const listed = [FILE_CODES, ROW_CODES, WARNING_CODES, DUPLICATE_CODES, NOTE_CODES].flat();
  expect(listed.filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
});
