import type { Limits } from '../limits.ts';
import { refused } from '../reasons.ts';
import type { Workbook, WorkbookKind } from '../workbook.ts';
import { damaged, fileKind, mismatch } from './file-kind.ts';
import { openLegacy } from './legacy/open-legacy.ts';
import { openText, type TextWorkbook } from './text/open-text.ts';
import { openXlsx } from './xlsx/open-xlsx.ts';
import { openZip, type ZipArchive } from './zip-file.ts';

type ZipKind = Exclude<WorkbookKind, 'text' | 'xls'>;

const NAMING_BYTES = 1024 * 1024;
const SPREADSHEET = 'application/vnd.oasis.opendocument.spreadsheet';

/** Parts by which other archives give themselves away. */
const OTHERS: readonly (readonly [RegExp, string, string])[] = [
  [/^Index\/Document\.iwa$/u, 'Numbers 表格', 'a Numbers spreadsheet'],
  [/^Doc_\d+\/Document\.xml$|^OFD\.xml$/u, 'OFD 版式文件', 'an OFD document'],
];

/**
 * Opens a file whatever it is, told by its content and never by its name.
 *
 * Errors: invalid/FILE_EMPTY, FILE_TOO_LARGE, FILE_TYPE_MISMATCH and the other codes of `fileKind`, and what the kind's reader says.
 */
export async function openWorkbook(bytes: Buffer, limits: Limits): Promise<Workbook | TextWorkbook> {
  refuseSize(bytes, limits);
  const kind = fileKind(bytes);
  if (kind === 'text') return openText(bytes, limits);
  const workbook = kind === 'xls' ? 'xls' : await zipKind(await openZip(bytes, limits));
  return workbook === 'xlsx' ? openXlsx(bytes, limits) : openLegacy(bytes, workbook, limits);
}

export function isTextWorkbook(workbook: Workbook | TextWorkbook): workbook is TextWorkbook {
  return workbook.kind === 'text';
}

function refuseSize({ length }: Buffer, { fileBytes }: Limits): void {
  if (length === 0) throw refused('FILE_EMPTY', '文件是空的（0 字节），请检查后重报 / the file is empty');
  if (length <= fileBytes) return;
  const message = `文件有${length}字节，超过上限${fileBytes}字节；请分成几个文件 / the file has ${length} bytes, ${fileBytes} are allowed`;
  throw refused('FILE_TOO_LARGE', message, { bytes: length, most: fileBytes });
}

async function zipKind(zip: ZipArchive): Promise<ZipKind> {
  const types = await textOf(zip, '[Content_Types].xml');
  if (types?.includes('wordprocessingml.document.main')) throw mismatch('Word 文档（.docx）', 'a Word document');
  if (types?.includes('presentationml.presentation.main')) throw mismatch('演示文稿（.pptx）', 'a presentation');
  const names = [...zip.entries.keys()];
  // Some programs declare the binary kind in every workbook, for parts that are not there.
  const isBinary = names.some((name) => /\.bin$/iu.test(name)) && !names.includes('xl/workbook.xml');
  if (isBinary && types?.includes('application/vnd.ms-excel.sheet.binary')) return 'xlsb';
  if (types?.includes('spreadsheetml')) return 'xlsx';
  const document = await openDocumentType(zip);
  if (document?.startsWith(SPREADSHEET)) return 'ods';
  if (document !== undefined)
    throw mismatch('OpenDocument 文档，但不是表格', 'an OpenDocument file, but no spreadsheet');
  if (names.includes('xl/workbook.bin')) return 'xlsb';
  if (names.some((name) => /^xl\//u.test(name))) return 'xlsx';
  for (const [part, zh, en] of OTHERS) {
    if (names.some((name) => part.test(name))) throw mismatch(zh, en);
  }
  if (names.length === 0) throw damaged('an empty archive');
  throw mismatch('压缩包（zip），请解压后分别上报', 'a zip archive: unpack it');
}

/** What an OpenDocument file says it is; undefined for any other archive. */
async function openDocumentType(zip: ZipArchive): Promise<string | undefined> {
  const stated = (await textOf(zip, 'mimetype'))?.trim();
  if (stated?.startsWith('application/vnd.oasis.opendocument.')) return stated;
  const manifest = await textOf(zip, 'META-INF/manifest.xml');
  return /application\/vnd\.oasis\.opendocument\.[a-z-]+/u.exec(manifest ?? '')?.[0];
}

async function textOf(zip: ZipArchive, name: string): Promise<string | undefined> {
  return (await zip.read(name, NAMING_BYTES))?.toString('utf8');
}
