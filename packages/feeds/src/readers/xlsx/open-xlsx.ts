import { isDeepStrictEqual } from 'node:util';
import type { Limits } from '../../limits.ts';
import { refused, shown } from '../../reasons.ts';
import type { Sheet, SheetRow, Workbook } from '../../workbook.ts';
import { openZip } from '../zip-file.ts';
import { notesOf, sheetNotRead } from './notes.ts';
import type { SheetOutline } from './outline.ts';
import { type PackageParts, packageParts } from './package-parts.ts';
import { readSharedStrings } from './shared-strings.ts';
import { readOutline } from './sheet-outline.ts';
import { createSheetParser, type SheetContext } from './sheet-parser.ts';
import { createSheetXml } from './sheet-xml.ts';
import { readStyles, readWorkbookPart, type SheetEntry } from './workbook-part.ts';
import { parseXml, readXml, unsound } from './xml.ts';

/** Sheets are parsed once and kept as long as their XML is not larger than this together. */
const KEPT_BYTES = 4 * 1024 * 1024;
const BATCH_ROWS = 1_000;

/**
 * Opens an .xlsx or .xlsm workbook. Parts are found by their relations; nothing in it is run, formulas give the results that were saved.
 *
 * Errors: invalid/ZIP_CORRUPT, ZIP_UNPACKED, ZIP_PATH, XLSX_ENCRYPTED, XLSX_XML, XLSX_TOO_MANY_CELLS, TOO_MANY_COLUMNS, TOO_MANY_SHEETS.
 */
export async function openXlsx(bytes: Buffer, limits: Limits): Promise<Workbook> {
  const parts = packageParts(await openZip(bytes, limits));
  const main = await mainPart(parts);
  const relations = await parts.relations(main);
  const { sheets: entries, date1904 } = await readWorkbookPart(parts.smallPart(main));
  if (entries.length > limits.sheets) throw tooManySheets(entries.length, limits);
  const of = (kind: string) => relations.find((relation) => relation.kind === kind);
  const [styles, shared] = [of('styles'), of('sharedStrings')];
  const formats = styles === undefined ? [] : await readStyles(parts.smallPart(styles.target));
  const strings = shared === undefined ? [] : await readSharedStrings(parts.part(shared.target), limits);
  const context: SheetContext = { strings, formats, date1904, limits };
  const sheets: Sheet[] = [];
  const seen = new Set<string>();
  let kept = 0;
  const notes = notesOf(parts, relations, date1904);
  for (const entry of entries) {
    const relation = relations.find(({ id }) => id === entry.relation);
    if (relation === undefined || relation.external || seen.has(relation.target)) throw missingSheet(entry.name);
    seen.add(relation.target);
    if (relation.kind !== 'worksheet') notes.push(sheetNotRead(entry.name, relation.kind));
    else {
      const isKept = kept + parts.size(relation.target) <= KEPT_BYTES;
      if (isKept) kept += parts.size(relation.target);
      sheets.push(await openSheet(parts, { entry, path: relation.target, context, isKept }));
    }
  }
  return { kind: 'xlsx', sheets, notes, close: () => Promise.resolve() };
}

async function mainPart(parts: PackageParts): Promise<string> {
  const main = (await parts.relations('')).find(({ kind, external }) => kind === 'officeDocument' && !external);
  return main?.target ?? 'xl/workbook.xml';
}

type Opening = {
  readonly entry: SheetEntry;
  readonly path: string;
  readonly context: SheetContext;
  readonly isKept: boolean;
};

async function openSheet(parts: PackageParts, { entry, path, context, isKept }: Opening): Promise<Sheet> {
  const known = { name: entry.name, hidden: entry.hidden };
  if (isKept) {
    const parser = createSheetParser(context, path);
    await readXml(parts.part(path), parser.handler, createSheetXml);
    const { merges, hiddenColumns } = parser.outline();
    const rows = parser.take();
    return { ...known, merges, hiddenColumns, rows: () => inBatches(rows) };
  }
  const outline = await readOutline(parts.part(path));
  return { ...known, ...outline, rows: () => streamedRows(parts, { path, context, outline }) };
}

async function* inBatches(rows: readonly SheetRow[]): AsyncGenerator<readonly SheetRow[], void, undefined> {
  for (let at = 0; at < rows.length; at += BATCH_ROWS) yield rows.slice(at, at + BATCH_ROWS);
}

type Streaming = Pick<Opening, 'path' | 'context'> & { readonly outline: SheetOutline };

async function* streamedRows(
  parts: PackageParts,
  { path, context, outline }: Streaming,
): AsyncGenerator<readonly SheetRow[], void, undefined> {
  const parser = createSheetParser(context, path);
  for await (const _ of parseXml(parts.part(path), parser.handler, createSheetXml)) {
    if (parser.ready() >= BATCH_ROWS) yield parser.take();
  }
  if (!isDeepStrictEqual(parser.outline(), outline)) throw unsound(path, 'merged cells or columns are written oddly');
  if (parser.ready() > 0) yield parser.take();
}

function missingSheet(name: string) {
  const zh = `文件已损坏（找不到工作表${shown(name)}的内容）；请在 Excel、WPS 中另存为新的 .xlsx 后再报`;
  return refused('ZIP_CORRUPT', `${zh} / the sheet ${shown(name)} has no part: save the workbook anew`);
}

function tooManySheets(count: number, { sheets }: Limits) {
  const zh = `工作簿有${count}个工作表，最多${sheets}个；请分成几个文件`;
  return refused('TOO_MANY_SHEETS', `${zh} / ${count} sheets, ${sheets} are allowed`, { sheets: count });
}
