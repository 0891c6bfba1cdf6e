import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import { buildZip } from '../xlsx/build-zip.ts';
import { byteChange, changedBytes, changedParts, partChange } from './changes.ts';
import { goodGrid, openBytes, oracleOf, outcomeOf, partsIn, wrongness, xlsxOf } from './good.ts';

const BYTE_RUNS = 2_500;
const PART_RUNS = 2_500;
const GOOD = xlsxOf(goodGrid());
const FIGURES = /sheet1|sharedStrings/u;

test(`${BYTE_RUNS} workbooks with changed bytes: the true values, or a word about it`, async () => {
  const oracle = await oracleOf(openBytes(GOOD));
  await fc.assert(
    fc.asyncProperty(fc.array(byteChange, { minLength: 1, maxLength: 3 }), async (changes) => {
      const bytes = changes.reduce(changedBytes, GOOD);
      expect(wrongness(await outcomeOf(openBytes(bytes)), oracle)).toBeNull();
    }),
    runs(BYTE_RUNS),
  );
}, 240_000);

test(`${PART_RUNS} workbooks with changed parts, packed again as if nothing had happened`, async () => {
  const oracle = await oracleOf(openBytes(GOOD));
  const parts = await partsIn(GOOD);
  await fc.assert(
    fc.asyncProperty(partChange, async (change) => {
      const changed = changedParts(parts, change, FIGURES).map(({ name, text }) => ({ name, data: text }));
      expect(wrongness(await outcomeOf(openBytes(buildZip(changed))), oracle)).toBeNull();
    }),
    runs(PART_RUNS),
  );
}, 240_000);
