import { type Output, printAlerts, printAssessments } from '@quhua/cli';
import { addMonths, monthText } from '@quhua/core';
import {
  assessMonths,
  assessmentsOf,
  checkFeeds,
  type IngestResult,
  ingestSample,
  type OpenEngine,
  ruleInForce,
} from '@quhua/engine';
import { countOutbox, findLatestMonth, listAlerts, readDeliveryBalance } from '@quhua/storage';

export type FirstPassOptions = { readonly out: Output; readonly sample: boolean };

/** How long the first pass waits for the queue to come to rest. */
const QUEUE_WITHIN_MS = 30_000;

/** Takes in the sample feeds, assesses every month, waits for the queue, and shows all of it. */
export async function firstPass(engine: OpenEngine, { out, sample }: FirstPassOptions): Promise<void> {
  const began = engine.now();
  if (sample) printBatches(out, await ingestSample(engine));
  await assessMonths(engine);
  await checkFeeds(engine);
  await printNewestMonth(engine, out);
  const alerts = await listAlerts(engine.database.db, {
    jurisdiction: engine.config.jurisdiction.code,
    status: 'open',
  });
  const fresh = alerts.filter((alert) => alert.openedAt >= began);
  out.line(
    fresh.length === 0
      ? `没有新的预警；未解除的预警 ${alerts.length} 条：quhua alerts`
      : `新开预警 ${fresh.length} 条：`,
  );
  if (fresh.length > 0) printAlerts(out, fresh);
  await printQueue(engine, out);
}

function printBatches(out: Output, batches: readonly IngestResult[]): void {
  for (const { file, status, rows } of batches) {
    out.line(`【模拟数据】${file}　${status === 'duplicate' ? '此前已接收' : `${status}，${rows.total} 行`}`);
  }
  out.line();
}

async function printNewestMonth(engine: OpenEngine, out: Output): Promise<void> {
  const { name, code } = engine.config.jurisdiction;
  const month = await findLatestMonth(engine.database.db, code);
  if (month === undefined) {
    out.line('还没有数据：把文件放进收件箱 / no data yet: drop files into the inbox');
    return;
  }
  const rulebook = ruleInForce(engine);
  const { months } = await assessmentsOf(engine, { from: addMonths(month, -1), to: month });
  out.line(`${name} ${monthText(month)}　${rulebook.number}　口径 ${rulebook.definition.id}`);
  printAssessments(out, { regions: months[1]?.regions ?? [], before: months[0]?.regions ?? [], tiers: rulebook.tiers });
}

/** What went into the queue and what came out of it. */
async function printQueue(engine: OpenEngine, out: Output): Promise<void> {
  const { db } = engine.database;
  const until = engine.now().getTime() + QUEUE_WITHIN_MS;
  let outbox = await countOutbox(db);
  while (outbox.waiting + outbox.unfinished > 0 && engine.now().getTime() < until) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    outbox = await countOutbox(db);
  }
  const { created, delivered, pending, silenced, dead } = await readDeliveryBalance(db);
  out.line(
    `队列：进 ${outbox.waiting + outbox.unfinished + outbox.done} 件，出 ${outbox.done} 件，在途 ${outbox.waiting + outbox.unfinished} 件`,
  );
  out.line(
    `投递：${created} 件 = 送达 ${delivered} + 待发 ${pending} + 静默 ${silenced} + 失败 ${dead}　→ ${engine.home}/sent/`,
  );
}
