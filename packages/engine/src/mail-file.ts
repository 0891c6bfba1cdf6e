import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AppError } from '@quhua/core';
import { type MessageReading, SOURCE_KINDS } from '@quhua/sources';
import type { Engine } from './engine.ts';
import { type ReportInput, writeFileReport } from './file-report.ts';
import { mailFolders } from './inbox-folder.ts';
import { ingestFile, refuseFile } from './ingest-file.ts';
import type { IngestResult } from './ingest-result.ts';
import { crashes, MOST_ATTEMPTS, moveAside, type TakenFile, takeFile } from './take-file.ts';

export type MailInput = { readonly box: string; readonly name: string; readonly attempt?: number };

/**
 * Takes in the tables attached to one message of a mailbox and moves the message to `done`, or to `refused` if any of it
 * was refused, a report beside it; null if it is gone, or still being written.
 *
 * Errors: not_found/MAILBOX_NOT_FOUND for a mailbox that the configuration does not name; permanent/INBOX_FILE.
 * Concurrency: idempotent, also after a crash in the middle: an attachment is known by its bytes.
 */
export async function ingestMail(
  engine: Engine,
  { box, name, attempt = 1 }: MailInput,
): Promise<IngestResult[] | null> {
  const folder = mailFolders(engine).find((one) => one.name === box)?.folder;
  if (folder === undefined) {
    throw new AppError(
      'not_found',
      'MAILBOX_NOT_FOUND',
      `配置中没有邮箱 ${box} / no such mailbox in the configuration`,
    );
  }
  const file = await takeFile(folder, name);
  if (file === null) return null;
  const report = attempt > MOST_ATTEMPTS ? await refuse(engine, file, crashes(name)) : await takeIn(engine, file);
  engine.onStep('mail.ingested');
  const isRefused = report.results.some(({ status }) => status === 'rejected');
  const id = createHash('sha256').update(file.bytes).digest('hex').slice(0, 8);
  const target = join(folder, isRefused ? 'refused' : 'done', `${id}-${file.name}`);
  await writeFileReport(engine, target, report);
  await moveAside(file, target);
  engine.onStep('mail.moved');
  return [...report.results];
}

async function takeIn(engine: Engine, file: TakenFile): Promise<ReportInput> {
  let message: MessageReading;
  try {
    message = await SOURCE_KINDS.mailbox.open(file.bytes);
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'invalid') throw error;
    return refuse(engine, file, error);
  }
  const results: IngestResult[] = [];
  for (const { name, bytes } of message.files) {
    results.push(await ingestFile(engine, { name, bytes, by: `mail ${message.sender}` }));
    engine.onStep('mail.attachment');
  }
  const { sender, subject, passed } = message;
  return { file: file.name, origin: `${sender}《${subject}》`, results, passed };
}

async function refuse(engine: Engine, { name, bytes }: TakenFile, why: AppError): Promise<ReportInput> {
  const result = await refuseFile(engine, { name, bytes, by: 'mail' }, why);
  return { file: name, results: [result], refused: { code: why.code, message: why.message } };
}
