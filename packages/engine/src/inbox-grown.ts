import { createHash } from 'node:crypto';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listStoredFiles, type StoredFile } from '@quhua/storage';
import type { Engine } from './engine.ts';
import { BESIDE } from './file-report.ts';
import { TAKEN_FOLDERS } from './inbox-file.ts';
import { putBack } from './take-file.ts';

type Kept = {
  readonly path: string;
  readonly name: string;
  readonly batchId: number;
  readonly size: number;
  readonly mtimeMs: number;
};

/**
 * Puts files back into the inbox that were taken in while their writer only paused: what it wrote since would be lost.
 *
 * Shapes: how many. `changedSince` (ms since the epoch) leaves out files that nobody has written to after it. A file that was changed otherwise afterwards is left alone: the batch is what was read then.
 */
export async function takeBackGrown(engine: Engine, inbox: string, changedSince: number): Promise<number> {
  const all = await Promise.all(TAKEN_FOLDERS.map((folder) => listKept(join(inbox, folder))));
  const kept = all.flat().filter((file) => file.mtimeMs >= changedSince);
  if (kept.length === 0) return 0;
  const ids = [...new Set(kept.map((file) => file.batchId))];
  const stored = await listStoredFiles(engine.database.db, engine.config.jurisdiction.code, ids);
  const byId = new Map(stored.map((file) => [file.id, file]));
  let count = 0;
  for (const file of kept) {
    const batch = byId.get(file.batchId);
    if (batch === undefined || file.size <= batch.byteCount || !(await beginsWith(file.path, batch))) continue;
    engine.log.warn({ file: file.name, batch: batch.id }, 'file grew after it was taken in: taking it in again');
    await putBack(file.path, join(inbox, file.name));
    count += 1;
  }
  return count;
}

async function listKept(folder: string): Promise<Kept[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => !BESIDE.test(name));
  const kept = await Promise.all(names.map((name) => keptFile(folder, name)));
  return kept.filter((file) => file !== null);
}

async function keptFile(folder: string, kept: string): Promise<Kept | null> {
  const [, id, name] = /^(\d{1,15})-(.+)$/su.exec(kept) ?? [];
  const info = await stat(join(folder, kept)).catch(() => null);
  if (id === undefined || name === undefined || info === null) return null;
  return { path: join(folder, kept), name, batchId: Number(id), size: info.size, mtimeMs: info.mtimeMs };
}

/** Whether a file's first bytes are still the ones that were taken in. */
async function beginsWith(path: string, { byteCount, sha256 }: StoredFile): Promise<boolean> {
  await using file = await open(path);
  const hash = createHash('sha256');
  if (byteCount > 0)
    for await (const part of file.createReadStream({ end: byteCount - 1, autoClose: false })) hash.update(part);
  return hash.digest('hex') === sha256;
}
