import { cached } from '../cached.ts';
import { type FormatCode, type FormatKind, readFormatCode, shownBy } from './format-code.ts';

/** A number as its format has people read it: what becomes of the cell in a `SheetRow`. */
export type NumberCell = {
  readonly text: string;
  readonly type: 'n' | 'd';
  readonly shown?: string;
  /** A date's number that is no date; `text` is then the number. */
  readonly fault?: { readonly code: 'DATE_SERIAL'; readonly zh: string; readonly en: string };
};

const DECIMAL = /^(?<sign>[+-]?)(?<whole>\d*)(?:\.(?<fraction>\d*))?(?:[eE](?<exponent>[+-]?\d{1,3}))?$/u;
/** A double has no more places than this. */
const MOST_PLACES = 400;
const DAY_MS = 86_400_000;
const DAY_SECONDS = 86_400n;
const MOST_FRACTION = 15;
const LAST_DAY = { '1900': 2_958_465, '1904': 2_957_003 } as const;
/** The 29 February 1900 of spreadsheets. */
const NO_DAY = 60;

/** Formats that files name by number only, as Chinese Excel and WPS show them. */
const BUILT_IN: ReadonlyMap<number, string> = new Map([
  [1, '0'],
  [2, '0.00'],
  [3, '#,##0'],
  [4, '#,##0.00'],
  [9, '0%'],
  [10, '0.00%'],
  [11, '0.00E+00'],
  [12, '# ?/?'],
  [13, '# ??/??'],
  [14, 'yyyy/m/d'],
  [15, 'd-mmm-yy'],
  [16, 'd-mmm'],
  [17, 'mmm-yy'],
  [18, 'h:mm AM/PM'],
  [19, 'h:mm:ss AM/PM'],
  [20, 'h:mm'],
  [21, 'h:mm:ss'],
  [22, 'yyyy/m/d h:mm'],
  [27, 'yyyy"年"m"月"'],
  [28, 'm"月"d"日"'],
  [29, 'm"月"d"日"'],
  [30, 'm/d/yy'],
  [31, 'yyyy"年"m"月"d"日"'],
  [32, 'h"时"mm"分"'],
  [33, 'h"时"mm"分"ss"秒"'],
  [34, '上午/下午h"时"mm"分"'],
  [35, '上午/下午h"时"mm"分"ss"秒"'],
  [36, 'yyyy"年"m"月"'],
  [37, '#,##0;-#,##0'],
  [38, '#,##0;[Red]-#,##0'],
  [39, '#,##0.00;-#,##0.00'],
  [40, '#,##0.00;[Red]-#,##0.00'],
  [45, 'mm:ss'],
  [46, '[h]:mm:ss'],
  [47, 'mm:ss.0'],
  [48, '##0.0E+0'],
  [49, '@'],
  [50, 'yyyy"年"m"月"'],
  [51, 'm"月"d"日"'],
  [52, 'yyyy"年"m"月"'],
  [53, 'm"月"d"日"'],
  [54, 'm"月"d"日"'],
  [55, '上午/下午h"时"mm"分"'],
  [56, '上午/下午h"时"mm"分"ss"秒"'],
  [57, 'yyyy"年"m"月"'],
  [58, 'm"月"d"日"'],
]);

/** Code of a format that has none in the file; `General` where the number is not one of those. */
export function builtInFormat(id: number): string {
  return BUILT_IN.get(id) ?? 'General';
}

/** `readFormatCode`, remembered: a sheet has few formats and many cells. */
export const formatOf: (code: string) => FormatCode = cached(readFormatCode);

/** A number as plain digits, the exponent written out and nothing rounded; undefined if it is no decimal number. `1.5E-3` is `0.0015`. */
export function plainDecimal(text: string): string | undefined {
  const found = DECIMAL.exec(text)?.groups;
  if (found === undefined) return undefined;
  const { sign = '', whole = '', fraction = '', exponent } = found;
  if (whole === '' && fraction === '') return undefined;
  if (exponent === undefined) return signed(sign, whole, fraction);
  const move = smallInteger(exponent);
  if (Math.abs(move) > MOST_PLACES) return undefined;
  const digits = '0'.repeat(Math.max(0, -move)) + whole + fraction + '0'.repeat(Math.max(0, move));
  const point = Math.max(0, -move) + whole.length + move;
  return signed(sign, digits.slice(0, point), digits.slice(point));
}

function signed(sign: string, whole: string, fraction: string): string {
  const digits = whole.replace(/^0+(?=\d)/u, '') || '0';
  const decimals = fraction.replace(/0+$/u, '');
  const text = decimals === '' ? digits : `${digits}.${decimals}`;
  return sign === '-' && text !== '0' ? `-${text}` : text;
}

/** A plain decimal as a percentage, its point moved in the text: `0.267` is `26.7%`. */
export function percentText(plain: string): string {
  const [whole = '', fraction = ''] = plain.replace('-', '').split('.');
  const digits = `${fraction}00`;
  return `${signed(plain.startsWith('-') ? '-' : '', whole + digits.slice(0, 2), digits.slice(2))}%`;
}

/**
 * The date that a plain decimal stands for: `2025-01-31`, `2025-01-31 08:30:00` if it has a time, `2025-01` and `2025` by kind,
 * `08:30:00` for a time alone. Undefined where there is no such day.
 */
export function dateText(plain: string, kind: FormatKind, date1904: boolean): string | undefined {
  const [whole = '', fraction = ''] = plain.split('.');
  if (plain.startsWith('-') || whole.length > 7) return undefined;
  const seconds = secondsOf(fraction);
  const days = smallInteger(whole) + (seconds === DAY_SECONDS ? 1 : 0);
  const time = timeText(seconds % DAY_SECONDS);
  if (kind === 'time' && days === 0) return time;
  if (days > LAST_DAY[date1904 ? '1904' : '1900'] || (!date1904 && (days < 1 || days === NO_DAY))) return undefined;
  const day = new Date(epochOf(days, date1904) + days * DAY_MS).toISOString();
  if (kind === 'year') return day.slice(0, 4);
  if (kind === 'month') return day.slice(0, 7);
  return seconds % DAY_SECONDS === 0n ? day.slice(0, 10) : `${day.slice(0, 10)} ${time}`;
}

function epochOf(days: number, date1904: boolean): number {
  if (date1904) return Date.UTC(1904, 0, 1);
  return Date.UTC(1899, 11, days < NO_DAY ? 31 : 30);
}

/** Seconds of a fraction of a day, to the nearest: a double's time is never exact. */
function secondsOf(fraction: string): bigint {
  const digits = fraction.slice(0, MOST_FRACTION);
  if (digits === '') return 0n;
  const whole = 10n ** BigInt(digits.length);
  return (2n * BigInt(digits) * DAY_SECONDS + whole) / (2n * whole);
}

function timeText(seconds: bigint): string {
  return [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) => String(part).padStart(2, '0')).join(':');
}

/** A few digits with a sign, already matched. */
function smallInteger(text: string): number {
  let value = 0;
  for (const char of text) {
    if (char >= '0' && char <= '9') value = value * 10 + (char.charCodeAt(0) - 48);
  }
  return text.startsWith('-') ? -value : value;
}

/** A number under its format. Shapes: `plain` from `plainDecimal`. */
export function numberCell(plain: string, format: FormatCode, date1904: boolean): NumberCell {
  if (format.kind === 'percent') return { text: percentText(plain), type: 'n' };
  if (format.kind === 'number') {
    const shown = shownBy(format, plain);
    return shown === undefined ? { text: plain, type: 'n' } : { text: plain, type: 'n', shown };
  }
  const text = dateText(plain, format.kind, date1904);
  if (text !== undefined) return { text, type: 'd' };
  const zh = `单元格按日期显示，但数值${plain}不是有效的日期序号，请改成日期`;
  return { text: plain, type: 'n', fault: { code: 'DATE_SERIAL', zh, en: `${plain} is no serial number of a day` } };
}
