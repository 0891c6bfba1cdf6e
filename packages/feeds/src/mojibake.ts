import { isUtf8 } from 'node:buffer';

const REPLACEMENT = '\ufffd';
const CHINESE = /\p{Script=Han}{2}/u;

let table: ReadonlyMap<string, number> | undefined;

/** Two-byte codes of GB18030 by character, made from the decoder once, when a text is suspect. */
function twoByteCodes(): ReadonlyMap<string, number> {
  if (table !== undefined) return table;
  const codes = new Map<string, number>();
  const decoder = new TextDecoder('gb18030');
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const char = decoder.decode(Uint8Array.of(lead, trail));
      if (trail !== 0x7f && char.length === 1 && char !== REPLACEMENT) codes.set(char, lead * 256 + trail);
    }
  }
  codes.set('€', 0x80);
  table = codes;
  return codes;
}

/** Text in GB18030, or undefined if a character has no one- or two-byte code. */
export function encodeGb18030(text: string): Buffer | undefined {
  const bytes: number[] = [];
  for (const char of text) {
    const code = char < '\u0080' ? char.charCodeAt(0) : twoByteCodes().get(char);
    if (code === undefined) return undefined;
    if (code > 0xff) bytes.push(code >> 8);
    bytes.push(code & 0xff);
  }
  return Buffer.from(bytes);
}

/**
 * What a text said before its bytes were decoded wrongly and saved again, or undefined if it does not look like that.
 * A suggestion to a person: some of it is usually lost for good.
 */
export function unmojibake(text: string): string | undefined {
  const pieces = text.split(REPLACEMENT).filter((piece) => piece !== '');
  for (const piece of pieces) {
    const found = fromGbk(piece) ?? fromLatin1(piece);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** UTF-8 bytes that were read as GBK; the last character may have lost its end. */
function fromGbk(text: string): string | undefined {
  const bytes = encodeGb18030(text);
  const whole = [0, 1, 2].map((lost) => bytes?.subarray(0, bytes.length - lost)).find((part) => part && isUtf8(part));
  const before = whole?.toString('utf8');
  return before !== undefined && before !== text && CHINESE.test(before) ? before : undefined;
}

/** Chinese bytes of either encoding that were read as Latin-1. */
function fromLatin1(text: string): string | undefined {
  if (!/[\u0080-\u00ff]/u.test(text) || /[^\u0000-\u00ff]/u.test(text)) return undefined;
  const bytes = Buffer.from(text, 'latin1');
  try {
    const before = new TextDecoder(isUtf8(bytes) ? 'utf-8' : 'gb18030', { fatal: true }).decode(bytes);
    return CHINESE.test(before) ? before : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a text was decoded wrongly before it came here. */
export function isMojibake(text: string): boolean {
  return text.includes(REPLACEMENT) || unmojibake(text) !== undefined;
}
