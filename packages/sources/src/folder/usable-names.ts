import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

const strict = new TextDecoder('utf-8', { fatal: true });
/** What Windows programs here write into a name that is no UTF-8. */
const chinese = new TextDecoder('gb18030');
/** A path of another system as a name, and what no table or message can show, or shows turned round. */
const UNUSABLE = /[\\:\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * Names of a folder's files but those that `except` matches. One that could not be handed on as text, or that reads like
 * a path, is changed in the folder: a single such file must not keep the others waiting, nor wait for ever itself.
 */
export async function usableNames(folder: string, except: RegExp): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  const taken = new Set(files.filter((raw) => raw.equals(Buffer.from(decoded(raw)))).map(decoded));
  const names: string[] = [];
  for (const raw of files) {
    const original = decoded(raw);
    if (except.test(original)) continue;
    const usable = original.replace(UNUSABLE, '_');
    if (raw.equals(Buffer.from(usable))) names.push(usable);
    else names.push(...(await renamed(folder, raw, freeName(usable, taken))));
  }
  return names;
}

function decoded(raw: Buffer): string {
  try {
    return strict.decode(raw);
  } catch {
    return chinese.decode(raw);
  }
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let n = 2; taken.has(name); n += 1) name = `${n}_${wanted}`;
  taken.add(name);
  return name;
}

/** The new name, or nothing if another process was quicker. */
async function renamed(folder: string, raw: Buffer, name: string): Promise<string[]> {
  const from = Buffer.concat([Buffer.from(`${folder}/`), raw]);
  return rename(from, join(folder, name)).then(
    () => [name],
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
}
