import { alertJson, BATCH_STATUS_TEXT, inOrder, type Output, printAlerts, printAssessments } from '@quhua/cli';
import { AppError, addMonths, monthText, SIMULATED_MARK } from '@quhua/core';
import {
  assessMonths,
  assessmentsOf,
  checkFeeds,
  type IngestResult,
  ingestSample,
  type OpenEngine,
  type RegionAssessment,
  ruleInForce,
} from '@quhua/engine';
import { type Alert, countOutbox, findLatestMonth, listAlerts, listBatches, readDeliveryBalance } from '@quhua/storage';

export type FirstPassOptions = { readonly out: Output; readonly sample: boolean };

/** How long the first pass waits for the queue to come to rest. */
const QUEUE_WITHIN_MS = 30_000;
/** Batches looked at to find out whether an installation has figures of its own. */
const BATCHES_SEEN = 1_000;

/** Takes in the sample feeds, assesses every month, waits for the queue, and shows all of it. */
export async function firstPass(engine: OpenEngine, { out, sample }: FirstPassOptions): Promise<void> {
  const began = engine.now();
  if (sample) await takeSample(engine, out);
  await assessMonths(engine);
  await checkFeeds(engine);
  const newest = await showNewestMonth(engine, out);
  const jurisdiction = engine.config.jurisdiction.code;
  const open = (await listAlerts(engine.database.db, { jurisdiction })).filter(({ status }) => status !== 'resolved');
  const fresh = inOrder(open.filter((alert) => alert.openedAt >= began));
  showAlerts(out, { fresh, open: open.length, now: engine.now() });
  const queue = await settleQueue(engine);
  const deliveries = await readDeliveryBalance(engine.database.db, engine.config.jurisdiction.code);
  showQueue(out, queue, deliveries, engine.home);
  out.document({ ...newest, alerts: fresh.map(alertJson), openAlerts: open.length, queue, deliveries });
}

async function takeSample(engine: OpenEngine, out: Output): Promise<void> {
  const batches = await listBatches(engine.database.db, engine.config.jurisdiction.code, BATCHES_SEEN);
  // What is known last wins: simulated figures must never take the place of reported ones.
  if (batches.some(({ simulated, status }) => !simulated && status !== 'rejected')) {
    out.line('已有报送的数据，不接收模拟数据 / there are real figures: the sample feeds are left out\n');
    return;
  }
  try {
    for (const batch of await ingestSample(engine)) out.line(sampleText(batch));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'NO_SAMPLE') throw error;
    out.line('配置没有附带模拟数据 / the configuration has no sample feeds');
  }
  out.line();
}

function sampleText({ file, status, rows }: IngestResult): string {
  return `${SIMULATED_MARK}${file}  ${BATCH_STATUS_TEXT[status]}，${rows.total} 行`;
}

type NewestMonth = { readonly month: string | null; readonly regions: readonly RegionAssessment[] };

async function showNewestMonth(engine: OpenEngine, out: Output): Promise<NewestMonth> {
  const { name, code } = engine.config.jurisdiction;
  const month = await findLatestMonth(engine.database.db, code);
  if (month === undefined) {
    out.line('还没有数据：把文件放进收件箱 / no data yet: drop files into the inbox\n');
    return { month: null, regions: [] };
  }
  const rulebook = ruleInForce(engine);
  const { months } = await assessmentsOf(engine, { from: addMonths(month, -1), to: month });
  const [before = [], regions = []] = months.map((one) => one.regions);
  const title = `${name} ${monthText(month)}  ${rulebook.number}  口径 ${rulebook.definition.id}`;
  printAssessments(out, { title, regions, before, tiers: rulebook.tiers });
  return { month, regions };
}

type FreshAlerts = { readonly fresh: readonly Alert[]; readonly open: number; readonly now: Date };

function showAlerts(out: Output, { fresh, open, now }: FreshAlerts): void {
  if (fresh.length === 0) {
    out.line(`没有新的预警；未解除的预警 ${open} 条，见 npm run -s quhua -- alerts / no new alerts`);
    return;
  }
  out.line(out.paint('bold', `新开预警 ${fresh.length} 条 / alerts opened`));
  printAlerts(out, fresh, now);
}

type QueueState = { readonly in: number; readonly out: number; readonly unfinished: number };

/** Waits for the queue to come to rest; what went into it and what came out. */
async function settleQueue(engine: OpenEngine): Promise<QueueState> {
  const { db } = engine.database;
  const until = engine.now().getTime() + QUEUE_WITHIN_MS;
  let outbox = await countOutbox(db, engine.config.jurisdiction.code);
  while (outbox.waiting + outbox.unfinished > 0 && engine.now().getTime() < until) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    outbox = await countOutbox(db, engine.config.jurisdiction.code);
  }
  const unfinished = outbox.waiting + outbox.unfinished;
  return { in: unfinished + outbox.done, out: outbox.done, unfinished };
}

type Deliveries = Awaited<ReturnType<typeof readDeliveryBalance>>;

function showQueue(out: Output, queue: QueueState, deliveries: Deliveries, home: string): void {
  const { created, delivered, pending, silenced, dead } = deliveries;
  out.line();
  out.line(`队列 / queue：进 ${queue.in} 件，出 ${queue.out} 件，在途 ${queue.unfinished} 件`);
  out.line(
    `预警投递 / deliveries：共 ${created} = 送达 ${delivered} + 待发 ${pending} + 静默 ${silenced} + 失败 ${dead}  → ${home}/sent/`,
  );
}
