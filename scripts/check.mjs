// What `npm test` runs: every static check, then every test. All of them run, so that one run shows every fault.
// Arguments go to the test runner alone: `npm test -- packages/core`, `npm test -- -t 'a name'`.
import { closingLine, printResult } from './check/report.mjs';
import { runStep } from './check/step.mjs';
import { runTests } from './check/tests.mjs';

/** Independent of one another; two at a time, for the two cores that a small machine has. */
const STATIC = [
  {
    name: 'types',
    command: 'tsc',
    args: ['--incremental', '--tsBuildInfoFile', 'node_modules/.cache/tsc.tsbuildinfo'],
  },
  { name: 'lint and format', command: 'biome', args: ['check', '--error-on-warnings', '--max-diagnostics=100'] },
  { name: 'boundaries', command: 'node', args: ['scripts/boundaries.mjs'] },
  { name: 'dead code', command: 'knip', args: ['--no-progress', '--no-config-hints'] },
  { name: 'versions', command: 'sherif', args: [] },
];
const AT_ONCE = 2;

const waiting = [...STATIC];
const results = new Map();
async function takeTurns() {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
    const result = await runStep(step);
    results.set(step.name, result);
    if (result.stopped !== null) giveUp(result.stopped);
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, takeTurns));

const checks = STATIC.map(({ name }) => results.get(name));
for (const result of checks) printResult(result);

const tests = await runTests(process.argv.slice(2));
if (tests.stopped !== null) giveUp(tests.stopped);
process.stdout.write(`${closingLine(checks, tests)}\n`);
process.exitCode = checks.every(({ ok }) => ok) && tests.ok ? 0 : 1;

function giveUp(signal) {
  process.stderr.write('检查被中断 / interrupted\n');
  process.exit(signal === 'SIGINT' ? 130 : 143);
}
