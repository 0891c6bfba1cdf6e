import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addMonths, type Month } from '@quhua/core';
import { inboxFolder } from '@quhua/engine';
import { startScheduler } from '@quhua/scheduler';
import { startWorker } from '@quhua/worker';
import ExcelJS from 'exceljs';
import { sql } from 'kysely';
import { untilDelivered } from './drops.ts';
import { generator, nationalConfig } from './national.ts';
import { type Figure, median, quantile } from './report.ts';
import { openBench, type Servers } from './services.ts';

const DROPS = 100;
const ROWS = 20;
const FIRST: Month = '2016-01';
/** What a deployment would set for a folder that is filled by renaming whole files. */
const SETTLE_MS = 50;
const LONGEST_MS = 30_000;

/** A county's monthly report of 20 rows as .xlsx: from renaming it into the inbox until its batch is stored. Scheduler and worker run as in production, in this process. */
export async function benchCounty(servers: Servers): Promise<Figure[]> {
  await using bench = await openBench(servers, nationalConfig());
  const { engine, queues } = bench;
  const worker = await startWorker(engine, queues);
  const scheduler = startScheduler(engine, queues, { inboxSettleMs: SETTLE_MS });
  const codes = engine.config.jurisdiction.regions.slice(0, ROWS).map((region) => region.code);
  const random = generator(17);
  const stored = async (): Promise<number> => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from batch`.execute(engine.database.db);
    return rows[0]?.n ?? 0;
  };
  const times: number[] = [];
  try {
    for (let drop = 0; drop < DROPS; drop += 1) {
      await untilDelivered(engine); // the last report was assessed long ago
      const path = join(inboxFolder(engine), `县市月报-${drop}.xlsx`);
      await writeFile(`${path}.part`, await reportOf(codes, addMonths(FIRST, drop), random));
      const began = performance.now();
      await rename(`${path}.part`, path);
      while ((await stored()) <= drop) {
        if (performance.now() - began > LONGEST_MS) throw new Error(`drop ${drop} was not stored within 30 s`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      times.push(performance.now() - began);
    }
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from batch where status = 'accepted' and total = ${ROWS}`.execute(engine.database.db);
    if (rows[0]?.n !== DROPS) throw new Error(`${rows[0]?.n} of ${DROPS} files were taken in whole`);
  } finally {
    await scheduler.close();
    await worker.close();
  }
  const note = `p50 ${median(times).toFixed(0)} ms, ${DROPS} drops, settle ${SETTLE_MS} ms`;
  return [
    {
      what: "county's .xlsx of 20 rows: renamed into the inbox → batch stored, p99",
      value: quantile(times, 0.99),
      unit: 'ms',
      atMost: 300,
      note,
    },
  ];
}

async function reportOf(codes: readonly string[], month: Month, random: (below: number) => number): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('月报');
  sheet.addRow(['县市', '月份', '网签面积（㎡）', '撤销面积（㎡）', '网签套数', '撤销套数']);
  for (const code of codes) {
    const homes = 50 + random(30);
    sheet.addRow([code, month, homes * (100 + random(20)), 0, homes, 0]);
  }
  return Buffer.from(await book.xlsx.writeBuffer());
}
