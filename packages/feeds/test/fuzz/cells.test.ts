import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import { LIMITS } from '../../src/limits.ts';
import { openTables } from '../../src/open-feed.ts';
import { CONTEXT } from '../support.ts';
import { workbookOf } from '../tables/support.ts';
import { type Grid, goodGrid, oracleOf, outcomeOf, wrongness } from './good.ts';

const RUNS = 8_000;
const MANY_RUNS = 2_000;
const CHARS = [...'0123456789.,-+eE%万亿亩㎡套元约/—一十年月日 　\u200b\u00a0٣Ⅷ²"\'=@喀疏附勒莎沙合计小:：（）()'];
const change = fc.record({
  row: fc.nat(),
  column: fc.nat(),
  at: fc.nat(),
  kind: fc.constantFrom(
    'insert',
    'delete',
    'replace',
    'swap',
    'blank',
    'double',
    'drop row',
    'repeat row',
    'shift',
    'swap rows',
    'swap columns',
  ),
  char: fc.constantFrom(...CHARS),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(grid: Grid, { row, column, at, kind, char }: Change): Grid {
  const rows = grid.map((cells) => [...cells]);
  const index = row % rows.length;
  const cells = rows[index] ?? [];
  const place = column % Math.max(1, cells.length);
  const text = cells[place] ?? '';
  const where = at % (text.length + 1);
  if (kind === 'drop row') rows.splice(index, 1);
  else if (kind === 'repeat row') rows.splice(index, 0, [...cells]);
  else if (kind === 'shift') cells.splice(place, 0, '');
  else if (kind === 'swap rows') [rows[index], rows[at % rows.length]] = [rows[at % rows.length] ?? [], cells];
  else if (kind === 'swap columns')
    for (const other of rows) [other[place], other[at % 7]] = [other[at % 7] ?? '', other[place] ?? ''];
  else cells[place] = changedText(text, { where, kind, char });
  return rows;
}

function changedText(text: string, { where, kind, char }: { where: number; kind: string; char: string }): string {
  if (kind === 'insert') return text.slice(0, where) + char + text.slice(where);
  if (kind === 'delete') return text.slice(0, where) + text.slice(where + 1);
  if (kind === 'replace') return text.slice(0, where) + char + text.slice(where + 1);
  if (kind === 'swap')
    return (
      text.slice(0, where) +
      text
        .slice(where, where + 2)
        .split('')
        .reverse()
        .join('') +
      text.slice(where + 2)
    );
  return kind === 'double' ? text + text : '';
}

const FILE = { name: '月报.xlsx', bytes: Buffer.alloc(1) };
const open = (grid: Grid) => () => openTables(workbookOf([{ grid }]), { file: FILE, context: CONTEXT, limits: LIMITS });
const read = (grid: Grid) => outcomeOf(open(grid));

test(`${RUNS} changed tables: the true values, or a word about it`, async () => {
  const oracle = await oracleOf(open(goodGrid()));
  await fc.assert(
    fc.asyncProperty(change, async (one) => {
      expect(wrongness(await read(changed(goodGrid(), one)), oracle)).toBeNull();
    }),
    runs(RUNS),
  );
}, 240_000);

test(`${MANY_RUNS} tables changed in several places at once: every row counted, or a refusal of the list`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 2, maxLength: 8 }), async (changes) => {
      const outcome = await read(changes.reduce(changed, goodGrid())); // what it must keep to is asserted on the way
      if (typeof outcome !== 'string') expect(outcome.values.size).toBeLessThanOrEqual(14);
    }),
    runs(MANY_RUNS),
  );
}, 240_000);
