import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assessMonths, checkFeeds, runSchedule } from '@quhua/engine';
import { beforeAll, expect, test } from 'vitest';
import { brokenLaws, type EndState, readEndState } from '../support/end-state.ts';
import { inParallel } from '../support/in-parallel.ts';
import { cloneInstallation, createInstallation, type Installation } from '../support/installation.ts';
import { until } from '../support/poll.ts';
import { startProgram, untilEnded } from '../support/process.ts';
import { repeatsIn, type SentMessage, sendFaults, sentMessages, wordsOf } from '../support/sent-messages.ts';
import { startServicesHere } from '../support/services-here.ts';
import type { StepOrder } from '../support/step-order.ts';
import { isQuiet, layOut, perform, type Story } from '../support/story.ts';
import { letAnHourPass } from '../support/time-passes.ts';
import { AFTERWARDS, MAIN_JOB } from './stories.ts';

const CHILD = fileURLToPath(new URL('../support/story-child.ts', import.meta.url));
const ENGINE = fileURLToPath(new URL('../../packages/engine/src', import.meta.url));
/** Most of a run is waiting for servers and for the disk. */
const RUNS_AT_ONCE = 6;

type Outcome = { readonly state: EndState; readonly sent: readonly SentMessage[] };
type Chapter = { readonly story: Story; readonly begins: string; readonly goesOn: string };
type Kill = { readonly step: string; readonly count: number };

const FIRST: Chapter = {
  story: MAIN_JOB.story,
  begins: '2025-11-20T10:10:00+08:00',
  goesOn: '2025-11-20T10:20:00+08:00', // before the next scheduled slot
};
const SECOND: Chapter = {
  story: AFTERWARDS.story,
  begins: '2025-11-20T11:10:00+08:00', // after it
  goesOn: '2025-11-20T11:20:00+08:00',
};

/** Tells a chapter without disturbance; how often each step was taken. */
async function tell(installation: Installation, { story, begins }: Chapter): Promise<Record<string, number>> {
  const child = startChild(installation, { story, startsAt: begins });
  expect(await untilEnded(child), child.output.stderr).toEqual({ code: 0, signal: null });
  return JSON.parse(child.output.stdout) as Record<string, number>; // safe: written by the child
}

function startChild({ env }: Installation, order: StepOrder & { readonly story: Story }) {
  return startProgram(CHILD, { args: [JSON.stringify(order)], env: { ...env, QUHUA_LOG: 'error' } });
}

/** Begins a chapter, kills its teller at one step, and lets the services of a later start bring it to its end. */
async function killAndGoOn(installation: Installation, chapter: Chapter, kill: Kill): Promise<void> {
  const { story, begins, goesOn } = chapter;
  const child = startChild(installation, { story, startsAt: begins, faults: [{ ...kill, signal: 'SIGKILL' }] });
  expect(await untilEnded(child), `${kill.step} #${kill.count}`).toEqual({ code: null, signal: 'SIGKILL' });
  await letAnHourPass(installation.databaseUrl);
  const base = new Date(goesOn).getTime() - performance.now();
  const now = () => new Date(Math.round(base + performance.now()));
  // The nightly job would catch up what a message failed to bring about; so it comes last.
  await using services = await startServicesHere(installation, { now, schedule: false });
  const { engine } = services;
  for (const act of story) {
    await perform(engine, act);
    await until(() => isQuiet(engine), { withinMs: 60_000, what: `quiet after ${kill.step} #${kill.count}` });
  }
  await runSchedule(
    engine,
    {
      'assess-due': () => assessMonths(engine),
      'check-feeds': () => checkFeeds(engine),
      'pull-sources': async () => {},
    },
    { by: 'test' },
  );
}

async function outcomeOf({ databaseUrl, home }: Installation): Promise<Outcome> {
  return { state: await readEndState(databaseUrl), sent: await sentMessages(home) };
}

/** A run that was killed has come to the same as one that was not. */
async function expectSame(installation: Installation, undisturbed: Outcome, where: string): Promise<number> {
  const { state, sent } = await outcomeOf(installation);
  expect(state, where).toEqual(undisturbed.state);
  expect(await brokenLaws(installation.databaseUrl), where).toEqual([]);
  expect(await sendFaults(installation.databaseUrl, sent), where).toEqual([]);
  const firsts = sent.filter(({ deliveryId }, at) => sent.findIndex((one) => one.deliveryId === deliveryId) === at);
  expect(wordsOf(firsts), where).toEqual(wordsOf(undisturbed.sent));
  return repeatsIn(sent);
}

type Counts = Readonly<Record<string, number>>;

/** Every step where it is taken first and where it is taken last. */
function firstAndLast(counts: Counts = {}): Kill[] {
  return [...lastOfEach(counts), ...Object.keys(counts).map((step) => ({ step, count: 1 }))].filter(
    ({ step, count }, at, all) => all.findIndex((other) => other.step === step && other.count === count) === at,
  );
}

function lastOfEach(counts: Counts = {}): Kill[] {
  return Object.entries(counts).map(([step, count]) => ({ step, count }));
}

/** Labels of all steps in the engine's source. */
function stepsInSource(): string[] {
  const files = readdirSync(ENGINE).map((name) => readFileSync(join(ENGINE, name), 'utf8'));
  return files.flatMap((text) => [...text.matchAll(/onStep\('([^']+)'\)/gu)].map((match) => match[1] ?? ''));
}

type Undisturbed = {
  readonly steps: readonly Counts[];
  readonly first: Outcome;
  readonly second: Outcome;
  /** As the first chapter leaves it. */
  readonly middle: Installation;
};

async function tellUndisturbed(): Promise<Undisturbed> {
  const installation = await emptyInstallation('redis');
  const steps = [await tell(installation, FIRST)];
  const first = await outcomeOf(installation);
  const middle = await cloneInstallation(installation);
  steps.push(await tell(installation, SECOND));
  return { steps, first, second: await outcomeOf(installation), middle };
}

type Runs = { readonly begin: () => Promise<Installation>; readonly end: Outcome };

/** Kills a teller of its own at every one of `kills`. */
async function killAtEach(kills: readonly Kill[], chapter: Chapter, { begin, end }: Runs): Promise<void> {
  await inParallel(kills, RUNS_AT_ONCE, async (kill) => {
    const installation = await begin();
    await killAndGoOn(installation, chapter, kill);
    const where = `killed at ${kill.step} #${kill.count}`;
    const repeats = await expectSame(installation, end, where);
    // Sent and not recorded: it must be sent again. Elsewhere one may have been on its way beside the step.
    if (kill.step === 'deliver.sent') expect(repeats, where).toBe(1);
    else expect(repeats, where).toBeLessThanOrEqual(1);
  });
}

async function emptyInstallation(queue: 'redis' | 'postgres'): Promise<Installation> {
  const installation = await createInstallation({ queue });
  await layOut(installation.home, { ...MAIN_JOB.drops, ...AFTERWARDS.drops });
  return installation;
}

let redis: Undisturbed;

beforeAll(async () => {
  redis = await tellUndisturbed();
}, 120_000);

test('the two chapters take every step that the engine has', () => {
  const taken = new Set(redis.steps.flatMap((counts) => Object.keys(counts)));
  expect([...taken].sort()).toEqual([...new Set(stepsInSource())].sort());
  expect(redis.first.sent).toHaveLength(3);
  expect(redis.second.sent).toHaveLength(13);
  expect([redis.first, redis.second].map(({ state }) => state.runs.length)).toEqual([2, 3]);
});

test('killed at any step from two files to their alerts, a later start ends as if nothing had happened', async () => {
  const begin = () => emptyInstallation('redis');
  await killAtEach(firstAndLast(redis.steps[0]), FIRST, { begin, end: redis.first });
}, 240_000);

test('killed at any step of corrections, refusals and a withdrawal, a later start ends likewise', async () => {
  const begin = () => cloneInstallation(redis.middle);
  await killAtEach(lastOfEach(redis.steps[1]), SECOND, { begin, end: redis.second });
}, 240_000);

test('the same with the queues in PostgreSQL', async () => {
  const begin = () => emptyInstallation('postgres');
  const undisturbed = await begin();
  await tell(undisturbed, FIRST);
  const end = await outcomeOf(undisturbed);
  expect(end.state).toEqual(redis.first.state);
  const steps = ['inbox.ingested', 'relay.enqueued', 'assess.alerted', 'deliver.sent'];
  const kills = steps.map((step) => ({ step, count: 1 }));
  await killAtEach(kills, FIRST, { begin, end });
}, 120_000);
