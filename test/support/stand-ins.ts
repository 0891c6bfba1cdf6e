import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './folders.ts';

/** Writes an executable shell script. */
export async function writeProgram(path: string, script: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

/** A new folder with one program in it, to stand before the real one on PATH. */
export async function placeProgram(name: string, script: string): Promise<string> {
  const folder = await temporaryFolder(name);
  await writeProgram(join(folder, name), script);
  return folder;
}
