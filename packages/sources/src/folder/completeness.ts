import { type FileHandle, open } from 'node:fs/promises';

/**
 * What a file's own structure says of whether its writer is done: `whole` for sure, `ended` at the end of a line, `likely`
 * where nothing says otherwise, `unfinished` where its structure asks for more.
 */
export type Completeness = 'whole' | 'ended' | 'likely' | 'unfinished';

const ZIP = 0x04034b50;
const ZIP_EMPTY = 0x06054b50;
const DIRECTORY = 0x02014b50;
const ZIP64_LOCATOR = 0x07064b50;
/** A zip's last record and the longest comment behind it. */
const TAIL = 22 + 65_535;
const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const NEWLINE = 0x0a;
/** Of a message, as much as its own header takes, and its last lines. */
const HEAD = 65_536;

/** Looks at a file of that size; `likely` for one that cannot be opened: whoever takes it in says why. */
export async function completenessOf(path: string, size: number): Promise<Completeness> {
  const file = await open(path).catch(() => null);
  if (file === null || size === 0) {
    await file?.close();
    return 'likely';
  }
  await using opened = file;
  const head = await read(opened, 0, Math.min(size, 512));
  if (head.length >= 4 && (head.readUInt32LE(0) === ZIP || head.readUInt32LE(0) === ZIP_EMPTY)) {
    return await isWholeZip(opened, size);
  }
  if (head.subarray(0, 8).equals(COMPOUND)) return await compoundState(opened, head, size);
  if (/\.eml$/iu.test(path)) return await messageState(opened, size);
  const last = await read(opened, size - 1, 1);
  return last[0] === NEWLINE ? 'ended' : 'likely';
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position });
  return buffer.subarray(0, bytesRead);
}

/** The last record names the directory, which must stand right before it: nothing but a finished zip has that. */
async function isWholeZip(file: FileHandle, size: number): Promise<Completeness> {
  const from = Math.max(0, size - TAIL);
  const tail = await read(file, from, size - from);
  for (let at = tail.length - 22; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== ZIP_EMPTY) continue;
    const length = tail.readUInt32LE(at + 12);
    const offset = tail.readUInt32LE(at + 16);
    if (at + 22 + tail.readUInt16LE(at + 20) > tail.length) continue;
    if (offset === 0xffffffff || length === 0xffffffff) {
      if (at >= 20 && tail.readUInt32LE(at - 20) === ZIP64_LOCATOR) return 'whole';
      continue;
    }
    if (offset + length !== from + at) continue;
    if (length === 0) return 'whole';
    const directory = await read(file, offset, 4);
    if (directory.length === 4 && directory.readUInt32LE(0) === DIRECTORY) return 'whole';
  }
  return 'unfinished';
}

const FREE = 0xffffffff;

/** The allocation table's last part says how far the file must reach; writers that leave out the end of the last sector exist. */
async function compoundState(file: FileHandle, header: Buffer, size: number): Promise<Completeness> {
  if (header.length < 512) return 'unfinished';
  const shift = header.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) return 'likely';
  const sector = 2 ** shift;
  const tables = header.readUInt32LE(44);
  const listed = Math.min(tables, 109);
  if (listed === 0) return 'likely';
  const lastTable = header.readUInt32LE(76 + 4 * (listed - 1));
  const first = header.readUInt32LE(48);
  if ((lastTable + 2) * sector > size || (first + 1) * sector > size) return 'unfinished';
  const table = await read(file, (lastTable + 1) * sector, sector);
  const entries = sector / 4;
  let used = (listed - 1) * entries;
  for (let at = 0; at + 4 <= table.length; at += 4) {
    if (table.readUInt32LE(at) !== FREE) used = (listed - 1) * entries + at / 4;
  }
  if ((used + 1) * sector >= size) return 'unfinished';
  return tables <= 109 && size % sector === 0 && (used + 2) * sector <= size ? 'whole' : 'likely';
}

/** A message of several parts ends with their mark. */
async function messageState(file: FileHandle, size: number): Promise<Completeness> {
  const head = (await read(file, 0, Math.min(size, HEAD))).toString('latin1');
  const header = head.slice(0, head.search(/\r?\n\r?\n/u) + 1 || undefined);
  const mark = /^content-type:[^\n]*(?:\n[ \t][^\n]*)*?boundary=(?:"([^"]+)"|([^\s;]+))/imu.exec(header);
  const boundary = mark?.[1] ?? mark?.[2];
  const length = Math.min(size, HEAD);
  const tail = (await read(file, size - length, length)).toString('latin1');
  if (boundary === undefined) return tail.endsWith('\n') ? 'ended' : 'likely';
  return tail.includes(`--${boundary}--`) ? 'whole' : 'unfinished';
}
