import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanup } from './cleanup.ts';
import { atEnd } from './lifetime.ts';

/** A new empty folder whose name contains `name`; removed when the test (or the file) ends. */
export async function temporaryFolder(name: string): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), `quhua-test-${name}-`));
  const forget = cleanup.add({ kind: 'folder', path });
  atEnd(async () => {
    await rm(path, { recursive: true, force: true, maxRetries: 5 });
    forget();
  });
  return path;
}
