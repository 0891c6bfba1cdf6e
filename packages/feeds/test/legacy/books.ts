import { crc32 } from 'node:zlib';
import * as XLSX from '@e965/xlsx';
import { gb18030 } from '../reading.ts';

export type BookKind = 'biff8' | 'biff5' | 'xlsb' | 'ods';
export type BookCell = XLSX.CellObject | null;
export type BookSheet = {
  readonly name: string;
  readonly rows: readonly (readonly BookCell[])[];
  readonly merges?: readonly string[];
  readonly hidden?: boolean;
  readonly cols?: readonly XLSX.ColInfo[];
  readonly rowInfos?: readonly XLSX.RowInfo[];
};

/** A workbook as another program writes it. */
export function writeBook(kind: BookKind | 'xlsx', sheets: readonly BookSheet[], date1904 = false): Buffer {
  const book = XLSX.utils.book_new();
  book.Workbook = { Sheets: [], WBProps: { date1904 } };
  for (const { name, rows, merges = [], hidden = false, cols, rowInfos } of sheets) {
    const sheet: XLSX.WorkSheet = {};
    let width = 0;
    rows.forEach((row, r) => {
      width = Math.max(width, row.length);
      row.forEach((cell, c) => {
        if (cell !== null) sheet[XLSX.utils.encode_cell({ r, c })] = { ...cell };
      });
    });
    sheet['!ref'] = XLSX.utils.encode_range({
      s: { r: 0, c: 0 },
      e: { r: Math.max(0, rows.length - 1), c: Math.max(0, width - 1) },
    });
    sheet['!merges'] = merges.map((range) => XLSX.utils.decode_range(range));
    if (cols !== undefined) sheet['!cols'] = [...cols];
    if (rowInfos !== undefined) sheet['!rows'] = [...rowInfos];
    XLSX.utils.book_append_sheet(book, sheet, name);
    book.Workbook.Sheets?.push({ name, Hidden: hidden ? 1 : 0 });
  }
  return XLSX.write(book, { type: 'buffer', bookType: kind });
}

/** Records of a code page. */
const WESTERN = Buffer.from('42000200e404', 'hex').toString('latin1');
const CHINESE = Buffer.from('42000200a803', 'hex').toString('latin1');

/**
 * An Excel 95 workbook with Chinese text, in code page 936. Its writer only knows ASCII: each Chinese character goes in as two bytes
 * of it that stand nowhere else, and the texts are then put right, and the code page.
 */
export function writeExcel95(sheets: readonly BookSheet[]): Buffer {
  const pairs = new Map<string, string>();
  const texts = new Map<string, string>();
  const pairOf = (char: string) => {
    if (!pairs.has(char)) pairs.set(char, `\u007f${String.fromCharCode(0x41 + pairs.size)}`);
    return pairs.get(char) ?? '';
  };
  const ascii = (text: string) => {
    const written = [...text].map((char) => (char < '\u0080' ? char : pairOf(char))).join('');
    if (written !== text) texts.set(written, text);
    return written;
  };
  const converted = sheets.map(({ name, rows, ...rest }) => {
    return { ...rest, name: ascii(name), rows: rows.map((row) => row.map((cell) => convertedCell(cell, ascii))) };
  });
  let bytes = writeBook('biff5', converted).toString('latin1').replace(WESTERN, CHINESE);
  for (const [written, text] of [...texts].sort(([one], [other]) => other.length - one.length)) {
    bytes = bytes.replaceAll(written, gb18030(text).toString('latin1'));
  }
  return Buffer.from(bytes, 'latin1');
}

function convertedCell(cell: BookCell, convert: (text: string) => string): BookCell {
  if (cell === null) return null;
  const z = typeof cell.z === 'string' ? { z: convert(cell.z) } : {};
  return { ...cell, ...(typeof cell.v === 'string' ? { v: convert(cell.v) } : {}), ...z };
}

/** An .xls that says it is as large as can be. */
export function withLargestSize(xls: Buffer): Buffer {
  const bytes = Buffer.from(xls);
  const at = bytes.indexOf(Buffer.from('00020e00', 'hex'));
  if (at < 0) throw new Error('the sheet has no size');
  bytes.writeUInt32LE(65_536, at + 8);
  bytes.writeUInt16LE(256, at + 14);
  return bytes;
}

/** An archive of parts, not compressed. */
export function zipOf(parts: Readonly<Record<string, string | Buffer>>): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(parts)) {
    const data = Buffer.from(text);
    const label = Buffer.from(name);
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(crc32(data), 0);
    sizes.writeUInt32LE(data.length, 4);
    sizes.writeUInt32LE(data.length, 8);
    const lengths = Buffer.from([label.length & 0xff, label.length >> 8, 0, 0]);
    const local = Buffer.concat([Buffer.from('504b030414000000000000000000', 'hex'), sizes, lengths, label, data]);
    const start = Buffer.alloc(4);
    start.writeUInt32LE(offset);
    directory.push(
      Buffer.concat([
        Buffer.from('504b0102140014000000000000000000', 'hex'),
        sizes,
        lengths,
        Buffer.alloc(10),
        start,
        label,
      ]),
    );
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 0, 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

const ODS = 'application/vnd.oasis.opendocument.spreadsheet';

/** An OpenDocument sheet around what stands in its body. */
export function odsOf(body: string, styles = ''): Buffer {
  const content = `<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:spreadsheet>${body}</office:spreadsheet></office:body></office:document-content>`;
  const manifest = `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="${ODS}"/></manifest:manifest>`;
  return zipOf({ mimetype: ODS, 'META-INF/manifest.xml': manifest, 'content.xml': content });
}
