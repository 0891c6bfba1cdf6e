import { type Engine, runAssessJob } from '@quhua/engine';
import type { Handler, Queues } from '@quhua/queue';

/** Files that arrive together are assessed together, but a stream of files does not put the assessment off for longer. */
const WAIT_FOR_FILES_MS = 500;
const LOOK_EVERY_MS = 20;

/** Derives what is due; the job's id without its attempt names the message that asked for it. */
export function assessProcessor(engine: Engine, queues: Pick<Queues, 'counts'>): Handler<'assess'> {
  return async (_payload, job) => {
    await untilFilesAreIn(queues);
    await runAssessJob(engine, job.id.slice(0, job.id.lastIndexOf('|')));
  };
}

async function untilFilesAreIn(queues: Pick<Queues, 'counts'>): Promise<void> {
  const until = performance.now() + WAIT_FOR_FILES_MS;
  while (performance.now() < until) {
    const { active, waiting } = await queues.counts('ingest');
    if (active + waiting === 0) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
