const DIGITS = '〇一二三四五六七八九';
const ZERO = /[零○Ｏ]/gu;
const DATE =
  /^(?:(?<year>[〇零○Ｏ一二三四五六七八九]{4})年)?(?<month>[一二三四五六七八九十]{1,2})月(?:(?<part>份)|(?<day>[一二三四五六七八九十]{1,3})(?<unit>日|号))?$/u;
const YEAR = /^(?<year>[〇零○Ｏ一二三四五六七八九]{4})年?$/u;

/** `二〇二五年十月` as `2025年10月`, with or without year and day; any other text comes back as it is. */
export function plainNumerals(text: string): string {
  const yearOnly = YEAR.exec(text)?.groups?.year;
  if (yearOnly !== undefined) return yearDigits(yearOnly);
  const { year, month, part, day, unit } = DATE.exec(text)?.groups ?? {};
  if (month === undefined) return text;
  const numbers = [number(month), day === undefined ? 0 : number(day)];
  if (numbers.includes(-1)) return text;
  const start = year === undefined ? '' : `${yearDigits(year)}年`;
  const end = day === undefined ? (part ?? '') : `${numbers[1]}${unit}`;
  return `${start}${numbers[0]}月${end}`;
}

function yearDigits(year: string): string {
  return [...year.replace(ZERO, '〇')].map((char) => DIGITS.indexOf(char)).join('');
}

/** A number from one to thirty-nine, or -1. */
function number(text: string): number {
  const parts = /^(?<tens>[一二三]?)(?<ten>十)?(?<ones>[一二三四五六七八九]?)$/u.exec(text)?.groups;
  if (parts === undefined) return /^[四五六七八九]$/u.test(text) ? DIGITS.indexOf(text) : -1;
  const { tens = '', ten, ones = '' } = parts;
  if (ten === undefined) return tens === '' || ones === '' ? DIGITS.indexOf(tens + ones) : -1;
  return (tens === '' ? 1 : DIGITS.indexOf(tens)) * 10 + (ones === '' ? 0 : DIGITS.indexOf(ones));
}
