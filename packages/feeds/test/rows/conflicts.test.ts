import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../../test/support/seeds.ts';
import { HASHER, type Hasher } from '../../src/rows/hashes.ts';
import { createRecordTable } from '../../src/rows/record-table.ts';
import { codesOf, read, tableOf } from './support.ts';

const COLUMNS = ['region', 'month', 'signed_area', 'cancelled_area'];
const cells = (text: string) => text.split(',');
const sales = (...rows: string[]) => tableOf(COLUMNS, rows.map(cells));

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
])('one key with $values: $outcomes, in both shapes of feeds', async ({ values, outcomes }) => {
  const monthly = sales(...values.map((value) => `653101,2025-10,${value},5`));
  const contracts = tableOf(
    ['contract_no', 'region', 'signed_on', 'area', 'price_total'],
    values.map((value) => [
      'WQ1',
      '喀什市',
      '2025-10-01',
      '100',
      value === '?' ? '?' : `${value}00000`.replace('-00000', '-'),
    ]),
    { feed: 'contracts' },
  );
  for (const table of [monthly, contracts]) {
    const { ledger, rows, counts } = await read(table);
    const kept = (line: number) => (ledger.get(line)?.outcome ?? 'taken').replace('warned', 'taken');
    expect(values.map((_, at) => kept(at + 2))).toEqual(outcomes);
    expect(rows).toHaveLength(outcomes.filter((outcome) => outcome === 'taken').length);
    expect(counts.quarantined).toBe(outcomes.filter((outcome) => outcome === 'quarantined').length);
  }
});

test('a row that was handed out before is taken back, with its warnings kept', async () => {
  const rows = Array.from(
    { length: 3_000 },
    (_, at) => `${653_121 + (at % 5)},${1990 + Math.floor(at / 60)}-${(Math.floor(at / 5) % 12) + 1},${at},0`,
  );
  const { chunks } = await read(sales('653101,2025-11,1.005,0', ...rows, '653101,2025-11,7,0'));
  const last = chunks.at(-1);
  expect(chunks[0]?.rows[0]).toMatchObject({ line: 2, regionCode: '653101' });
  expect(chunks[0]?.ledger[0]?.outcome).toBe('warned');
  expect(last?.revokedLines).toEqual([2]);
  expect(last?.rows).toEqual([]);
  expect(last?.ledger.map(({ line, outcome }) => ({ line, outcome }))).toEqual([{ line: 2, outcome: 'quarantined' }]);
  expect(codesOf(last?.ledger[0]?.reasons)).toEqual(['PERIOD_OPEN', 'NUM_ROUNDED', 'ROW_CONFLICT']);
  expect(last?.ledger[0]?.raw).toEqual(['653101', '2025-11', '1.005', '0']);
});

test('the two places of a conflict name each other, across sheets too', async () => {
  const first = tableOf(COLUMNS, [cells('喀什市,2025-09,1,0')], { sheet: '9月', from: 5 });
  const second = tableOf(COLUMNS, [cells('653101,2025-09,2,0'), cells('疏附县,2025-09,2,0')], {
    sheet: '10月',
    from: 7,
    base: 5,
  });
  const { ledger, counts } = await read([first, second]);
  expect(counts).toMatchObject({ total: 3, accepted: 1, quarantined: 2 });
  const said = [5, 12].map((line) => ledger.get(line)?.reasons[0]?.message);
  expect(said[0]).toContain('表“9月”第5行：与表“10月”第7行同为喀什市 2025-09');
  expect(said[1]).toContain('表“10月”第7行：与表“9月”第5行同为喀什市 2025-09');
  expect(said[1]).toContain('这里是2.00㎡，表“9月”第5行是1.00㎡');
});

test('a contract that stands in two sheets is told by its number', async () => {
  const columns = ['contract_no', 'region', 'signed_on', 'area'];
  const of = (sheet: string, area: string, base: number) =>
    tableOf(columns, [['WQ 1', '喀什', '2025-10-01', area]], { feed: 'contracts', sheet, base });
  const conflict = await read([of('甲', '100', 0), of('乙', '101', 2)]);
  expect(conflict.ledger.get(4)?.reasons[0]?.message).toContain('与表“甲”第2行同为contract_no“WQ1”，内容不同');
  const twice = await read([of('甲', '100', 0), of('乙', '100.00', 2)]);
  expect(twice.counts).toMatchObject({ accepted: 1, duplicate: 1 });
  expect(twice.ledger.get(4)?.reasons[0]?.message).toContain('与表“甲”第2行是同一条记录');
});

test('a report has two parts in its key', async () => {
  const columns = ['project_no', 'report_date', 'idle_days'];
  const rows = ['P1,2025-09-30,1', 'P1,2025-10-31,2', 'P2,2025-09-30,3', 'P1,2025年9月30日,1'].map(cells);
  const { counts } = await read(tableOf(columns, rows, { feed: 'project-reports' }));
  expect(counts).toMatchObject({ total: 4, accepted: 3, duplicate: 1 });
});

test('progress of a plan has its unit in the key, and is told by it', async () => {
  const columns = ['region', 'item', 'report_date', 'done_units'];
  const of = (...rows: readonly string[]) => read(tableOf(columns, rows.map(cells), { feed: 'plan-progress' }));
  const { counts } = await of('喀什,公租房,2025-10-31,1', '疏附,公租房,2025-10-31,2', '653101,公租房,2025-10-31,1');
  expect(counts).toMatchObject({ total: 3, accepted: 2, duplicate: 1 });
  const conflict = await of('喀什,公租房,2025-10-31,1', '疏附,公租房,2025-10-31,1', '喀什市,公租房,2025-10-31,2');
  expect(conflict.counts).toMatchObject({ accepted: 1, quarantined: 2 });
  expect(conflict.ledger.get(4)?.reasons[0]?.message).toMatch(
    /第2行同为喀什市、item“公租房”、report_date“2025-10-31”/u,
  );
});

const colliding: readonly [string, Hasher][] = [
  ['keys', { ...HASHER, text: () => 7 }],
  ['values', { ...HASHER, values: () => 1 }],
  ['both', { text: () => 0, values: () => 0 }],
];

test.each(colliding)('a hash under which all %s are one changes nothing', async (_, hasher) => {
  const contract = fc.tuple(
    fc.constantFrom('A1', 'A2', 'B1', 'Ａ1'),
    fc.constantFrom('喀什市', '疏附县'),
    fc.constantFrom('100', '101', '?'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(contract, { minLength: 1, maxLength: 12 }), async (list) => {
      const rows = list.map(([key, region, area]) => [key, region, '2025-10-01', area]);
      const table = tableOf(['contract_no', 'region', 'signed_on', 'area'], rows, { feed: 'contracts', batch: 3 });
      const [one, other] = [await read(table), await read(table, { hasher })];
      expect(other.counts).toEqual(one.counts);
      expect(other.rows).toEqual(one.rows);
      expect([...other.ledger.values()].map(({ line, outcome }) => [line, outcome]).sort()).toEqual(
        [...one.ledger.values()].map(({ line, outcome }) => [line, outcome]).sort(),
      );
    }),
    runs(200),
  );
});

test('a table of keys tells 200,000 of them apart and finds each again', () => {
  const table = createRecordTable();
  const key = (at: number) => `网签${(at * 7919) % 1_000_003}-${at}`;
  for (let at = 0; at < 200_000; at += 1) expect(table.meet(key(at), at + 1, [at]).kind === 'new').toBe(true);
  for (let at = 0; at < 200_000; at += 997) {
    expect(table.meet(key(at), 1, [at])).toMatchObject({ kind: 'like', line: at + 1, slot: table.slotOf(key(at)) });
    expect(table.meet(key(at), 1, [at + 1]).kind).toBe('other');
  }
  expect(table.slotOf('网签')).toBe(-1);
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
  const { rows, ledger, counts } = await read(sales(...written));
  const stored = rows.map(({ regionCode, month, values }) => `${regionCode} ${month} ${values}`).sort();
  const refused = [...ledger.values()].filter(({ outcome }) => outcome === 'quarantined').map(({ raw }) => raw.join());
  return { stored, refused: refused.sort(), counts };
}

test('INV-18: every row is counted once, and rows and ledger tell of the same rows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          anyRow.map((row) => Object.values(row).join()),
          fc.constantFrom('', ',,,', '1', '合计,,3,0', 'x\ny,2025-09,1,1', '注：本表为月报,,,', '喀什市,2025-08,-,-'),
        ),
        { minLength: 1, maxLength: 15 },
      ),
      async (written) => {
        const outcome = await read(sales('653122,2025-01,1,0', ...written));
        const { total, accepted, warned, quarantined, duplicate } = outcome.counts;
        expect(total).toBe(accepted + warned + quarantined + duplicate);
        const kept = [...outcome.ledger.values()];
        expect(outcome.rows).toHaveLength(accepted + warned);
        for (const [what, count] of Object.entries({ warned, quarantined, duplicate })) {
          expect(kept.filter((row) => row.outcome === what)).toHaveLength(count);
        }
        expect(outcome.rows.flatMap(({ values }) => values).some((value) => Number.isNaN(value))).toBe(false);
      },
    ),
    runs(1_000),
  );
});
