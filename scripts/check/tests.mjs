import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { passSignals } from '../bootstrap/signals.mjs';

/**
 * Runs the tests that `args` select, all without, and counts them.
 *
 * Without a selection a skipped test is a failure: nobody would notice that it no longer runs.
 */
export async function runTests(args) {
  const folder = await mkdtemp(join(tmpdir(), 'quhua-check-'));
  const report = join(folder, 'tests.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const { code, stopped } = await run(['run', ...reporters, ...args]);
    const counts = await readFile(report, 'utf8').then(JSON.parse, () => null);
    return { ...count(code, counts, args.length > 0), stopped };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(args) {
  return new Promise((resolve) => {
    const child = spawn('vitest', args, { stdio: ['ignore', 'inherit', 'inherit'] });
    const { received, release } = passSignals(child);
    const end = (code) => {
      release();
      resolve({ code, stopped: received() });
    };
    child.once('error', (error) => {
      process.stderr.write(`vitest: ${error.message}\n`);
      end(1);
    });
    child.once('close', (code) => end(code ?? 1));
  });
}

function count(code, report, isSelection) {
  const passed = report?.numPassedTests ?? 0;
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  // a file that cannot be loaded fails without a test of its own
  const files = (report?.testResults ?? []).filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const failures = (report?.numFailedTests ?? 0) + files.length + (isSelection ? 0 : skipped);
  const ok = code === 0 && failures === 0 && passed > 0;
  return { ok, passed, skipped, failed: ok ? 0 : Math.max(1, failures) };
}
