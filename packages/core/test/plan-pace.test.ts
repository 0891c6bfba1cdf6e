import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elapsedIn, PACE_TEXT, PACES, type Pace, paceOf, quotientText } from '../src/plan-pace.ts';

test.each([
  { year: 2025, day: '2025-01-01', elapsed: { day: 1, days: 365 }, why: 'a day that is over counts' },
  { year: 2025, day: '2025-10-31', elapsed: { day: 304, days: 365 }, why: '31+28+31+30+31+30+31+31+30+31' },
  { year: 2025, day: '2025-12-31', elapsed: { day: 365, days: 365 }, why: 'the whole year' },
  { year: 2024, day: '2024-03-01', elapsed: { day: 61, days: 366 }, why: 'a leap year has a day more' },
  { year: 2025, day: '2024-12-31', elapsed: { day: 0, days: 365 }, why: 'it had not begun' },
  { year: 2025, day: '2026-02-01', elapsed: { day: 365, days: 365 }, why: 'it was over' },
])('$day of $year is day $elapsed.day: $why', ({ year, day, elapsed }) => {
  expect(elapsedIn(year, day)).toEqual(elapsed);
});

const HALF = { day: 50, days: 100 };
const base = { target: 1000, atLeast: false, elapsed: HALF, withinPercent: 10 };

test.each<{ done: number | null; pace: Pace; why: string; more?: object }>([
  { done: null, pace: 'NO_DATA', why: 'nothing known is not 0' },
  { done: 0, pace: 'BEHIND', why: '0 is a figure' },
  { done: 399, pace: 'BEHIND', why: 'more than ten points behind' },
  { done: 400, pace: 'ON_PACE', why: 'exactly ten points behind is within' },
  { done: 500, pace: 'ON_PACE', why: 'exactly the calendar' },
  { done: 600, pace: 'ON_PACE', why: 'exactly ten points before' },
  { done: 601, pace: 'AHEAD', why: 'more than that' },
  { done: 1000, pace: 'DONE', why: 'all of it' },
  { done: 1200, pace: 'DONE', why: 'and more' },
  { done: 300, pace: 'INCOMPLETE', why: 'too low a figure cannot be called behind', more: { atLeast: true } },
  { done: 450, pace: 'ON_PACE', why: 'but at least on pace it is', more: { atLeast: true } },
  { done: 700, pace: 'AHEAD', why: 'or ahead', more: { atLeast: true } },
  { done: 1000, pace: 'DONE', why: 'or done', more: { atLeast: true } },
  { done: 0, pace: 'NOT_PLANNED', why: 'a planned 0 asks for nothing', more: { target: 0 } },
  { done: 5, pace: 'NOT_PLANNED', why: 'neither does a dash', more: { target: null } },
  { done: null, pace: 'NOT_PLANNED', why: 'even if nothing is known', more: { target: 0 } },
  {
    done: 0,
    pace: 'ON_PACE',
    why: 'nothing is expected before the year begins',
    more: { elapsed: { day: 0, days: 365 } },
  },
  { done: 999, pace: 'ON_PACE', why: 'at its end all is, within the band', more: { elapsed: { day: 365, days: 365 } } },
  {
    done: 999,
    pace: 'BEHIND',
    why: 'without a band a thousandth is missing',
    more: { elapsed: { day: 365, days: 365 }, withinPercent: 0 },
  },
])('$done of 1000 at half time is $pace: $why', ({ done, pace, more }) => {
  expect(paceOf({ ...base, done, ...more })).toBe(pace);
});

/** The same by fractions: done/target − day/days as one fraction, against band/100. */
function oracle(done: bigint, target: bigint, [day, days, band]: readonly [bigint, bigint, bigint]): Pace {
  if (target === 0n) return 'NOT_PLANNED';
  if (done >= target) return 'DONE';
  const [numerator, denominator] = [done * days - day * target, target * days];
  const distance = numerator < 0n ? -numerator : numerator;
  if (distance * 100n <= band * denominator) return 'ON_PACE';
  return numerator > 0n ? 'AHEAD' : 'BEHIND';
}

test('pace is exact for any figures, far beyond what a double multiplies', () => {
  const safe = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
  fc.assert(
    fc.property(
      safe,
      safe,
      fc.integer({ min: 0, max: 366 }),
      fc.integer({ min: 0, max: 100 }),
      (done, target, day, band) => {
        const input = { done, target, atLeast: false, elapsed: { day, days: 366 }, withinPercent: band };
        expect(paceOf(input)).toBe(oracle(BigInt(done), BigInt(target), [BigInt(day), 366n, BigInt(band)]));
      },
    ),
  );
});

test('more done is never a worse pace, and a figure that lacks something is never called behind', () => {
  const rank = (pace: Pace): number => ['BEHIND', 'INCOMPLETE', 'ON_PACE', 'AHEAD', 'DONE'].indexOf(pace);
  const amount = fc.integer({ min: 0, max: 10_000 });
  fc.assert(
    fc.property(
      amount,
      amount,
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 0, max: 365 }),
      (a, b, target, day) => {
        const input = { target, elapsed: { day, days: 365 }, withinPercent: 10 };
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((done) => paceOf({ ...input, done, atLeast: false }));
        expect(rank(more ?? 'NO_DATA')).toBeGreaterThanOrEqual(rank(less ?? 'NO_DATA'));
        const known = paceOf({ ...input, done: Math.min(a, b), atLeast: true });
        expect(known).not.toBe('BEHIND');
        expect(rank(known)).toBeLessThanOrEqual(Math.max(1, rank(more ?? 'NO_DATA'))); // what is missing can only add
      },
    ),
  );
});

test('every pace has a word of its own', () => {
  expect(new Set(PACES.map((pace) => PACE_TEXT[pace])).size).toBe(PACES.length);
});

test.each([
  { a: 1n, b: 8n, decimals: 2, text: '0.13', why: 'half goes up' },
  { a: 1n, b: 3n, decimals: 3, text: '0.333', why: 'less than half goes down' },
  { a: 1999n, b: 1000n, decimals: 0, text: '2', why: 'no decimals' },
  { a: 0n, b: 7n, decimals: 1, text: '0.0', why: 'zero' },
])('$a/$b is $text: $why', ({ a, b, decimals, text }) => {
  expect(quotientText(a, b, decimals)).toBe(text);
});
