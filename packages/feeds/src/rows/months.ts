import { isMonth, type Month, monthIndex } from '@quhua/core';
import { foldCell, hasControl, isMissing } from '../cell-text.ts';
import { type Fault, shown } from '../reasons.ts';
import { daysIn } from './days.ts';
import { plainNumerals } from './numerals.ts';

/** Shapes: `index` is -1 where the text names no month; `ofYear`: the fault is the year column's. */
export type MonthReading = {
  readonly month: Month;
  readonly index: number;
  readonly fault?: Fault;
  readonly ofYear?: true;
};

/** How a month's cell is read. Shapes: `year` is the text of a row's year column, null where there is none. */
export type MonthCell = { readonly today: string; readonly year: string | null; readonly numeric: boolean };

const TIME = '(?:[T ]+0{1,2}:00(?::00(?:\\.0+)?)?)?';
const FORMS = [
  new RegExp(`^(?<year>\\d{4})(?<gap>[-/.])(?<month>\\d{1,2})(?:\\k<gap>(?<day>\\d{1,2})${TIME})?$`, 'u'),
  /^(?<year>\d{4})(?<month>\d{2})$/u,
  /^(?<year>\d{4})年(?<month>\d{1,2})月(?:份|底|末|(?<day>\d{1,2})[日号])?$/u,
];
const YEARLESS = /^(?<month>\d{1,2})(?:\.0+)?(?:月份?)?$/u;
const YEAR = /^(?<year>(?:19|20|21)\d{2})(?:\.0+)?(?:年度?)?$/u;
/** A spreadsheet that takes 2025.10 for a number shows it like this. */
const LOST_ZERO = /^\d{4}\.1$/u;
const CUMULATIVE = /累计|季度|半年|全年|\d{1,2}月?\s*[-–—~～－至到]+\s*(?:\d{4}年)?\d{1,2}月/u;
const GAPS = /\s*(?<sign>[年月日])\s*/gu;

/** Reads the text of a month cell as seen on the day `today`. A future month is a fault that refuses, the running month one that warns. */
export function readMonth(text: string, cell: MonthCell): MonthReading {
  const folded = plainNumerals(foldCell(text).replace(GAPS, '$<sign>'));
  if (isMissing(folded)) return faulty('KEY_MISSING', '没有填月份，请补上，如 2025-10', 'the month is missing');
  if (hasControl(text)) {
    return faulty('CHAR_CONTROL', `${shown(text)}含有控制字符，请删除`, `${shown(text)} holds control characters`);
  }
  const groups = FORMS.map((form) => form.exec(folded)?.groups).find((found) => found !== undefined);
  const year = cell.year === null ? null : readYear(cell.year);
  if (year !== null && 'fault' in year) return { month: '', index: -1, fault: year.fault, ofYear: true };
  if (groups === undefined) return readYearless(text, folded, { ...cell, year: year?.year ?? null });
  if (year !== null && year.year !== groups.year) {
    const zh = `年份列是${year.year}，月份列是${shown(text)}，不一致，请核对`;
    return faulty('PERIOD_CONFLICT', zh, `the year is ${year.year}, the month ${shown(text)}`);
  }
  if (LOST_ZERO.test(folded) && year === null) {
    const zh = `${shown(text)}可能是1月，也可能是丢了末尾0的10月，请写成 2025-10 的样子`;
    return faulty('DATE_AMBIGUOUS', zh, `${shown(text)} may be January or October`);
  }
  const month = `${groups.year}-${(groups.month ?? '').padStart(2, '0')}`;
  if (!isMonth(month)) return noSuchMonth(text);
  return dayFault(month, groups.day, text) ?? seenFrom(month, cell.today);
}

type Year = { readonly year: string } | { readonly fault: Fault };

function readYear(text: string): Year {
  const folded = plainNumerals(foldCell(text));
  if (isMissing(folded)) {
    return { fault: { code: 'KEY_MISSING', zh: '没有填年份，请补上，如 2025', en: 'the year is missing' } };
  }
  const year = YEAR.exec(folded)?.groups?.year;
  if (year !== undefined) return { year };
  const zh = `年份${shown(text)}不能识别，请写成四位数字，如 2025`;
  return { fault: { code: 'DATE_FORMAT', zh, en: `${shown(text)} is no year like 2025` } };
}

/** A text that is no full month: the month of a row whose year stands elsewhere, or nothing. */
function readYearless(text: string, folded: string, { year, numeric, today }: MonthCell): MonthReading {
  if (CUMULATIVE.test(folded)) {
    const zh = `${shown(text)}不是一个月，像是累计数；请填当月数，月份写成 2025-10`;
    return faulty('PERIOD_CUMULATIVE', zh, `${shown(text)} is more than one month`);
  }
  const alone = YEARLESS.exec(folded)?.groups?.month;
  if (alone !== undefined && year !== null) {
    const month = `${year}-${alone.padStart(2, '0')}`;
    return isMonth(month) ? seenFrom(month, today) : noSuchMonth(text);
  }
  return faulty(
    'DATE_FORMAT',
    `${shown(text)}不是能识别的月份${hint(folded, numeric)}，请写成 2025-10`,
    `${shown(text)} is no month like 2025-10`,
  );
}

function hint(folded: string, numeric: boolean): string {
  if (/^\d{1,2}月份?$/u.test(folded)) return '（没有年份）';
  if (/^\d{2}年/u.test(folded)) return '（年份应写四位）';
  return numeric && /^\d{5}$/u.test(folded) ? '（像是日期序号，请把单元格设为日期格式）' : '';
}

function noSuchMonth(text: string): MonthReading {
  return faulty('DATE_INVALID', `${shown(text)}这个月份不存在，请改正`, `there is no month ${shown(text)}`);
}

/** A whole date stands for its month only on the month's last day: figures to the 15th are not the month's. */
function dayFault(month: Month, day: string | undefined, text: string): MonthReading | undefined {
  if (day === undefined) return undefined;
  const given = day.padStart(2, '0');
  const last = String(daysIn(month));
  if (given === last) return undefined;
  if (given === '00' || given > last) {
    return faulty('DATE_INVALID', `${shown(text)}这一天不存在，请改正`, `there is no day ${shown(text)}`);
  }
  const zh = `${shown(text)}不是月末，不能确定是哪个月的数字；请写成 2025-10 的样子`;
  return faulty('DATE_NOT_MONTH_END', zh, `${shown(text)} is not the end of a month`);
}

/** A month as seen on the day `today`. */
export function seenFrom(month: Month, today: string): MonthReading {
  const index = monthIndex(month);
  const now = today.slice(0, 7);
  if (month < now) return { month, index };
  if (month === now) {
    const zh = `${month} 尚未结束，数字可能还会变；月份结束后请再报一次`;
    return { month, index, fault: { code: 'PERIOD_OPEN', zh, en: `${month} is not over yet` } };
  }
  const zh = `${month} 是未来月份（今天是 ${today}），请核对`;
  return { month, index, fault: { code: 'PERIOD_FUTURE', zh, en: `${month} is still to come (today is ${today})` } };
}

function faulty(code: Fault['code'], zh: string, en: string): MonthReading {
  return { month: '', index: -1, fault: { code, zh, en } };
}
