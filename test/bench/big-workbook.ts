import { open } from 'node:fs/promises';
import { crc32, createDeflateRaw } from 'node:zlib';
import { CONTRACT_COLUMNS, contractCells } from './contracts-file.ts';
import { generator } from './national.ts';

/** Text of one part of a workbook, piece by piece: a sheet of a million rows is no string. */
type Part = { readonly name: string; readonly pieces: Iterable<string> };
type Stored = { readonly name: Buffer; readonly crc: number; readonly size: number; readonly data: Buffer };

/** Columns that a bureau's export has as well, and nobody reads. */
const HOME_COLUMNS = ['幢号', '房号', '备案时间', '办理窗口'];
/** Columns of numbers. */
const FIGURES: ReadonlySet<number> = new Set([5, 6]);

function homeCells(random: (below: number) => number): string[] {
  const two = (below: number) => String(random(below)).padStart(2, '0');
  const room = `${1 + random(4)}单元${1 + random(33)}${two(8)}室`;
  return [`${1 + random(40)}幢`, room, `${9 + random(9)}:${two(60)}:${two(60)}`, `第${1 + random(12)}窗口`];
}

/** Writes a workbook of contracts: shared strings for texts, numbers for figures, as spreadsheets do. Returns its size in bytes. */
export async function writeContractsWorkbook(path: string, rows: number, codes: readonly string[]): Promise<number> {
  const strings = new Map<string, number>();
  const parts = [
    { name: '[Content_Types].xml', pieces: [CONTENT_TYPES] },
    { name: '_rels/.rels', pieces: [rels('officeDocument', 'xl/workbook.xml')] },
    { name: 'xl/workbook.xml', pieces: [WORKBOOK] },
    { name: 'xl/_rels/workbook.xml.rels', pieces: [workbookRels()] },
    { name: 'xl/worksheets/sheet1.xml', pieces: sheetXml(rows, codes, strings) },
    { name: 'xl/sharedStrings.xml', pieces: stringsXml(strings) },
  ];
  return writeZip(path, parts);
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const CONTENT_TYPES = `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPES}.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="${TYPES}.sharedStrings+xml"/></Types>`;
const WORKBOOK = `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="合同" sheetId="1" r:id="rId1"/></sheets></workbook>`;

function rels(type: string, target: string): string {
  return `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${OFFICE}/${type}" Target="${target}"/></Relationships>`;
}

function workbookRels(): string {
  const sheet = rels('worksheet', 'worksheets/sheet1.xml');
  return sheet.replace(
    '</Relationships>',
    `<Relationship Id="rId2" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
  );
}

function* sheetXml(rows: number, codes: readonly string[], strings: Map<string, number>): Generator<string> {
  const random = generator(11);
  const shared = (text: string) => {
    const known = strings.get(text) ?? strings.size;
    strings.set(text, known);
    return known;
  };
  yield `${XML}<worksheet xmlns="${MAIN}"><sheetData>`;
  yield rowXml(1, [...CONTRACT_COLUMNS, ...HOME_COLUMNS], shared);
  for (let at = 0; at < rows; at += 1) {
    yield rowXml(at + 2, [...contractCells(at, codes, random), ...homeCells(random)], shared);
  }
  yield '</sheetData></worksheet>';
}

function rowXml(row: number, cells: readonly string[], shared: (text: string) => number): string {
  const xml = cells.map((cell, at) => {
    const place = `${String.fromCharCode(65 + at)}${row}`;
    if (cell === '') return '';
    return FIGURES.has(at) && row > 1
      ? `<c r="${place}"><v>${cell}</v></c>`
      : `<c r="${place}" t="s"><v>${shared(cell)}</v></c>`;
  });
  return `<row r="${row}">${xml.join('')}</row>`;
}

function* stringsXml(strings: ReadonlyMap<string, number>): Generator<string> {
  yield `${XML}<sst xmlns="${MAIN}" uniqueCount="${strings.size}">`;
  for (const text of strings.keys()) yield `<si><t>${text}</t></si>`;
  yield '</sst>';
}

/** Writes a zip archive, each part deflated. */
export async function writeZip(path: string, parts: readonly Part[]): Promise<number> {
  const stored: Stored[] = [];
  for (const part of parts) stored.push(await deflated(part));
  await using file = await open(path, 'w');
  const directory: Buffer[] = [];
  let offset = 0;
  for (const part of stored) {
    const common = headerOf(part);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, part.name]);
    const where = Buffer.alloc(14);
    where.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('504b01021400', 'hex'), common, where, part.name]));
    await file.write(local);
    await file.write(part.data);
    offset += local.length + part.data.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(stored.length, 8);
  end.writeUInt16LE(stored.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  await file.write(Buffer.concat([central, end]));
  return offset + central.length + end.length;
}

/** What a local header and the directory both say of a part. */
function headerOf({ name, crc, size, data }: Stored): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(20, 0);
  header.writeUInt16LE(0x0800, 2); // names are UTF-8
  header.writeUInt16LE(8, 4);
  header.writeUInt32LE(crc, 10);
  header.writeUInt32LE(data.length, 14);
  header.writeUInt32LE(size, 18);
  header.writeUInt16LE(name.length, 22);
  return header;
}

async function deflated({ name, pieces }: Part): Promise<Stored> {
  const deflate = createDeflateRaw({ level: 6 });
  const chunks: Buffer[] = [];
  deflate.on('data', (chunk: Buffer) => chunks.push(chunk));
  let crc = 0;
  let size = 0;
  const write = async (text: string) => {
    const bytes = Buffer.from(text);
    crc = crc32(bytes, crc);
    size += bytes.length;
    if (!deflate.write(bytes)) await new Promise((resolve) => deflate.once('drain', resolve));
  };
  let held = '';
  for (const piece of pieces) {
    held += piece;
    if (held.length < 65_536) continue;
    await write(held);
    held = '';
  }
  await write(held);
  await new Promise<void>((resolve, reject) => {
    deflate.on('end', resolve).on('error', reject).end();
  });
  return { name: Buffer.from(name), crc, size, data: Buffer.concat(chunks) };
}
