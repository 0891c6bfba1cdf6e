import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@quhua/core';
import type { Engine } from './engine.ts';
import { ingestFile } from './ingest-file.ts';
import type { IngestResult } from './ingest-result.ts';

/**
 * Takes in the sample feeds that a configuration ships in its `sample` folder, all marked 模拟数据.
 *
 * Errors: not_found/NO_SAMPLE if the configuration has none. Concurrency: idempotent.
 */
export async function ingestSample(engine: Engine): Promise<IngestResult[]> {
  const folder = join(engine.config.dir, 'sample');
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.csv')).sort();
  if (names.length === 0) {
    throw new AppError(
      'not_found',
      'NO_SAMPLE',
      `配置 ${engine.config.dir} 没有附带模拟数据（sample/*.csv） / no sample feeds`,
    );
  }
  const results: IngestResult[] = [];
  for (const name of names) {
    results.push(
      await ingestFile(engine, { name, bytes: await readFile(join(folder, name)), simulated: true, by: 'sample' }),
    );
  }
  return results;
}
