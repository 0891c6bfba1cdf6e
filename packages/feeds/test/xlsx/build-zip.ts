import { crc32, deflateRawSync } from 'node:zlib';

/** A part of an archive. What is left out is written as it is; the rest lets an archive lie or be damaged. */
export type ZipPart = {
  readonly name: string;
  readonly data: string | Buffer;
  readonly stored?: boolean;
  /** Sizes and sum as header and directory declare them. */
  readonly size?: number;
  readonly packedSize?: number;
  readonly crc?: number;
  readonly method?: number;
  readonly flags?: number;
  /** Of a file system, in the upper half: 0o120777 << 16 is a symbolic link. */
  readonly attributes?: number;
  /** Where the directory says that the part begins. */
  readonly offset?: number;
  /** Compressed already. */
  readonly packed?: Buffer;
};

const UTF8 = 0x800;
const STORED = 0;
const DEFLATED = 8;

/** A zip archive of parts in their order. */
export function buildZip(parts: readonly ZipPart[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const { common, name, packed } = headerOf(part);
    const local = Buffer.concat([Buffer.from('504b03041400', 'hex'), common, Buffer.alloc(2), name, packed]);
    const place = Buffer.alloc(16);
    place.writeUInt32LE((part.attributes ?? 0) >>> 0, 8);
    place.writeUInt32LE(part.offset ?? offset, 12);
    directory.push(Buffer.concat([Buffer.from('504b010214031400', 'hex'), common, place, name]));
    bodies.push(local);
    offset += local.length;
  }
  return Buffer.concat([...bodies, ...directory, endOf(parts.length, Buffer.concat(directory).length, offset)]);
}

/** From the flags to the length of the name: what local header and directory share. */
function headerOf(part: ZipPart) {
  const data = Buffer.from(part.data);
  const name = Buffer.from(part.name);
  const packed = part.packed ?? (part.stored ? data : deflateRawSync(data));
  const common = Buffer.alloc(22);
  common.writeUInt16LE(part.flags ?? UTF8, 0);
  common.writeUInt16LE(part.method ?? (part.stored ? STORED : DEFLATED), 2);
  common.writeUInt32LE((part.crc ?? crc32(data)) >>> 0, 8);
  common.writeUInt32LE(part.packedSize ?? packed.length, 12);
  common.writeUInt32LE(part.size ?? data.length, 16);
  common.writeUInt16LE(name.length, 20);
  return { common, name, packed };
}

function endOf(count: number, length: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(length, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
