const MAGIC = Buffer.from('d0cf11e0a1b11ae1', 'hex');
/** Directory entries are this long and start at multiples of it. */
const ENTRY_BYTES = 128;
const NAME_LENGTH_AT = 64;

/** Whether bytes are a compound file: what .xls, .et, .doc and workbooks with a password are kept in. */
export function isCompound(bytes: Buffer): boolean {
  return bytes.length >= MAGIC.length && bytes.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) === 0;
}

/** Whether the directory of a compound file has a stream of this name. Its place says that it is no text of a cell. */
export function hasStream(bytes: Buffer, name: string): boolean {
  const wide = Buffer.from(`${name}\u0000`, 'utf16le');
  for (let at = bytes.indexOf(wide); at >= 0; at = bytes.indexOf(wide, at + 2)) {
    const isEntry = at % ENTRY_BYTES === 0 && at + ENTRY_BYTES <= bytes.length;
    if (isEntry && bytes.readUInt16LE(at + NAME_LENGTH_AT) === wide.length) return true;
  }
  return false;
}

const SECTOR_SHIFT_AT = 30;
const NEXT_DIFAT_AT = 68;
const DIFAT_AT = 76;
const DIFAT_IN_HEADER = 109;
/** From here on numbers mean "end", "free" and the like. */
const SPECIAL = 0xfffffffa;

/** Whether every sector that another one leads to is there: a file cut off in transfer lacks some. */
export function isWhole(bytes: Buffer): boolean {
  if (bytes.length < DIFAT_AT) return false;
  const size = 2 ** bytes.readUInt16LE(SECTOR_SHIFT_AT);
  if (size !== 512 && size !== 4_096) return false;
  const begins = (sector: number) => (sector + 1) * size < bytes.length;
  let first = 0;
  for (const table of tablesOf(bytes, size)) {
    const from = (table + 1) * size;
    if (from + size > bytes.length) return false;
    for (let at = 0; at < size; at += 4) {
      const next = bytes.readUInt32LE(from + at);
      if (next < SPECIAL && !(begins(first + at / 4) && begins(next))) return false;
    }
    first += size / 4;
  }
  return first > 0;
}

/** Sectors of the allocation table, in order: named in the header, and in sectors of their own if there are many. */
function* tablesOf(bytes: Buffer, size: number): Generator<number, void, undefined> {
  let [from, entries, next] = [DIFAT_AT, DIFAT_IN_HEADER, bytes.readUInt32LE(NEXT_DIFAT_AT)];
  for (let left = bytes.length / size; left > 0; left -= 1) {
    for (let at = from; at < from + entries * 4 && at + 4 <= bytes.length; at += 4) {
      const sector = bytes.readUInt32LE(at);
      if (sector < SPECIAL) yield sector;
    }
    if (next >= SPECIAL) return;
    [from, entries] = [(next + 1) * size, size / 4 - 1];
    if (from + size > bytes.length) return;
    next = bytes.readUInt32LE(from + size - 4);
  }
}
