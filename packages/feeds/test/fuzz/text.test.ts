import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../runs.ts';
import { gb18030 } from '../support.ts';
import { csvOf, goodGrid, openBytes, outcomeOf, wrongness } from './good.ts';

const RUNS = 6_000;
const TEXT = csvOf(goodGrid());
const ENCODED: Readonly<Record<string, Buffer>> = {
  'utf-8': Buffer.from(TEXT),
  'utf-8 with mark': Buffer.from(`\ufeff${TEXT}`),
  gb18030: gb18030(TEXT),
  'utf-16le with mark': Buffer.from(`\ufeff${TEXT}`, 'utf16le'),
  'utf-16le': Buffer.from(TEXT, 'utf16le'),
  'utf-16be': Buffer.from(TEXT, 'utf16le').swap16(),
};

const change = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('set', 'insert', 'cut', 'double', 'flip', 'truncate'),
  byte: fc.oneof(fc.constantFrom(0, 9, 10, 13, 34, 44, 45, 46, 48, 59, 0x80, 0xa1, 0xff), fc.nat(255)),
  length: fc.integer({ min: 1, max: 40 }),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(bytes: Buffer, { at, kind, byte, length }: Change): Buffer {
  const from = at % bytes.length;
  const [before, after] = [bytes.subarray(0, from), bytes.subarray(from)];
  if (kind === 'set') return Buffer.concat([before, Buffer.from([byte]), after.subarray(1)]);
  if (kind === 'insert') return Buffer.concat([before, Buffer.from([byte]), after]);
  if (kind === 'cut') return Buffer.concat([before, after.subarray(length)]);
  if (kind === 'flip')
    return Buffer.concat([before, Buffer.from([(after[0] ?? 0) ^ (1 << (byte % 8))]), after.subarray(1)]);
  if (kind === 'truncate') return Buffer.from(before);
  return Buffer.concat([before, after.subarray(0, length), after]);
}

test.each(Object.keys(ENCODED))('%s: the good file gives its thirteen records', async (name) => {
  const outcome = await outcomeOf(openBytes(ENCODED[name] ?? Buffer.alloc(0), '月报.csv'));
  expect(typeof outcome === 'string' ? outcome : outcome.values.size).toBe(13);
});

test(`${RUNS} changed text files: the true values, or a word about it`, async () => {
  const good = await outcomeOf(openBytes(Buffer.from(TEXT), '月报.csv'));
  if (typeof good === 'string') throw new Error(`the good file was refused: ${good}`);
  const oracle = { truth: good.values, baseline: good.said };
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(ENCODED)),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      async (name, changes) => {
        const bytes = changes.reduce(changed, ENCODED[name] ?? Buffer.alloc(0));
        expect(wrongness(await outcomeOf(openBytes(bytes, '月报.csv')), oracle)).toBeNull();
      },
    ),
    runs(RUNS),
  );
}, 240_000);
