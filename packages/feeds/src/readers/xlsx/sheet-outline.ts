import { createOutline, type SheetOutline } from './outline.ts';
import { createParser, type XmlHandler, type XmlPart } from './xml.ts';

const NAME = Buffer.from('sheetData');
/** What stands around the rows is small; more of it is not looked at. */
const MOST_BYTES = 8 * 1024 * 1024;
/** The longest end tag that is looked for: prefix, name and blanks. */
const MOST_TAG = 96;
const OPENS = /<(?<name>(?:[A-Za-z_][\w.-]*:)?sheetData)[\s/>]/u;
const CLOSES = /<\/(?:[A-Za-z_][\w.-]*:)?sheetData\s*>/u;

/**
 * Merged cells and hidden columns of a large sheet, before its rows are read: merges stand behind them. The rows are inflated and
 * passed over, which takes a tenth of the time of parsing them; what stands around them is parsed.
 *
 * Errors: invalid/XLSX_XML, FILE_TOO_COMPLEX, and what inflating finds.
 */
export async function readOutline({ name, pieces }: XmlPart): Promise<SheetOutline> {
  let head = '';
  let tail = '';
  let opening: RegExpExecArray | null = null;
  let carried: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    if (opening === null && head.length < MOST_BYTES) {
      head += piece.toString('latin1');
      opening = OPENS.exec(head);
    }
    const bytes = carried.includes('<') ? Buffer.concat([carried, piece]) : piece;
    const closing = closingAt(bytes);
    if (closing >= 0) tail = bytes.toString('latin1', closing);
    else if (tail !== '' && tail.length < MOST_BYTES) tail += piece.toString('latin1');
    carried = Buffer.from(bytes.subarray(-MOST_TAG));
  }
  const rows = opening?.groups?.name ?? 'sheetData';
  return outlineOf(name, [head.slice(0, opening?.index), tail === '' ? '' : `<${rows}>${tail}`]);
}

/** Where the last `</sheetData>` stands, or -1. The word may be text of a cell, so what looks like the end once may not be it. */
function closingAt(bytes: Buffer): number {
  let last = -1;
  for (let at = bytes.indexOf(NAME); at >= 0; at = bytes.indexOf(NAME, at + 1)) {
    const from = Math.max(0, at - MOST_TAG);
    const before = bytes.toString('latin1', from, at).lastIndexOf('<');
    if (before < 0) continue;
    const found = CLOSES.exec(bytes.toString('latin1', from + before, at + MOST_TAG));
    if (found?.index === 0) last = from + before;
  }
  return last;
}

function outlineOf(part: string, texts: readonly string[]): SheetOutline {
  const outline = createOutline(part);
  const handler: XmlHandler = {
    root: 'worksheet',
    open: (name, attributes) => {
      if (name === 'col') outline.columns(attributes);
      else if (name === 'mergeCell') outline.merge(attributes);
    },
    close: () => {},
    text: () => {},
  };
  const parser = createParser(part, handler);
  for (const text of texts) parser.write(text);
  return outline.taken();
}
