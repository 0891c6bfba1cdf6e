import type { FeedValue } from '@quhua/core';

/** Rows of COPY's text format, assembled in bytes: a string for each value of a million rows would be the larger part of the work. */
export type CopyText = {
  /** One value, with a tab before it if it is not the row's first. */
  readonly value: (value: FeedValue) => void;
  readonly endRow: () => void;
  /** What was assembled since the last call. Shapes: the caller's to keep. */
  readonly take: () => Buffer;
};

const FIRST_BYTES = 16 * 1024;
const [TAB, LF, CR, BACKSLASH, MINUS, ZERO] = [9, 10, 13, 92, 45, 48];
const [LETTER_T, LETTER_N, LETTER_R, NULL_LETTER] = [116, 110, 114, 78];
/** The longest of a UTF-16 unit: three bytes; and of a number: a sign and sixteen digits. */
const UNIT_BYTES = 3;
const NUMBER_BYTES = 20;
const INT_MOST = 0x7fffffff;

/** Begins an empty text. Concurrency: one at a time. */
export function createCopyText(): CopyText {
  let bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  let [size, usual] = [0, FIRST_BYTES];
  let isFirst = true;
  const reserve = (more: number) => {
    if (size + more <= bytes.length) return;
    usual = Math.max(2 * bytes.length, size + more);
    const larger = Buffer.allocUnsafeSlow(usual);
    bytes.copy(larger, 0, 0, size);
    bytes = larger;
  };
  return {
    value: (value) => {
      reserve(1 + (typeof value === 'string' ? value.length * UNIT_BYTES : NUMBER_BYTES));
      if (!isFirst) {
        bytes[size] = TAB;
        size += 1;
      }
      isFirst = false;
      if (typeof value === 'string') size = writeText(bytes, size, value);
      else size = value === null ? writeNull(bytes, size) : writeNumber(bytes, size, value);
    },
    endRow: () => {
      reserve(1);
      bytes[size] = LF;
      size += 1;
      isFirst = true;
    },
    take: () => {
      const taken = bytes.subarray(0, size);
      bytes = Buffer.allocUnsafeSlow(usual);
      size = 0;
      return taken;
    },
  };
}

function writeNull(bytes: Buffer, at: number): number {
  bytes[at] = BACKSLASH;
  bytes[at + 1] = NULL_LETTER;
  return at + 2;
}

/** Whole numbers that a few divisions write; `String` writes the others. */
function writeNumber(bytes: Buffer, from: number, value: number): number {
  if (!(value >= -INT_MOST && value <= INT_MOST && Number.isInteger(value))) {
    return from + bytes.write(String(value), from, 'latin1');
  }
  let at = from;
  let left = value | 0;
  if (left < 0) {
    bytes[at] = MINUS;
    at += 1;
    left = -left;
  }
  let digits = 1;
  for (let power = 10; digits < 10 && left >= power; power *= 10) digits += 1;
  for (let place = at + digits - 1; place >= at; place -= 1) {
    const rest = (left / 10) | 0;
    bytes[place] = ZERO + left - rest * 10;
    left = rest;
  }
  return at + digits;
}

function writeText(bytes: Buffer, from: number, text: string): number {
  let at = from;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x80) {
      const letter = escapeOf(code);
      if (letter !== 0) {
        bytes[at] = BACKSLASH;
        at += 1;
      }
      bytes[at] = letter === 0 ? code : letter;
      at += 1;
    } else if (code >= 0x800 && (code < 0xd800 || code > 0xdfff)) {
      bytes[at] = 0xe0 | (code >> 12);
      bytes[at + 1] = 0x80 | ((code >> 6) & 0x3f);
      bytes[at + 2] = 0x80 | (code & 0x3f);
      at += 3;
    } else {
      const end = rareEnd(text, index, code);
      at += bytes.write(text.slice(index, end), at, 'utf8');
      index = end - 1;
    }
  }
  return at;
}

/** Behind a character of two bytes or of four. */
function rareEnd(text: string, index: number, code: number): number {
  const next = text.charCodeAt(index + 1);
  const isPair = code >= 0xd800 && code <= 0xdbff && next >= 0xdc00 && next <= 0xdfff;
  return index + (isPair ? 2 : 1);
}

/** The letter behind a backslash that stands for a character; 0 if it stands for itself. */
function escapeOf(code: number): number {
  if (code > CR && code !== BACKSLASH) return 0;
  switch (code) {
    case TAB:
      return LETTER_T;
    case LF:
      return LETTER_N;
    case CR:
      return LETTER_R;
    case BACKSLASH:
      return BACKSLASH;
    default:
      return 0;
  }
}
