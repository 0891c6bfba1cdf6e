import type { AppError } from '@quhua/core';
import { refused } from '../../reasons.ts';
import type { ZipArchive } from '../zip-file.ts';
import { readXml, type XmlPart } from './xml.ts';

/** A relation of a part: what kind it is of (the last word of its type), and the part that it points to. */
export type Relation = {
  readonly id: string;
  readonly kind: string;
  readonly target: string;
  readonly external: boolean;
};

/** The parts of a workbook by the paths that its relations give, never by their usual names. */
export type PackageParts = {
  /** Errors: invalid/ZIP_CORRUPT if there is none. */
  readonly part: (path: string) => XmlPart;
  /** A part that is small in any workbook. Errors: as `part`, and invalid/FILE_TOO_COMPLEX. */
  readonly smallPart: (path: string) => XmlPart;
  readonly size: (path: string) => number;
  readonly relations: (path: string) => Promise<readonly Relation[]>;
  readonly names: readonly string[];
};

/** Relations, styles and the list of sheets say little, but each says a lot of memory. */
const SMALL_BYTES = 16 * 1024 * 1024;

export function packageParts(zip: ZipArchive): PackageParts {
  const names = [...zip.entries.keys()];
  const folded = new Map(names.map((name) => [name.toLowerCase(), name]));
  const nameOf = (path: string) => {
    if (zip.entries.has(path)) return path;
    return folded.get(path.toLowerCase()) ?? folded.get(decoded(path).toLowerCase());
  };
  const part = (path: string): XmlPart => {
    const name = nameOf(path) ?? '';
    const entry = zip.entries.get(name);
    const pieces = zip.pieces(name);
    if (entry === undefined || pieces === undefined) throw missingPart(path);
    return { name, pieces, crc32: entry.crc32 };
  };
  const size = (path: string) => zip.entries.get(nameOf(path) ?? '')?.uncompressedSize ?? 0;
  const smallPart = (path: string) => {
    if (size(path) > SMALL_BYTES) throw tooLarge(path);
    return part(path);
  };
  return {
    part,
    smallPart,
    names,
    size,
    relations: async (path) => {
      const at = path.lastIndexOf('/') + 1;
      const rels = `${path.slice(0, at)}_rels/${path.slice(at)}.rels`;
      return nameOf(rels) === undefined ? [] : readRelations(smallPart(rels), path.slice(0, at));
    },
  };
}

async function readRelations(part: XmlPart, folder: string): Promise<Relation[]> {
  const found: Relation[] = [];
  await readXml(part, {
    root: 'Relationships',
    open: (name, { Id = '', Type = '', Target = '', TargetMode }) => {
      if (name !== 'Relationship') return;
      const kind = Type.slice(Type.lastIndexOf('/') + 1);
      found.push({ id: Id, kind, target: resolved(Target, folder), external: TargetMode === 'External' });
    },
    close: () => {},
    text: () => {},
  });
  return found;
}

/** The path of a target: from the top if it begins with a slash, else from the folder of the part that names it. */
function resolved(target: string, folder: string): string {
  const from = target.startsWith('/') ? target.slice(1) : folder + target;
  const path: string[] = [];
  for (const step of from.replaceAll('\\', '/').split('/')) {
    if (step === '..') path.pop();
    else if (step !== '.' && step !== '') path.push(step);
  }
  return path.join('/');
}

/** A target is a URI: blanks and Chinese may stand in it as `%20` and `%E8%A1%A8`. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a percent sign of its own
  }
}

function tooLarge(path: string): AppError {
  const zh = `工作簿的内部部件 ${path} 过大，不像数据表；请把数据复制到新的工作簿后再报`;
  return refused('FILE_TOO_COMPLEX', `${zh} / the part ${path} is too large: copy the data to a new workbook`);
}

function missingPart(path: string): AppError {
  const zh = `文件已损坏（缺少内部部件 ${path}）；请重新发送，或在 Excel、WPS 中另存为新的 .xlsx`;
  return refused('ZIP_CORRUPT', `${zh} / the part ${path} is missing`, { part: path });
}
