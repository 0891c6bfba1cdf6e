import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@quhua/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FILE_CODES, LIMITS } from '../src/index.ts';
import { FEED_FILES } from './reading.ts';
import { fileOf, lines, type Outcome, readAll, runs } from './support.ts';

const CLOSED: ReadonlySet<string> = new Set(FILE_CODES);

/** INV-22: whatever the bytes, a file is read with every row counted, or refused with a code of the list; nothing else is thrown. */
async function outcomeOf(bytes: Buffer): Promise<Outcome | string> {
  try {
    const outcome = await readAll({ name: '月报.csv', bytes });
    const { total, accepted, warned, quarantined, duplicate } = outcome.counts;
    expect(accepted + warned + quarantined + duplicate).toBe(total);
    expect(outcome.rows).toHaveLength(accepted + warned);
    return outcome;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.kind).toBe('invalid');
    expect(CLOSED.has(error.code)).toBe(true);
    expect(error.message).toMatch(/^[^/]*\p{Script=Han}.* \/ /su);
    return error.code;
  }
}

test('INV-22: random bytes', async () => {
  const head = fc.constantFrom(
    '',
    'region_code,month,signed_area\n',
    '\ufeff县市,月份,网签面积（㎡）\n',
    'PK\u0003\u0004',
  );
  await fc.assert(
    fc.asyncProperty(head, fc.uint8Array({ maxLength: 400 }), async (start, bytes) => {
      await outcomeOf(Buffer.concat([Buffer.from(start), bytes]));
    }),
    runs(3_000),
  );
});

const SAMPLES = ['bad', 'as-received', '.']
  .flatMap((group) => readdirSync(join(FEED_FILES, group)).map((name) => join(FEED_FILES, group, name)))
  .filter((path) => /\.(?:csv|txt)$/u.test(path))
  .map((path) => readFileSync(path).subarray(0, 1_500));

const mutation = fc.record({
  at: fc.nat(1_500),
  kind: fc.constantFrom('set', 'insert', 'cut', 'double'),
  byte: fc.oneof(fc.constantFrom(0, 9, 10, 13, 34, 44, 45, 46, 48, 0x80, 0xff), fc.nat(255)),
  length: fc.nat(40),
});
type Mutation = { at: number; kind: string; byte: number; length: number };

function mutated(bytes: Buffer, { at, kind, byte, length }: Mutation): Buffer {
  const from = Math.min(at, bytes.length);
  const [before, after] = [bytes.subarray(0, from), bytes.subarray(from)];
  if (kind === 'set') return Buffer.concat([before, Buffer.from([byte]), after.subarray(1)]);
  if (kind === 'insert') return Buffer.concat([before, Buffer.from([byte]), after]);
  if (kind === 'cut') return Buffer.concat([before, after.subarray(length)]);
  return Buffer.concat([before, after.subarray(0, length), after]);
}

test('INV-22: sample files with bytes changed, put in, cut out and doubled', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...SAMPLES),
      fc.array(mutation, { minLength: 1, maxLength: 5 }),
      async (file, changes) => {
        await outcomeOf(changes.reduce(mutated, file));
      },
    ),
    runs(3_000),
  );
});

const GOOD = [
  '653101,2025-10,82006.47,3132.85,734,27',
  '653121,2025-10,11606.52,134.79,105,1',
  '653122,2025-09,10544.49,207.88,94,2',
  '653125,2025-10,45774.02,1581.77,411,13',
];
const HEAD = 'region_code,month,signed_area,cancelled_area,signed_units,cancelled_units';

test('INV-21: one character put into a good file changes a figure only if it is a figure’s own character', async () => {
  const strange = fc.constantFrom(
    '"',
    ';',
    '\t',
    ' ',
    'e',
    'x',
    '万',
    '约',
    '²',
    '\u0000',
    '\u200b',
    "'",
    '%',
    '/',
    '—',
    '\n',
    '\r',
    '\u00a0',
    '٣',
  );
  const whole = lines(HEAD, ...GOOD);
  const truth = new Map((await readAll(fileOf(whole))).rows.map(({ regionCode, values }) => [regionCode, values]));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: HEAD.length + 1, max: whole.length - 1 }), strange, async (at, char) => {
      const outcome = await outcomeOf(Buffer.from(whole.slice(0, at) + char + whole.slice(at)));
      if (typeof outcome === 'string') return;
      for (const { regionCode, values } of outcome.rows) expect(values).toEqual(truth.get(regionCode));
      expect(outcome.counts.quarantined > 0 || outcome.rows.length === GOOD.length).toBe(true);
    }),
    runs(3_000),
  );
});

test('a text of one endless line, and one of endless columns, are refused at once', async () => {
  const started = process.memoryUsage().rss;
  expect(await outcomeOf(Buffer.alloc(16 * 1_024 * 1_024, 'a'))).toBe('RECORD_TOO_LONG');
  expect(await outcomeOf(Buffer.alloc(16 * 1_024 * 1_024, ','))).toBe('RECORD_TOO_LONG');
  expect(await outcomeOf(Buffer.concat([Buffer.from(`${HEAD}\n"`), Buffer.alloc(16 * 1_024 * 1_024, 'a\n')]))).toBe(
    'CSV_QUOTE',
  );
  expect(process.memoryUsage().rss - started).toBeLessThan(300 * 1_024 * 1_024);
}, 20_000);

test('the README says the limits', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  const { fileBytes, rows, columns, cellChars, recordChars, unpackedBytes, zipRatio, zipEntries, sheets, cells } =
    LIMITS;
  const said = [rows, columns, cellChars, recordChars, zipRatio, zipEntries, sheets, cells].map(
    (value) => value.toLocaleString('en'), // 2,000,000
  );
  for (const text of [...said, `${fileBytes >> 20} MB`, `${unpackedBytes >> 20} MB`]) expect(readme).toContain(text);
});
