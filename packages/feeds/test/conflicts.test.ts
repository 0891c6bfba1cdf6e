import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openFeed } from '../src/index.ts';
import { CONTEXT, chunksOf, codesOf, fileOf, lines, readAll, runs } from './support.ts';

const HEAD = 'region_code,month,signed_area,cancelled_area';

test.each([
  { values: ['1', '1'], outcomes: ['taken', 'duplicate'] },
  { values: ['1', '2'], outcomes: ['quarantined', 'quarantined'] },
  { values: ['1', '1', '1'], outcomes: ['taken', 'duplicate', 'duplicate'] },
  { values: ['1', '1', '2'], outcomes: ['quarantined', 'quarantined', 'quarantined'] },
  { values: ['1', '2', '1'], outcomes: ['quarantined', 'quarantined', 'quarantined'] },
  { values: ['1', '2', '3', '1', '2'], outcomes: Array(5).fill('quarantined') },
  { values: ['1', '-', '1'], outcomes: ['quarantined', 'quarantined', 'quarantined'] },
  { values: ['1', '?', '1'], outcomes: ['quarantined', 'quarantined', 'quarantined'] },
  { values: ['?', '1'], outcomes: ['quarantined', 'quarantined'] },
])('one unit-month with $values: $outcomes', async ({ values, outcomes }) => {
  const { ledger, rows, counts } = await readAll(
    fileOf(lines(HEAD, ...values.map((value) => `653101,2025-10,${value},5`))),
  );
  expect(values.map((_, at) => ledger.get(at + 2)?.outcome ?? 'taken')).toEqual(outcomes);
  expect(rows).toHaveLength(outcomes.filter((outcome) => outcome === 'taken').length);
  expect(counts.quarantined).toBe(outcomes.filter((outcome) => outcome === 'quarantined').length);
});

test('a row that was handed out before is taken back, with its warnings kept', async () => {
  const rows = Array.from(
    { length: 3_000 },
    (_, at) => `${653_121 + (at % 5)},${1990 + Math.floor(at / 60)}-${(Math.floor(at / 5) % 12) + 1},${at},0`,
  );
  const file = fileOf(lines(HEAD, '653101,2025-11,1.005,0', ...rows, '653101,2025-11,7,0'));
  const chunks = await chunksOf(openFeed(file, CONTEXT));
  const last = chunks.at(-1);
  expect(chunks[0]?.rows[0]).toMatchObject({ line: 2, regionCode: '653101' });
  expect(chunks[0]?.ledger[0]?.outcome).toBe('warned');
  expect(last?.revokedLines).toEqual([2]);
  expect(last?.rows).toEqual([]);
  expect(last?.ledger.map(({ line, outcome }) => ({ line, outcome }))).toEqual([{ line: 2, outcome: 'quarantined' }]);
  expect(codesOf(last?.ledger[0]?.reasons ?? [])).toEqual(['PERIOD_OPEN', 'NUM_ROUNDED', 'ROW_CONFLICT']);
  expect(last?.ledger[0]?.raw).toEqual(['653101', '2025-11', '1.005', '0']);
});

test('a reading can be done again and counts afresh', async () => {
  const reading = openFeed(fileOf(lines(HEAD, '653101,2025-10,1,0', '653101,2025-10,2,0')), CONTEXT);
  for (let time = 0; time < 2; time += 1) {
    await chunksOf(reading);
    expect(reading.counts()).toMatchObject({ total: 2, quarantined: 2 });
  }
});

const anyRow = fc.record({
  region: fc.constantFrom('653101', '喀什市', '653121', '沙车县'),
  month: fc.constantFrom('2025-09', '2025/9', '2025-13'),
  area: fc.constantFrom('1', '1.00', '2', '-', '?', '-1'),
  cancelled: fc.constantFrom('0', '-', '1'),
});

test('the order of rows decides neither what is stored nor what is refused', async () => {
  const rows = fc.array(anyRow, { minLength: 1, maxLength: 12 });
  const shuffled = rows.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  );
  await fc.assert(
    fc.asyncProperty(shuffled, async ([one, other]) => {
      expect(await seen(other)).toEqual(await seen(one));
    }),
    runs(1_000),
  );
});

/** What became of a file's rows, whatever their order. */
async function seen(list: { region: string; month: string; area: string; cancelled: string }[]) {
  const written = list.map(({ region, month, area, cancelled }) => `${region},${month},${area},${cancelled}`);
  const { rows, ledger, counts } = await readAll(fileOf(lines(HEAD, ...written)));
  const stored = rows.map(({ regionCode, month, figures }) => `${regionCode} ${month} ${figures}`).sort();
  const refused = [...ledger.values()].filter(({ outcome }) => outcome === 'quarantined').map(({ raw }) => raw.join());
  return { stored, refused: refused.sort(), counts };
}

test('INV-18: every row is counted once, and rows and ledger tell of the same rows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          anyRow.map((row) => Object.values(row).join()),
          fc.constantFrom('', ',,,', '1', '合计,,3,0', '"x\ny",2025-09,1,1'),
        ),
        { minLength: 1, maxLength: 15 },
      ),
      async (written) => {
        const outcome = await readAll(fileOf(lines(HEAD, '653122,2025-01,1,0', ...written)));
        const { total, accepted, warned, quarantined, duplicate } = outcome.counts;
        expect(total).toBe(accepted + warned + quarantined + duplicate);
        const kept = [...outcome.ledger.values()];
        expect(outcome.rows).toHaveLength(accepted + warned);
        for (const [what, count] of Object.entries({ warned, quarantined, duplicate })) {
          expect(kept.filter((row) => row.outcome === what)).toHaveLength(count);
        }
        expect(outcome.rows.flatMap(({ figures }) => figures).some(Number.isNaN)).toBe(false);
      },
    ),
    runs(1_000),
  );
});
