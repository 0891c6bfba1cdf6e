import { isAscii, isUtf8 } from 'node:buffer';
import { longLine, refused } from '../../reasons.ts';
import type { Encoding } from '../../types.ts';
import { findUtf16 } from './utf16.ts';

/** The text of a file in pieces; can be read again from the start. Pieces end where a line ends, if lines are of a sane length. */
export type DecodedText = { readonly encoding: Encoding; readonly pieces: () => Generator<string, void, undefined> };

type Label = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be';

const PIECE_BYTES = 256 * 1024;
/** No text may have to be decoded further than this to find where a line ends. */
const LONGEST_LINE_BYTES = 8 * 1024 * 1024;
const LF = 10;
const CR = 13;
const SUBSTITUTE = 0x1a;

/** What the bytes say of their encoding. Shapes: `skipped` bytes of a mark stand before the text. */
type Finding = { readonly encoding: Encoding; readonly skipped: number };

/**
 * Finds the encoding: mark, else UTF-16 without one, else strict UTF-8, else strict GB18030; or takes the one that is stated.
 *
 * Errors: invalid/ENC_UTF16_NO_BOM; while reading also ENC_INVALID and RECORD_TOO_LONG.
 */
export function decodeText(bytes: Buffer, stated?: Encoding): DecodedText {
  const marked = markOf(bytes);
  const { encoding, skipped } = marked ?? { encoding: stated ?? unmarkedEncoding(bytes), skipped: 0 };
  return decodedAs(stated ?? encoding, bytes.subarray(skipped), skipped);
}

function markOf([b0, b1, b2]: Buffer): Finding | undefined {
  if (b0 === 0xff && b1 === 0xfe) return { encoding: 'utf-16le', skipped: 2 };
  if (b0 === 0xfe && b1 === 0xff) return { encoding: 'utf-16be', skipped: 2 };
  if (b0 === 0xef && b1 === 0xbb && b2 === 0xbf) return { encoding: 'utf-8-bom', skipped: 3 };
  return undefined;
}

function unmarkedEncoding(bytes: Buffer): Encoding {
  const wide = findUtf16(bytes);
  if (wide === 'both') {
    const zh = '像是没有标记（BOM）的 UTF-16 编码，但高低字节两种顺序都能读通；请另存为 UTF-8';
    throw refused('ENC_UTF16_NO_BOM', `${zh} / UTF-16 without a mark, and both byte orders read: save it as UTF-8`);
  }
  if (wide !== 'none') return wide;
  return isUtf8(bytes) ? 'utf-8' : 'gb18030';
}

/** The same bytes read in a stated encoding. Units: `skipped` bytes of a mark stand before `body`. */
export function decodedAs(encoding: Encoding, body: Buffer, skipped: number): DecodedText {
  const label: Label = encoding === 'utf-8-bom' ? 'utf-8' : encoding;
  const wide = label === 'utf-16le' || label === 'utf-16be';
  const bytes = wide ? body : withoutSubstitutes(body);
  return { encoding, pieces: () => pieces(bytes, label, skipped) };
}

/** Old DOS programs end a text with U+001A. */
function withoutSubstitutes(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === SUBSTITUTE) end -= 1;
  return bytes.subarray(0, end);
}

function* pieces(bytes: Buffer, label: Label, skipped: number): Generator<string, void, undefined> {
  let from = 0;
  while (from < bytes.length) {
    const to = cut(bytes, from, label);
    const text = decode(bytes.subarray(from, to), label);
    if (text === undefined) throw invalidBytes(bytes, label, skipped);
    yield text;
    from = to;
  }
}

/** The piece as text, or undefined where it is not sound. Plain ASCII takes half the memory and a tenth of the time. */
function decode(piece: Buffer, label: Label): string | undefined {
  if (!label.startsWith('utf-16') && isAscii(piece)) return piece.toString('latin1');
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(piece);
  } catch (error) {
    if (isDecodeFault(error)) return undefined;
    throw error;
  }
}

function isDecodeFault(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
}

/** End of the piece that starts at `from`. CR and LF are never part of a longer character in UTF-8 and GB18030. */
function cut(bytes: Buffer, from: number, label: Label): number {
  const to = from + PIECE_BYTES;
  if (to >= bytes.length) return bytes.length;
  if (label === 'utf-16le' || label === 'utf-16be') return to - (isHighSurrogate(bytes, to - 2, label) ? 2 : 0);
  const window = bytes.subarray(from, to);
  const last = Math.max(window.lastIndexOf(LF), window.lastIndexOf(CR));
  if (last >= 0) return from + last + 1;
  const beyond = bytes.subarray(to, from + LONGEST_LINE_BYTES);
  const ends = [beyond.indexOf(LF), beyond.indexOf(CR)].filter((at) => at >= 0);
  if (ends.length > 0) return to + Math.min(...ends) + 1;
  if (from + LONGEST_LINE_BYTES < bytes.length) throw longLine(lineAt(bytes, from, label));
  return bytes.length;
}

function isHighSurrogate(bytes: Buffer, at: number, label: Label): boolean {
  const unit = label === 'utf-16le' ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Names the first bad byte. A file without a mark that is neither UTF-8 nor GB18030 was meant to be the one that holds out longer. */
function invalidBytes(bytes: Buffer, label: Label, skipped: number) {
  const tried: readonly Label[] = label === 'gb18030' ? ['utf-8', 'gb18030'] : [label];
  const faults = tried.map((name) => ({ name, at: firstInvalid(bytes, name) })).sort((a, b) => b.at - a.at);
  const places = faults.map(({ name, at }) => ({ encoding: name, line: lineAt(bytes, at, name), byte: at + skipped }));
  const zh = places
    .map((p) => `按 ${p.encoding.toUpperCase()} 读，第${p.line}行有无效字节（第${p.byte + 1}字节）`)
    .join('；');
  const en = places.map((p) => `as ${p.encoding}: bad byte ${p.byte + 1} in line ${p.line}`).join('; ');
  return refused('ENC_INVALID', `编码错误：${zh}；请另存为 UTF-8 后再报 / ${en}`, { places });
}

/** Offset of the first byte that does not decode, or the last one where only the end of a character is missing. */
function firstInvalid(bytes: Buffer, label: Label): number {
  const step = 65_536;
  const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  for (let from = 0; from < bytes.length; from += step) {
    if (!accepts(decoder, bytes.subarray(from, from + step))) return firstInvalidWithin(bytes, label, from);
  }
  return bytes.length - 1;
}

/** As above, knowing that all before `from` is sound: a decoder in the same state goes on byte by byte. */
function firstInvalidWithin(bytes: Buffer, label: Label, from: number): number {
  const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  accepts(decoder, bytes.subarray(0, from));
  for (let at = from; at < bytes.length; at += 1) {
    if (!accepts(decoder, bytes.subarray(at, at + 1))) return at;
  }
  return bytes.length - 1;
}

function accepts(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array): boolean {
  try {
    decoder.decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function lineAt(bytes: Buffer, at: number, label: Label): number {
  const before = bytes.subarray(0, at);
  if (label === 'utf-16le' || label === 'utf-16be') {
    const lenient = new TextDecoder(label).decode(before.subarray(0, at - (at % 2)));
    return lenient.split(/\r\n|\n|\r/u).length;
  }
  let line = 1;
  for (let offset = 0; offset < before.length; offset += 1) {
    const byte = before[offset];
    if (byte === LF || (byte === CR && before[offset + 1] !== LF)) line += 1;
  }
  return line;
}
