import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { createBenchDatabase } from './database.ts';
import { nationalConfig } from './national.ts';
import { type Figure, median } from './report.ts';

const run = promisify(execFile);
const ROUNDS = 3;

/** A file that is taken in, and the same bytes by `\copy` and one statement. */
export type Race = {
  readonly what: string;
  readonly file: string;
  /** All of them must be accepted. */
  readonly rows: number;
  /** Text columns in the file's order. */
  readonly columns: readonly string[];
  /** As PostgreSQL calls it. */
  readonly encoding: 'UTF8' | 'GB18030';
  /** Turns table `raw`, its lines numbered, into observations. */
  readonly merge: string;
};

type Ingested = { readonly seconds: number; readonly cpuSeconds: number; readonly rssMb: number };

/** Taking in a file with its ledger, in a process of its own, against `\copy` and the same keyed merge: in turn, on one server. */
export async function raceAgainstCopy(databaseUrl: string, race: Race): Promise<Figure[]> {
  const yardstick: number[] = [];
  const ours: Ingested[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    yardstick.push(await copyAndMerge(databaseUrl, race));
    ours.push(await ingest(databaseUrl, race));
  }
  const ratios = ours.map(({ seconds }, at) => seconds / (yardstick[at] ?? Number.NaN));
  const [own, cpu] = [median(ours.map(({ seconds }) => seconds)), median(ours.map(({ cpuSeconds }) => cpuSeconds))];
  const note = `ours ${own.toFixed(2)} s (${cpu.toFixed(2)} s of CPU), \\copy + merge ${median(yardstick).toFixed(2)} s, median of ${ROUNDS}`;
  return [
    { what: `${race.what}, against \\copy + the same merge`, value: median(ratios), unit: '×', atMost: 2, note },
    {
      what: `${race.what}: peak RSS of the process that takes them in`,
      value: Math.max(...ours.map(({ rssMb }) => rssMb)),
      unit: 'MB',
      atMost: 400,
    },
  ];
}

async function copyAndMerge(databaseUrl: string, { file, columns, encoding, merge }: Race): Promise<number> {
  await using database = await createBenchDatabase(databaseUrl);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { code, regions } = nationalConfig().jurisdiction;
  await client.query(
    'insert into region (jurisdiction, code, name) select $1, code, code from unnest($2::text[]) code',
    [code, regions.map((region) => region.code)],
  );
  const texts = columns.map((name) => `${name} text`).join(', ');
  await client.query(`create unlogged table raw (line int generated always as identity, ${texts})`);
  const began = performance.now();
  const copy = `\\copy raw (${columns.join(', ')}) from '${file}' (format csv, header, encoding '${encoding}')`;
  await run('psql', ['-X', '-q', '-d', database.url, '-c', copy]);
  await client.query(merge);
  const seconds = (performance.now() - began) / 1000;
  await client.end();
  return seconds;
}

async function ingest(databaseUrl: string, { file, rows }: Race): Promise<Ingested> {
  await using database = await createBenchDatabase(databaseUrl);
  const program = join(import.meta.dirname, 'ingest-process.ts');
  const command = [...process.execArgv, program, database.url, file, String(rows)]; // V8's flags as in production
  const { stdout } = await run(process.execPath, command, { maxBuffer: 1 << 20 });
  return JSON.parse(stdout) as Ingested; // safe: our own program's one line
}
