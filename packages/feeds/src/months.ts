import { isMonth, type Month, monthIndex } from '@quhua/core';
import { foldCell, hasControl, isMissing } from './cell-text.ts';
import { type Fault, shown } from './reasons.ts';

/** Shapes: `index` is -1 where the text names no month. */
export type MonthReading = { readonly month: Month; readonly index: number; readonly fault?: Fault };

const FORMS = [
  /^(?<year>\d{4})(?<gap>[-/.])(?<month>\d{1,2})(?:\k<gap>(?<day>\d{1,2}))?$/u,
  /^(?<year>\d{4})(?<month>\d{2})$/u,
  /^(?<year>\d{4})年(?<month>\d{1,2})月(?:份|(?<day>\d{1,2})日)?$/u,
];
/** A spreadsheet that takes 2025.10 for a number shows it like this. */
const LOST_ZERO = /^\d{4}\.1$/u;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Reads the text of a month cell as seen on the day `today`. A future month is a fault that refuses, the running month one that warns. */
export function readMonth(text: string, today: string): MonthReading {
  const folded = foldCell(text);
  if (isMissing(folded)) return faulty('KEY_MISSING', '没有填月份，请补上，如 2025-10', 'the month is missing');
  if (hasControl(text)) {
    return faulty('CHAR_CONTROL', `${shown(text)}含有控制字符，请删除`, `${shown(text)} holds control characters`);
  }
  const groups = FORMS.map((form) => form.exec(folded)?.groups).find((found) => found !== undefined);
  if (groups === undefined) {
    return faulty(
      'DATE_FORMAT',
      `${shown(text)}不是能识别的月份，请写成 2025-10`,
      `${shown(text)} is no month like 2025-10`,
    );
  }
  if (LOST_ZERO.test(folded)) {
    const zh = `${shown(text)}可能是1月，也可能是丢了末尾0的10月，请写成 2025-10 的样子`;
    return faulty('DATE_AMBIGUOUS', zh, `${shown(text)} may be January or October`);
  }
  const month = `${groups.year}-${(groups.month ?? '').padStart(2, '0')}`;
  if (!isMonth(month)) {
    return faulty('DATE_INVALID', `${shown(text)}这个月份不存在，请改正`, `there is no month ${shown(text)}`);
  }
  return dayFault(month, groups.day, text) ?? seenFrom(month, today);
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

function daysIn(month: Month): number {
  const index = monthIndex(month);
  const year = Math.floor(index / 12);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return index % 12 === 1 && leap ? 29 : (DAYS[index % 12] ?? 0);
}

function seenFrom(month: Month, today: string): MonthReading {
  const index = monthIndex(month);
  const now = today.slice(0, 7);
  if (month < now) return { month, index };
  if (month === now) {
    const zh = `${month} 尚未结束，数字可能还会变`;
    return { month, index, fault: { code: 'PERIOD_OPEN', zh, en: `${month} is not over yet` } };
  }
  const zh = `${month} 是未来月份（今天是 ${today}），请核对`;
  return { month, index, fault: { code: 'PERIOD_FUTURE', zh, en: `${month} is still to come (today is ${today})` } };
}

function faulty(code: Fault['code'], zh: string, en: string): MonthReading {
  return { month: '', index: -1, fault: { code, zh, en } };
}
