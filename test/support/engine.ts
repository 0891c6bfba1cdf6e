import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, loadConfig } from '@quhua/config';
import type { FeedName } from '@quhua/core';
import { type Engine, type IngestResult, ingestFile } from '@quhua/engine';
import { silentLogger } from '@quhua/runtime';
import { openDatabase } from '@quhua/storage';
import { createTestDatabase } from './database.ts';
import { atEnd } from './lifetime.ts';

export const KASHGAR = join(import.meta.dirname, '../../config/kashgar');

export type TestEngine = Engine & {
  readonly databaseUrl: string;
  /** Sets the clock that the engine reads. */
  readonly setNow: (instant: string) => void;
  /** Steps that the engine has reported so far. */
  readonly steps: string[];
};

export type TestEngineOptions = {
  readonly config?: Config;
  readonly now?: string;
  readonly databaseUrl?: string;
  readonly home?: string;
};

/** An engine on a database of its own, with a clock that stands still until it is set. */
export async function createTestEngine(options: TestEngineOptions = {}): Promise<TestEngine> {
  const databaseUrl = options.databaseUrl ?? (await createTestDatabase()).url;
  const database = openDatabase({ connection: { connectionString: databaseUrl }, name: 'quhua-test', poolSize: 5 });
  atEnd(() => database.close());
  let now = new Date(options.now ?? '2025-11-06T10:00:00+08:00');
  const steps: string[] = [];
  return {
    database,
    databaseUrl,
    config: options.config ?? loadConfig(KASHGAR),
    home: options.home ?? (await testFolder()),
    now: () => now,
    log: silentLogger,
    onStep: (step) => steps.push(step),
    steps,
    setNow: (instant) => {
      now = new Date(instant);
    },
  };
}

/** A folder that goes when the test (or the file) ends. */
export async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'quhua-test-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export type SalesRow = readonly [region: string, month: string, signed: string, cancelled: string];
export type StockRow = readonly [region: string, month: string, presale: string, completed: string];

/** A canonical sales file. */
export function salesCsv(rows: readonly SalesRow[]): Buffer {
  return csv('region_code,month,signed_area,cancelled_area', rows);
}

/** A canonical inventory file. */
export function stockCsv(rows: readonly StockRow[]): Buffer {
  return csv('region_code,month,presale_unsold_area,completed_unsold_area', rows);
}

function csv(header: string, rows: readonly (readonly string[])[]): Buffer {
  return Buffer.from(`${header}\n${rows.map((row) => `${row.join(',')}\n`).join('')}`);
}

/** Takes a file in as of an instant, and insists that it was taken in. */
export async function take(
  engine: Engine,
  bytes: Buffer,
  options: { feed?: FeedName; asOf?: string; name?: string } = {},
): Promise<IngestResult> {
  const { feed, asOf, name = 'feed.csv' } = options;
  const result = await ingestFile(engine, {
    name,
    bytes,
    by: 'test',
    ...(feed === undefined ? {} : { feed }),
    ...(asOf === undefined ? {} : { asOf: new Date(asOf) }),
  });
  if (result.status !== 'accepted') throw new Error(`${result.status}: ${result.message}`);
  return result;
}
