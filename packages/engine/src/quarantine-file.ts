import { randomUUID } from 'node:crypto';
import { access, mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  MOST_RETURNED_ROWS,
  type ReadPlan,
  type Returned,
  returnedCsv,
  returnedFileName,
  returnedWorkbook,
} from '@quhua/feeds';
import { type Batch, listLedgerRows } from '@quhua/storage';
import type { Engine } from './engine.ts';

/** Bytes of a file name that every file system takes, less what we put behind it. */
const NAME_BYTES = 180;
const NOT_IN_NAMES = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029/\\:*?"<>|]+/gu;

/**
 * Writes a batch's quarantined rows, each with its reasons, to a workbook that people correct and send again.
 *
 * Shapes: the path, or null if no row was quarantined. It stands in a folder of the batch's number and keeps the name under which
 * the file came, which may have said its month or unit. Above 20,000 rows it is a CSV file, and a note beside it says so. The file
 * follows from the stored rows: a lost one is made anew.
 */
export async function keepQuarantine(engine: Engine, batch: Batch, plan: ReadPlan): Promise<string | null> {
  const count = batch.rows.quarantined;
  if (count === 0) return null;
  const folder = join(engine.home, 'quarantine', String(batch.id));
  const asText = count > MOST_RETURNED_ROWS;
  const workbook = returnedFileName(safeName(batch.fileName), count);
  const path = join(folder, asText ? workbook.replace(/\.xlsx$/u, '.csv') : workbook);
  if (await exists(path)) return path;
  await mkdir(folder, { recursive: true });
  const ledger = (await listLedgerRows(engine.database.db, batch.id)).filter((row) => row.outcome === 'quarantined');
  if (asText) await place(join(folder, '说明.txt'), [whyText(count)]);
  await place(path, asText ? returnedCsv({ plan, ledger }) : [await workbookOf(engine, batch, { plan, ledger })]);
  return path;
}

function workbookOf({ config }: Engine, { id, fileName }: Batch, refused: Pick<Returned, 'plan' | 'ledger'>) {
  const { code, name } = config.jurisdiction;
  return returnedWorkbook({ ...refused, fileName, jurisdiction: { code, name }, batch: String(id) });
}

/** Whole or not at all: whoever finds the file finds all of it. */
async function place(path: string, content: Iterable<string | Buffer>): Promise<void> {
  const part = `${path}.${randomUUID()}.part`;
  await writeFile(part, content);
  await rename(part, path);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function whyText(count: number): string {
  const zh = `退回 ${count} 行，超过 ${MOST_RETURNED_ROWS} 行，工作簿打不动，所以写成 CSV：前三列是原行号、问题代码、说明，改好后整个发回即可。`;
  return `\ufeff${zh}\r\nMore rows than a workbook is good for: they stand in the CSV file, our three columns in front.\r\n`;
}

/** The file's own name without what a file system or a terminal could trip over, and short enough. */
function safeName(name: string): string {
  let kept = '';
  for (const char of basename(name.replaceAll('\\', '/')).replace(NOT_IN_NAMES, '_')) {
    if (Buffer.byteLength(kept + char) > NAME_BYTES) break;
    kept += char;
  }
  return kept;
}
