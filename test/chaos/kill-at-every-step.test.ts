import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  assessMonths,
  checkAlerts,
  checkFeeds,
  checkLandAccounts,
  pullSources,
  runSchedule,
  watchAllProjects,
} from '@quhua/engine';
import { beforeAll, expect, test } from 'vitest';
import { brokenLaws, type EndState, readEndState } from '../support/end-state.ts';
import { temporaryFolder } from '../support/folders.ts';
import { inParallel } from '../support/in-parallel.ts';
import { cloneInstallation, createInstallation, type Installation } from '../support/installation.ts';
import { atEnd } from '../support/lifetime.ts';
import { marketConfig } from '../support/market-config.ts';
import { until } from '../support/poll.ts';
import { startProgram, untilEnded } from '../support/process.ts';
import { repeatsIn, type SentMessage, sendFaults, sentMessages, wordsOf } from '../support/sent-messages.ts';
import { startServicesHere } from '../support/services-here.ts';
import type { StepOrder } from '../support/step-order.ts';
import { isQuiet, layOut, perform, type Story } from '../support/story.ts';
import { letAnHourPass } from '../support/time-passes.ts';
import { AFTERWARDS, BY_MAIL, MAIN_JOB, PULLED } from './stories.ts';

const CHILD = fileURLToPath(new URL('../support/story-child.ts', import.meta.url));
const ENGINE = fileURLToPath(new URL('../../packages/engine/src', import.meta.url));
/** Most of a run is waiting for servers and for the disk. */
const RUNS_AT_ONCE = 6;

type Outcome = {
  readonly state: EndState;
  readonly sent: readonly SentMessage[];
  readonly messages: readonly string[];
};
type Chapter = { readonly story: Story; readonly begins: string; readonly goesOn: string };
type Kill = { readonly step: string; readonly count: number };

const FIRST: Chapter = {
  story: MAIN_JOB.story,
  begins: '2025-11-20T10:10:00+08:00',
  goesOn: '2025-11-20T10:12:00+08:00', // before the next scheduled slot
};
const SECOND: Chapter = {
  story: AFTERWARDS.story,
  begins: '2025-11-20T11:10:00+08:00', // after it
  goesOn: '2025-11-20T11:12:00+08:00',
};
/** Messages, and a source that is asked by the schedule. */
const THIRD: Chapter = {
  story: BY_MAIL.story,
  begins: '2025-11-20T11:30:00+08:00',
  goesOn: '2025-11-20T11:32:00+08:00',
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
      'pull-sources': () => pullSources(engine, { secret: () => null }),
      'check-land': () => checkLandAccounts(engine),
      'check-projects': () => watchAllProjects(engine),
      'check-alerts': () => checkAlerts(engine),
    },
    { by: 'test' },
  );
  await until(() => isQuiet(engine), { withinMs: 60_000, what: `quiet at the end, after ${kill.step} #${kill.count}` });
}

async function outcomeOf({ databaseUrl, home }: Installation): Promise<Outcome> {
  return { state: await readEndState(databaseUrl), sent: await sentMessages(home), messages: messagesIn(home) };
}

/** Where each message of the mailbox has gone. */
function messagesIn(home: string): string[] {
  const files = readdirSync(join(home, 'mailbox'), { recursive: true, encoding: 'utf8' });
  return files.filter((name) => name.endsWith('.eml')).sort();
}

/** A run that was killed has come to the same as one that was not. */
async function expectSame(installation: Installation, undisturbed: Outcome, where: string): Promise<number> {
  const { state, sent, messages } = await outcomeOf(installation);
  expect(state, where).toEqual(undisturbed.state);
  expect(messages, where).toEqual(undisturbed.messages);
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

/** Labels of all steps on the way from a file to its alert; the folders below have tests of their own. */
function stepsInSource(): string[] {
  const files = readdirSync(ENGINE)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(ENGINE, name), 'utf8'));
  return files.flatMap((text) => [...text.matchAll(/onStep\('([^']+)'\)/gu)].map((match) => match[1] ?? ''));
}

type Undisturbed = {
  readonly steps: readonly Counts[];
  readonly first: Outcome;
  readonly second: Outcome;
  readonly third: Outcome;
  /** As the first chapter leaves it. */
  readonly middle: Installation;
  /** As the second does, with a source that can be asked. */
  readonly late: Installation;
};

async function tellUndisturbed(): Promise<Undisturbed> {
  const installation = await emptyInstallation('redis');
  const steps = [await tell(installation, FIRST)];
  const first = await outcomeOf(installation);
  const middle = await cloneInstallation(installation);
  steps.push(await tell(installation, SECOND));
  const second = await outcomeOf(installation);
  const late = await withSource(await cloneInstallation(installation));
  const last = await cloneInstallation(late);
  steps.push(await tell(last, THIRD));
  return { steps, first, second, third: await outcomeOf(last), middle, late };
}

/** The same installation, with the configuration of one that pulls from an address; it answers as long as this file runs. */
async function withSource(installation: Installation): Promise<Installation> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/csv', etag: '"one"' }).end(PULLED);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.address() as AddressInfo; // safe: it listens on an address
  const config = await temporaryFolder('config');
  cpSync(await marketConfig(), config, { recursive: true });
  const http = `{ name: system, kind: http, url: 'http://127.0.0.1:${port}/stock', allowPrivate: true }`;
  writeFileSync(join(config, 'sources.yaml'), `sources:\n  - { name: mailbox, kind: mailbox }\n  - ${http}\n`);
  return { ...installation, env: { ...installation.env, QUHUA_CONFIG: config } };
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
  await layOut(installation.home, { ...MAIN_JOB.drops, ...AFTERWARDS.drops, ...BY_MAIL.drops });
  return installation;
}

let redis: Undisturbed;

beforeAll(async () => {
  redis = await tellUndisturbed();
}, 120_000);

test('the three chapters take every step that the engine has', () => {
  const taken = new Set(redis.steps.flatMap((counts) => Object.keys(counts)));
  expect([...taken].sort()).toEqual([...new Set(stepsInSource())].sort());
  expect(redis.first.sent).toHaveLength(3);
  expect(redis.second.sent).toHaveLength(13);
  expect(redis.third.messages).toEqual([
    expect.stringMatching(/^done.*two\.eml$/u),
    expect.stringMatching(/^refused.*none\.eml$/u),
  ]);
  // Every five minutes a source may be asked; slots that passed meanwhile are written down as skipped.
  const runs = ({ state }: Outcome) =>
    Object.groupBy(state.runs as { row: string; outcome: string }[], ({ row, outcome }) => `${row} ${outcome}`); // safe: the columns asked for
  expect(Object.keys(runs(redis.first)).sort()).toEqual([
    'assess-due done',
    'check-alerts done',
    'check-feeds done',
    'check-land done',
    'check-projects done',
    'pull-sources done',
  ]);
  expect(runs(redis.second)['check-feeds done']).toHaveLength(2);
  expect(runs(redis.third)['pull-sources done']).toHaveLength(3);
});

test('killed at any step from two files to their alerts, a later start ends as if nothing had happened', async () => {
  const begin = () => emptyInstallation('redis');
  await killAtEach(firstAndLast(redis.steps[0]), FIRST, { begin, end: redis.first });
}, 240_000);

test('killed at any step of corrections, refusals and a withdrawal, a later start ends likewise', async () => {
  const begin = () => cloneInstallation(redis.middle);
  await killAtEach(lastOfEach(redis.steps[1]), SECOND, { begin, end: redis.second });
}, 240_000);

test('killed at any step of messages and of asking a source, a later start ends likewise', async () => {
  const begin = () => cloneInstallation(redis.late);
  const kills = firstAndLast(redis.steps[2]).filter(({ step }) => /^(?:mail|pull|ingest)\./u.test(step));
  expect(kills.length).toBeGreaterThan(12);
  await killAtEach(kills, THIRD, { begin, end: redis.third });
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
