/**
 * Started by tests: tells a story to an installation one step after the other, so that every run takes the same steps
 * in the same number, and prints how often it took each. The queue is real; ends when nothing is left to do.
 */
import { fileChannel } from '@quhua/alerts';
import {
  assessMonths,
  checkAlerts,
  checkFeeds,
  checkLandAccounts,
  deliverAlert,
  ingestInboxFile,
  ingestMail,
  openEngine,
  openEngineQueues,
  pullSources,
  relayOutbox,
  runAssessJob,
  runSchedule,
  watchAllProjects,
  watchInbox,
} from '@quhua/engine';
import { readEnv } from '@quhua/runtime';
import { countOutbox } from '@quhua/storage';
import { until } from './poll.ts';
import { orderedClock, type StepOrder, stepHook } from './step-order.ts';
import { isQuiet, perform, type Story, waitingAnywhere } from './story.ts';

const { story, ...order } = JSON.parse(process.argv[2] ?? '') as StepOrder & { readonly story: Story }; // safe: written by the test
const env = readEnv();
const { onStep, counts } = stepHook(order);
await using engine = await openEngine({
  env,
  service: 'story',
  migrate: 'empty',
  now: orderedClock(order).now,
  onStep,
});
await using queues = await openEngineQueues(env, engine);
const channels = { file: fileChannel(engine.home, engine.now) };
const workers = [
  await queues.work('ingest', async ({ file, box }) => {
    if (box === undefined) await ingestInboxFile(engine, file);
    else await ingestMail(engine, { box, name: file });
  }),
  await queues.work('assess', async (_, { id }) => void (await runAssessJob(engine, id.slice(0, id.lastIndexOf('|'))))),
  await queues.work('alerts', async ({ deliveryId }) => void (await deliverAlert(engine, channels, deliveryId))),
];
for (const act of story) {
  await perform(engine, act);
  await workOff();
}
const jobs = {
  'assess-due': () => assessMonths(engine),
  'check-feeds': () => checkFeeds(engine),
  'pull-sources': () => pullSources(engine, { secret: () => null }),
  'check-land': () => checkLandAccounts(engine),
  'check-projects': () => watchAllProjects(engine),
  'check-alerts': () => checkAlerts(engine),
};
await runSchedule(engine, jobs, { by: 'story' });
await workOff();
await Promise.all(workers.map((worker) => worker.close()));
process.stdout.write(JSON.stringify(counts));

/** Files, then messages, each kind at rest before the next is touched. */
async function workOff(): Promise<void> {
  const inbox = watchInbox(engine, queues, env.inboxSettleMs);
  const taken = async (): Promise<boolean> => {
    await inbox.scan();
    return (await waitingAnywhere(engine)).length === 0;
  };
  while (!(await isQuiet(engine))) {
    await until(taken, { withinMs: 30_000, what: 'the files to be taken in' });
    await relayOutbox(engine, queues);
    const settled = async (): Promise<boolean> =>
      (await countOutbox(engine.database.db, engine.config.jurisdiction.code)).unfinished === 0;
    await until(settled, { withinMs: 30_000, what: 'the messages to be worked off' });
  }
}
