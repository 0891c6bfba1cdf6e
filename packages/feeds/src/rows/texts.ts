import { foldCell, hasControl, isMissing } from '../cell-text.ts';
import { isMojibake } from '../mojibake.ts';
import { shown } from '../reasons.ts';
import { readDigits } from './decimal.ts';
import { holdsPersonal } from './personal.ts';
import { bad, controlled, formulaError, MISSING, type ReadCell, type ValueReading } from './value-reading.ts';

/** A name is no longer than this. */
export const TEXT_CHARS = 200;

/** Numbers that a system gave out, as their columns are called. */
const CODE = /_no$|^merged_into$/u;
const INVISIBLE = /[\s\u200b-\u200d\u2060\ufeff]/gu;
const LOOKALIKE = /[\p{Script=Cyrillic}\p{Script=Greek}]/u;
const EXPONENT = /^\d(?:\.\d+)?[eE]\+?\d+$/u;
/** A spreadsheet keeps fifteen digits of a number and writes zeros for the rest. */
const NUMBER_DIGITS = 15;
const MOST_PLAIN = 40;
const REPLACEMENT = '\ufffd';
const NOT_ASCII = /[^\u0000-\u007f]/u;
/** A shorter name may look as if it had been decoded wrongly, by chance. */
const SURE_CHARS = 6;

/** Reads a name as it stands. Formula-like text is text here: what is written for people is made harmless when it is written. */
export function readText(text: string): ValueReading {
  const folded = foldCell(text);
  if (isMissing(folded)) return MISSING;
  return textFault(text, folded, false, 0) ?? { value: text.normalize('NFC').trim() };
}

/** Whether a column of texts holds numbers that some system gave out. */
export function isCodeColumn(name: string): boolean {
  return CODE.test(name);
}

/** Reads a number that some system gave out (of a contract, a parcel): full-width forms and blanks in it mean nothing. */
export function codeReader(today: string): ReadCell {
  const year = readDigits(today.slice(0, 4));
  return (text, type) => {
    if (isPlainCode(text, type)) return { value: text };
    const folded = foldCell(text).replace(INVISIBLE, '');
    if (isMissing(folded)) return MISSING;
    const fault = textFault(text, folded, true, year);
    if (fault !== undefined) return fault;
    if (LOOKALIKE.test(folded) || EXPONENT.test(folded) || (type === 'n' && folded.length > NUMBER_DIGITS)) {
      const why = LOOKALIKE.test(folded) ? '含有外文字母' : '像是被电子表格改成了数值';
      const zh = `编号${shown(text)}${why}，可能已不准确；请把单元格设为文本格式后重填`;
      return bad('CODE_FORMAT', zh, `the number ${shown(text)} may have been changed by a spreadsheet or a keyboard`);
    }
    return { value: folded.normalize('NFKC') };
  };
}

/** Letters, digits and dashes with a letter among them, and no ID card number: most numbers of contracts. */
export function isPlainCode(text: string, type: string): boolean {
  if (text.length === 0 || text.length > MOST_PLAIN || type === 'n') return false;
  let letters = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const letter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
    if (letter) letters += 1;
    else if ((code < 48 || code > 57) && code !== 45) return false;
  }
  const last = text.charCodeAt(text.length - 1) | 32;
  return letters > 1 || (letters === 1 && last !== 120 && text !== '-');
}

function textFault(text: string, folded: string, code: boolean, year: number): ValueReading | undefined {
  const error = formulaError(folded);
  if (error !== undefined) return error;
  if (hasControl(text)) return controlled(text);
  if (text.length > TEXT_CHARS) {
    const zh = `有${text.length}个字符，超过${TEXT_CHARS}个，不像名称或编号；请改短`;
    return bad('CELL_TOO_LONG', zh, `${text.length} characters, ${TEXT_CHARS} are allowed`);
  }
  if (holdsPersonal(text, { code, year })) {
    const zh = '含有身份证号、手机号或银行卡号，不予保存；请删去个人信息后重报';
    return bad(
      'PERSONAL_DATA',
      zh,
      'it holds a personal number, which is not kept: take it out and send the row again',
    );
  }
  if (text.includes(REPLACEMENT) || (text.length >= SURE_CHARS && NOT_ASCII.test(text) && isMojibake(text))) {
    return bad('ENC_MOJIBAKE', `${shown(text)}疑似乱码，请另存为 UTF-8 后重报`, `${shown(text)} was decoded wrongly`);
  }
  return undefined;
}
