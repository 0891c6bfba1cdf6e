import { join } from 'node:path';
import type { Engine } from './engine.ts';
import { writeFileReport } from './file-report.ts';
import { inboxFolder } from './inbox-folder.ts';
import { ingestFile, refuseFile } from './ingest-file.ts';
import type { IngestResult, IngestStatus } from './ingest-result.ts';
import { crashes, MOST_ATTEMPTS, moveAside, takeFile } from './take-file.ts';

/** Where a file of the inbox goes once it was looked at. */
const FOLDERS: Readonly<Record<IngestStatus, string>> = {
  accepted: 'done',
  duplicate: 'duplicate',
  held: 'held',
  rejected: 'refused',
};
export const TAKEN_FOLDERS: readonly string[] = [...new Set(Object.values(FOLDERS))];

/**
 * Takes in one file of the inbox and moves it to `done`, `duplicate`, `held` or `refused`, a report beside it; null if it
 * is gone, or still being written: it is offered again when it is at rest.
 *
 * Shapes: `attempt` counts from 1; a file that keeps killing its process is refused, so that the others go on.
 * Errors: permanent/INBOX_FILE if it cannot be read. Concurrency: as `ingestFile`; what takes the file's place meanwhile
 * stays in the inbox.
 */
export async function ingestInboxFile(engine: Engine, name: string, attempt = 1): Promise<IngestResult | null> {
  const folder = inboxFolder(engine);
  const file = await takeFile(folder, name);
  if (file === null) return null;
  const input = { name: file.name, bytes: file.bytes, by: 'inbox' };
  const result =
    attempt > MOST_ATTEMPTS ? await refuseFile(engine, input, crashes(name)) : await ingestFile(engine, input);
  engine.onStep('inbox.ingested');
  const target = join(folder, FOLDERS[result.status], `${result.id}-${file.name}`);
  // The report first: once the file is gone from the inbox, nobody comes back to write it.
  await writeFileReport(engine, target, { file: file.name, results: [result] });
  await moveAside(file, target);
  engine.onStep('inbox.moved');
  return result;
}
