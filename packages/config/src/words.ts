import * as z from 'zod';

const VISIBLE = /^[^\s\p{Cc}\p{Cf}](?:[^\p{Cc}\p{Cf}\u2028\u2029]*[^\s\p{Cc}\p{Cf}])?$/u;
const CODE = /^(?=.{1,64}$)[^\s\p{Cc}\p{Cf}",](?:[^\p{Cc}\p{Cf}\u2028\u2029",]*[^\s\p{Cc}\p{Cf}",])?$/u;
const LONGEST = 300;

/** Text for people: one line, not empty, without blanks at its ends and without invisible signs. */
export const text = z
  .string()
  .regex(VISIBLE, '应为一行文字，首尾没有空格，不含看不见的字符 / one line, no blanks at the ends, nothing invisible')
  .max(LONGEST, `最多 ${LONGEST} 字 / at most ${LONGEST} characters`);

/** Code of a unit: whatever a country uses, as long as it can stand in a CSV line. */
export const code = z
  .string()
  .regex(
    CODE,
    '应为 1–64 字的代码，首尾没有空格，不含逗号和引号 / 1–64 characters, no blanks at the ends, commas or quotes',
  );

/** Name used in file names and queues. */
export const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/u, '只能用小写字母、数字和 - / only lower-case letters, digits and -');

/** Id of a version: a slug that may also hold capitals, `.` and `_`. */
export const id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/u, '只能用字母、数字和 . _ - / only letters, digits and . _ -');

/** A day of the calendar, `2024-04-29`. */
export const day = z.iso.date('应为存在的日期，写作 2024-04-29 / a day that exists, like 2024-04-29');

export const count = (least: number, most: number) => z.int().min(least).max(most);
