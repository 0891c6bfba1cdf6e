import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The configuration that this repository ships; every test breaks a copy of it. */
export const GOOD = fileURLToPath(new URL('../../../config/kashgar', import.meta.url));

export function readGood(file: string): string {
  return readFileSync(join(GOOD, file), 'utf8');
}

/** A copy of the good configuration that can be changed file by file and put back. */
export type Copy = {
  readonly dir: string;
  readonly write: (file: string, content: string | Uint8Array) => void;
  readonly remove: (file: string) => void;
  /** Puts back what was written over files of the good configuration. */
  readonly restore: () => void;
  readonly [Symbol.dispose]: () => void;
};

/** `files`: only these, where the rest would but take time. */
export function copyGood(files?: readonly string[]): Copy {
  const root = mkdtempSync(join(tmpdir(), 'quhua-config-'));
  const dir = join(root, 'good');
  cpSync(GOOD, dir, { recursive: true, filter: (path) => isWanted(path, files) });
  const touched = new Set<string>();
  const originals = new Map<string, string>();
  return {
    dir,
    write: (file, content) => {
      touched.add(file);
      mkdirSync(dirname(join(dir, file)), { recursive: true });
      writeFileSync(join(dir, file), content);
    },
    remove: (file) => {
      touched.add(file);
      rmSync(join(dir, file), { recursive: true });
    },
    restore: () => {
      for (const file of touched) {
        const original = originals.get(file) ?? readGood(file);
        originals.set(file, original);
        writeFileSync(join(dir, file), original);
      }
      touched.clear();
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

function isWanted(path: string, files: readonly string[] | undefined): boolean {
  if (basename(path) === 'sample') return false;
  const file = relative(GOOD, path);
  return files === undefined || file === '' || files.some((wanted) => wanted === file || wanted.startsWith(`${file}/`));
}

/** The good text with one piece replaced. Errors: if the piece does not stand there exactly once, the test is wrong. */
export function changed(file: string, from: string, to: string): string {
  const good = readGood(file);
  const pieces = good.split(from);
  if (pieces.length !== 2) throw new Error(`${file} holds ${pieces.length - 1} times: ${from}`);
  return pieces.join(to);
}
