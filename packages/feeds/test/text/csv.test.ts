import { AppError } from '@quhua/core';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import { LIMITS } from '../../src/limits.ts';
import { readRecords } from '../../src/readers/text/csv.ts';
import type { Delimiter } from '../../src/types.ts';

function records(pieces: string[], delimiter: Delimiter = ',', recordChars = LIMITS.recordChars) {
  return [...readRecords(pieces, { delimiter, limits: { recordChars } })].flat();
}

test.each([
  {
    text: 'a,b\nc,d\n',
    rows: [
      [1, 'a', 'b'],
      [2, 'c', 'd'],
    ],
    why: 'LF',
  },
  {
    text: 'a,b\r\nc,d',
    rows: [
      [1, 'a', 'b'],
      [2, 'c', 'd'],
    ],
    why: 'CRLF, no last line end',
  },
  {
    text: 'a\rb\r',
    rows: [
      [1, 'a'],
      [2, 'b'],
    ],
    why: 'CR alone',
  },
  {
    text: 'a\r\nb\nc\rd',
    rows: [
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
      [4, 'd'],
    ],
    why: 'mixed line ends',
  },
  {
    text: 'a\n\nb\n',
    rows: [
      [1, 'a'],
      [3, 'b'],
    ],
    why: 'an empty line is no record and has its number',
  },
  {
    text: '"a\r\nb\nc",d\ne\n',
    rows: [
      [1, 'a\r\nb\nc', 'd'],
      [4, 'e'],
    ],
    why: 'lines inside quotes are counted',
  },
  { text: '"say ""x""",\n', rows: [[1, 'say "x"', '']], why: 'doubled quotes, an empty last cell' },
  {
    text: '""\n"",""',
    rows: [
      [1, ''],
      [2, '', ''],
    ],
    why: 'quoted nothing',
  },
  { text: '', rows: [], why: 'nothing' },
])('records of $text: $why', ({ text, rows }) => {
  expect(records([text]).map(({ row, cells }) => [row, ...cells])).toEqual(rows);
});

test('batches are small at first and bounded later', () => {
  const batches = [...readRecords(['x\n'.repeat(1_250)], { delimiter: ',', limits: LIMITS })];
  expect(batches.map((batch) => batch.length)).toEqual([8, 500, 500, 242]);
  const even = [...readRecords(['x\n'.repeat(5)], { delimiter: ',', limits: LIMITS, batch: 2 })];
  expect(even.map((batch) => batch.length)).toEqual([2, 2, 1]);
});

/** Texts in which quotes, delimiters and line ends meet in every way. */
const tangled = fc.array(fc.constantFrom('a', '1', '县', ',', '"', '""', '\n', '\r\n', '\r', ' ', ',"', '",', '"\n'), {
  maxLength: 40,
});
const knownLines = { relax_column_count: true, skip_empty_lines: true, record_delimiter: ['\r\n', '\n', '\r'] };

test('agrees with csv-parse on every text, refusals too', () => {
  fc.assert(
    fc.property(tangled, (parts) => {
      const text = parts.join('');
      const theirs = attempt(() => parse(text, knownLines));
      const ours = attempt(() => records([text]).map(({ cells }) => [...cells]));
      expect(ours).toEqual(theirs);
    }),
    runs(10_000),
  );
});

test('where a text is cut into pieces changes nothing', () => {
  fc.assert(
    fc.property(tangled, fc.array(fc.nat(40), { maxLength: 6 }), (parts, cuts) => {
      const text = parts.join('');
      const places = [...new Set([0, ...cuts.filter((cut) => cut < text.length), text.length])].sort((a, b) => a - b);
      const pieces = places.slice(1).map((to, at) => text.slice(places[at], to));
      expect(attempt(() => records(pieces))).toEqual(attempt(() => records(text === '' ? [] : [text])));
    }),
    runs(10_000),
  );
});

function attempt<T>(read: () => T): T | 'refused' {
  try {
    return read();
  } catch (error) {
    if (error instanceof AppError || (error instanceof Error && 'code' in error)) return 'refused';
    throw error;
  }
}

test.each([
  { pieces: ['a\n"b\nc\n', 'd\n', 'e\n'], line: 2, why: 'at the end of the file' },
  {
    pieces: ['a\n\n"x', `${'y'.repeat(200)}\n`, 'z"\n'],
    line: 3,
    why: 'long before the end: it is not looked for for ever',
  },
])('an open quote is named by the line where it was opened: $why', ({ pieces, line }) => {
  const fault = attemptError(() => records(pieces, ',', 100));
  expect({ code: fault.code, details: fault.details }).toEqual({ code: 'CSV_QUOTE', details: { line } });
});

test('a stray quote in a later line of a record is named by that line', () => {
  const fault = attemptError(() => records(['a,"b\nc",d"e\n']));
  expect({ code: fault.code, details: fault.details }).toEqual({ code: 'CSV_QUOTE', details: { line: 2, column: 3 } });
  expect(fault.message).toContain('从第1行开始');
});

function attemptError(read: () => unknown): AppError {
  try {
    read();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('nothing was refused');
}

test('a quoted cell that holds a whole row is a fault of its cell', () => {
  const [, row] = records(['a,b\n1,"2\n3,4"\n']);
  expect(row?.faults?.map(({ column, code }) => [column, code])).toEqual([[1, 'CELL_SWALLOWS_ROWS']]);
  expect(row?.faults?.[0]?.zh).toContain('第2行至第3行');
  expect(records(['a,b\n1,"2\n3"\n'])[1]?.faults).toBeUndefined();
});
