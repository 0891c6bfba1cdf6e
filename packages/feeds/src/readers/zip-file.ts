import { crc32, createInflateRaw } from 'node:zlib';
import { AppError } from '@quhua/core';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import type { Limits } from '../limits.ts';
import { refused, shown } from '../reasons.ts';

/** A zip archive whose directory was found sound and within limits. Names as in the archive. */
export type ZipArchive = {
  readonly entries: ReadonlyMap<string, Entry>;
  /** The whole part, checked by its sum; undefined if there is none. Errors: invalid/ZIP_CORRUPT, ZIP_UNPACKED beyond `most` bytes. */
  readonly read: (name: string, most: number) => Promise<Buffer | undefined>;
  /**
   * The part as it inflates, in pieces; fails at the size that the directory declares. Nothing is held if it is left early.
   * Undefined if there is none. Errors: invalid/ZIP_CORRUPT.
   */
  readonly pieces: (name: string) => AsyncIterable<Buffer> | undefined;
};

export type ZipLimits = Pick<Limits, 'unpackedBytes' | 'zipRatio' | 'zipEntries'>;

const PATH_FAULT = /invalid (?:relative path|characters in fileName)|absolute path/u;
const SYMLINK = 0o120000;
const FILE_TYPE = 0o170000;
/** Below this a ratio says nothing. */
const SMALL_BYTES = 1024 * 1024;

/**
 * Reads the directory of a zip archive and refuses what it declares before a byte is inflated.
 *
 * Errors: invalid/ZIP_CORRUPT, ZIP_UNPACKED (size, ratio or number of parts), ZIP_PATH, XLSX_ENCRYPTED.
 */
export async function openZip(bytes: Buffer, limits: ZipLimits): Promise<ZipArchive> {
  const entries = await entriesOf(bytes, limits);
  const source: Source = { zip: entries.zip, bytes };
  return {
    entries: entries.byName,
    read: async (name, most) => {
      const entry = entries.byName.get(name);
      return entry === undefined ? undefined : readEntry(source, entry, most);
    },
    pieces: (name) => {
      const entry = entries.byName.get(name);
      return entry === undefined ? undefined : inflated(source, entry);
    },
  };
}

async function entriesOf(bytes: Buffer, limits: ZipLimits) {
  const byName = new Map<string, Entry>();
  const names = new Set<string>();
  try {
    const zip = await fromBufferPromise(bytes, { lazyEntries: true, autoClose: false });
    let unpacked = 0;
    if (zip.entryCount > limits.zipEntries) throw tooMany(zip.entryCount, limits);
    for await (const entry of zip.eachEntry()) {
      unpacked += entry.uncompressedSize;
      refuseEntry(entry);
      const folded = entry.fileName.toLowerCase(); // parts are found whatever their case
      if (names.has(folded)) throw corrupt(`有两个同名的${shown(entry.fileName)}`, 'two parts have one name');
      names.add(folded);
      byName.set(entry.fileName, entry);
    }
    refuseUnpacked(unpacked, bytes.length, limits);
    refuseOverlap([...byName.values()]);
    return { zip, byName };
  } catch (error) {
    throw zipFault(error);
  }
}

function refuseEntry(entry: Entry): void {
  if (entry.isEncrypted()) {
    throw refused('XLSX_ENCRYPTED', '文件已加密，无法读取；请去掉打开密码后再报 / the file has a password: remove it');
  }
  if (((entry.externalFileAttributes >>> 16) & FILE_TYPE) !== SYMLINK) return;
  throw badPath(entry.fileName);
}

/** Bytes of a part's own header; its name stands behind. */
const HEADER_BYTES = 30;

/** Parts that share their bytes make a bomb of a small file, and may be read in two ways. */
function refuseOverlap(entries: Entry[]): void {
  let end = 0;
  for (const entry of entries.sort(
    (one, other) => one.relativeOffsetOfLocalHeader - other.relativeOffsetOfLocalHeader,
  )) {
    if (entry.relativeOffsetOfLocalHeader < end) throw corrupt('内部部件重叠', 'parts overlap');
    end = entry.relativeOffsetOfLocalHeader + HEADER_BYTES + entry.fileNameRaw.length + entry.compressedSize;
  }
}

/** The directory may lie about sizes; then inflating fails at the size it declares. */
function refuseUnpacked(unpacked: number, packed: number, { unpackedBytes, zipRatio }: ZipLimits): void {
  if (unpacked <= unpackedBytes && (unpacked <= SMALL_BYTES || unpacked <= packed * zipRatio)) return;
  const message = `文件解压后有${unpacked}字节，是压缩时的${Math.round(unpacked / packed)}倍，超过上限；请删去多余的行列和图片后重报`;
  throw refused('ZIP_UNPACKED', `${message} / unpacked it has ${unpacked} bytes, more than is allowed`, {
    bytes: unpacked,
    packed,
  });
}

function tooMany(count: number, { zipEntries }: ZipLimits): AppError {
  const message = `文件由${count}个部分组成，最多${zipEntries}个；请只留数据表后重报 / ${count} parts, ${zipEntries} are allowed`;
  return refused('ZIP_UNPACKED', message, { entries: count, most: zipEntries });
}

function badPath(name: string): AppError {
  const zh = `压缩结构中的路径${shown(name)}不合法，文件可能被改动过；请另存为新的 .xlsx 后重报`;
  return refused('ZIP_PATH', `${zh} / a part of the file has a forbidden path`);
}

function corrupt(zh: string, en: string): AppError {
  return refused('ZIP_CORRUPT', `文件已损坏（${zh}）；请重新发送 / the file is damaged (${en}): send it again`);
}

/** What yauzl and zlib say, as a refusal; its own refusals pass. */
export function zipFault(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (PATH_FAULT.test(text)) return badPath(text.replace(/^.*: /u, ''));
  return corrupt('压缩结构无法读取', text.slice(0, 120));
}

/** Inflated by 16 KB, as is usual, a large part takes twice the time. */
const PIECE_BYTES = 64 * 1024;

type Source = { readonly zip: ZipFile; readonly bytes: Buffer };

async function* inflated({ zip, bytes }: Source, entry: Entry): AsyncGenerator<Buffer, void, undefined> {
  let size = 0;
  try {
    const { fileDataStart, fileName } = await zip.readLocalFileHeaderPromise(entry);
    if (!fileName.equals(entry.fileNameRaw)) throw corrupt('同一部件有两个名字', 'a part has two names');
    const packed = bytes.subarray(fileDataStart, fileDataStart + entry.compressedSize);
    for await (const piece of piecesOf(packed, entry.compressionMethod)) {
      size += piece.length;
      if (size > entry.uncompressedSize) break;
      yield piece;
    }
  } catch (error) {
    throw zipFault(error);
  }
  if (size !== entry.uncompressedSize) throw corrupt(`${shown(entry.fileName)}的大小不符`, 'a size is wrong');
}

const STORED = 0;
const DEFLATED = 8;

function piecesOf(packed: Buffer, method: number): AsyncIterable<Buffer> | Iterable<Buffer> {
  if (method === STORED) return slicesOf(packed);
  if (method !== DEFLATED) throw corrupt('压缩方法不支持', `compression method ${method}`);
  const inflate = createInflateRaw({ chunkSize: PIECE_BYTES });
  inflate.end(packed);
  return inflate;
}

function* slicesOf(bytes: Buffer): Generator<Buffer, void, undefined> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

async function readEntry(source: Source, entry: Entry, most: number): Promise<Buffer> {
  if (entry.uncompressedSize > most) refuseUnpacked(entry.uncompressedSize, entry.compressedSize, only(most));
  const pieces: Buffer[] = [];
  for await (const piece of inflated(source, entry)) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  if (crc32(bytes) !== entry.crc32) throw corrupt(`${shown(entry.fileName)}的校验和不符`, 'a checksum is wrong');
  return bytes;
}

function only(unpackedBytes: number): ZipLimits {
  return { unpackedBytes, zipRatio: 0, zipEntries: 0 };
}
