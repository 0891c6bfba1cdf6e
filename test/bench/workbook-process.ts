import { readFile } from 'node:fs/promises';
import { AppError, createRegionLookup } from '@quhua/core';
import { LIMITS, openFeed, openWorkbook } from '@quhua/feeds';
import ExcelJS from 'exceljs';
import { nationalConfig } from './national.ts';

// A process for each way of reading, so that time and peak memory are its own.
const [mode = '', file = ''] = process.argv.slice(2);

const MODES: Readonly<Record<string, () => Promise<object>>> = {
  /** Every row of every sheet, and nothing done with it. */
  bare: async () => {
    const workbook = await openWorkbook(await readFile(file), LIMITS);
    let rows = 0;
    for (const sheet of workbook.sheets) for await (const batch of sheet.rows()) rows += batch.length;
    await workbook.close();
    return { rows };
  },
  /** Tables found, columns mapped, every row read and checked. */
  checked: async () => {
    const reading = await openFeed({ name: 'contracts.xlsx', bytes: await readFile(file) }, context());
    let rows = 0;
    for await (const chunk of reading.chunks()) rows += chunk.rows.length;
    const { accepted, warned } = reading.counts();
    await reading.close();
    if (accepted + warned !== rows) throw new Error(JSON.stringify(reading.counts()));
    return { rows };
  },
  exceljs: async () => {
    const reader = new ExcelJS.stream.xlsx.WorkbookReader(file, { sharedStrings: 'cache', worksheets: 'emit' });
    let rows = 0;
    for await (const sheet of reader) for await (const row of sheet) rows += row.hasValues ? 1 : 0;
    return { rows };
  },
  /** A file that must be refused: how long it takes, and how much memory. */
  refused: async () => {
    const bytes = await readFile(file);
    const before = process.resourceUsage().maxRSS;
    const began = performance.now();
    const error = await openFeed({ name: 'bomb.xlsx', bytes }, context()).catch((thrown: unknown) => thrown);
    const seconds = (performance.now() - began) / 1000;
    if (!(error instanceof AppError)) throw new Error('the file was not refused');
    return { code: error.code, seconds, grewMb: (process.resourceUsage().maxRSS - before) / 1024 };
  },
};

function context() {
  const { jurisdiction, feeds } = nationalConfig();
  return { settings: feeds, jurisdiction, lookup: createRegionLookup(jurisdiction.regions), today: '2026-11-25' };
}

const began = performance.now();
const found = (await MODES[mode]?.()) ?? {};
const seconds = (performance.now() - began) / 1000;
process.stdout.write(JSON.stringify({ seconds, rssMb: process.resourceUsage().maxRSS / 1024, ...found }));
