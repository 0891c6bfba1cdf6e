import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import { gb18030 } from '../support.ts';
import { byteChange, changedBytes } from './changes.ts';
import { csvOf, goodGrid, openBytes, oracleOf, outcomeOf, wrongness } from './good.ts';

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

test.each(Object.keys(ENCODED))('%s: the good file gives its thirteen records', async (name) => {
  const outcome = await outcomeOf(openBytes(ENCODED[name] ?? Buffer.alloc(0), '月报.csv'));
  expect(typeof outcome === 'string' ? outcome : outcome.values.size).toBe(13);
});

test(`${RUNS} changed text files: the true values, or a word about it`, async () => {
  const oracle = await oracleOf(openBytes(Buffer.from(TEXT), '月报.csv'));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(ENCODED)),
      fc.array(byteChange, { minLength: 1, maxLength: 3 }),
      async (name, changes) => {
        const bytes = changes.reduce(changedBytes, ENCODED[name] ?? Buffer.alloc(0));
        expect(wrongness(await outcomeOf(openBytes(bytes, '月报.csv')), oracle)).toBeNull();
      },
    ),
    runs(RUNS),
  );
}, 240_000);
