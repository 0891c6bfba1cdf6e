import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addMonths, type Month, monthAt, monthRange } from '@quhua/core';
import { episodeLines, openEngine, type ReplayedEpisode, replay } from '@quhua/engine';
import { parseEnv } from '@quhua/runtime';
import { expect, test } from 'vitest';
import { brokenLaws } from '../support/end-state.ts';
import { KASHGAR, type SalesRow, type StockRow, salesCsv, stockCsv } from '../support/engine.ts';
import { temporaryFolder } from '../support/folders.ts';
import { createInstallation, type Installation } from '../support/installation.ts';
import { until } from '../support/poll.ts';
import { startProgram, startService, type TestProcess, untilEnded, untilSaid } from '../support/process.ts';
import { type Random, seeded } from '../support/seeded.ts';
import { repeatsIn, sendFaults, sentMessages } from '../support/sent-messages.ts';
import { type Drops, drop, layOut } from '../support/story.ts';
import { letAnHourPass } from '../support/time-passes.ts';
import { untilQuiet } from '../support/until-quiet.ts';
import { ask } from '../support/with-client.ts';
import { UNITS } from './stories.ts';

const RELAY = fileURLToPath(new URL('../support/relay-child.ts', import.meta.url));
/** These processes have the real clock, and a feed that is late would be one thing more to tell of. */
const MONTH: Month = addMonths(monthAt(new Date(), 'Asia/Shanghai'), -1);
const SEED = 20_251_120;
const KILLS = 8;
const SLOTS_MISSED = 20;
/** Lease of a sender, then the relay's next offer; the rest is for a busy machine. */
const RECOVERED_WITHIN_MS = 45_000;

type Role = 'worker' | 'scheduler' | 'relay';
const ROLES: readonly Role[] = ['scheduler', 'scheduler', 'relay', 'relay', 'worker', 'worker', 'worker', 'worker'];
type Member = { readonly role: Role; readonly process: TestProcess };

/** Two jobs every minute, each slot of which counts. */
async function busySchedule(): Promise<string> {
  const folder = await temporaryFolder('config');
  await cp(KASHGAR, folder, { recursive: true });
  const jobs = ['assess-due', 'check-feeds'].map((job) => `  - { job: ${job}, cron: "* * * * *", catchUp: each }`);
  await writeFile(join(folder, 'schedule.yaml'), `jobs:\n${jobs.join('\n')}\n`);
  return folder;
}

/** As if a scheduler had run each job some minutes ago and none since: both find the same slots due at their next poke. */
async function missSlots({ databaseUrl }: Installation): Promise<void> {
  const text = `
    with gone as (delete from scheduled_run returning job)
    insert into scheduled_run (jurisdiction, job, slot, outcome, caught_up, claimed_by, finished_at)
    select '653100', job, date_trunc('minute', now()) - make_interval(mins => $1), 'done', false, 'test', now()
    from unnest(array['assess-due', 'check-feeds']) as job where (select count(*) from gone) >= 0
    on conflict do nothing`;
  await ask(databaseUrl, text, [SLOTS_MISSED]);
}

function start(role: Role, { env }: Installation): Member {
  const options = { env: { ...env, QUHUA_LOG: 'info' } };
  return { role, process: role === 'relay' ? startProgram(RELAY, options) : startService(role, options) };
}

async function startAll(installation: Installation): Promise<Member[]> {
  const members = ROLES.map((role) => start(role, installation));
  for (const { role, process } of members) await untilSaid(process, `${role} up`, 60_000);
  return members;
}

/** Every unit's stock of the newest month, drawn anew: whatever tier a unit had, it may have another now. */
function drawnStock(random: Random): Buffer {
  return stockCsv(UNITS.map((unit): StockRow => [unit, MONTH, String(1_000 + random.below(60_000)), '0']));
}

/** A year of sales, stock twice under two names, and two files that contradict it, all at once. */
function firstDrop(random: Random): Drops {
  const months = monthRange(addMonths(MONTH, -11), MONTH);
  const sales = salesCsv(UNITS.flatMap((unit) => months.map((month): SalesRow => [unit, month, '1000', '0'])));
  const stock = drawnStock(random);
  const more = { 'b.csv': drawnStock(random), 'c.csv': drawnStock(random) };
  return { all: { 'sales.csv': sales, 'sales again.csv': sales, 'a.csv': stock, 'a (1).csv': stock, ...more } };
}

async function stopAll(members: readonly Member[]): Promise<void> {
  for (const { process } of members) process.signal('SIGTERM');
  for (const { role, process } of members) {
    expect(await untilEnded(process), `${role}: ${process.output.stderr}`).toEqual({ code: 0, signal: null });
  }
}

async function expectEverythingOnce(installation: Installation, contents: number): Promise<void> {
  const { databaseUrl, home } = installation;
  expect(await brokenLaws(databaseUrl)).toEqual([]);
  expect(await ask(databaseUrl, 'select count(*) as batches from batch')).toEqual([{ batches: contents }]);
  expect(await sendFaults(databaseUrl, await sentMessages(home))).toEqual([]);
  const slots = `
    select job, count(*) as taken, 1 + extract(epoch from max(slot) - min(slot))::int / 60 as due, count(*) filter (where outcome <> 'done') as not_done
    from scheduled_run group by job order by job`;
  const runs = await ask<{ taken: number; due: number; not_done: number }>(databaseUrl, slots);
  expect(runs.map(({ taken, due, not_done }) => [taken - due, not_done])).toEqual([
    [0, 0],
    [0, 0],
  ]);
}

/** What is stored is what follows from the observations, however many processes took turns at deriving it. */
async function expectDerived(installation: Installation): Promise<void> {
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

test('two schedulers, four relays in all and four workers at once do each thing once', async () => {
  const installation = await createInstallation({ config: await busySchedule() });
  await layOut(installation.home, firstDrop(seeded(SEED)));
  const members = await startAll(installation);
  await missSlots(installation);
  await drop(installation, 'all');
  const schedulers = "select count(distinct claimed_by) as busy from scheduled_run where claimed_by <> 'test'";
  const both = async () => (await ask<{ busy: number }>(installation.databaseUrl, schedulers))[0]?.busy === 2;
  await until(both, { withinMs: 30_000, what: 'both schedulers to take slots' });
  await untilQuiet(installation);
  await stopAll(members);
  await expectEverythingOnce(installation, 4);
  expect(repeatsIn(await sentMessages(installation.home))).toBe(0);
  await expectDerived(installation);
}, 120_000);

/** Something that a process has in hand just after its counter went up. */
const MOMENTS = [
  'select count(*) as count from batch',
  'select count(*) as count from alert_event',
  'select coalesce(sum(attempts), 0) as count from delivery',
  'select coalesce(sum(attempt), 0) + count(enqueued_at) as count from outbox',
] as const;

async function untilOneMore({ databaseUrl }: Installation, counter: string, before: number): Promise<void> {
  await until(async () => (await countOf(databaseUrl, counter)) > before, {
    withinMs: 60_000,
    what: `more of: ${counter}`,
    everyMs: 2,
  });
}

async function countOf(databaseUrl: string, counter: string): Promise<number> {
  return (await ask<{ count: number }>(databaseUrl, counter))[0]?.count ?? 0;
}

test('processes that are killed one after the other lose nothing and do nothing twice', async () => {
  const random = seeded(SEED);
  const installation = await createInstallation({ config: await busySchedule() });
  const waves = Array.from({ length: KILLS }, (_, wave) => [
    `wave-${wave}`,
    { [`wave-${wave}.csv`]: drawnStock(random) },
  ]);
  await layOut(installation.home, { ...firstDrop(random), ...Object.fromEntries(waves) });
  const members = await startAll(installation);
  await drop(installation, 'all');
  for (let wave = 0; wave < KILLS; wave += 1) {
    const moment = random.pick(MOMENTS);
    const before = await countOf(installation.databaseUrl, moment);
    await drop(installation, `wave-${wave}`);
    await untilOneMore(installation, moment, before);
    const [victim] = members.splice(random.below(members.length), 1);
    victim?.process.signal('SIGKILL');
    expect(await victim?.process.exit).toEqual({ code: null, signal: 'SIGKILL' });
    members.push(start(victim?.role ?? 'worker', installation));
  }
  for (const { role, process } of members) await untilSaid(process, `${role} up`, 60_000);
  await letAnHourPass(installation.databaseUrl, ['schedule']); // the lease of a scheduled job is ten minutes
  await untilQuiet(installation, RECOVERED_WITHIN_MS);
  await stopAll(members);
  await expectEverythingOnce(installation, 4 + KILLS);
  expect(repeatsIn(await sentMessages(installation.home))).toBeLessThanOrEqual(8 * KILLS);
  await expectDerived(installation);
}, 180_000);
