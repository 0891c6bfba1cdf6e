import { CFB, parse_xlscfb, parse_zip, SSF, set_cptable, type WorkBook } from '@e965/xlsx';
import { builtInFormat } from '../number-format.ts';
import { codepages } from './codepages.ts';
import { type HiddenParts, hiddenParts, withEveryCell } from './ods-content.ts';
import type { LegacyJob } from './protocol.ts';

declare module '@e965/xlsx' {
  /** Exported and not declared. `read` would make a cell of every formatted blank where column widths are wanted. */
  export function parse_xlscfb(file: unknown, options: ParsingOptions): WorkBook;
  export function parse_zip(container: unknown, options: ParsingOptions): WorkBook;
}

/** A workbook of the library, and what the library does not say of its sheets. */
export type Loaded = { readonly book: WorkBook; readonly hidden: readonly HiddenParts[] | null };

/** Formats that a Chinese Excel names by number only; the library knows none of them. */
const CHINESE_FORMATS = [27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58];
/** Of an .xlsb only what makes cells: no pictures, macros or embedded files. */
const XLSB_PART = /^(?:\[Content_Types\]\.xml|_rels\/.*|xl\/(?:_rels\/.*|worksheets\/.*|[^/]+\.(?:bin|xml)))$/u;
const XLSB_LEFT_OUT = /vbaProject|calcChain/u;
const ODS_PARTS = ['mimetype', 'META-INF/manifest.xml', 'styles.xml', 'content.xml'];
/** Parts that the library demands and a file need not have. */
const ODS_DEMANDED = [
  ['META-INF/manifest.xml', '<manifest/>'],
  ['styles.xml', '<styles/>'],
] as const;
const PASSWORD = 'File is password-protected';
/** Old files of China that do not name their code page. */
const CODE_PAGE = 936;

/** Reads the bytes with the library. Errors: whatever the library throws; a message with "password" where one is needed. */
export async function loadWorkbook({ bytes, kind, limits }: LegacyJob): Promise<Loaded> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (kind === 'xls') return { book: loadXls(buffer), hidden: null };
  const { openZip } = await import('../zip-file.ts'); // an .xls, which has no use for it, opens a third faster
  const zip = await openZip(buffer, { ...limits, unpackedBytes: limits.legacy.unpackedBytes });
  const wanted = kind === 'ods' ? ODS_PARTS : [...zip.entries.keys()].filter(isXlsbPart);
  const parts = new Map<string, Buffer>();
  for (const name of wanted) {
    const part = await zip.read(name, limits.legacy.unpackedBytes);
    if (part !== undefined) parts.set(name, part);
  }
  if (kind === 'xlsb') return { book: parse_zip(containerOf(parts), options()), hidden: null };
  return loadOds(parts, limits.columns);
}

function isXlsbPart(name: string): boolean {
  return XLSB_PART.test(name) && !XLSB_LEFT_OUT.test(name);
}

function loadXls(bytes: Buffer): WorkBook {
  set_cptable(codepages);
  const isCompound = bytes[0] === 0xd0;
  return parse_xlscfb(isCompound ? CFB.read(bytes, { type: 'buffer' }) : bytes, { ...options(), codepage: CODE_PAGE });
}

function loadOds(parts: Map<string, Buffer>, columns: number): Loaded {
  if (parts.get('META-INF/manifest.xml')?.includes('encryption-data')) throw new Error(PASSWORD);
  for (const [name, empty] of ODS_DEMANDED) {
    if (!parts.has(name)) parts.set(name, Buffer.from(empty));
  }
  const content = parts.get('content.xml')?.toString('utf8') ?? '';
  parts.set('content.xml', Buffer.from(withEveryCell(content)));
  return { book: parse_zip(containerOf(parts), options()), hidden: hiddenParts(content, columns) };
}

function containerOf(parts: ReadonlyMap<string, Buffer>) {
  const container = CFB.utils.cfb_new();
  for (const [name, content] of parts) CFB.utils.cfb_add(container, `/${name}`, content);
  return container;
}

/**
 * Formats of numbers are wanted, their texts are not; column widths say what is hidden; empty cells would fill the memory.
 * `cellNF` is first asked for when the library has just forgotten the formats added before: the moment to add them.
 */
function options() {
  let ready = false;
  return {
    type: 'buffer' as const,
    dense: true,
    cellStyles: true,
    sheetStubs: false,
    cellText: false,
    cellHTML: false,
    cellFormula: false,
    cellDates: false,
    bookVBA: false,
    get cellNF() {
      if (!ready) loadChineseFormats();
      ready = true;
      return true;
    },
  };
}

function loadChineseFormats(): void {
  for (const id of CHINESE_FORMATS) SSF.load(builtInFormat(id), id);
}
