import { type Config, loadConfig } from '@quhua/config';
import { type Assessment, addMonths, episodesOf, monthRange } from '@quhua/core';
import { assessMonths, deriveAssessments, regionIdsOf, ruleInForce, withdrawBatch } from '@quhua/engine';
import { listAssessments, listEpisodes, listOpenAlerts } from '@quhua/storage';
import { expect, test } from 'vitest';
import {
  createTestEngine,
  KASHGAR,
  type SalesRow,
  salesCsv,
  stockCsv,
  type TestEngine,
  take,
} from '../support/engine.ts';

/** A seeded generator (mulberry32): a failure names its seed and comes again. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}

const FIRST = '2023-01';
const MONTHS = 30;

function smallConfig(): Config {
  const config = loadConfig(KASHGAR);
  return { ...config, jurisdiction: { ...config.jurisdiction, regions: config.jurisdiction.regions.slice(0, 3) } };
}

/** One random file: a few unit-months, often the same ones again with other figures, sales around nothing or below. */
function randomFile(random: (below: number) => number, codes: readonly string[]): { bytes: Buffer; name: string } {
  const keys = new Map<string, SalesRow>();
  const kind = random(2) === 0 ? 'sales' : 'inventory';
  for (let row = 0; row < 1 + random(25); row += 1) {
    const code = codes[random(codes.length)] ?? '';
    const month = addMonths(FIRST, random(MONTHS));
    const [a, b] =
      kind === 'sales' ? [random(400), random(5) === 0 ? random(600) : random(40)] : [random(9000), random(900)];
    keys.set(`${code}${month}`, [code, month, `${a}.${random(100).toString().padStart(2, '0')}`, String(b)]);
  }
  const rows = [...keys.values()];
  return { name: `${kind}-${random(1e9)}.csv`, bytes: kind === 'sales' ? salesCsv(rows) : stockCsv(rows) };
}

async function derived(engine: TestEngine, to: string): Promise<Map<string, readonly Assessment[]>> {
  const all = new Map<string, readonly Assessment[]>();
  const input = { rulebook: ruleInForce(engine), from: FIRST, to, asOf: engine.now() };
  for await (const { code, assessments } of deriveAssessments(engine, input)) all.set(code, assessments);
  return all;
}

async function checkAgreement(engine: TestEngine): Promise<void> {
  const { db } = engine.database;
  const rulebook = ruleInForce(engine);
  const jurisdiction = engine.config.jurisdiction.code;
  const states = await db.selectFrom('assess_state').selectAll().execute();
  if (states.length === 0) return;
  const to =
    states
      .map((state) => state.assessed_to)
      .sort()
      .at(-1) ?? FIRST;
  const fresh = await derived(engine, to);
  const stored = await listAssessments(db, { jurisdiction, rulebook, from: FIRST, to });
  const ids = await regionIdsOf(engine);
  const episodes = await listEpisodes(db, rulebook.id, [...ids.values()]);
  for (const [code, id] of ids) {
    const all = fresh.get(code) ?? [];
    const months = new Map(all.map((assessment) => [assessment.month, assessment]));
    for (const assessment of stored.get(code) ?? []) expect(assessment).toEqual(months.get(assessment.month));
    const expected = episodesOf(all);
    expect(sorted(episodes.get(id) ?? [])).toEqual(sorted(expected));
    const running = expected
      .filter((episode) => episode.end === null)
      .map((episode) => `${episode.kind} ${episode.start}`);
    const open = await listOpenAlerts(db, jurisdiction, 'region', [code]);
    expect(open.map((alert) => `${alert.kind} ${alert.since}`).sort()).toEqual(running.sort());
  }
}

function sorted<T extends { kind: string; start: string }>(episodes: readonly T[]): T[] {
  return [...episodes].sort((a, b) => `${a.kind}${a.start}`.localeCompare(`${b.kind}${b.start}`));
}

test.each([11, 12, 13, 14, 15, 16])(
  'after any history of reports, restatements and withdrawals the live assessments, episodes and alerts follow from the observations alone (seed %i)',
  async (seed) => {
    const random = generator(seed);
    const engine = await createTestEngine({ config: smallConfig(), now: '2025-11-01T00:00:00Z' });
    const codes = engine.config.jurisdiction.regions.map((region) => region.code);
    const batches: number[] = [];
    let now = Date.parse('2025-11-01T00:00:00Z');
    for (let step = 0; step < 30; step += 1) {
      now += 3_600_000;
      engine.setNow(new Date(now).toISOString());
      const choice = random(10);
      const victim = batches[random(Math.max(1, batches.length))];
      if (choice === 0 && victim !== undefined) {
        await withdrawBatch(engine, { id: victim, by: 'test', reason: 'random' });
        batches.splice(batches.indexOf(victim), 1);
      } else {
        batches.push(Number((await take(engine, ...fileArguments(randomFile(random, codes)))).id));
      }
      if (choice % 3 === 0) await assessMonths(engine);
      if (choice === 3) await checkAgreement(engine);
    }
    await assessMonths(engine);
    await checkAgreement(engine);
    const { rows } = { rows: await engine.database.db.selectFrom('row_ledger').selectAll().execute() };
    for (const row of rows) {
      expect(row.total).toBe(row.accepted + row.warned + row.quarantined + row.duplicate);
      expect(row.observations + row.held).toBe(row.accepted + row.warned);
    }
    expect(rows.length).toBeGreaterThan(20);
  },
);

function fileArguments({ bytes, name }: { bytes: Buffer; name: string }): [Buffer, { name: string }] {
  return [bytes, { name }];
}

test('the order in which files arrive does not change what is known at the end', async () => {
  const random = generator(99);
  const config = smallConfig();
  const codes = config.jurisdiction.regions.map((region) => region.code);
  const files = Array.from({ length: 10 }, (_, at) => ({
    ...randomFile(random, codes),
    asOf: `2025-10-${String(10 + (at % 4)).padStart(2, '0')}T00:00:00Z`, // some at the very same instant
  }));
  const orders = [
    files,
    files.toReversed(),
    [...files.slice(5), ...files.slice(0, 5)],
    files.toSorted((a, b) => a.name.localeCompare(b.name)),
  ];
  const results: string[] = [];
  for (const order of orders) {
    const engine = await createTestEngine({ config, now: '2025-11-01T00:00:00Z' });
    for (const { bytes, name, asOf } of order) {
      await take(engine, bytes, { name, asOf });
      if (random(2) === 0) await assessMonths(engine);
    }
    await assessMonths(engine, { target: addMonths(FIRST, MONTHS) });
    const all = await derived(engine, addMonths(FIRST, MONTHS));
    await checkAgreement(engine);
    results.push(JSON.stringify([...all]));
  }
  expect(new Set(results).size).toBe(1);
  expect(JSON.parse(results[0] ?? '[]')[0][1]).toHaveLength(monthRange(FIRST, addMonths(FIRST, MONTHS)).length);
});
