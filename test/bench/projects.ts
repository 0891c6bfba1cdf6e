import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createBenchDatabase } from './database.ts';
import { fillProjects, PROJECTS, REPORTS } from './project-rows.ts';
import { type Figure, median } from './report.ts';

const run = promisify(execFile);
const ROUNDS = 3;
const ROWS = PROJECTS * REPORTS;

type Measured = {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rssMb: number;
  readonly rows: number;
  /** Of an evaluation: how many projects stand at each level. */
  readonly levels?: Readonly<Record<string, number>>;
};

/** The daily evaluation of ten thousand projects with sixty reports each, against the plain read of the same reports: in turn, on one server. */
export async function benchProjects(databaseUrl: string): Promise<Figure[]> {
  await using scratch = await createBenchDatabase(databaseUrl);
  await fillProjects(scratch.url);
  const [plain, own, read]: [Measured[], Measured[], Measured[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    plain.push(await measure('plain', scratch.url));
    own.push(await measure('evaluate', scratch.url));
    read.push(await measure('read', scratch.url));
  }
  return figuresOf({ plain, own, read });
}

async function measure(mode: string, url: string): Promise<Measured> {
  const program = join(import.meta.dirname, 'projects-process.ts');
  const { stdout } = await run(process.execPath, [...process.execArgv, program, mode, url]); // V8's flags as in production
  const found = JSON.parse(stdout) as Measured; // safe: our own program's one line
  if (found.rows !== ROWS) throw new Error(`${mode}: ${found.rows} reports`);
  return found;
}

type Rounds = Readonly<Record<'plain' | 'own' | 'read', readonly Measured[]>>;

function figuresOf({ plain, own, read }: Rounds): Figure[] {
  const secondsOf = (rounds: readonly Measured[]): number => median(rounds.map(({ seconds }) => seconds));
  const text = (rounds: readonly Measured[]): string =>
    `${secondsOf(rounds).toFixed(2)} s (${median(rounds.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2)} s of CPU)`;
  const ratios = own.map(({ seconds }, round) => seconds / (plain[round]?.seconds ?? Number.NaN));
  const levels = Object.entries(own[0]?.levels ?? {}).map(([level, count]) => `${level} ${count}`);
  return [
    {
      what: `${PROJECTS.toLocaleString('en')} projects × ${REPORTS} reports evaluated`,
      value: secondsOf(own),
      unit: 's',
      atMost: 10,
      note: `${text(own)}, median of ${ROUNDS}; ${levels.join(', ')}`,
    },
    {
      what: '… against the plain read of the same reports',
      value: median(ratios),
      unit: '×',
      atMost: 3,
      note: `plain ${text(plain)}, our own read alone ${text(read)}`,
    },
    {
      what: '… peak RSS of the process that evaluates them',
      value: Math.max(...own.map(({ rssMb }) => rssMb)),
      unit: 'MB',
      atMost: 400,
    },
  ];
}
