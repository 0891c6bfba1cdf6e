import type { AppError } from '@quhua/core';
import { refused } from '../reasons.ts';
import { hasStream, isCompound, isWhole } from './compound-file.ts';
import { findUtf16, nulsOf } from './text/utf16.ts';

/** What a file is by its first bytes. `zip` may be one of several workbooks, or none. */
export type FileKind = 'zip' | 'xls' | 'text';

const ZIPS = ['PK\u0003\u0004', 'PK\u0005\u0006', 'PK\u0007\u0008'].map((magic) => Buffer.from(magic, 'latin1'));
const ZIP_END = Buffer.from('PK\u0005\u0006', 'latin1');
const ZIP_END_REACH = 65_557;
const UTF32 = [Buffer.from('0000feff', 'hex'), Buffer.from('fffe0000', 'hex')];
const UTF16 = [Buffer.from('fffe', 'hex'), Buffer.from('feff', 'hex')];
const PROBE_BYTES = 4_096;
const ADVICE = '请在 Excel 或 WPS 中另存为 .xlsx 或“CSV UTF-8”后再报';

/** First bytes of what is sometimes sent in place of a table. */
const OTHERS: readonly (readonly [Buffer, string, string])[] = [
  [Buffer.from('%PDF'), 'PDF 文件', 'a PDF'],
  [Buffer.from('{\\rtf'), 'RTF 文档', 'an RTF document'],
  [Buffer.from('89504e47', 'hex'), '图片', 'a picture'],
  [Buffer.from('ffd8ff', 'hex'), '图片', 'a picture'],
  [Buffer.from('GIF8'), '图片', 'a picture'],
  [Buffer.from('Rar!'), 'RAR 压缩包', 'a RAR archive'],
  [Buffer.from('377abcaf271c', 'hex'), '7z 压缩包', 'a 7z archive'],
  [Buffer.from('1f8b', 'hex'), 'gzip 压缩包', 'a gzip archive'],
];

/** Streams of a compound file that is no workbook. */
const DOCUMENTS: readonly (readonly [string, string, string])[] = [
  ['WordDocument', 'Word 文档（.doc）', 'a Word document'],
  ['PowerPoint Document', '演示文稿（.ppt）', 'a presentation'],
  ['VisioDocument', 'Visio 图', 'a Visio drawing'],
  ['__properties_version1.0', 'Outlook 邮件（.msg）', 'a mail message'],
];

/**
 * Tells a file by its content, never by its name.
 *
 * Errors: invalid/FILE_TYPE_MISMATCH for what is no table, FILE_BINARY, FILE_CORRUPT, ZIP_CORRUPT, XLSX_ENCRYPTED, ENC_UNSUPPORTED.
 */
export function fileKind(bytes: Buffer): FileKind {
  if (ZIPS.some((magic) => startsWith(bytes, magic))) {
    if (!bytes.subarray(Math.max(0, bytes.length - ZIP_END_REACH)).includes(ZIP_END)) throw cutOff();
    return 'zip';
  }
  if (isCompound(bytes)) return compoundKind(bytes);
  if (isBareBiff(bytes)) return 'xls';
  for (const [magic, zh, en] of OTHERS) {
    if (startsWith(bytes, magic)) throw mismatch(zh, en);
  }
  refuseNoText(bytes);
  refuseMarkup(bytes);
  return 'text';
}

function startsWith(bytes: Buffer, magic: Buffer): boolean {
  return bytes.length >= magic.length && bytes.compare(magic, 0, magic.length, 0, magic.length) === 0;
}

/** A refusal of what the file is instead of a table. */
export function mismatch(zh: string, en: string): AppError {
  const message = `内容是${zh}，不是数据表；${ADVICE} / this is ${en}, not a table: save the table as .xlsx or CSV`;
  return refused('FILE_TYPE_MISMATCH', message, { content: en });
}

function cutOff(): AppError {
  return refused(
    'ZIP_CORRUPT',
    '文件不完整（压缩结构缺少结尾），可能传输中断；请重新发送 / the archive is cut off: send it again',
  );
}

/** A refusal of a workbook that cannot be read as what it is. */
export function damaged(en: string): AppError {
  const zh = '文件已损坏或不是标准的工作簿；请在 Excel 或 WPS 中打开，另存为 .xlsx 后再报';
  return refused('FILE_CORRUPT', `${zh} / the workbook is damaged (${en}): save it as .xlsx`);
}

export function encrypted(): AppError {
  return refused(
    'XLSX_ENCRYPTED',
    '文件已加密，无法读取；请去掉打开密码后再报 / the workbook has a password: remove it',
  );
}

function compoundKind(bytes: Buffer): FileKind {
  if (!isWhole(bytes)) throw damaged('its end is missing');
  if (hasStream(bytes, 'EncryptedPackage')) throw encrypted();
  if (hasStream(bytes, 'Workbook') || hasStream(bytes, 'Book')) return 'xls';
  for (const [stream, zh, en] of DOCUMENTS) {
    if (hasStream(bytes, stream)) throw mismatch(zh, en);
  }
  throw damaged('no workbook in the compound file');
}

/** A workbook of the nineties: its records without a compound file around them. */
function isBareBiff([record, version, length, zero]: Buffer): boolean {
  return record === 9 && [0, 2, 4, 8].includes(version ?? -1) && [4, 6, 8, 16].includes(length ?? -1) && zero === 0;
}

/** Text has no NULs, unless it is UTF-16; one or two that strayed into a cell are for the row's check. */
function refuseNoText(bytes: Buffer): void {
  if (UTF32.some((mark) => startsWith(bytes, mark))) {
    throw refused('ENC_UNSUPPORTED', '不支持 UTF-32 编码，请另存为 UTF-8 / UTF-32 is not read: save it as UTF-8');
  }
  if (UTF16.some((mark) => startsWith(bytes, mark)) || findUtf16(bytes) !== 'none') return;
  const head = bytes.subarray(0, PROBE_BYTES);
  if (nulsOf(head) * 50 < head.length) return;
  throw refused('FILE_BINARY', `内容不是文本，也不是能识别的工作簿；${ADVICE} / this is neither text nor a workbook`);
}

function refuseMarkup(bytes: Buffer): void {
  const head = bytes.subarray(0, PROBE_BYTES).toString('latin1').replaceAll('\u0000', '');
  const text = head.replace(/^(?:ï»¿|ÿþ|þÿ)/u, '').trimStart();
  if (/^mime-version:/iu.test(text)) throw mismatch('网页存档（MHTML）', 'a web archive');
  if (!text.startsWith('<')) return;
  if (/urn:schemas-microsoft-com:office:spreadsheet/iu.test(text)) {
    throw mismatch('“XML 表格 2003”文件', 'an XML Spreadsheet 2003');
  }
  if (/<table[\s>]/iu.test(text)) throw mismatch('网页表格（HTML）', 'an HTML table');
  throw /^<\?xml/iu.test(text)
    ? mismatch('XML 文件', 'an XML document')
    : mismatch('网页（HTML）', 'a web page (HTML)');
}
