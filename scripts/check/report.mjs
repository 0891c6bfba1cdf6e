/** One line for a check that passed; everything it said for one that did not. */
export function printResult({ name, ok, output, seconds }) {
  process.stdout.write(`${ok ? '通过 / ok  ' : '失败 / FAIL'}  ${name.padEnd(16)} ${seconds.toFixed(1)} s\n`);
  if (!ok && output !== '') process.stdout.write(`${output.replace(/^/gmu, '    ')}\n`);
}

/** Checks and tests together, alone on its line: what a machine reads to know how the run went. */
export function closingLine(checks, tests) {
  const failed = checks.filter(({ ok }) => !ok).length + tests.failed;
  const skipped = tests.skipped > 0 ? `, ${tests.skipped} skipped` : '';
  return `${checks.length + tests.passed - checks.filter(({ ok }) => !ok).length} passed, ${failed} failed${skipped}`;
}
