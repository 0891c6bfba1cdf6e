import { expect, test } from 'vitest';
import { cronFault } from '../src/cron.ts';

test.each([
  '* * * * *',
  '0 0 1 1 0',
  '59 23 31 12 7',
  '*/15 * * * *',
  '0-30/10 8-18 * * 1-5',
  '7,37 9,17 1,15 * *',
  '0 0 29 2 *',
  '0 0 30,31 1-12/2 *',
  '0 0 31 2 1',
])('%s is a schedule', (text) => {
  expect(cronFault(text)).toBeNull();
});

test.each([
  { text: '', why: 'nothing' },
  { text: '* * * *', why: 'four fields' },
  { text: '0 * * * * *', why: 'seconds' },
  { text: '60 * * * *', why: 'minute 60' },
  { text: '* 24 * * *', why: 'hour 24' },
  { text: '* * 0 * *', why: 'day 0' },
  { text: '* * 32 * *', why: 'day 32' },
  { text: '* * * 13 *', why: 'month 13' },
  { text: '* * * * 8', why: 'weekday 8' },
  { text: '30-10 * * * *', why: 'a range from late to early' },
  { text: '*/0 * * * *', why: 'a step of nothing' },
  { text: '5/10 * * * *', why: 'a step without a range' },
  { text: '1,,2 * * * *', why: 'an empty item' },
  { text: '-1 * * * *', why: 'a sign' },
  { text: '1.5 * * * *', why: 'half a minute' },
  { text: '* * * JAN *', why: 'a name' },
  { text: '@daily', why: 'a nickname' },
  { text: '* * L * *', why: 'an extension' },
  { text: '0 0 30 2 *', why: '30 February never comes' },
  { text: '0 0 31 4,6,9,11 *', why: 'the 31st of short months never comes' },
  { text: '*\t* * * *', why: 'a tab' },
])('$text is refused: $why', ({ text }) => {
  expect(cronFault(text)).toMatch(/ \/ /u);
});
