import { refused } from './reasons.ts';

const ZIPS = ['PK\u0003\u0004', 'PK\u0005\u0006', 'PK\u0007\u0008'].map((magic) => Buffer.from(magic, 'latin1'));
const ZIP_END = Buffer.from('PK\u0005\u0006', 'latin1');
const ZIP_END_REACH = 65_557;
const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const ENCRYPTED = Buffer.from('EncryptedPackage', 'utf16le');
const UTF32 = [Buffer.from('0000feff', 'hex'), Buffer.from('fffe0000', 'hex')];
const UTF16 = [Buffer.from('fffe', 'hex'), Buffer.from('feff', 'hex')];
const PROBE_BYTES = 4_096;
const SAVE_AS_CSV = '请在 Excel 或 WPS 中另存为“CSV UTF-8”后再报 / save it as “CSV UTF-8”';

/** First bytes of what is sometimes sent in place of a table. */
const OTHERS: readonly (readonly [Buffer, string, string])[] = [
  [Buffer.from('%PDF'), 'PDF 文件', 'a PDF'],
  [Buffer.from('{\\rtf'), 'RTF 文档', 'an RTF document'],
  [Buffer.from('89504e47', 'hex'), '图片', 'a picture'],
  [Buffer.from('ffd8ff', 'hex'), '图片', 'a picture'],
  [Buffer.from('Rar!'), 'RAR 压缩包', 'a RAR archive'],
  [Buffer.from('377abcaf271c', 'hex'), '7z 压缩包', 'a 7z archive'],
  [Buffer.from('1f8b', 'hex'), 'gzip 压缩包', 'a gzip archive'],
];

/** Refuses, by content and never by name, whatever is not text with columns. Readers of workbooks will branch off here. */
export function refuseOtherKinds(bytes: Buffer): void {
  if (ZIPS.some((magic) => startsWith(bytes, magic))) throw zipRefusal(bytes);
  if (startsWith(bytes, COMPOUND)) throw compoundRefusal(bytes);
  for (const [magic, zh, en] of OTHERS) {
    if (startsWith(bytes, magic)) throw mismatch(zh, en);
  }
  if (UTF32.some((mark) => startsWith(bytes, mark))) {
    throw refused('ENC_UNSUPPORTED', '不支持 UTF-32 编码，请另存为 UTF-8 / UTF-32 is not read: save it as UTF-8');
  }
  if (UTF16.some((mark) => startsWith(bytes, mark))) return;
  refuseNuls(bytes.subarray(0, PROBE_BYTES));
  const head = bytes.subarray(0, 256).toString('latin1').replace(/^ï»¿/u, '').trimStart();
  if (head.startsWith('<')) {
    throw /^<\?xml/iu.test(head)
      ? mismatch('XML 文件', 'an XML document')
      : mismatch('网页（HTML）', 'a web page (HTML)');
  }
}

function startsWith(bytes: Buffer, magic: Buffer): boolean {
  return bytes.length >= magic.length && bytes.compare(magic, 0, magic.length, 0, magic.length) === 0;
}

function mismatch(zh: string, en: string) {
  return refused('FILE_TYPE_MISMATCH', `内容是${zh}，不是数据表；${SAVE_AS_CSV}; this is ${en}`, { content: en });
}

function zipRefusal(bytes: Buffer) {
  const tail = bytes.subarray(Math.max(0, bytes.length - ZIP_END_REACH));
  if (!tail.includes(ZIP_END)) {
    return refused(
      'ZIP_CORRUPT',
      '文件不完整（压缩结构缺少结尾），可能传输中断；请重新发送 / the archive is cut off: send it again',
    );
  }
  return refused(
    'FILE_WORKBOOK',
    `目前只读 CSV，这是工作簿（xlsx、ods 等）；${SAVE_AS_CSV}; workbooks are not read yet`,
  );
}

function compoundRefusal(bytes: Buffer) {
  if (bytes.includes(ENCRYPTED)) {
    return refused(
      'XLSX_ENCRYPTED',
      '文件已加密，无法读取；请去掉打开密码后再报 / the workbook has a password: remove it',
    );
  }
  return refused(
    'FILE_OLD_WORKBOOK',
    `目前只读 CSV，这是旧版工作簿（xls、et 等）；${SAVE_AS_CSV}; workbooks are not read yet`,
  );
}

/** Text has no NULs; one or two that strayed into a cell are for the row's check. */
function refuseNuls(head: Buffer): void {
  const nuls = [0, 0];
  for (let at = 0; at < head.length; at += 1) {
    if (head[at] === 0) nuls[at % 2] = (nuls[at % 2] ?? 0) + 1;
  }
  const [even = 0, odd = 0] = nuls;
  if ((even + odd) * 50 < head.length) return;
  if (Math.min(even, odd) === 0 && Math.max(even, odd) * 8 >= head.length) {
    throw refused(
      'ENC_UTF16_NO_BOM',
      '疑似没有标记（BOM）的 UTF-16 编码，请另存为 UTF-8 / UTF-16 without a mark: save it as UTF-8',
    );
  }
  throw refused('FILE_BINARY', `内容不是文本；${SAVE_AS_CSV}; this is not text`);
}
