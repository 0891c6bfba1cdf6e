import XLSX from '@e965/xlsx';
import { AppError, type FeedRow, type FeedValue, type LedgerRow } from '@quhua/core';
import { expect } from 'vitest';
import { FILE_CODES } from '../../src/codes.ts';
import { openFeed } from '../../src/index.ts';
import { LIMITS } from '../../src/limits.ts';
import { openZip } from '../../src/readers/zip-file.ts';
import type { FeedReading } from '../../src/types.ts';
import { CONTEXT, REGIONS } from '../support.ts';
import type { Part } from './changes.ts';

export type Grid = readonly (readonly string[])[];

const AREAS = [820064, 54332, 116065, 105444, 84111, 7712, 457740, 78035, 73857, 61203, 190905, 40011, 10950];
const UNITS = [7340, 490, 1050, 940, 750, 70, 4110, 710, 660, 550, 1700, 360, 100];

/**
 * A good file in which everything is said twice: month in the title and in each row, code and name, and a total under each
 * column. Whatever a single change does to it can be noticed, so a wrong value that is taken without a word is a fault of ours.
 */
export function goodGrid(): Grid {
  const rows = REGIONS.map(({ code, name }, at) => {
    const [area = 0, units = 0] = [AREAS[at], UNITS[at]];
    return [
      code,
      name,
      '2025-10',
      decimal(area * 10 + 3),
      String(units),
      decimal(area),
      String(Math.floor(units / 10)),
    ];
  });
  const sum = (column: number) => rows.reduce((all, row) => all + Number(row[column]?.replace('.', '')), 0);
  const total = ['合计', '', '', decimal(sum(3)), String(sum(4)), decimal(sum(5)), String(sum(6))];
  return [
    ['2025年10月商品住房网签月报', '', '', '', '', '', ''],
    ['单位：平方米、套', '', '', '', '', '', ''],
    ['地区代码', '县市', '月份', '网签面积', '网签套数', '撤销面积', '撤销套数'],
    ...rows,
    total,
  ];
}

function decimal(hundredths: number): string {
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
}

export function csvOf(grid: Grid): string {
  return grid.map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** The same as a workbook: figures as numbers, titles merged. */
export function xlsxOf(grid: Grid, bookType: 'xlsx' | 'biff8' | 'ods' = 'xlsx'): Buffer {
  const cells = grid.map((row, at) =>
    row.map((cell, column) => (at > 2 && column > 2 && cell !== '' ? Number(cell) : cell)),
  );
  const sheet = XLSX.utils.aoa_to_sheet(cells);
  sheet['!merges'] = [0, 1].map((row) => ({ s: { r: row, c: 0 }, e: { r: row, c: 6 } }));
  const book = { SheetNames: ['网签'], Sheets: { 网签: sheet } };
  return XLSX.write(book, { type: 'buffer', bookType, compression: true }) as Buffer; // safe: the type asked for
}

/** `code month` → values. */
export type Values = ReadonlyMap<string, FeedRow['values']>;

export type Judged = {
  readonly values: Values;
  /** Anything that a person is told of beyond what a good file is told of. */
  readonly said: readonly string[];
};

export async function readWhole(reading: FeedReading): Promise<Judged> {
  const rows = new Map<number, FeedRow>();
  const ledger = new Map<number, LedgerRow>();
  try {
    for await (const chunk of reading.chunks()) {
      for (const line of chunk.revokedLines) {
        rows.delete(line);
        ledger.delete(line);
      }
      for (const row of chunk.rows) rows.set(row.line, row);
      for (const row of chunk.ledger) ledger.set(row.line, row);
    }
  } finally {
    await reading.close();
  }
  const { total, accepted, warned, quarantined, duplicate, empty } = reading.counts();
  expect(accepted + warned + quarantined + duplicate).toBe(total);
  expect(rows.size).toBe(accepted + warned);
  const reasons = [...ledger.values()].flatMap((row) => row.reasons);
  for (const { message } of reasons) expect(message).toMatch(/第\d+行/u);
  return {
    values: new Map([...rows.values()].map(({ regionCode, month, values }) => [`${regionCode} ${month}`, values])),
    said: [
      ...reasons.map(({ code }) => code),
      ...reading.notes().map(({ code }) => code),
      ...Array.from({ length: empty }, () => 'EMPTY'),
      ...[...reading.plan.ignored, ...reading.ignored()].map(({ why }) => why),
    ],
  };
}

const CODES: ReadonlySet<string> = new Set(FILE_CODES);

/** What becomes of a file: refused with a code of the list, or read. Anything else that is thrown is a fault of ours. */
export async function outcomeOf(open: () => Promise<FeedReading>): Promise<Judged | string> {
  try {
    return await inTime(async () => readWhole(await open()));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.kind).toBe('invalid');
    expect(CODES).toContain(error.code);
    expect(error.message).toMatch(/^[^/]*\p{Script=Han}.* \/ /su);
    return error.code;
  }
}

const MOST_CPU_MS = 5_000;
const MOST_WAIT_MS = 30_000;

/** The guard against hangs: a good file takes 5 ms of the processor; a changed one must settle, and take no thousand times that. */
async function inTime<T>(work: () => Promise<T>): Promise<T> {
  const before = process.cpuUsage();
  const waited = Promise.withResolvers<never>();
  const timer = setTimeout(() => waited.reject(new Error('the reading did not settle')), MOST_WAIT_MS);
  try {
    return await Promise.race([work(), waited.promise]);
  } finally {
    clearTimeout(timer);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(MOST_CPU_MS);
  }
}

export function openBytes(bytes: Buffer, name = '月报.xlsx'): () => Promise<FeedReading> {
  return () => openFeed({ name, bytes }, CONTEXT);
}

/** What a good file says: what a changed one is held against. */
export type Oracle = { readonly truth: Values; readonly baseline: readonly string[] };

export async function oracleOf(open: () => Promise<FeedReading>): Promise<Oracle> {
  const good = await outcomeOf(open);
  if (typeof good === 'string') throw new Error(`the good file was refused: ${good}`);
  expect(good.values.size).toBe(REGIONS.length);
  return { truth: good.values, baseline: good.said };
}

/** The parts of an archive, inflated. */
export async function partsIn(bytes: Buffer): Promise<Part[]> {
  const zip = await openZip(bytes, LIMITS);
  const parts: Part[] = [];
  for (const name of zip.entries.keys()) {
    parts.push({ name, text: (await zip.read(name, MOST_BYTES))?.toString('utf8') ?? '' });
  }
  return parts;
}

const MOST_BYTES = 1_048_576;

/**
 * The oracle: either nothing was told beyond what a good file is told, and then every value is the true one; or something was.
 * Returns what is wrong, or null. A total allows each row half of its last printed digit: so much may an area be off.
 */
export function wrongness(outcome: Judged | string, { truth, baseline }: Oracle): string | null {
  if (typeof outcome === 'string') return null;
  const left = [...baseline];
  const more = outcome.said.filter((text) => {
    const at = left.indexOf(text);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  if (more.length > 0 || left.length > 0) return null;
  for (const [key, values] of outcome.values) {
    const expected = truth.get(key);
    if (expected === undefined || !values.every((value, at) => isNear(value, expected[at] ?? null, at)))
      return `${key} became ${JSON.stringify(values)}`;
  }
  return outcome.values.size === truth.size ? null : `${truth.size - outcome.values.size} records were lost`;
}

/**
 * Hundredths of a square metre that a total lets pass: half of the last printed digit for each of the thirteen rows, and half of
 * its own. A row that lost a digit gains nothing by it: the finest row of a column says how its rows are rounded.
 */
const ROUNDING = 7;

function isNear(value: FeedValue, expected: FeedValue, at: number): boolean {
  if (value === expected) return true;
  const isArea = at < 2; // signed and cancelled area; homes are counted
  return isArea && typeof value === 'number' && typeof expected === 'number' && Math.abs(value - expected) <= ROUNDING;
}
