import {
  AppError,
  createRegionLookup,
  type FeedsSettings,
  type LedgerRow,
  type MonthlyRow,
  type Region,
  type RowCounts,
  type RowReason,
} from '@quhua/core';
import {
  type FeedChunk,
  type FeedContext,
  type FeedFile,
  type FeedReading,
  openFeed,
  type ReadPlan,
} from '../src/index.ts';
import { encodeGb18030 } from '../src/mojibake.ts';

const region = (code: string, name: string, short: string, aliases: string[] = []): Region => {
  return { code, name, short, kind: 'county', aliases, local: code.includes('-') };
};

/** The 13 units of the sample feeds. */
export const REGIONS: readonly Region[] = [
  region('653101', '喀什市', '喀什', ['喀什市本级']),
  region('653100-JKQ', '喀什经济开发区', '经开区', ['喀什经开区']),
  region('653121', '疏附县', '疏附'),
  region('653122', '疏勒县', '疏勒'),
  region('653123', '英吉沙县', '英吉沙'),
  region('653124', '泽普县', '泽普'),
  region('653125', '莎车县', '莎车'),
  region('653126', '叶城县', '叶城'),
  region('653127', '麦盖提县', '麦盖提'),
  region('653128', '岳普湖县', '岳普湖'),
  region('653129', '伽师县', '伽师'),
  region('653130', '巴楚县', '巴楚'),
  region('653131', '塔什库尔干塔吉克自治县', '塔县', ['塔什库尔干', '塔什库尔干县']),
];

export const SETTINGS: FeedsSettings = {
  heldAboveShare: 0.5,
  keyHeaders: { region: ['县市', '地区', '地区代码'], month: ['月份', '统计月份'], unit: ['单位', '计量单位'] },
  feeds: {
    sales: {
      simulated: false,
      dueDay: 7,
      graceDays: 3,
      headers: {
        signed_area: ['网签面积'],
        cancelled_area: ['撤销网签面积', '退房面积'],
        signed_units: ['网签套数'],
        cancelled_units: ['撤销网签套数'],
      },
    },
    inventory: {
      simulated: false,
      dueDay: 7,
      graceDays: 3,
      headers: {
        presale_unsold_area: ['批准预售未售面积'],
        completed_unsold_area: ['现售未售面积'],
        newly_permitted_area: ['新批准预售面积'],
        adjustment_area: ['库存调整面积'],
      },
    },
  },
};

/** As the sample feeds are known. */
export const CONTEXT: FeedContext = { settings: SETTINGS, lookup: createRegionLookup(REGIONS), today: '2025-11-06' };

export type Outcome = {
  readonly plan: ReadPlan;
  readonly rows: readonly MonthlyRow[];
  /** By line. */
  readonly ledger: ReadonlyMap<number, LedgerRow>;
  readonly counts: RowCounts;
  readonly notes: readonly RowReason[];
};

/** Reads a whole file as its caller does, revocations applied. */
export async function readAll(file: FeedFile, context: FeedContext = CONTEXT): Promise<Outcome> {
  const reading = openFeed(file, context);
  const rows = new Map<number, MonthlyRow>();
  const ledger = new Map<number, LedgerRow>();
  for await (const chunk of reading.chunks()) {
    for (const line of chunk.revokedLines) {
      rows.delete(line);
      ledger.delete(line);
    }
    for (const row of chunk.rows) rows.set(row.line, row);
    for (const row of chunk.ledger) ledger.set(row.line, row);
  }
  return { plan: reading.plan, rows: [...rows.values()], ledger, counts: reading.counts(), notes: reading.notes() };
}

/** A text as a file. */
export function fileOf(text: string, name = '月报.csv'): FeedFile {
  return { name, bytes: Buffer.from(text) };
}

export function lines(...rows: string[]): string {
  return rows.map((row) => `${row}\n`).join('');
}

/** The error with which a file is refused; fails if it is taken. */
export async function refusalOf(file: FeedFile, context: FeedContext = CONTEXT): Promise<AppError> {
  try {
    await readAll(file, context);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`${file.name} was not refused`);
}

export function gb18030(text: string): Buffer {
  const bytes = encodeGb18030(text);
  if (bytes === undefined) throw new Error('not to be written with two bytes a character');
  return bytes;
}

export function codesOf(reasons: readonly RowReason[]): string[] {
  return reasons.map(({ code }) => code);
}

export async function chunksOf(reading: FeedReading): Promise<FeedChunk[]> {
  const chunks: FeedChunk[] = [];
  for await (const chunk of reading.chunks()) chunks.push(chunk);
  return chunks;
}

/** How a property is run: another seed through QUHUA_TEST_SEED. */
export function runs(numRuns: number): { numRuns: number; seed: number } {
  return { numRuns, seed: Number(process.env.QUHUA_TEST_SEED ?? 20261125) };
}
