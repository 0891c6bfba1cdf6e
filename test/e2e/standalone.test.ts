import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../support/poll.ts';
import { ask, documentOf, type Ended, newHome, quhua, type Running, startQuhua, startStandalone } from './quhua.ts';

type Alert = {
  readonly id: string;
  readonly kind: string;
  readonly subject: { readonly code: string; readonly name: string };
};
type Alerts = { readonly alerts: readonly Alert[] };
type Message = {
  readonly deliveryId: string;
  readonly alerts: readonly { readonly id: string; readonly kind: string; readonly event: string }[];
};

const UNITS = readFileSync(join(import.meta.dirname, '../fixtures/feeds/assessment-2025-10.csv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(',')[2] ?? '');
const SOON = { withinMs: 30_000, everyMs: 50 };

/** Every message that went out of an installation to those who watch the market. */
function sentMessages(home: string): Message[] {
  const file = join(home, 'sent/market-supervision.jsonl');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Message); // safe: the contract of the file channel
}

/** Puts a file into the inbox whole, as people's programs do. */
async function drop(home: string, name: string, content: string): Promise<void> {
  await mkdir(join(home, 'inbox'), { recursive: true });
  const unfinished = join(home, 'inbox', `.${name}`);
  await writeFile(unfinished, content);
  await rename(unfinished, join(home, 'inbox', name));
}

/** Ended as it should, and nothing on the way was an error. */
function expectClean({ code, stderr }: Ended): void {
  expect(code).toBe(0);
  expect(stderr).not.toMatch(/错误|"level":[56]0|^ +at /mu);
}

async function stop(running: Running, home: string): Promise<void> {
  running.kill('SIGINT');
  const { stdout, ...end } = await running.ended;
  expectClean({ stdout, ...end });
  expect(stdout).toContain('正在停止 / stopping');
  expect(existsSync(join(home, 'postgres/postmaster.pid'))).toBe(false);
}

test('one pass in an empty home, whose path has blanks and Chinese characters; a second one repeats nothing', async () => {
  const home = await newHome('喀什 去化 home');
  const first = await startStandalone(['--once'], { home }).ended;
  expectClean(first);
  expect(UNITS).toHaveLength(13);
  for (const name of UNITS) expect(first.stdout).toMatch(new RegExp(`^${name} `, 'mu'));
  expect(first.stdout).toMatch(/^【模拟数据】喀什地区 2025年10月/mu);
  const opened = Number(/^新开预警 (\d+) 条/mu.exec(first.stdout)?.[1]);
  const [, into = '', out = ''] = /队列 \/ queue：进 (\d+) 件，出 (\d+) 件，在途 0 件/u.exec(first.stdout) ?? [];
  expect(opened).toBeGreaterThanOrEqual(11);
  expect(Number(into)).toBe(Number(out));
  const sent = sentMessages(home);
  expect(sent).toHaveLength(opened);
  expect(new Set(sent.map(({ deliveryId }) => deliveryId)).size).toBe(opened);
  const before = await ask<Alerts>(['alerts'], { home });
  expect(before.alerts).toHaveLength(opened);

  const second = await startStandalone(['--once'], { home }).ended;
  expectClean(second);
  expect(second.stdout).toContain('此前已收到，467 行');
  expect(second.stdout).toContain(`没有新的预警；未解除的预警 ${opened} 条`);
  const after = await ask<Alerts>(['alerts'], { home });
  expect(after.alerts.map(({ id }) => id)).toEqual(before.alerts.map(({ id }) => id));
  expect(sentMessages(home)).toEqual(sent);
});

test('up: a file dropped into the inbox is taken in, assessed and told of; a refused one is put aside and told of', async () => {
  const home = await newHome();
  const running = startStandalone([], { home, env: { QUHUA_INBOX_SETTLE_MS: '50' } });
  await until(() => running.stdout().includes('运行中'), { withinMs: 30_000, what: 'the first pass' });
  const before = sentMessages(home);

  await drop(
    home,
    '更正.csv',
    'region_code,month,presale_unsold_area,completed_unsold_area\n653101,2025-10,9000000.00,0\n',
  );
  await drop(home, '坏的.csv', '这不是,数据\n1,2\n');
  const fresh = await until(
    () => {
      const more = sentMessages(home).slice(before.length);
      const kinds = new Set(more.flatMap(({ alerts }) => alerts.map(({ kind }) => kind)));
      return ['FEED_REFUSED', 'RESERVATION_SUSPENDED', 'TIER_SUSPEND'].every((kind) => kinds.has(kind)) ? more : null;
    },
    { ...SOON, what: 'all three alerts to be sent' },
  );
  const [{ alerts }, status] = await Promise.all([
    ask<Alerts>(['alerts'], { home }),
    ask<{ batches: { file: string; status: string }[] }>(['status'], { home }),
  ]);
  const told = new Set(fresh.flatMap((message) => message.alerts.map(({ id }) => id)));
  const news = alerts.filter(({ id }) => told.has(id)).map(({ kind, subject }) => `${kind} ${subject.name}`);
  // The scheduled look at the plan may speak in the same seconds.
  expect(news.filter((line) => !/^(?:PLAN_SIGNAL|PROJECT_LIST) /u.test(line)).toSorted()).toEqual([
    'FEED_REFUSED 坏的.csv',
    'RESERVATION_SUSPENDED 喀什市',
    'TIER_SUSPEND 喀什市',
  ]);
  expect(
    status.batches
      .slice(0, 2)
      .map(({ file, status: one }) => `${file} ${one}`)
      .toSorted(),
  ).toEqual(['坏的.csv rejected', '更正.csv accepted']);
  await until(() => readdirSync(join(home, 'inbox/refused')).some((name) => name.endsWith('坏的.csv')), {
    ...SOON,
    what: 'the refused file to be put aside',
  });
  expect(readdirSync(join(home, 'inbox/done')).filter((name) => name.endsWith('更正.csv'))).toHaveLength(1);
  await stop(running, home);
});

test('where there are real figures, no simulated ones are taken in', async () => {
  const home = await newHome();
  const real = join(home, '..', 'real.csv');
  await writeFile(real, 'region_code,month,signed_area,cancelled_area\n653101,2025-10,10.00,0\n');
  await ask(['ingest', real], { home });
  type Up = { month: string; regions: { flags: string[] }[]; queue: { unfinished: number } };
  const pass = documentOf<Up>(await quhua(['up', '--once', '--json'], { home }));
  expect(pass).toMatchObject({ month: '2025-10', queue: { unfinished: 0 } });
  expect(pass.regions).toHaveLength(13);
  expect(pass.regions.flatMap(({ flags }) => flags)).not.toContain('SIMULATED');
  const running = startQuhua(['up', '--no-sample'], { home });
  await until(() => running.stdout().includes('运行中'), { withinMs: 30_000, what: 'the first pass' });
  await stop(running, home);
});
