import { type Engine, runAssessJob } from '@quhua/engine';
import type { Handler } from '@quhua/queue';

/** Derives what is due; the job's id without its attempt names the message that asked for it. */
export function assessProcessor(engine: Engine): Handler<'assess'> {
  return async (_payload, job) => {
    await runAssessJob(engine, job.id.slice(0, job.id.lastIndexOf('|')));
  };
}
