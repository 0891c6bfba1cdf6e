import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Engine, ingestFile } from '@quhua/engine';
import { silentLogger, systemClock } from '@quhua/runtime';
import { openDatabase } from '@quhua/storage';
import { nationalConfig } from './national.ts';

// A process of its own, so that its peak memory is that of taking in the file and nothing else.
const [url = '', file = '', rows = ''] = process.argv.slice(2);
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
const result = await ingestFile(engine, { name: basename(file), bytes: await readFile(file), by: 'bench' });
const seconds = (performance.now() - began) / 1000;
await rm(home, { recursive: true });
if (String(result.rows.accepted) !== rows) throw new Error(JSON.stringify(result));
const { user, system } = process.cpuUsage();
const rssMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, rssMb }));
