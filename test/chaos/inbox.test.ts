import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { chmod, chown, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokenLaws } from '../support/end-state.ts';
import { createInstallation, type Installation } from '../support/installation.ts';
import { until } from '../support/poll.ts';
import { startProgram, untilSaid } from '../support/process.ts';
import { unprivilegedUser } from '../support/programs.ts';
import type { ServicesOrder } from '../support/services-child.ts';
import { type ServicesHere, startServicesHere } from '../support/services-here.ts';
import { orderedClock } from '../support/step-order.ts';
import { waitingFiles } from '../support/story.ts';
import { ask } from '../support/with-client.ts';
import { correctionOf } from './stories.ts';

const CHILD = fileURLToPath(new URL('../support/services-child.ts', import.meta.url));
const STARTS_AT = '2025-11-20T10:10:00+08:00';

let installation: Installation;
let services: ServicesHere;
let atStep: ((step: string) => void) | null = null;
const clock = orderedClock({ startsAt: STARTS_AT });

beforeAll(async () => {
  installation = await createInstallation();
  services = await startServicesHere(installation, { now: clock.now, onStep: (step) => atStep?.(step) });
}, 60_000);

afterAll(async () => {
  const broken = await brokenLaws(installation.databaseUrl);
  await services[Symbol.asyncDispose]();
  expect(broken.filter((law) => !law.startsWith('nothing is left'))).toEqual([]);
}, 60_000);

function inbox(...names: readonly string[]): string {
  return join(installation.home, 'inbox', ...names);
}

/** A file that no other test has: the stock of one unit. */
let nextStock = 10_000;
function freshFile(): Buffer {
  nextStock += 1;
  return correctionOf({ '653101': String(nextStock) });
}

type BatchOf = { readonly file_name: string; readonly total: number; readonly accepted: number };

async function batchesOf(bytes: Buffer, databaseUrl = installation.databaseUrl): Promise<BatchOf[]> {
  const text = "select file_name, total, accepted from batch where sha256 = encode(sha256($1), 'hex')";
  return ask<BatchOf>(databaseUrl, text, [bytes]);
}

async function untilTaken(bytes: Buffer, databaseUrl = installation.databaseUrl): Promise<string> {
  const found = async () => (await batchesOf(bytes, databaseUrl))[0];
  const batch = await until(found, { withinMs: 30_000, what: 'a file to be taken in' });
  return batch.file_name;
}

/** Does something once, as soon as a file has been read and is about to be stored. */
function whenRead(work: () => void): { readonly happened: () => boolean } {
  let done = false;
  atStep = (step) => {
    if (step !== 'ingest.begun' || done) return;
    done = true;
    work();
  };
  return { happened: () => done };
}

describe('a file that is still being written', () => {
  test('is not taken in before it is whole', async () => {
    const whole = Buffer.concat([freshFile(), Buffer.from('653121,2025-10,5000,0\n')]);
    await writeFile(inbox('slow.csv'), whole.subarray(0, -9)); // in the middle of a number
    const other = freshFile();
    await writeFile(inbox('quick.csv'), other);
    await untilTaken(other);
    expect(await waitingFiles(installation)).toContain('slow.csv');
    await writeFile(inbox('slow.csv'), whole.subarray(-9), { flag: 'a' });
    expect(await untilTaken(whole)).toBe('slow.csv');
    expect(await ask(installation.databaseUrl, "select total from batch where file_name = 'slow.csv'")).toEqual([
      { total: 2 },
    ]);
  });

  test('that looked whole, was taken in and moved, and then went on, is taken in again', async () => {
    const first = freshFile();
    await using writer = await open(inbox('pausing.csv'), 'a');
    await writer.appendFile(first);
    await untilTaken(first);
    await until(async () => !(await waitingFiles(installation)).includes('pausing.csv'), {
      withinMs: 30_000,
      what: 'the file to be moved',
    });
    const rest = Buffer.from('653121,2025-10,7000,0\n');
    await writer.appendFile(rest);
    clock.advance(60_000);
    expect(await untilTaken(Buffer.concat([first, rest]))).toBe('pausing.csv');
  });

  test('and grew between reading and moving is taken in again', async () => {
    const first = freshFile();
    const rest = Buffer.from('653122,2025-10,7000,0\n');
    const growth = whenRead(() => appendFileSync(inbox('growing.csv'), rest));
    await writeFile(inbox('growing.csv'), first);
    await untilTaken(Buffer.concat([first, rest]));
    expect(growth.happened()).toBe(true);
    expect(await batchesOf(first)).toHaveLength(1);
  });
});

describe('a file that is replaced while it is taken in', () => {
  test('by another of the same length: both are taken in', async () => {
    const [first, second] = [freshFile(), freshFile()];
    expect(first.length).toBe(second.length);
    writeFileSync(join(installation.home, 'second.csv'), second);
    const replaced = whenRead(() => renameSync(join(installation.home, 'second.csv'), inbox('same.csv')));
    await writeFile(inbox('same.csv'), first);
    await untilTaken(second);
    expect(replaced.happened()).toBe(true);
    expect(await batchesOf(first)).toHaveLength(1);
  });

  test('by writing over it: both are taken in', async () => {
    const [first, second] = [freshFile(), freshFile()];
    const replaced = whenRead(() => writeFileSync(inbox('over.csv'), second));
    await writeFile(inbox('over.csv'), first);
    await untilTaken(second);
    expect(replaced.happened()).toBe(true);
    expect(await batchesOf(first)).toHaveLength(1);
  });
});

describe('names', () => {
  const NAMES = ['two\nlines.csv', 'it\'s "quoted" $(x).csv', '-rf.csv', '1月·库存😀.csv', '%2e%2e.csv', 'a:b.csv'];

  test('of every kind are taken in, and none keeps the others waiting', async () => {
    const windows = ['C:\\data\\stock.csv', 'x\\..\\etc.csv', '\\\\server\\share.csv'];
    const files = [...NAMES, ...windows].map((name) => ({ name, bytes: freshFile() }));
    for (const { name, bytes } of files) await writeFile(inbox(name), bytes);
    for (const { bytes } of files) expect(await untilTaken(bytes)).toMatch(/^[^\\/\n:]+\.csv$/u);
  });

  test('that are no UTF-8 are read as what a Chinese Windows writes', async () => {
    const gbk = Buffer.from([0xbf, 0xe2, 0xb4, 0xe6, 0x2e, 0x63, 0x73, 0x76]); // 库存.csv
    const bytes = freshFile();
    await writeFile(Buffer.concat([Buffer.from(inbox('/')), gbk]), bytes);
    expect(await untilTaken(bytes)).toBe('库存.csv');
  });

  test('that become the same one stay apart', async () => {
    const [first, second] = [freshFile(), freshFile()];
    await writeFile(join(installation.home, 'twin'), second);
    await writeFile(inbox('twin_.csv'), first);
    await rename(join(installation.home, 'twin'), inbox('twin\\.csv'));
    await untilTaken(first);
    await untilTaken(second);
  });
});

test('the inbox is made anew when somebody has removed it', async () => {
  await rm(inbox(), { recursive: true });
  await until(() => readdir(inbox()), { withinMs: 30_000, what: 'the folder' });
  const bytes = freshFile();
  await writeFile(inbox('after.csv'), bytes);
  await untilTaken(bytes);
});

test('a file that cannot be read holds up no other, and is taken in once it can be', async () => {
  const own = await createInstallation();
  const folder = join(own.home, 'inbox');
  await mkdir(folder);
  const user = unprivilegedUser(); // to root every file is readable
  if (user !== null) for (const path of [own.home, folder]) await chown(path, user.uid, user.gid);
  const order: ServicesOrder = { startsAt: STARTS_AT, ...(user === null ? {} : { user }) };
  const child = startProgram(CHILD, { args: [JSON.stringify(order)], env: own.env });
  await untilSaid(child, 'up');
  const [locked, other] = [freshFile(), freshFile()];
  await writeFile(join(folder, 'locked.csv'), locked, { mode: 0o000 });
  await writeFile(join(folder, 'other.csv'), other);
  await untilTaken(other, own.databaseUrl);
  child.signal('SIGUSR2'); // a minute later it is offered although nobody could see whether it is whole
  await untilSaid(child, /INBOX_FILE.*locked\.csv/u);
  expect(await batchesOf(locked, own.databaseUrl)).toEqual([]);
  await chmod(join(folder, 'locked.csv'), 0o644);
  child.signal('SIGUSR2');
  await untilTaken(locked, own.databaseUrl);
});
