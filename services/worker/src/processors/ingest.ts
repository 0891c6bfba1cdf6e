import { type Engine, ingestInboxFile, ingestMail } from '@quhua/engine';
import type { Handler } from '@quhua/queue';

/** Takes in one file of the inbox, or one message of a mailbox. */
export function ingestProcessor(engine: Engine): Handler<'ingest'> {
  return async ({ file, box }, job) => {
    if (box === undefined) await ingestInboxFile(engine, file, job.attempt);
    else await ingestMail(engine, { box, name: file, attempt: job.attempt });
  };
}
