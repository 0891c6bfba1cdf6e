import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addMonths, type Month } from '@quhua/core';
import { assessMonths, type Engine, inboxFolder, ingestFile, relayOutbox } from '@quhua/engine';
import { startScheduler } from '@quhua/scheduler';
import { startWorker } from '@quhua/worker';
import { sql } from 'kysely';
import { generator, monthsBack, nationalConfig, salesFile, stockFile, UNITS } from './national.ts';
import { type Figure, median, quantile } from './report.ts';
import { openBench, type Servers } from './services.ts';

const DROPS = 100;
const CORRECTIONS = 200;
const HISTORY = 24;
const SEEDED_TO: Month = '2016-12';
/** What a deployment would set for a folder that is filled by renaming whole files. */
const SETTLE_MS = 50;

/**
 * National feed: sales and inventory of 2,846 units dropped into the inbox, with restatements of earlier months, until
 * the last alert of the drop is in the queue. Scheduler, worker and relay run as in production, in this process.
 */
export async function benchDrops(servers: Servers): Promise<Figure[]> {
  await using bench = await openBench(servers, nationalConfig());
  const { engine, queues } = bench;
  await seed(engine);
  await relayOutbox(engine, queues);
  const worker = await startWorker(engine, queues);
  const scheduler = startScheduler(engine, queues, { inboxSettleMs: SETTLE_MS });
  const times: number[] = [];
  let alerts = 0;
  try {
    await untilQuiet(engine);
    const random = generator(7);
    for (let drop = 0; drop < DROPS; drop += 1) {
      await untilDelivered(engine); // a national feed comes once a month: the last one's messages are long out
      const before = await countDeliveries(engine);
      times.push(await timeDrop(engine, drop, random));
      alerts += (await countDeliveries(engine)) - before;
    }
  } finally {
    await scheduler.close();
    await worker.close();
  }
  const note = `p50 ${median(times).toFixed(0)} ms, ${DROPS} drops, ${alerts} alerts, settle ${SETTLE_MS} ms`;
  return [
    {
      what: `national feed (${UNITS} units × sales + inventory): drop → last alert in the queue, p99`,
      value: quantile(times, 0.99) / 1000,
      unit: 's',
      atMost: 2,
      note,
    },
  ];
}

/** Two years of history, assessed. */
async function seed(engine: Engine): Promise<void> {
  const codes = engine.config.jurisdiction.regions.map((region) => region.code);
  const span = monthsBack(SEEDED_TO, HISTORY);
  const random = generator(3);
  await ingestFile(engine, { name: 'sales.csv', bytes: salesFile(codes, span, random), by: 'bench' });
  await ingestFile(engine, { name: 'stock.csv', bytes: stockFile(codes, span, random), by: 'bench' });
  await assessMonths(engine);
  await sql`vacuum analyze`.execute(engine.database.db);
}

/** A new month of every unit; every other drop restates one of the six months before it for a tenth of the units. */
async function timeDrop(engine: Engine, drop: number, random: (below: number) => number): Promise<number> {
  const codes = engine.config.jurisdiction.regions.map((region) => region.code);
  const month: Month = addMonths(SEEDED_TO, drop + 1);
  const earlier = addMonths(month, -1 - random(6));
  const some = drop % 2 === 0 ? [] : codes.filter(() => random(10) === 0);
  const files = [
    { name: `${drop}-sales.csv`, bytes: joined(salesFile, { codes, some, month, earlier }, random) },
    { name: `${drop}-stock.csv`, bytes: joined(stockFile, { codes, some, month, earlier }, random) },
  ];
  const began = performance.now();
  for (const { name, bytes } of files) {
    const path = join(inboxFolder(engine), name);
    await writeFile(`${path}.part`, bytes);
    await rename(`${path}.part`, path);
  }
  await untilBatches(engine, 2 * (drop + 1) + 2);
  await untilQuiet(engine);
  return performance.now() - began;
}

type Drop = {
  readonly codes: readonly string[];
  readonly some: readonly string[];
  readonly month: Month;
  readonly earlier: Month;
};

function joined(
  make: typeof salesFile,
  { codes, some, month, earlier }: Drop,
  random: (below: number) => number,
): Buffer {
  const fresh = make(codes, { from: month, to: month }, random);
  const restated = make(some, { from: earlier, to: earlier }, random).toString().split('\n').slice(1).join('\n');
  return Buffer.concat([fresh, Buffer.from(restated)]);
}

async function untilBatches(engine: Engine, count: number): Promise<void> {
  await poll(async () => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from batch`.execute(engine.database.db);
    return (rows[0]?.n ?? 0) >= count;
  });
}

/** Every message of the outbox has been handed over, and none of the assessing is left. */
async function untilQuiet(engine: Engine): Promise<void> {
  await poll(async () => {
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from outbox where done_at is null and (enqueued_at is null or queue = 'assess')`.execute(
      engine.database.db,
    );
    return rows[0]?.n === 0;
  });
}

async function poll(done: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + 60_000;
  while (!(await done())) {
    if (performance.now() > until) throw new Error('the drop did not come to an end within 60 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function countDeliveries(engine: Engine): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from delivery`.execute(engine.database.db);
  return rows[0]?.n ?? 0;
}

/** One unit's correction in a national installation: from the start of taking it in until a worker has its alert in hand. */
export async function benchCorrections(servers: Servers): Promise<Figure[]> {
  await using bench = await openBench(servers, nationalConfig());
  const { queues } = bench;
  let seen: (() => void) | null = null;
  const engine: Engine = { ...bench.engine, onStep: (step) => step === 'deliver.claimed' && seen?.() };
  await seed(engine);
  await relayOutbox(engine, queues);
  const worker = await startWorker(engine, queues);
  const times: number[] = [];
  try {
    await untilDelivered(engine);
    for (let round = 0; round < CORRECTIONS; round += 1) {
      const arrived = new Promise<void>((resolve) => {
        seen = resolve;
      });
      const began = performance.now();
      await ingestFile(engine, { name: `${round}.csv`, bytes: correction(engine, round), by: 'bench' });
      await arrived;
      times.push(performance.now() - began);
      await untilDelivered(engine);
    }
  } finally {
    await worker.close();
  }
  const note = `p50 ${median(times).toFixed(0)} ms, ${CORRECTIONS} corrections`;
  return [
    {
      what: "one unit's correction → its alert in the queue, p99",
      value: quantile(times, 0.99),
      unit: 'ms',
      atMost: 200,
      note,
    },
  ];
}

/** Now far over 36 months, now far under 18: every correction changes the tier. */
function correction({ config }: Engine, round: number): Buffer {
  const code = config.jurisdiction.regions[0]?.code ?? '';
  const stock = round % 2 === 0 ? `${90_000_000 + round}.00` : `${100 + round}.00`;
  return Buffer.from(`region_code,month,presale_unsold_area,completed_unsold_area\n${code},${SEEDED_TO},${stock},0\n`);
}

/** Every message of the outbox has been dealt with. */
export async function untilDelivered(engine: Engine): Promise<void> {
  await poll(async () => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from outbox where done_at is null`.execute(
      engine.database.db,
    );
    return rows[0]?.n === 0;
  });
}
