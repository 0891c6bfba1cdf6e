import { isMonth, type Month } from '@quhua/core';
import { foldCell } from '../cell-text.ts';
import { daysIn } from '../rows/days.ts';
import { plainNumerals } from '../rows/numerals.ts';

/** A month that a text names, two digits; `year` is null where it must be read elsewhere. */
export type MonthMention = { readonly year: string | null; readonly month: string };

const CHINESE_YEAR = /[〇零○一二三四五六七八九]{4}(?=年)/gu;
const CHINESE_MONTH = /(?<![\d〇零一二三四五六七八九十])(?:十[一二]?|[一二三四五六七八九])月/gu;
/** Days on which something was filled in or printed say nothing about the month that is reported. */
const PAPERWORK =
  /(?:填报|报送|上报|填表|制表|编制|打印|导出|生成|报出|审核|印发|接收)(?:日期|时间|日|于)?\s*[:：]?\s*[\d年月日/.\-\s:]*/gu;
const RANGE =
  /(?:(?<year>\d{4})\s*[年.\-/])?\s*(?<from>\d{1,2})\s*月?\s*(?:[-—–~～－]+|至|到)\s*(?:(?<until>\d{4})\s*年)?\s*(?<to>\d{1,2})\s*月(?:份)?/gu;
const FULL =
  /(?<year>\d{4})\s*(?:年\s*(?<zh>\d{1,2})\s*月(?:\s*份|\s*底|\s*末)?(?:\s*(?<day>\d{1,2})\s*日)?|[-/.](?<iso>\d{1,2})(?:[-/.](?<isoDay>\d{1,2}))?(?![\d.-])|(?<packed>(?:0[1-9]|1[0-2]))(?!\d))/gu;
const LONE = /(?<![\d年])(?<month>\d{1,2})\s*月(?:\s*份)?(?!\s*\d{1,2}\s*日)/gu;
const YEAR = /(?<!\d)(?<year>(?:19|20)\d{2})(?=\s*年|(?!\d))/gu;

/** Plain digits for reading years and months: full-width forms and `二〇二五年十月` made plain. */
function plainDigits(text: string): string {
  return foldCell(text).replace(CHINESE_YEAR, plainNumerals).replace(CHINESE_MONTH, plainNumerals);
}

function mention(year: string | undefined, month: string): MonthMention {
  return { year: year ?? null, month: month.padStart(2, '0') };
}

/** Whether digits are the number of a month. */
function isMonthNumber(digits: string): boolean {
  return /^(?:0?[1-9]|1[0-2])$/u.test(digits);
}

/**
 * Months that a title, a sheet's or a file's name gives to what stands under it.
 *
 * Shapes: each once. A range (`7—10月`) is no month; a day that is not its month's last is none either.
 */
export function monthsIn(text: string): MonthMention[] {
  let left = plainDigits(text).replace(PAPERWORK, ' ').replace(RANGE, ' ');
  const found: MonthMention[] = [];
  left = left.replace(FULL, (...parts) => {
    const { year = '', zh, day, iso, isoDay, packed } = parts.at(-1) as Record<string, string | undefined>;
    const month = zh ?? iso ?? packed ?? '';
    if (isWholeMonth(mention(year, month), day ?? isoDay)) found.push(mention(year, month));
    return ' ';
  });
  for (const { groups } of left.matchAll(LONE)) {
    const month = groups?.month ?? '';
    if (isMonthNumber(month)) found.push(mention(undefined, month));
  }
  return distinct(found);
}

/** Years that a text names, of ranges too. */
export function yearsIn(text: string): string[] {
  const plain = plainDigits(text).replace(PAPERWORK, ' ');
  return [...new Set([...plain.matchAll(YEAR)].map(({ groups }) => groups?.year ?? ''))];
}

export function monthText({ year, month }: MonthMention): Month | null {
  const text = `${year ?? ''}-${month}`;
  return isMonth(text) ? text : null;
}

const COLUMN_MONTH =
  /^(?:(?<year>\d{4})\s*[年./-]\s*)?(?<month>\d{1,2})\s*月(?:份)?$|^(?<isoYear>\d{4})[-/.](?<isoMonth>\d{1,2})(?:[-/.](?<isoDay>\d{1,2}))?$|^(?<packedYear>\d{4})(?<packedMonth>0[1-9]|1[0-2])$/u;
const LEADING_MONTH = /^(?:(?<year>\d{4})\s*年\s*)?(?<month>\d{1,2})\s*月(?:份)?[\s>]*(?<rest>\D.*)$/u;
const TRAILING_MONTH = /^(?<rest>.*\D)[\s>]*(?:(?<year>\d{4})\s*年\s*)?(?<month>\d{1,2})\s*月(?:份)?$/u;

/** What one level of a header says of a month, and what else it says. Null: no month. */
export type HeaderMonth = MonthMention & { readonly rest: string };

/** Reads the month in one level of a header: `2024年7月`, `7月`, a date at the end of its month, `7月网签面积`. */
export function headerMonth(level: string): HeaderMonth | null {
  const text = plainDigits(level);
  const { year, month, isoYear, isoMonth, isoDay, packedYear, packedMonth } = COLUMN_MONTH.exec(text)?.groups ?? {};
  const number = month ?? isoMonth ?? packedMonth ?? '';
  if (isMonthNumber(number)) {
    const own = mention(year ?? isoYear ?? packedYear, number);
    return own.year !== null && !isWholeMonth(own, isoDay) ? null : { ...own, rest: '' };
  }
  if (text.search(RANGE) >= 0) return null;
  const mixed = (LEADING_MONTH.exec(text) ?? TRAILING_MONTH.exec(text))?.groups;
  if (mixed === undefined || !isMonthNumber(mixed.month ?? '')) return null;
  return { ...mention(mixed.year, mixed.month ?? ''), rest: mixed.rest ?? '' };
}

/** Whether a month exists and a day, if one is given, is its last. */
function isWholeMonth(given: MonthMention, day: string | undefined): boolean {
  const month = monthText(given);
  return month !== null && (day === undefined || day === String(daysIn(month)));
}

function distinct(mentions: readonly MonthMention[]): MonthMention[] {
  const byText = new Map(mentions.map((mention) => [`${mention.year}-${mention.month}`, mention]));
  const full = [...byText.values()].filter(({ year }) => year !== null);
  // `2024年7月` and `7月` in one title are one month, said twice.
  return [...byText.values()].filter(
    ({ year, month }) => year !== null || !full.some((other) => other.month === month),
  );
}
