import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { until } from '../support/poll.ts';
import { ask, FEEDS, newHome, quhua, startQuhua } from './quhua.ts';

let home: string;

beforeAll(async () => {
  home = await newHome();
  await ask(['ingest', join(FEEDS, 'sales.csv'), join(FEEDS, 'inventory.csv')], { home });
});

/** Whether the installation's own database server runs. */
function isServing(): boolean {
  return existsSync(join(home, 'postgres/postmaster.pid'));
}

test('a reader that stops early is no error, and no server is left', async () => {
  const range = ['assess', '--from', '2022-11', '--to', '2025-10']; // more than a pipe holds
  const running = [startQuhua(range, { home }), startQuhua([...range, '--json'], { home })];
  for (const { child } of running) child.stdout?.once('data', () => child.stdout?.destroy());
  for (const { ended } of running) expect(await ended).toMatchObject({ code: 0, stderr: '' });
  expect(isServing()).toBe(false);
});

test.each([
  { signal: 'SIGINT', code: 130 },
  { signal: 'SIGTERM', code: 143 },
] as const)('$signal in the middle of the work: exit $code, nothing half-stored, no server left', async (end) => {
  const big = join(await temporaryFolder('feeds'), 'big.csv');
  const rows = Array.from({ length: 190_000 }, (_, at) => `653101,${1900 + (at % 120)}-01,${at}.00,0`);
  await writeFile(big, `region_code,month,signed_area,cancelled_area\n${rows.join('\n')}\n`);
  const running = startQuhua(['ingest', big], { home, env: { QUHUA_LOG: 'debug' } });
  await until(() => running.stderr().includes('embedded database open'), {
    withinMs: 15_000,
    what: 'the command to open its database',
    everyMs: 5,
  });
  running.kill(end.signal);
  const { code, stdout } = await running.ended;
  expect({ code, stdout }).toEqual({ code: end.code, stdout: '' });
  expect(isServing()).toBe(false);
  const { batches } = await ask<{ batches: { file: string }[] }>(['status'], { home });
  expect(batches.map(({ file }) => file)).toEqual(['inventory.csv', 'sales.csv']);
});

test('colours where they are wanted, and none with NO_COLOR', async () => {
  const [coloured, plain, failure] = await Promise.all([
    quhua(['assess'], { home, env: { FORCE_COLOR: '1' } }),
    quhua(['assess'], { home, env: { FORCE_COLOR: '1', NO_COLOR: '1' } }),
    quhua(['asess'], { home, env: { FORCE_COLOR: '1' } }),
  ]);
  expect(coloured.stdout).toContain('\u001b[41m暂停 SUSPEND\u001b[49m');
  expect(plain.stdout).not.toContain('\u001b');
  expect(plain.stdout).toContain('暂停 SUSPEND');
  expect(failure.stderr).toContain('\u001b[31m错误 USAGE\u001b[39m');
});
