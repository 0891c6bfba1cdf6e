import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainDays, readDay } from '../../src/rows/days.ts';

const RULES = [
  { past: true, today: '2025-11-06' },
  { past: false, today: '2025-11-06' },
];
const day = fc
  .tuple(fc.integer({ min: 1985, max: 2095 }), fc.nat(13), fc.nat(32))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join('-'));
const nasty = fc.constantFrom(
  '2025-11-06',
  '2025-11-07',
  '2024-02-29',
  '2025-02-29',
  '2000-02-29',
  '2100-02-28',
  '1990-01-01',
  '1989-12-31',
  '2089-12-31',
  '2090-01-01',
  '2025/01/01',
  '2025-1-001',
  '２０２５-01-01',
  '2025-01-0١',
  '-025-01-01',
  '2025-+1-01',
  '2025-01-1 ',
  '2025-01-1\u0000',
  '20250-1-01',
);
const text = fc.oneof(day, nasty, fc.string({ minLength: 10, maxLength: 10 }));

test.each(RULES)('a plain day is one that the full reading takes as it stands: %o', (rule) => {
  const isPlain = plainDays(rule);
  fc.assert(
    fc.property(text, (one) => {
      if (isPlain(one)) expect(readDay(one, rule)).toEqual({ value: one });
    }),
    { numRuns: 20_000, seed: 3 },
  );
});

test.each(RULES)('no sound day of this form takes the long way: %o', (rule) => {
  const isPlain = plainDays(rule);
  fc.assert(
    fc.property(day, (one) => {
      const { value, fault } = readDay(one, rule);
      expect(isPlain(one)).toBe(value === one && fault === undefined);
    }),
    { numRuns: 20_000, seed: 3 },
  );
});
