import { readDigits } from './decimal.ts';

/** What stands where personal data was. */
export const MASK = '***';

const HEADER =
  /买受人|购房人|购买人|买方|姓名|身份证|证件号|电话|手机|联系方式|银行卡|银行账号|id_?card|phone|mobile|buyer_?(?:name|id)/iu;
/** Blanks, dashes and invisible characters that people write into a long number. */
const GAP = /[\s\u200b-\u200d\u2060\ufeff\-‐-―－−~～_]/u;
/** No number of a person is shorter. */
export const FEWEST_DIGITS = 11;
const PHONE_DIGITS = 11;
const ID_DIGITS = 18;
const CARD_DIGITS = [16, 17, 18, 19];
const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const ID_CHECKS = '10X98765432';
/** First digits of the cards that are in use; a number of a contract may pass Luhn's test by chance. */
const CARD_START = /^(?:62|4|5[1-5]|9558|60)/u;
/** Nobody younger than this buys a home: a later "birthday" is the date in a contract's number. */
const YOUNGEST = 16;

/**
 * How strictly a text is taken for a person's number.
 *
 * Shapes: `code` for a column of numbers that a system gave out: those with letters are never phones or cards, and neither
 * chance digits nor dates make them one. `year` is the year in which it is read.
 */
export type PersonalRule = { readonly code: boolean; readonly year: number };

const ANY_TEXT: PersonalRule = { code: false, year: 0 };

/** Whether a header announces what is not to be kept: buyers, their papers, phones and cards. */
export function isPersonalHeader(header: string): boolean {
  return HEADER.test(header.normalize('NFKC').replace(/\s/gu, ''));
}

/** Whether a text holds an ID card number, a mobile phone number or a bank card number, however it is spaced. */
export function holdsPersonal(text: string, rule: PersonalRule = ANY_TEXT): boolean {
  return hasManyDigits(text) && findSpans(text, rule).length > 0;
}

/** The text with every such number replaced. */
export function maskPersonal(text: string, rule: PersonalRule = ANY_TEXT): string {
  if (!hasManyDigits(text)) return text;
  let masked = '';
  let from = 0;
  for (const span of findSpans(text, rule)) {
    masked += text.slice(from, span.from) + MASK;
    from = span.to;
  }
  return masked + text.slice(from);
}

function hasManyDigits(text: string): boolean {
  if (text.length < FEWEST_DIGITS) return false;
  let digits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if ((code >= 48 && code <= 57) || (code >= 0xff10 && code <= 0xff19)) digits += 1;
  }
  return digits >= FEWEST_DIGITS;
}

/** A run of digits with what stands between them taken out. Shapes: `places` are the digits' places in the text, `starts` where a number may begin. */
type Run = { digits: string; readonly places: number[]; readonly starts: number[]; readonly ends: Set<number> };
type Span = { readonly from: number; readonly to: number };

function findSpans(text: string, rule: PersonalRule): Span[] {
  const coded = rule.code && /[A-Za-z\uff21-\uff3a\uff41-\uff5a]/u.test(text.replace(/[xXｘＸ]\s*$/u, ''));
  return runsOf(text).flatMap((run) => spansOf(run, coded ? { ...rule, year: -1 } : rule));
}

function runsOf(text: string): Run[] {
  const runs: Run[] = [];
  let run: Run | null = null;
  let gap = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = plain(text, at);
    const last = run !== null && /\d$/u.test(run.digits);
    if (/\d/u.test(char) || (/[xX]/u.test(char) && last)) {
      run ??= newRun(runs);
      if (gap || run.digits === '') run.starts.push(run.digits.length);
      if (gap) run.ends.add(run.digits.length);
      gap = false;
      run.digits += char.toUpperCase();
      run.places.push(at);
    } else if (GAP.test(char)) {
      gap = run !== null;
    } else {
      run = null;
      gap = false;
    }
  }
  for (const one of runs) one.ends.add(one.digits.length);
  return runs;
}

function newRun(runs: Run[]): Run {
  const run: Run = { digits: '', places: [], starts: [], ends: new Set() };
  runs.push(run);
  return run;
}

function plain(text: string, at: number): string {
  const code = text.charCodeAt(at);
  return code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : (text[at] ?? '');
}

function spansOf({ digits, places, starts, ends }: Run, rule: PersonalRule): Span[] {
  const spans: Span[] = [];
  let free = 0;
  for (const start of starts) {
    if (start < free) continue;
    const skip = /^(?:00)?86(?=1[3-9]\d{9})/u.exec(digits.slice(start))?.[0].length ?? 0;
    const length = lengthOf(digits, start, { ends, rule }) || afterPrefix(digits, start + skip, { ends, rule }, skip);
    if (length === 0) continue;
    free = start + length;
    spans.push({ from: places[start] ?? 0, to: (places[free - 1] ?? 0) + 1 });
  }
  return spans;
}

type Looking = { readonly ends: ReadonlySet<number>; readonly rule: PersonalRule };

function afterPrefix(digits: string, start: number, looking: Looking, skip: number): number {
  const length = skip === 0 ? 0 : lengthOf(digits, start, looking);
  return length === 0 ? 0 : length + skip;
}

/** How long the person's number at a place is; 0 if none begins there. */
function lengthOf(digits: string, start: number, { ends, rule }: Looking): number {
  const piece = (length: number) => (ends.has(start + length) ? digits.slice(start, start + length) : '');
  if (isIdNumber(piece(ID_DIGITS), rule)) return ID_DIGITS;
  if (rule.year === -1) return 0;
  const card = CARD_DIGITS.find((length) => isCard(piece(length), rule));
  if (card !== undefined) return card;
  return /^1[3-9]\d{9}$/u.test(piece(PHONE_DIGITS)) ? PHONE_DIGITS : 0;
}

function isIdNumber(text: string, { code, year }: PersonalRule): boolean {
  const parts = /^\d{6}(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})\d{3}[\dX]$/u.exec(text)?.groups;
  if (parts === undefined) return false;
  const [born, month, day] = [parts.year, parts.month, parts.day].map(readDigits) as [number, number, number]; // safe: three parts
  const known = born >= 1900 && born < 2100 && month >= 1 && month <= 12;
  if (!known || day < 1 || day > 31) return false;
  if (code && year > 0 && born > year - YOUNGEST) return false;
  const sum = ID_WEIGHTS.reduce((total, weight, at) => total + weight * digitAt(text, at), 0);
  return ID_CHECKS[sum % 11] === text[17];
}

function digitAt(text: string, at: number): number {
  return text.charCodeAt(at) - 48;
}

function isCard(text: string, { code }: PersonalRule): boolean {
  if (!/^\d{16,19}$/u.test(text) || (code && !CARD_START.test(text))) return false;
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = digitAt(text, text.length - 1 - at);
    const twice = digit * 2;
    sum += at % 2 === 0 ? digit : twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0;
}
