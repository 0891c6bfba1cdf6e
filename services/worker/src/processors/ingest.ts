import { type Engine, ingestInboxFile } from '@quhua/engine';
import type { Handler } from '@quhua/queue';

/** Takes in one file of the inbox. */
export function ingestProcessor(engine: Engine): Handler<'ingest'> {
  return async ({ file }, job) => {
    await ingestInboxFile(engine, file, job.attempt);
  };
}
