import { type FormatCode, readFormatCode } from '../format-code.ts';
import { builtInFormat, formatOf } from '../number-format.ts';
import type { XmlPart } from './xml.ts';
import { type Attributes, readXml } from './xml.ts';

export type SheetEntry = { readonly name: string; readonly relation: string; readonly hidden: boolean };
export type WorkbookPart = { readonly sheets: readonly SheetEntry[]; readonly date1904: boolean };

/** The sheets in their order, and which calendar the workbook counts by. */
export async function readWorkbookPart(part: XmlPart): Promise<WorkbookPart> {
  const sheets: SheetEntry[] = [];
  let date1904 = false;
  await readXml(part, {
    root: 'workbook',
    open: (name, attributes) => {
      if (name === 'workbookPr') date1904 = isTrue(attributes.date1904);
      if (name !== 'sheet') return;
      const { name: title = '', state } = attributes;
      sheets.push({
        name: title,
        relation: relationId(attributes),
        hidden: state === 'hidden' || state === 'veryHidden',
      });
    },
    close: () => {},
    text: () => {},
  });
  return { sheets, date1904 };
}

/** `r:id`, under whatever prefix; never `sheetId`. */
function relationId(attributes: Attributes): string {
  const name = Object.keys(attributes).find((key) => key.endsWith(':id'));
  return name === undefined ? '' : (attributes[name] ?? '');
}

export function isTrue(text: string | undefined): boolean {
  return text === '1' || text === 'true' || text === 'on';
}

/** The number format of each cell style. Shapes: by style number; a workbook without styles has none. */
export async function readStyles(part: XmlPart): Promise<readonly FormatCode[]> {
  const codes = new Map<string, string>();
  const formats: FormatCode[] = [];
  let inCells = false;
  await readXml(part, {
    root: 'styleSheet',
    open: (name, { numFmtId = '0', formatCode = '' }) => {
      if (name === 'numFmt') codes.set(numFmtId, formatCode);
      else if (name === 'cellXfs') inCells = true;
      else if (name === 'xf' && inCells) formats.push(formatOf(codes.get(numFmtId) ?? builtInById(numFmtId)));
    },
    close: (name) => {
      if (name === 'cellXfs') inCells = false;
    },
    text: () => {},
  });
  return formats;
}

const BUILT_IN_BY_ID: ReadonlyMap<string, string> = new Map(
  Array.from({ length: 82 }, (_, id) => [String(id), builtInFormat(id)]),
);

function builtInById(id: string): string {
  return BUILT_IN_BY_ID.get(id) ?? 'General';
}

/** How numbers without a style are shown. */
export const GENERAL_FORMAT: FormatCode = readFormatCode('General');
