import { countDueUnits, markOutboxDone } from '@quhua/storage';
import { type AssessOutcome, assessMonths } from './assess-months.ts';
import type { Engine } from './engine.ts';
import { ASSESS_QUEUE } from './settle-batch.ts';

/** Does what a message of the assess queue asks for: derives whatever is due, whoever made it so, and settles the message. */
export async function runAssessJob(engine: Engine, jobKey: string): Promise<AssessOutcome> {
  const outcome = await assessMonths(engine);
  // Units that somebody else has in hand stay marked until that commits. Should it die instead, nobody but this message
  // knows of them, so it waits for them before it counts as done.
  if ((await countDueUnits(engine.database.db, engine.config.jurisdiction.code)) > 0) {
    await assessMonths(engine, { wait: true });
  }
  await engine.database.transaction((tx) =>
    markOutboxDone(tx, engine.config.jurisdiction.code, { queue: ASSESS_QUEUE, jobKey }),
  );
  engine.onStep('assess.settled');
  return outcome;
}
