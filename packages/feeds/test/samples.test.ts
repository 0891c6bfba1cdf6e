import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FEEDS, type FeedColumn, type FeedValue, formatCentisqm } from '@quhua/core';
import { expect, test } from 'vitest';
import { openFeed } from '../src/index.ts';
import { CONTEXT, type Outcome, readAll, refusalOf } from './support.ts';

/** What an account apart from this code base says of a file. */
type Expected = {
  readonly file: string;
  readonly feed: string;
  readonly outcome: 'accepted' | 'partly' | 'rejected' | 'flagged';
  readonly suggestedCode?: string;
  readonly rows: Readonly<Record<'total' | 'quarantined' | 'duplicate' | 'warned', number>>;
  readonly empty?: number;
  readonly ignored?: Readonly<Partial<Record<'totals' | 'notes' | 'sheets', number>>>;
  readonly columns?: readonly string[];
  readonly canonicalSha256?: string;
  readonly samples?: readonly Readonly<Record<string, string>>[];
  readonly refused?: readonly { readonly place: string; readonly reason: string; readonly row?: readonly string[] }[];
};

const FOLDER = join(import.meta.dirname, '../../../test/fixtures/feeds');
const read = (name: string) => readFileSync(join(FOLDER, name));
const ALL: readonly Expected[] = JSON.parse(read('expected.json').toString()).files;

const fileOf = (name: string) => ({ name: name.slice(name.lastIndexOf('/') + 1), bytes: read(name) });

function shown(value: FeedValue, { type }: FeedColumn): string {
  if (value === null) return '';
  if (type === 'area' || type === 'money') return formatCentisqm(value as number); // safe: figures of these types
  return type === 'percent' ? ((value as number) / 100).toFixed(1) : String(value);
}

/** The text behind the hash: key columns, then those that the file has, sorted by key. */
function canonicalText({ plan, rows }: Outcome, columns: readonly string[]): string {
  const { shape, columns: all } = FEEDS[plan.feed];
  const keys = shape === 'monthly' ? ['region_code', 'month'] : FEEDS[plan.feed].key;
  const names = [...new Set([...keys, ...columns])];
  const body = rows.map(({ regionCode, month, values }) =>
    names.map((name) => {
      if (name === 'region_code') return regionCode ?? '';
      if (name === 'month') return month ?? '';
      const at = all.findIndex((column) => column.name === name);
      const column = all[at];
      return column === undefined ? '?' : shown(values[at] ?? null, column);
    }),
  );
  const sorted = body.map((cells) => cells.join(',')).sort();
  return `${[names.join(','), ...sorted].join('\n')}\n`;
}

const READ = ALL.filter(({ outcome }) => outcome !== 'rejected');

test.each(READ)('$file: the counts and every value are those expected', async ({ file, ...expected }) => {
  const outcome = await readAll(fileOf(file));
  expect(outcome.plan.feed).toBe(expected.feed);
  const { total, quarantined, duplicate, accepted, warned } = outcome.counts;
  expect({ total, quarantined, duplicate }).toEqual({
    total: expected.rows.total,
    quarantined: expected.rows.quarantined,
    duplicate: expected.rows.duplicate,
  });
  expect(accepted + warned + quarantined + duplicate).toBe(total);
  if (expected.empty !== undefined) expect(outcome.counts.empty).toBe(expected.empty);
  if (expected.canonicalSha256 === undefined) return;
  const text = canonicalText(outcome, expected.columns ?? columnsOf(file));
  expect(createHash('sha256').update(text).digest('hex')).toBe(expected.canonicalSha256);
});

/** Columns of a bad file, as its canonical text has them. */
function columnsOf(file: string): string[] {
  const name = `canonical/${file.replace('/', '_')}.csv`;
  return (read(name).toString().split('\n')[0] ?? '').split(',');
}

const IGNORED = READ.filter(({ ignored }) => ignored !== undefined && Object.keys(ignored).length > 0);

test.each(IGNORED)('$file: totals, notes and other sheets are passed over by name', async ({ file, ignored = {} }) => {
  const reading = await openFeed(fileOf(file), CONTEXT);
  for await (const _ of reading.chunks()); // what is passed over is known at the end
  const found = [...reading.plan.ignored, ...reading.ignored()];
  const { totals = 0, notes = 0, sheets = 0 } = ignored;
  expect(found.filter(({ row }) => row === null)).toHaveLength(sheets);
  // Notes above the header are titles; of those below it every one is named.
  expect(found.filter(({ row }) => row !== null).length).toBeGreaterThanOrEqual(totals);
  expect(found.filter(({ row }) => row !== null).length).toBeLessThanOrEqual(totals + notes + 1);
  await reading.close();
});

const REFUSED_ROWS = READ.filter(({ outcome }) => outcome === 'partly');

test.each(REFUSED_ROWS)('$file: the refused row is named with its place and the expected reason', async (expected) => {
  const { ledger } = await readAll(fileOf(expected.file));
  const kept = [...ledger.values()].filter(({ outcome }) => outcome === 'quarantined');
  expect(kept).toHaveLength(expected.rows.quarantined);
  for (const { place, row } of expected.refused ?? []) {
    const line = /(?:line |cell [A-Z]+)(?<line>\d+)/u.exec(place)?.groups?.line;
    const found = kept.find(({ line: own }) => String(own) === line);
    expect(found?.reasons.map(({ code }) => code)).toContain(expected.suggestedCode);
    expect(found?.reasons[0]?.message).toContain(`第${line}行`);
    if (row !== undefined) expect(found?.raw).toEqual(row);
  }
});

test.each(ALL.filter(({ outcome }) => outcome === 'rejected'))(
  '$file is refused with $suggestedCode',
  async (expected) => {
    const error = await refusalOf(fileOf(expected.file));
    expect({ kind: error.kind, code: error.code }).toEqual({ kind: 'invalid', code: expected.suggestedCode });
  },
);

test('bad/01: a total that its rows do not add up to is told with both figures and its cell', async () => {
  const { notes, counts } = await readAll(fileOf('bad/01_合计与分项不符.xlsx'));
  const mismatch = notes.find(({ code }) => code === 'TOTAL_MISMATCH');
  expect(mismatch?.message).toMatch(/212858\.58㎡.*202858\.58㎡.*10000\.00㎡/u);
  expect(mismatch?.cell).toBe('网签!C16');
  expect(counts.accepted + counts.warned).toBe(13);
});

test('the messy files together say of sales and stock what the canonical ones say', async () => {
  for (const feed of ['sales', 'inventory']) {
    const canonical = await readAll(fileOf(`${feed}.csv`));
    const truth = new Map(canonical.rows.map((row) => [`${row.regionCode} ${row.month}`, row.values]));
    const messy = new Map<string, readonly FeedValue[]>();
    for (const { file } of ALL.filter((entry) => entry.feed === feed && entry.file.startsWith('as-received/'))) {
      for (const row of (await readAll(fileOf(file))).rows) messy.set(`${row.regionCode} ${row.month}`, row.values);
    }
    expect([...messy.keys()].sort()).toEqual([...truth.keys()].sort());
    for (const [key, values] of messy) {
      // Some files lack columns; what they have is the same to the last digit.
      const same = (truth.get(key) ?? []).map((value, at) => (values[at] === null ? null : value));
      expect([key, values]).toEqual([key, same]);
    }
  }
});
