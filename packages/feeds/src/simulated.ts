import type { RowReason } from '@quhua/core';
import type { DecodedText } from './decode.ts';
import { note, shown } from './reasons.ts';
import type { Encoding, FeedFile } from './types.ts';

const MARK = '模拟';
const UTF8 = Buffer.from(MARK);
const WIDE = Buffer.from(MARK, 'utf16le');
const MARK_BYTES: Readonly<Record<Encoding, Buffer>> = {
  'utf-8': UTF8,
  'utf-8-bom': UTF8,
  gb18030: Buffer.from('c4a3c4e2', 'hex'),
  'utf-16le': WIDE,
  'utf-16be': Buffer.from(WIDE).swap16(),
};

/** A note if the file's name or anything in it says that its figures are simulated; the mark may stand in the last line. */
export function simulatedNote({ name, bytes }: FeedFile, text: DecodedText): RowReason[] {
  if (name.includes(MARK)) return [marked(`文件名${shown(name)}`, 'the name of the file')];
  if (!bytes.includes(MARK_BYTES[text.encoding])) return []; // saves decoding the whole text for nothing
  let line = 1;
  for (const piece of text.pieces()) {
    const at = piece.indexOf(MARK);
    line += breaksIn(at < 0 ? piece : piece.slice(0, at));
    if (at >= 0) return [marked(`第${line}行`, `line ${line}`)];
  }
  return [];
}

function breaksIn(text: string): number {
  return text.match(/\r\n|\n|\r/gu)?.length ?? 0;
}

function marked(zh: string, en: string): RowReason {
  return note(
    'SIMULATED',
    `${zh}写有“模拟”，整个文件按模拟数据标记 / ${en} says simulated, so the whole file is marked`,
  );
}
