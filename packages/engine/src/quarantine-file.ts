import { access, mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { quarantineCsv } from '@quhua/feeds';
import { type Batch, listLedgerRows } from '@quhua/storage';
import type { Engine } from './engine.ts';

/**
 * Writes a batch's quarantined rows, each with its reasons, to a CSV file that people correct and send again.
 *
 * Shapes: the path, or null if no row was quarantined. The file follows from the stored rows: a lost one is made anew.
 */
export async function keepQuarantine(engine: Engine, batch: Batch, header: readonly string[]): Promise<string | null> {
  if (batch.rows.quarantined === 0) return null;
  const folder = join(engine.home, 'quarantine');
  const path = join(folder, `${batch.id}-${safeName(batch.fileName)}.csv`);
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists) return path;
  const rows = (await listLedgerRows(engine.database.db, batch.id)).filter((row) => row.outcome === 'quarantined');
  await mkdir(folder, { recursive: true });
  await writeFile(`${path}.part`, quarantineCsv(rows, [...header]));
  await rename(`${path}.part`, path);
  return path;
}

/** The file's own name without its ending, and without what a file system or a terminal could trip over. */
function safeName(name: string): string {
  return basename(name)
    .replace(/\.csv$/iu, '')
    .replace(/[^\p{L}\p{N}._-]+/gu, '_')
    .slice(-80);
}
