import { createRowScanner } from './row-scanner.ts';
import { createParser, type XmlHandler, type XmlParser } from './xml.ts';

const OPENING = '<sheetData>';
const ROW = '<row';
const ROW_END = '</row>';
/** A row that is longer is left to the parser, and its limits. */
const MOST_ROW = 1_048_576;
/** Of `sheetData` within its worksheet. */
const DATA_DEPTH = 2;

/**
 * A parser of a sheet's text that spares the XML parser the rows which are written plainly: the handler is told the same.
 * Everything else goes through the XML parser, in order, so that what is no sound XML is refused as ever. Errors: as `createParser`.
 */
export function createSheetXml(part: string, handler: XmlHandler): XmlParser {
  let depth = 0;
  const parser = createParser(part, {
    ...handler,
    open: (name, attributes) => {
      depth += 1;
      handler.open(name, attributes);
    },
    close: (name) => {
      depth -= 1;
      handler.close(name);
    },
  });
  const scan = createRowScanner(handler);
  let state: 'head' | 'rows' | 'rest' = 'head';
  let held = '';
  const leave = (text: string) => {
    state = 'rest';
    parser.write(text);
  };
  const readHead = (text: string) => {
    const at = text.indexOf(OPENING);
    if (at < 0) {
      held = text.slice(-OPENING.length);
      parser.write(text.slice(0, text.length - held.length));
      return;
    }
    parser.write(text.slice(0, at));
    const before = depth;
    parser.write(OPENING); // by itself, so that one in a comment is told from the tag
    const isTag = before === DATA_DEPTH - 1 && depth === DATA_DEPTH;
    if (isTag) readRows(text, at + OPENING.length);
    else leave(text.slice(at + OPENING.length));
  };
  const readRows = (text: string, from: number) => {
    state = 'rows';
    let at = afterBlanks(text, from);
    while (text.startsWith(ROW, at)) {
      const end = text.indexOf(ROW_END, at);
      if (end < 0) break;
      if (!scan(text, at, end) && !parseRow(text.slice(at, end + ROW_END.length))) {
        return leave(text.slice(end + ROW_END.length));
      }
      at = afterBlanks(text, end + ROW_END.length);
    }
    const rest = text.slice(at);
    const isBegun = rest.startsWith(ROW) || ROW.startsWith(rest);
    if (isBegun && rest.length <= MOST_ROW) held = rest;
    else leave(rest);
  };
  /** Gives a row to the parser; false if afterwards it may stand elsewhere than between two rows. */
  const parseRow = (row: string) => {
    parser.write(row);
    return depth === DATA_DEPTH && !row.includes('<!') && !row.includes('<?');
  };
  return {
    write: (piece) => {
      const text = held + piece;
      held = '';
      if (state === 'head') readHead(text);
      else if (state === 'rows') readRows(text, 0);
      else parser.write(text);
    },
    close: () => {
      parser.write(held);
      parser.close();
    },
  };
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  let code = text.charCodeAt(at);
  while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
    at += 1;
    code = text.charCodeAt(at);
  }
  return at;
}
