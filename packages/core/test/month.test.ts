import { expect, test } from 'vitest';
import { addMonths, dayAt, isMonth, monthAt, monthIndex, monthOf, monthRange, monthText } from '../src/month.ts';
import { monthsFrom } from './oracle/series.ts';

test.each([
  { text: '2025-10', is: true, why: 'the one form' },
  { text: '1900-01', is: true, why: 'the first' },
  { text: '2199-12', is: true, why: 'the last' },
  { text: '1899-12', is: false, why: 'before the first' },
  { text: '2200-01', is: false, why: 'after the last' },
  { text: '2025-00', is: false, why: 'no month 0' },
  { text: '2025-13', is: false, why: 'no month 13' },
  { text: '2025-1', is: false, why: 'two digits' },
  { text: '25-10', is: false, why: 'four digits' },
  { text: '2025/10', is: false, why: 'a dash' },
  { text: '2025-10-31', is: false, why: 'a day is not a month' },
  { text: '2025-10\n', is: false, why: 'nothing after it' },
  { text: '２０２５-10', is: false, why: 'full width is normalised before' },
  { text: '', is: false, why: 'nothing' },
])('"$text" is a month: $is, $why', ({ text, is }) => {
  expect(isMonth(text)).toBe(is);
});

test('consecutive months have consecutive numbers, over 300 years', () => {
  for (const [offset, month] of monthsFrom('1900-01', 3_600).entries()) {
    expect(monthIndex(month)).toBe(1900 * 12 + offset);
    expect(monthOf(1900 * 12 + offset)).toBe(month);
  }
});

test.each([
  { month: '2025-10', count: 3, to: '2026-01', why: 'over the new year' },
  { month: '2025-01', count: -1, to: '2024-12', why: 'back over it' },
  { month: '2025-10', count: 0, to: '2025-10', why: 'nothing' },
  { month: '2025-10', count: -36, to: '2022-10', why: 'three years' },
])('$month and $count months is $to: $why', ({ month, count, to }) => {
  expect(addMonths(month, count)).toBe(to);
});

test('a range includes both ends and is empty when turned round', () => {
  expect(monthRange('2024-11', '2025-02')).toEqual(['2024-11', '2024-12', '2025-01', '2025-02']);
  expect(monthRange('2025-02', '2025-02')).toEqual(['2025-02']);
  expect(monthRange('2025-02', '2025-01')).toEqual([]);
});

test('what is not a month is refused with what one looks like', () => {
  const refused = expect.objectContaining({ kind: 'invalid', code: 'MONTH_FORMAT' });
  for (const text of ['2025-13', '', '2025-10-31']) expect(() => monthIndex(text)).toThrowError(refused);
  expect(() => monthRange('2025-01', 'x')).toThrowError(refused);
  expect(() => addMonths('x', 1)).toThrowError(refused);
});

test.each([
  {
    instant: '2025-10-31T15:59:59Z',
    zone: 'Asia/Shanghai',
    day: '2025-10-31',
    why: 'one second before midnight there',
  },
  {
    instant: '2025-10-31T16:00:00Z',
    zone: 'Asia/Shanghai',
    day: '2025-11-01',
    why: 'midnight there is the next month',
  },
  { instant: '2025-10-31T18:30:00Z', zone: 'Asia/Urumqi', day: '2025-11-01', why: 'two hours behind' },
  { instant: '2025-10-31T16:00:00Z', zone: 'UTC', day: '2025-10-31', why: 'not there yet' },
  { instant: '2025-11-01T04:59:59Z', zone: 'America/Chicago', day: '2025-10-31', why: 'in summer time' },
  { instant: '2024-02-29T12:00:00Z', zone: 'Asia/Shanghai', day: '2024-02-29', why: 'leap day' },
])('$instant is $day in $zone: $why', ({ instant, zone, day }) => {
  expect(dayAt(new Date(instant), zone)).toBe(day);
  expect(monthAt(new Date(instant), zone)).toBe(day.slice(0, 7));
});

test('a month is written without a leading zero for people', () => {
  expect(monthText('2025-10')).toBe('2025年10月');
  expect(monthText('2025-01')).toBe('2025年1月');
});
