import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { atEnd } from '../support/lifetime.ts';
import { type Outcome, ROOT, run } from '../support/planted.ts';
import { until } from '../support/poll.ts';
import { writeProgram } from '../support/stand-ins.ts';

const REPORT = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ status: 'passed', assertionResults: [{}] }],
};

type StandIns = {
  /** Tools that fail, printing their name. */
  readonly failing?: readonly string[];
  readonly report?: object | null;
  readonly args?: readonly string[];
};

/** Runs `scripts/check.mjs` with tools that do nothing but succeed or fail; `calls` is what the test runner was given. */
async function check({ failing = [], report = REPORT, args = [] }: StandIns): Promise<Outcome & { calls: string }> {
  const folder = await temporaryFolder('check');
  await mkdir(join(folder, 'bin'));
  for (const tool of ['tsc', 'biome', 'node', 'knip', 'sherif', 'vitest']) {
    const code = failing.includes(tool) ? 1 : 0;
    const write = report === null ? '' : `cat > "$out" <<'REPORT'\n${JSON.stringify(report)}\nREPORT`;
    const vitest = `for arg; do case "$arg" in --outputFile.json=*) out="\${arg#*=}";; esac; done\n${write}`;
    const script = `echo "${tool} says: $*"\n${tool === 'vitest' ? vitest : ''}\nexit ${code}`;
    await writeProgram(join(folder, 'bin', tool), script);
  }
  vi.stubEnv('PATH', `${join(folder, 'bin')}${delimiter}${process.env.PATH}`);
  const outcome = await run(process.execPath, [join(ROOT, 'scripts/check.mjs'), ...args], folder);
  vi.unstubAllEnvs();
  return { ...outcome, calls: /^vitest says: (.*)$/mu.exec(outcome.stdout)?.[1] ?? '' };
}

const lastLine = (text: string): string | undefined => text.trim().split('\n').at(-1);

test('all well: one line for each check, and the count alone on the last line', async () => {
  const { code, stdout } = await check({});
  expect(code).toBe(0);
  expect(stdout.match(/^通过 \/ ok .*$/gmu)).toHaveLength(5);
  expect(stdout).not.toMatch(/says: (?!run)/u); // a check that passes is not quoted
  expect(lastLine(stdout)).toBe('8 passed, 0 failed');
});

test('everything runs although one fails, and what failed is quoted', async () => {
  const { code, stdout } = await check({ failing: ['tsc', 'sherif'] });
  expect(code).toBe(1);
  expect(stdout.match(/^失败 \/ FAIL .*$/gmu)).toHaveLength(2);
  expect(stdout).toMatch(/^ {4}tsc says: --incremental/mu);
  expect(stdout).toMatch(/^ {4}sherif says:/mu);
  expect(lastLine(stdout)).toBe('6 passed, 2 failed');
});

test.each([
  { what: 'a failed test', report: { ...REPORT, numFailedTests: 2 }, line: '8 passed, 2 failed' },
  { what: 'a skipped test', report: { ...REPORT, numPendingTests: 1 }, line: '8 passed, 1 failed, 1 skipped' },
  { what: 'no test at all', report: { ...REPORT, numPassedTests: 0 }, line: '5 passed, 1 failed' },
  { what: 'no report', report: null, line: '5 passed, 1 failed' },
  {
    what: 'a file that cannot be loaded',
    report: { ...REPORT, testResults: [{ status: 'failed', assertionResults: [] }] },
    line: '8 passed, 1 failed',
  },
])('$what is a failure', async ({ report, line }) => {
  const { code, stdout } = await check({ report });
  expect(code).toBe(1);
  expect(lastLine(stdout)).toBe(line);
});

test('a test runner that fails without a failed test is a failure', async () => {
  const { code, stdout } = await check({ failing: ['vitest'] });
  expect({ code, line: lastLine(stdout) }).toEqual({ code: 1, line: '8 passed, 1 failed' });
});

test('arguments go to the test runner alone, and a selection may skip', async () => {
  const { code, stdout, calls } = await check({
    args: ['packages/core', '-t', 'a b'],
    report: { ...REPORT, numPendingTests: 9 },
  });
  expect(calls).toMatch(/^run .* packages\/core -t a b$/u);
  expect({ code, line: lastLine(stdout) }).toEqual({ code: 0, line: '8 passed, 0 failed, 9 skipped' });
});

test('a signal stops the test runner and the checks', async () => {
  const folder = await temporaryFolder('check');
  for (const tool of ['tsc', 'biome', 'node', 'knip', 'sherif']) await writeProgram(join(folder, tool), 'exit 0');
  await writeProgram(
    join(folder, 'vitest'),
    'trap "echo stopped; exit 1" TERM; echo running; while :; do sleep 0.1; done',
  );
  const PATH = `${folder}${delimiter}${process.env.PATH}`;
  const child = spawn(process.execPath, [join(ROOT, 'scripts/check.mjs')], {
    cwd: folder,
    env: { ...process.env, PATH },
  });
  atEnd(async () => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  await until(() => output.includes('running'), { withinMs: 20_000, what: 'the test runner' });
  child.kill('SIGTERM');
  const [code] = await once(child, 'close');
  expect(code).toBe(143);
  expect(lastLine(output)).toBe('stopped');
});
