import type { Month } from '@quhua/core';
import { foldCell, hasControl } from '../cell-text.ts';
import { type Fault, shown } from '../reasons.ts';
import { readDigits } from './decimal.ts';
import { plainNumerals } from './numerals.ts';
import { controlled, refusedCell, type ValueReading } from './value-reading.ts';

const TIME =
  '(?:[T ]+(?<hour>\\d{1,2}):(?<minute>\\d{2})(?::(?<second>\\d{2})(?:\\.\\d+)?)?\\s*(?<zone>Z|[+-]\\d{2}:?\\d{2})?)?';
const FORMS = [
  new RegExp(`^(?<year>\\d{4})(?<gap>[-/.])(?<month>\\d{1,2})\\k<gap>(?<day>\\d{1,2})${TIME}$`, 'u'),
  new RegExp(`^(?<year>\\d{4})年(?<month>\\d{1,2})月(?<day>\\d{1,2})[日号]${TIME}$`, 'u'),
  /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})$/u,
];
const GAPS = /\s*(?<sign>[年月])\s*|\s+(?=[日号])/gu;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Nothing that is reported today happened before. */
const FIRST_YEAR = 1990;
/** A day so far away stands for "not known". */
const PLACEHOLDER_YEAR = 2090;
/** Feeds are read as Beijing time, whatever zone a system writes. */
const BEIJING_MINUTES = 480;
const [DASH, ZERO] = [45, 48];

/** Whether a day must have come before it is reported. A delivery date may be years away. */
export type DayRule = { readonly past: boolean; readonly today: string };

/** How many days a month has. */
export function daysIn(month: Month): number {
  return daysOf(readDigits(month.slice(0, 4)), readDigits(month.slice(5)));
}

/** Shapes: 0 for a month that does not exist. */
function daysOf(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0);
}

/** Tells whether a text is a day that needs no word, written `2025-10-31`: nearly every one of a large file. */
export function plainDays({ past, today }: DayRule): (text: string) => boolean {
  const last = past ? numberOf(digitsAt(today, 0, 4), digitsAt(today, 5, 7), digitsAt(today, 8, 10)) : Infinity;
  return (text) => {
    if (text.length !== 10 || text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return false;
    const year = digitsAt(text, 0, 4);
    const month = digitsAt(text, 5, 7);
    const day = digitsAt(text, 8, 10);
    if (year < FIRST_YEAR || year >= PLACEHOLDER_YEAR || day < 1 || day > daysOf(year, month)) return false;
    return numberOf(year, month, day) <= last;
  };
}

/** A day as a number of eight digits. */
function numberOf(year: number, month: number, day: number): number {
  return (year * 100 + month) * 100 + day;
}

/** Digits of a part as a number, or -1. */
function digitsAt(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Reads a day as `2025-10-31`. Shapes: the text is not missing; `numeric` where a spreadsheet holds a bare number. */
export function readDay(text: string, rule: DayRule, numeric = false): ValueReading {
  if (hasControl(text)) return controlled(text);
  const folded = plainNumerals(foldCell(text).replace(GAPS, '$<sign>'));
  const groups = FORMS.map((form) => form.exec(folded)?.groups).find((found) => found !== undefined);
  if (groups === undefined) return refusedCell(formatFault(text, folded, numeric));
  const { year = '', month = '', day = '' } = groups;
  const given = readDigits(day);
  if (given < 1 || given > daysOf(readDigits(year), readDigits(month)) || !isTime(groups)) {
    return refusedCell({
      code: 'DATE_INVALID',
      zh: `${shown(text)}这一天不存在，请改正`,
      en: `there is no day ${shown(text)}`,
    });
  }
  return seen(inBeijing(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`, groups), text, rule);
}

function seen(value: string, text: string, { past, today }: DayRule): ValueReading {
  if (readDigits(value.slice(0, 4)) < FIRST_YEAR) {
    const zh = `${shown(text)}早于${FIRST_YEAR}年，不像是真的，请核对`;
    return refusedCell({ code: 'DATE_INVALID', zh, en: `${shown(text)} is before ${FIRST_YEAR}` });
  }
  if (past && value > today) {
    const zh = `${shown(text)}是未来的日期（今天是 ${today}），请核对`;
    return refusedCell({ code: 'PERIOD_FUTURE', zh, en: `${shown(text)} is still to come (today is ${today})` });
  }
  if (readDigits(value.slice(0, 4)) < PLACEHOLDER_YEAR) return { value };
  const zh = `${shown(text)}像是占位日期；如无日期请留空`;
  return { value, fault: { code: 'DATE_PLACEHOLDER', zh, en: `${shown(text)} looks like a placeholder` } };
}

function isTime({ hour = '0', minute = '0', second = '0' }: Readonly<Record<string, string | undefined>>): boolean {
  return readDigits(hour) < 24 && readDigits(minute) < 60 && readDigits(second) < 60;
}

/** The day in Beijing of a time with its zone; a day without one is taken as it stands. */
function inBeijing(day: string, { hour, minute, zone }: Readonly<Record<string, string | undefined>>): string {
  if (hour === undefined || minute === undefined || zone === undefined) return day;
  const [, sign = '+', hours = '0', minutes = '0'] = /^(?<sign>[+-])(?<h>\d{2}):?(?<m>\d{2})$/u.exec(zone) ?? [];
  const offset = (readDigits(hours) * 60 + readDigits(minutes)) * (sign === '-' ? -1 : 1);
  const there =
    Date.parse(`${day}T00:00:00Z`) + (readDigits(hour) * 60 + readDigits(minute) - offset + BEIJING_MINUTES) * 60_000;
  return new Date(there).toISOString().slice(0, 10);
}

function formatFault(text: string, folded: string, numeric: boolean): Fault {
  const what =
    numeric && /^\d{4,6}(?:\.\d+)?$/u.test(folded) ? '像是日期序号，请把单元格设为日期格式' : '不是能识别的日期';
  const zh = `${shown(text)}${what}，请写成 2025-10-31（年份四位，年月日齐全）`;
  return { code: 'DATE_FORMAT', zh, en: `${shown(text)} is no day like 2025-10-31` };
}
