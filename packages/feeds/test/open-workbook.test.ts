import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LIMITS } from '../src/limits.ts';
import { openWorkbook } from '../src/readers/open-workbook.ts';
import { odsOf, writeBook, zipOf } from './legacy/books.ts';
import { gb18030, refusal } from './reading.ts';

const folder = new URL('../../../test/fixtures/feeds/', import.meta.url);
const fixture = (group: string, name: string) => readFileSync(new URL(`${group}/${encodeURIComponent(name)}`, folder));
const sheet = { name: '数据', rows: [[{ t: 's' as const, v: '县市' }]] };
const html = '<html><body><table><tr><td>县市</td></tr></table></body></html>';

test.each([
  { kind: 'xlsx', bytes: fixture('as-received', '01_2022年11-12月商品住房网签月报.xlsx'), why: 'an .xlsx' },
  { kind: 'xlsx', bytes: writeBook('xlsx', [sheet]), why: 'an .xlsx that declares the binary kind besides' },
  { kind: 'xls', bytes: fixture('as-received', '05_2025年1-6月网签.xls'), why: 'an .xls' },
  { kind: 'xls', bytes: writeBook('biff5', [{ name: 'a', rows: [[{ t: 's', v: 'x' }]] }]), why: 'an .xls of 1995' },
  { kind: 'ods', bytes: fixture('as-received', '04_2024年下半年网签交叉表.ods'), why: 'an .ods' },
  { kind: 'xlsb', bytes: writeBook('xlsb', [sheet]), why: 'an .xlsb' },
  { kind: 'text', bytes: fixture('as-received', '07_库存2022年11月至2023年12月.txt'), why: 'UTF-16 text' },
  { kind: 'text', bytes: fixture('as-received', '02_2023年网签统计.csv'), why: 'GB18030 text' },
  { kind: 'text', bytes: Buffer.from('PK,县市\n1,2\n'), why: 'text that begins like an archive' },
])('is told by its content: $why', async ({ kind, bytes }) => {
  const workbook = await openWorkbook(bytes, LIMITS);
  await workbook.close();
  expect(workbook.kind).toBe(kind);
});

test.each([
  { code: 'FILE_EMPTY', bytes: Buffer.alloc(0), says: '0 字节', why: 'nothing' },
  { code: 'ZIP_CORRUPT', bytes: fixture('bad', '08_传输中断的文件.xlsx'), says: '不完整', why: 'an archive cut off' },
  { code: 'XLSX_ENCRYPTED', bytes: fixture('bad', '09_有密码的文件.xlsx'), says: '密码', why: 'a password' },
  {
    code: 'FILE_TYPE_MISMATCH',
    bytes: fixture('bad', '10_网页另存为.xls'),
    says: '网页',
    why: 'a web page named .xls',
  },
  { code: 'FILE_TYPE_MISMATCH', bytes: Buffer.from(html), says: '网页表格', why: 'an HTML table' },
  { code: 'FILE_TYPE_MISMATCH', bytes: gb18030(html), says: '网页表格', why: 'the same in GB18030' },
  {
    code: 'FILE_TYPE_MISMATCH',
    bytes: Buffer.from(`\ufeff${html}`, 'utf16le'),
    says: '网页表格',
    why: 'the same in UTF-16',
  },
  {
    code: 'FILE_TYPE_MISMATCH',
    bytes: Buffer.from('<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'),
    says: 'XML 表格 2003',
    why: 'an XML Spreadsheet 2003',
  },
  { code: 'FILE_TYPE_MISMATCH', bytes: Buffer.from('<?xml version="1.0"?><a/>'), says: 'XML 文件', why: 'another XML' },
  { code: 'FILE_TYPE_MISMATCH', bytes: Buffer.from('MIME-Version: 1.0\r\n'), says: 'MHTML', why: 'a web archive' },
  { code: 'FILE_TYPE_MISMATCH', bytes: Buffer.from('%PDF-1.7\n'), says: 'PDF', why: 'a PDF' },
  { code: 'FILE_TYPE_MISMATCH', bytes: zipOf({ 'a.csv': 'x' }), says: '压缩包', why: 'an archive of files' },
  {
    code: 'FILE_TYPE_MISMATCH',
    bytes: zipOf({
      'word/document.xml': '<a/>',
      '[Content_Types].xml': 'wordprocessingml.document.main spreadsheetml',
    }),
    says: 'Word',
    why: 'a .docx that holds a sheet',
  },
  {
    code: 'FILE_TYPE_MISMATCH',
    bytes: zipOf({ mimetype: 'application/vnd.oasis.opendocument.text' }),
    says: '不是表格',
    why: 'an .odt',
  },
  { code: 'ZIP_PATH', bytes: zipOf({ '../evil.xml': 'x' }), says: '路径', why: 'a path that leads out' },
  {
    code: 'FILE_CORRUPT',
    bytes: fixture('as-received', '05_2025年1-6月网签.xls').subarray(0, 4_096),
    says: '.xlsx',
    why: 'half an .xls',
  },
  {
    code: 'FILE_BINARY',
    bytes: Buffer.from([1, 2, 0, 0, 0, 3, 0, 0, 9, 0, 0, 0]),
    says: '不是文本',
    why: 'bytes of a program',
  },
  { code: 'ENC_UNSUPPORTED', bytes: Buffer.from('fffe00006100000', 'hex'), says: 'UTF-32', why: 'UTF-32' },
])('is refused as what it is: $why', async ({ code, bytes, says }) => {
  const error = await refusal(() => openWorkbook(bytes, LIMITS));
  expect(error.code).toBe(code);
  expect(error.message).toContain(says);
  expect(error.message).toMatch(/^[^/]*\p{Script=Han}.* \/ /su);
});

test('an .xls cut off anywhere is refused: half a table is none', async () => {
  const whole = fixture('as-received', '05_2025年1-6月网签.xls');
  for (let length = 512; length < whole.length - 512; length += 500) {
    expect((await refusal(() => openWorkbook(whole.subarray(0, length), LIMITS))).code).toBe('FILE_CORRUPT');
  }
});

test('a Word document of old is told from a workbook', async () => {
  const doc = Buffer.from(writeBook('biff8', [sheet]));
  const stream = Buffer.from('Workbook\u0000', 'utf16le');
  const at = doc.indexOf(stream);
  Buffer.from('WordDocument\u0000', 'utf16le').copy(doc, at);
  doc.writeUInt16LE(26, at + 64);
  const error = await refusal(() => openWorkbook(doc, LIMITS));
  expect([error.code, error.message.includes('Word')]).toEqual(['FILE_TYPE_MISMATCH', true]);
});

test('limits of the file and of what it unpacks to', async () => {
  const bytes = odsOf(`<table:table table:name="一">${' '.repeat(3_000_000)}</table:table>`);
  expect((await refusal(() => openWorkbook(bytes, { ...LIMITS, fileBytes: 1_000 }))).code).toBe('FILE_TOO_LARGE');
  expect((await refusal(() => openWorkbook(bytes, { ...LIMITS, unpackedBytes: 1_000_000 }))).code).toBe('ZIP_UNPACKED');
  expect((await refusal(() => openWorkbook(bytes, { ...LIMITS, zipEntries: 2 }))).code).toBe('ZIP_UNPACKED');
});
