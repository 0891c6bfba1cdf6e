import { execFile } from 'node:child_process';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './folders.ts';

/** The repository's root, without a slash at its end. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/u, '');

export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs a program to its end, whatever it ends with. */
export function run(command: string, args: readonly string[], cwd: string): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(command, [...args], { cwd, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : 1;
      resolve({ code, stdout, stderr });
    });
  });
}

/** A copy of one folder of planted violations, away from the repository; removed with the test. */
export async function copyPlanted(folder: string): Promise<string> {
  const copy = await temporaryFolder('planted');
  await cp(join(ROOT, 'test/fixtures/planted', folder), copy, { recursive: true });
  return copy;
}

/** Lets `@quhua/<name>` resolve inside a copy, as pnpm's links do in the repository. */
export async function linkPackages(copy: string, folders: readonly string[]): Promise<void> {
  await mkdir(join(copy, 'node_modules/@quhua'), { recursive: true });
  for (const folder of folders) await symlink(join(copy, folder), join(copy, 'node_modules/@quhua', basename(folder)));
}

/** Puts a package without content where imports find it. */
export async function placePackage(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: basename(folder), main: 'index.js' }));
  await writeFile(join(folder, 'index.js'), '');
}

/** Which rule a planted file breaks: its name up to the first dot; null for one that breaks none. */
export function plantedRule(path: string): string | null {
  const rule = basename(path).split('.')[0] ?? '';
  const isPlanted = dirname(path) !== '.' && !/^(?:allowed|index|inner|env|main|other)/u.test(rule);
  return isPlanted ? rule : null;
}
