/** Stands in a cell whose formula has no result: the library would leave the cell out. No text of a file is this. */
export const NO_VALUE = '\u{f0000}formula without value\u{f0000}';

const ATTRIBUTES = `((?:[^<>"']|"[^"]*"|'[^']*')*?)`;
const EMPTY_CELL = new RegExp(`<table:table-cell(?=[\\s/>])${ATTRIBUTES}(?:/>|></table:table-cell>)`, 'gu');
const TAG = new RegExp(
  `<(?<close>/?)(?<name>table:table-column|table:table-row|table:table|style:style|style:table-properties)(?=[\\s/>])(?<attributes>${ATTRIBUTES})/?>`,
  'gu',
);
const ERROR_TEXT = /^(?:Err:\d{3}|#(?:NULL!|DIV\/0!|VALUE!|REF!|NAME\?|NUM!|N\/A))$/u;

/** What LibreOffice writes where a formula failed, as text. */
export function isErrorText(text: string): boolean {
  return text.startsWith('Err:') && ERROR_TEXT.test(text);
}

/**
 * The XML of an OpenDocument sheet so that the library leaves nothing out: it passes over cells that have a value and no text,
 * and over formulas without a value.
 */
export function withEveryCell(xml: string): string {
  return xml.replace(EMPTY_CELL, (cell, attributes: string) => {
    const type = attributeOf(attributes, 'office:value-type');
    if (type === undefined) {
      return attributes.includes('table:formula=')
        ? cellOf(`${attributes} office:value-type="string"`, NO_VALUE)
        : cell;
    }
    if (type !== 'string') return cellOf(attributes, '');
    return attributes.includes('office:string-value=') ? `<table:table-cell${attributes}/>` : cell;
  });
}

function cellOf(attributes: string, text: string): string {
  const content = text === '' ? '' : `<text:p>${text}</text:p>`;
  return `<table:table-cell${attributes}>${content}</table:table-cell>`;
}

function attributeOf(attributes: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)')`, 'u').exec(
    attributes,
  )?.groups;
  return found?.double ?? found?.single;
}

type Span = { readonly from: number; readonly to: number };

/** What is hidden in one sheet: rows as spans from 0, inclusive. */
export type HiddenParts = { hidden: boolean; readonly columns: number[]; readonly rows: Span[] };

/** Finds what the library does not say of an OpenDocument sheet. Shapes: one entry a sheet, in order; columns below `most`. */
export function hiddenParts(xml: string, most: number): HiddenParts[] {
  const sheets: HiddenParts[] = [];
  const hiddenStyles = new Set<string>();
  let style = '';
  let next = { row: 0, column: 0 };
  for (const { groups = {} } of xml.matchAll(TAG)) {
    const { close, name, attributes = '' } = groups;
    if (close === '/') continue;
    const sheet = sheets.at(-1);
    if (name === 'style:style') style = attributeOf(attributes, 'style:name') ?? '';
    else if (name === 'style:table-properties') {
      if (attributeOf(attributes, 'table:display') === 'false') hiddenStyles.add(style);
    } else if (name === 'table:table') {
      const hidden = hiddenStyles.has(attributeOf(attributes, 'table:style-name') ?? '');
      sheets.push({ hidden, columns: [], rows: [] });
      next = { row: 0, column: 0 };
    } else if (sheet !== undefined && name !== undefined) {
      next = passTag(sheet, next, { isRow: name === 'table:table-row', attributes, most });
    }
  }
  return sheets;
}

type RowOrColumn = { readonly isRow: boolean; readonly attributes: string; readonly most: number };

function passTag(sheet: HiddenParts, next: { row: number; column: number }, { isRow, attributes, most }: RowOrColumn) {
  const repeated = attributeOf(attributes, `table:number-${isRow ? 'rows' : 'columns'}-repeated`);
  const count = Math.max(1, wholeNumber(repeated ?? '1'));
  const visibility = attributeOf(attributes, 'table:visibility');
  const hidden = visibility === 'collapse' || visibility === 'filter';
  if (isRow) {
    if (hidden) sheet.rows.push({ from: next.row, to: next.row + count - 1 });
    return { row: next.row + count, column: next.column };
  }
  for (let column = next.column; hidden && column < Math.min(most, next.column + count); column += 1) {
    sheet.columns.push(column);
  }
  return { row: next.row, column: next.column + count };
}

/** Few digits of an attribute; 0 if it holds anything else. */
function wholeNumber(text: string): number {
  if (!/^\d{1,7}$/u.test(text)) return 0;
  let value = 0;
  for (const char of text) value = value * 10 + (char.charCodeAt(0) - 48);
  return value;
}
