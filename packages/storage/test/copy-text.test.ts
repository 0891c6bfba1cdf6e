import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCopyText } from '../src/copy-text.ts';

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const plainly = (value: string | number | null): string =>
  value === null ? '\\N' : String(value).replace(/[\\\t\n\r]/gu, (char) => ESCAPES[char] ?? char);

const value = fc.oneof(
  fc.constant(null),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -0, 9, 10, 99, 100, 2_147_483_647, 2_147_483_648, -2_147_483_647, -2_147_483_648, 1_000_000_000),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('模拟雅居1期', 'é', '𠮷野家', '\ud800', 'a\tb\\N\r\n', '٪', ''),
);

test('rows are written as strings joined by tabs would be', () => {
  const text = createCopyText();
  fc.assert(
    fc.property(fc.array(fc.array(value, { minLength: 1, maxLength: 8 }), { maxLength: 8 }), (rows) => {
      for (const row of rows) {
        for (const each of row) text.value(each);
        text.endRow();
      }
      const expected = rows.map((row) => `${row.map(plainly).join('\t')}\n`).join('');
      expect(text.take().equals(Buffer.from(expected))).toBe(true);
    }),
    { numRuns: 2_000, seed: 7 },
  );
});

test('what was taken stays as it was, and rows longer than the first room are whole', () => {
  const text = createCopyText();
  const long = '县'.repeat(50_000);
  text.value(long);
  text.endRow();
  const first = text.take();
  text.value(1);
  text.endRow();
  expect(text.take().toString()).toBe('1\n');
  expect(first.toString()).toBe(`${long}\n`);
});
