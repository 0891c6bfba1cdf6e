import { crc32 } from 'node:zlib';
import type { AppError } from '@quhua/core';
import { SaxesParser } from 'saxes';
import { refused } from '../../reasons.ts';

/** By name; undefined is not given. */
export type Attributes = Readonly<Record<string, string | undefined>>;

/** What happens at the parts of a document. Shapes: names without their prefix, whatever prefix the document uses for its own. */
export type XmlHandler = {
  /** The name of the element that must hold all others. */
  readonly root: string;
  readonly open: (name: string, attributes: Attributes) => void;
  readonly close: (name: string) => void;
  readonly text: (text: string) => void;
};

/** A part of an archive as it inflates. */
export type XmlPart = { readonly name: string; readonly pieces: AsyncIterable<Buffer>; readonly crc32: number };

/** Takes a document's text in pieces, however they are cut. Errors, from both: invalid/XLSX_XML and what the handler throws. */
export type XmlParser = { readonly write: (text: string) => void; readonly close: () => void };
type CreateParser = (part: string, handler: XmlHandler) => XmlParser;

/** Characters without any tag: a cell holds 32,767. */
const MOST_WITHOUT_TAG = 1_048_576;
/** Elements within elements: a sheet has eight. */
const MOST_DEPTH = 64;

/**
 * Parses a part piece by piece; yields after each piece, so that what its handler has made can be handed on.
 *
 * Errors: invalid/XLSX_XML for what is no sound XML (or carries a document type, by which texts could be made to grow),
 * ZIP_CORRUPT for a wrong checksum and whatever inflating finds.
 */
export async function* parseXml(
  { name, pieces, crc32: expected }: XmlPart,
  handler: XmlHandler,
  create: CreateParser = createParser,
): AsyncGenerator<void, void, undefined> {
  const parser = create(name, handler);
  const decode = createDecoder(name);
  let sum = 0;
  for await (const piece of pieces) {
    sum = crc32(piece, sum);
    parser.write(decode(piece));
    yield;
  }
  parser.write(decode());
  parser.close();
  if (sum !== expected) {
    throw refused(
      'ZIP_CORRUPT',
      '文件已损坏（校验和不符）；请重新发送 / the file is damaged (a checksum is wrong): send it again',
    );
  }
}

/** Parses a whole part. Errors: as `parseXml`. */
export async function readXml(part: XmlPart, handler: XmlHandler, create: CreateParser = createParser): Promise<void> {
  for await (const _ of parseXml(part, handler, create)); // the handler does all the work
}

/** Shapes: a piece of bytes as far as it goes; without one, what is left over at the end. */
function createDecoder(part: string): (piece?: Buffer) => string {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return (piece) => {
    try {
      return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
    } catch {
      throw unsound(part, 'it is not in UTF-8');
    }
  };
}

/** A parser of a part's text, piece by piece. Errors, from `write` and `close`: as `parseXml`. */
export function createParser(part: string, handler: XmlHandler): XmlParser {
  const parser = new SaxesParser({ xmlns: false, position: false });
  let prefix: string | undefined;
  let sinceTag = 0;
  let depth = 0;
  const local = (name: string) => {
    if (prefix === undefined) prefix = name.includes(':') ? name.slice(0, name.indexOf(':') + 1) : '';
    return prefix !== '' && name.startsWith(prefix) ? name.slice(prefix.length) : name;
  };
  parser.on('opentag', ({ name, attributes }) => {
    sinceTag = 0;
    const own = local(name);
    if (depth === 0 && own !== handler.root) throw unsound(part, `it is no ${handler.root}`);
    depth += 1;
    if (depth > MOST_DEPTH) throw unsound(part, 'too many elements stand within one another');
    handler.open(own, attributes as Attributes);
  });
  parser.on('closetag', ({ name }) => {
    sinceTag = 0;
    depth -= 1;
    handler.close(local(name));
  });
  parser.on('text', handler.text);
  parser.on('cdata', handler.text);
  parser.on('doctype', () => {
    throw unsound(part, 'it declares a document type');
  });
  parser.on('error', (error) => {
    throw unsound(part, error.message.slice(0, 120));
  });
  return {
    write: (text: string) => {
      sinceTag += text.length;
      parser.write(text);
      if (sinceTag > MOST_WITHOUT_TAG) throw unsound(part, 'a single text without end');
    },
    close: () => parser.close(),
  };
}

/** Refuses a workbook for what its XML says. */
export function unsound(part: string, why: string): AppError {
  const zh = `工作簿的内部结构（${part}）无法读取；请在 Excel 或 WPS 中打开后另存为新的 .xlsx 再报`;
  return refused('XLSX_XML', `${zh} / the part ${part} cannot be read: ${why}`, { part });
}
