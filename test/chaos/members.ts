import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addMonths, JOB_NAMES, type Month, monthAt, monthRange } from '@quhua/core';
import { episodeLines, openEngine, type ReplayedEpisode, replay } from '@quhua/engine';
import { parseEnv } from '@quhua/runtime';
import { expect } from 'vitest';
import { brokenLaws } from '../support/end-state.ts';
import { type SalesRow, type StockRow, salesCsv, stockCsv } from '../support/engine.ts';
import { temporaryFolder } from '../support/folders.ts';
import type { Installation } from '../support/installation.ts';
import { marketConfig } from '../support/market-config.ts';
import { startProgram, startService, type TestProcess, untilEnded, untilSaid } from '../support/process.ts';
import type { Random } from '../support/seeded.ts';
import { sendFaults, sentMessages } from '../support/sent-messages.ts';
import type { Drops } from '../support/story.ts';
import { ask } from '../support/with-client.ts';
import { UNITS } from './stories.ts';

const RELAY = fileURLToPath(new URL('../support/relay-child.ts', import.meta.url));
/** These processes have the real clock, and a feed that is late would be one thing more to tell of. */
const MONTH: Month = addMonths(monthAt(new Date(), 'Asia/Shanghai'), -1);

type Role = 'worker' | 'scheduler' | 'relay';
/** One of the processes that work on an installation at once. */
export type Member = { readonly role: Role; readonly process: TestProcess };

const ROLES: readonly Role[] = ['scheduler', 'scheduler', 'relay', 'relay', 'worker', 'worker', 'worker', 'worker'];

/** Every job every minute, each slot of which counts. */
export async function busySchedule(): Promise<string> {
  const folder = await temporaryFolder('config');
  await cp(await marketConfig(), folder, { recursive: true });
  const jobs = JOB_NAMES.map((job) => `  - { job: ${job}, cron: "* * * * *", catchUp: each }`);
  await writeFile(join(folder, 'schedule.yaml'), `jobs:\n${jobs.join('\n')}\n`);
  return folder;
}

/** Starts one process; it may take a moment until it is up. */
export function startMember(role: Role, { env }: Installation): Member {
  const options = { env: { ...env, QUHUA_LOG: 'info' } };
  return { role, process: role === 'relay' ? startProgram(RELAY, options) : startService(role, options) };
}

/** Two schedulers, two relays and four workers, which are relays as well. */
export async function startMembers(installation: Installation): Promise<Member[]> {
  const members = ROLES.map((role) => startMember(role, installation));
  await untilUp(members);
  return members;
}

export async function untilUp(members: readonly Member[]): Promise<void> {
  for (const { role, process } of members) await untilSaid(process, `${role} up`, 60_000);
}

/** Every unit's stock of the newest month, drawn anew: whatever tier a unit had, it may have another now. */
export function drawnStock(random: Random): Buffer {
  return stockCsv(UNITS.map((unit): StockRow => [unit, MONTH, String(1_000 + random.below(60_000)), '0']));
}

/** A year of sales, stock twice under two names, and two files that contradict it, all at once. */
export function firstDrop(random: Random): Drops {
  const months = monthRange(addMonths(MONTH, -11), MONTH);
  const sales = salesCsv(UNITS.flatMap((unit) => months.map((month): SalesRow => [unit, month, '1000', '0'])));
  const stock = drawnStock(random);
  const more = { 'b.csv': drawnStock(random), 'c.csv': drawnStock(random) };
  return { all: { 'sales.csv': sales, 'sales again.csv': sales, 'a.csv': stock, 'a (1).csv': stock, ...more } };
}

/** Stops them all, and insists that each goes in order. */
export async function stopMembers(members: readonly Member[]): Promise<void> {
  for (const { process } of members) process.signal('SIGTERM');
  for (const { role, process } of members) {
    expect(await untilEnded(process), `${role}: ${process.output.stderr}`).toEqual({ code: 0, signal: null });
  }
}

/** Nothing is missing, nothing happened twice, and `contents` different files were taken in. */
export async function expectEverythingOnce(installation: Installation, contents: number): Promise<void> {
  const { databaseUrl, home } = installation;
  expect(await brokenLaws(databaseUrl)).toEqual([]);
  expect(await ask(databaseUrl, 'select count(*) as batches from batch')).toEqual([{ batches: contents }]);
  expect(await sendFaults(databaseUrl, await sentMessages(home))).toEqual([]);
  const slots = `
    select job, count(*) as taken, 1 + extract(epoch from max(slot) - min(slot))::int / 60 as due, count(*) filter (where outcome <> 'done') as not_done
    from scheduled_run group by job order by job`;
  const runs = await ask<{ taken: number; due: number; not_done: number }>(databaseUrl, slots);
  expect(runs.map(({ taken, due, not_done }) => [taken - due, not_done])).toEqual(JOB_NAMES.map(() => [0, 0]));
}

/** What is stored is what follows from the observations, however many processes took turns at deriving it. */
export async function expectDerived(installation: Installation): Promise<void> {
  const env = parseEnv({ ...installation.env, QUHUA_LOG: 'silent' });
  await using engine = await openEngine({ env, service: 'check', migrate: 'empty' });
  const { episodes } = await replay(engine, { from: addMonths(MONTH, -11), to: MONTH });
  const stored = `
    select r.code as region, kind, start_month as start, end_month as end
    from episode e join region r on r.id = e.region_id`;
  const lines = (await ask<ReplayedEpisode>(installation.databaseUrl, stored)).map((one) => episodeLines([one])).sort();
  expect(lines).toEqual(episodes.map((one) => episodeLines([one])).sort());
  expect(lines.length).toBeGreaterThan(3);
}
