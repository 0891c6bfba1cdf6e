import { expect, test } from 'vitest';
import { parseFeed, parseId, parseInstant, parseMonth } from '../src/arguments.ts';

test.each([
  { text: '2025-11-06', instant: '2025-11-06T15:59:59.999Z', why: 'a day is its end in UTC+8' },
  { text: '2025-11-06T10:00:00+08:00', instant: '2025-11-06T02:00:00.000Z', why: 'a zone is taken at its word' },
  { text: '2025-11-06T10:00Z', instant: '2025-11-06T10:00:00.000Z', why: 'seconds may be left out' },
])('$text: $why', ({ text, instant }) => {
  expect(parseInstant(text).toISOString()).toBe(instant);
});

test.each([
  { text: '2025-11-06T10:00:00', why: 'which zone?' },
  { text: '2025-02-30', why: 'no such day' },
  { text: '2025-13-01', why: 'no such month' },
  { text: '2025-11-06T25:00:00Z', why: 'no such hour' },
  { text: 'yesterday', why: 'not an instant' },
  { text: '', why: 'nothing' },
])('"$text" is refused: $why', ({ text }) => {
  expect(() => parseInstant(text)).toThrow(expect.objectContaining({ kind: 'invalid', code: 'USAGE' }));
});

test('months, feeds and ids', () => {
  expect([parseMonth('2025-10'), parseFeed('sales'), parseId('12')]).toEqual(['2025-10', 'sales', 12]);
  for (const wrong of [
    () => parseMonth('2025-1'),
    () => parseFeed('Sales'),
    () => parseId('0'),
    () => parseId('1e3'),
  ]) {
    expect(wrong).toThrow(expect.objectContaining({ code: 'USAGE' }));
  }
});
