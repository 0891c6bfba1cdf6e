import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Figure, median } from './report.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const ROUNDS = 5;

/** The two commands that a person waits for, as whole processes through npm, embedded PostgreSQL, sample data. */
export async function benchStarts(): Promise<Figure[]> {
  const starts: number[] = [];
  const assessments: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const home = await mkdtemp(join(tmpdir(), 'quhua-bench-'));
    starts.push(await seconds(home, ['start', '--', '--once']));
    assessments.push(await seconds(home, ['run', '-s', 'quhua', '--', 'assess', '--month', '2025-10']));
    await rm(home, { recursive: true });
  }
  return [
    {
      what: '`npm start -- --once`, new home',
      value: median(starts),
      unit: 's',
      atMost: 6,
      note: `median of ${ROUNDS}`,
    },
    { what: '`quhua assess`', value: median(assessments), unit: 's', atMost: 1.5, note: `median of ${ROUNDS}` },
  ];
}

async function seconds(home: string, args: readonly string[]): Promise<number> {
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...environment } = process.env;
  const began = performance.now();
  await run('npm', [...args], { cwd: ROOT, env: { ...environment, QUHUA_HOME: home } });
  return (performance.now() - began) / 1000;
}
