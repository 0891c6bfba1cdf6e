import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, ingestFile } from '@quhua/engine';
import { silentLogger, systemClock } from '@quhua/runtime';
import { openDatabase } from '@quhua/storage';
import { nationalConfig } from './national.ts';

// A process of its own, so that its peak memory is that of taking in the file and nothing else.
const [url = '', file = ''] = process.argv.slice(2);
await using database = openDatabase({ connection: { connectionString: url }, name: 'bench' });
const home = await mkdtemp(join(tmpdir(), 'quhua-bench-'));
const engine: Engine = {
  database,
  config: nationalConfig(),
  home,
  now: systemClock,
  log: silentLogger,
  onStep: () => {},
};
const began = performance.now();
const result = await ingestFile(engine, { name: 'sales.csv', bytes: await readFile(file), by: 'bench' });
const seconds = (performance.now() - began) / 1000;
if (result.rows.accepted !== 341_520) throw new Error(JSON.stringify(result));
process.stdout.write(JSON.stringify({ seconds, rssMb: process.resourceUsage().maxRSS / 1024 }));
