import { AppError } from '@quhua/core';

const WHOLE = /^-?\d{1,30}$/u;

/** Whole ㎡ as a number that can be added. Errors: invalid/CERTIFICATE_AREA. */
export function wholeSqm(text: string): bigint {
  if (WHOLE.test(text)) return BigInt(text);
  throw new AppError('invalid', 'CERTIFICATE_AREA', '核查单的面积应为整数平方米 / areas of a certificate are whole ㎡');
}

/** `12,000`. */
export function groupedSqm(sqm: bigint): string {
  return sqm.toString().replace(/\B(?=(?:\d{3})+$)/gu, ',');
}

/** Whole ㎡ in 公顷 with the four decimals that make it exact: 12,000 is `1.2000`. */
export function hectares(sqm: bigint): string {
  const digits = (sqm < 0n ? -sqm : sqm).toString().padStart(5, '0');
  return `${sqm < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

/** A decimal part of one as a percentage, exact: `0.7` is `70%`, `0.333` is `33.3%`; any other text as it is. */
export function percentText(share: string): string {
  const match = /^(?<whole>\d+)(?:\.(?<fraction>\d+))?$/u.exec(share)?.groups;
  if (match === undefined) return share;
  const fraction = (match.fraction ?? '').padEnd(2, '0');
  const rest = fraction.slice(2).replace(/0+$/u, '');
  const whole = BigInt(`${match.whole}${fraction.slice(0, 2)}`);
  return `${whole}${rest === '' ? '' : `.${rest}`}%`;
}

/** `2025年11月22日`; a text that is no day as it is. */
export function dayText(day: string): string {
  const match = /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})$/u.exec(day)?.groups;
  return match === undefined ? day : `${match.year}年${Number(match.month)}月${Number(match.day)}日`;
}

/** An instant on the clock of a place: `2025-11-22 18:05`. */
export function clockText(instant: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return format.format(new Date(instant));
}
