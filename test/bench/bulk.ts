import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { createBenchDatabase } from './database.ts';
import { generator, monthsBack, nationalConfig, salesFile } from './national.ts';
import { type Figure, median } from './report.ts';

const run = promisify(execFile);
const ROUNDS = 3;
const MONTHS = 120;

/**
 * 341,520 unit-months from CSV to observations with the row ledger, against the same bytes by `\copy` (COPY where there
 * is no psql) into a text table and the same keyed merge, in turn, on one server.
 */
export async function benchBulk(databaseUrl: string): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'quhua-bench-'));
  try {
    const codes = nationalConfig().jurisdiction.regions.map((region) => region.code);
    const file = join(folder, 'sales.csv');
    await writeFile(file, salesFile(codes, monthsBack('2025-10', MONTHS), generator(1)));
    const yardstick: number[] = [];
    const ours: { seconds: number; rssMb: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      yardstick.push(await copyAndMerge(databaseUrl, file));
      ours.push(await ingest(databaseUrl, file));
    }
    const ratios = ours.map(({ seconds }, at) => seconds / (yardstick[at] ?? Number.NaN));
    const own = median(ours.map((round) => round.seconds));
    const note = `ours ${own.toFixed(2)} s, \\copy + merge ${median(yardstick).toFixed(2)} s, median of ${ROUNDS}`;
    return [
      {
        what: '341,520 unit-months, CSV to merged observations, against \\copy + the same merge',
        value: median(ratios),
        unit: '×',
        atMost: 2,
        note,
      },
      {
        what: 'peak RSS of the process that takes them in',
        value: Math.max(...ours.map((round) => round.rssMb)),
        unit: 'MB',
        atMost: 400,
      },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function copyAndMerge(databaseUrl: string, file: string): Promise<number> {
  await using database = await createBenchDatabase(databaseUrl);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`insert into region (jurisdiction, code, name)
    select '100000', (110000 + n)::text, 'x' from generate_series(0, 2845) n`);
  const columns = 'region_code text, month text, signed text, cancelled text, signed_units text, cancelled_units text';
  await client.query(`create unlogged table raw (line int generated always as identity, ${columns})`);
  const began = performance.now();
  await copy(database.url, file);
  await client.query(`
    insert into sales_observation (region_id, month, known_from, row_hash, batch_id, line, simulated, period_open,
      signed_centisqm, cancelled_centisqm, signed_units, cancelled_units)
    select r.id, month, now(), md5(row(signed, cancelled, signed_units, cancelled_units)::text)::uuid, 1, line, false, false,
      (signed::numeric * 100)::bigint, (cancelled::numeric * 100)::bigint, signed_units::bigint, cancelled_units::bigint
    from raw join region r on r.jurisdiction = '100000' and r.code = region_code
    on conflict do nothing`);
  const seconds = (performance.now() - began) / 1000;
  await client.end();
  return seconds;
}

async function copy(url: string, file: string): Promise<void> {
  const into = 'raw (region_code, month, signed, cancelled, signed_units, cancelled_units)';
  await run('psql', ['-X', '-q', '-d', url, '-c', `\\copy ${into} from '${file}' csv header`]);
}

async function ingest(databaseUrl: string, file: string): Promise<{ seconds: number; rssMb: number }> {
  await using database = await createBenchDatabase(databaseUrl);
  const program = join(import.meta.dirname, 'ingest-process.ts');
  const { stdout } = await run(process.execPath, [program, database.url, file], { maxBuffer: 1 << 20 });
  return JSON.parse(stdout) as { seconds: number; rssMb: number }; // safe: our own program's one line
}
