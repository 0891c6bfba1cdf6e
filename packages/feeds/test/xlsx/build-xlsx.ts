import { buildZip, type ZipPart } from './build-zip.ts';

export type SheetPart = {
  readonly name?: string;
  /** What stands in `sheetData`, and before and behind it. */
  readonly rows?: string;
  readonly before?: string;
  readonly after?: string;
  readonly state?: 'hidden' | 'veryHidden';
};

export type BookPart = {
  readonly sheets?: readonly SheetPart[];
  /** Content of each `si`. */
  readonly strings?: readonly string[];
  /** Number formats by style number: a built-in id or a code. */
  readonly styles?: readonly (number | string)[];
  readonly date1904?: boolean;
  /** Parts by path, in place of or besides those that the book has; undefined leaves one out. */
  readonly parts?: Readonly<Record<string, string | Buffer | undefined>>;
  /** Relations of the workbook besides its own. */
  readonly relations?: string;
  readonly strict?: boolean;
  readonly prefix?: string;
};

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** A workbook with one sheet unless `sheets` says otherwise. */
export function buildXlsx(book: BookPart = {}): Buffer {
  return buildZip(Object.entries(partsOf(book)).map(([name, data]): ZipPart => ({ name, data })));
}

/** One sheet whose rows are given as XML. */
export function buildSheet(rows: string, book: BookPart & SheetPart = {}): Buffer {
  return buildXlsx({ ...book, sheets: [{ ...book, rows }] });
}

/** The parts of a workbook by path, in the order in which they are written. */
export function partsOf(book: BookPart): Record<string, string | Buffer> {
  const { sheets = [{}], strings, styles, parts = {} } = book;
  const made: Record<string, string | Buffer | undefined> = {
    '[Content_Types].xml': contentTypes(sheets.length),
    '_rels/.rels': relationsOf([relation('rId1', officeType(book, 'officeDocument'), 'xl/workbook.xml')]),
    'xl/workbook.xml': workbookXml(book),
    'xl/_rels/workbook.xml.rels': workbookRelations(book),
  };
  sheets.forEach((sheet, at) => {
    made[`xl/worksheets/sheet${at + 1}.xml`] = sheetXml(sheet, book);
  });
  if (styles !== undefined) made['xl/styles.xml'] = stylesXml(styles, book);
  if (strings !== undefined) made['xl/sharedStrings.xml'] = stringsXml(strings, book);
  const found: Record<string, string | Buffer> = {};
  for (const [name, data] of Object.entries({ ...made, ...parts })) if (data !== undefined) found[name] = data;
  return found;
}

export function relation(id: string, type: string, target: string, mode = ''): string {
  return `<Relationship Id="${id}" Type="${type}" Target="${target}"${mode === '' ? '' : ` TargetMode="${mode}"`}/>`;
}

export function relationsOf(relations: readonly string[]): string {
  return `${XML}<Relationships xmlns="${PACKAGE}/relationships">${relations.join('')}</Relationships>`;
}

export function officeType({ strict }: Pick<BookPart, 'strict'>, kind: string): string {
  const root = strict ? 'http://purl.oclc.org/ooxml' : 'http://schemas.openxmlformats.org';
  return strict ? `${root}/officeDocument/relationships/${kind}` : `${root}/officeDocument/2006/relationships/${kind}`;
}

function contentTypes(sheets: number): string {
  const override = (path: string, kind: string) => `<Override PartName="${path}" ContentType="${TYPES}.${kind}+xml"/>`;
  const worksheets = Array.from({ length: sheets }, (_, at) =>
    override(`/xl/worksheets/sheet${at + 1}.xml`, 'worksheet'),
  );
  const main = override('/xl/workbook.xml', 'sheet.main');
  return `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>${main}${worksheets.join('')}</Types>`;
}

/** The root of a part around its content, every element under the prefix if there is one. */
function document(root: string, content: string, { strict, prefix }: BookPart): string {
  const name = strict
    ? 'http://purl.oclc.org/ooxml/spreadsheetml/main'
    : 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const office = officeType({ strict: strict ?? false }, '').replace(/\/$/u, '');
  if (prefix === undefined) return `${XML}<${root} xmlns="${name}" xmlns:r="${office}">${content}</${root}>`;
  const prefixed = content.replaceAll(/<(\/?)(?=[A-Za-z])/gu, `<$1${prefix}:`);
  return `${XML}<${prefix}:${root} xmlns:${prefix}="${name}" xmlns:r="${office}">${prefixed}</${prefix}:${root}>`;
}

function workbookXml(book: BookPart): string {
  const { sheets = [{}], date1904 } = book;
  const entries = sheets.map(({ name, state }, at) => {
    const hidden = state === undefined ? '' : ` state="${state}"`;
    return `<sheet name="${name ?? `表${at + 1}`}" sheetId="${at + 7}"${hidden} r:id="rId${at + 1}"/>`;
  });
  const calendar = date1904 === undefined ? '' : `<workbookPr date1904="${date1904}"/>`;
  return document('workbook', `${calendar}<sheets>${entries.join('')}</sheets>`, book);
}

function workbookRelations(book: BookPart): string {
  const { sheets = [{}], strings, styles, relations = '' } = book;
  const of = (kind: string) => officeType(book, kind);
  const found = sheets.map((_, at) => relation(`rId${at + 1}`, of('worksheet'), `worksheets/sheet${at + 1}.xml`));
  if (styles !== undefined) found.push(relation('rIdStyles', of('styles'), 'styles.xml'));
  if (strings !== undefined) found.push(relation('rIdStrings', of('sharedStrings'), 'sharedStrings.xml'));
  return relationsOf([...found, relations]);
}

function sheetXml({ rows = '', before = '', after = '' }: SheetPart, book: BookPart): string {
  return document('worksheet', `${before}<sheetData>${rows}</sheetData>${after}`, book);
}

function stringsXml(strings: readonly string[], book: BookPart): string {
  return document('sst', strings.map((content) => `<si>${content}</si>`).join(''), book);
}

function stylesXml(styles: readonly (number | string)[], book: BookPart): string {
  const codes: string[] = [];
  const xfs = styles.map((style, at) => {
    if (typeof style === 'number') return `<xf numFmtId="${style}" xfId="0"/>`;
    codes.push(`<numFmt numFmtId="${170 + at}" formatCode="${escaped(style)}"/>`);
    return `<xf numFmtId="${170 + at}" xfId="0" applyNumberFormat="1"/>`;
  });
  const named = '<cellStyleXfs count="1"><xf numFmtId="9"/></cellStyleXfs>';
  return document('styleSheet', `<numFmts>${codes.join('')}</numFmts>${named}<cellXfs>${xfs.join('')}</cellXfs>`, book);
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
