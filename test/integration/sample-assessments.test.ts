import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addMonths, type Episode, monthRange } from '@quhua/core';
import { assessMonths, assessmentsOf, episodeLines, ingestSample, regionIdsOf, replay } from '@quhua/engine';
import { listEpisodes } from '@quhua/storage';
import { expect, test } from 'vitest';
import { createTestEngine, KASHGAR, type TestEngine, take } from '../support/engine.ts';
import { type ExpectedAssessment, expectedAssessments, toExpected } from '../support/expected-assessments.ts';

const FIRST = '2022-11';
const LAST = '2025-10';

async function allMonths(engine: TestEngine, asOf?: Date): Promise<ExpectedAssessment[]> {
  const { months } = await assessmentsOf(engine, { from: FIRST, to: LAST, ...(asOf === undefined ? {} : { asOf }) });
  return months.flatMap(({ month, regions }) => regions.map((region) => toExpected(month, region)));
}

async function liveEpisodes(engine: TestEngine): Promise<string> {
  const ids = await regionIdsOf(engine);
  const byRegion = await listEpisodes(engine.database.db, engine.config.jurisdiction.rulebook, [...ids.values()]);
  const lines = [...ids].flatMap(([region, id]) =>
    (byRegion.get(id) ?? []).map((episode: Episode) => episodeLines([{ region, ...episode }])),
  );
  return lines.sort().join('');
}

test('the sample feeds give every one of the 468 expected assessments, in status, tiers and exact figures', async () => {
  const engine = await createTestEngine();
  await ingestSample(engine);
  const got = await allMonths(engine);
  expect(got).toHaveLength(468);
  expect(got).toEqual(expectedAssessments());
});

test('the same, arriving month by month and assessed as it arrives, ends in the same assessments and episodes', async () => {
  const engine = await createTestEngine();
  const files = ['sales.csv', 'inventory.csv'].map((name) =>
    readFileSync(join(KASHGAR, 'sample', name), 'utf8')
      .trim()
      .split('\n'),
  );
  for (const month of monthRange(FIRST, LAST)) {
    const arrived = `${addMonths(month, 1)}-07T09:00:00+08:00`;
    engine.setNow(arrived);
    for (const [header = '', ...lines] of files) {
      const rows = lines.filter((line) => line.split(',')[1] === month);
      await take(engine, Buffer.from(`${[header, ...rows].join('\n')}\n`), { name: `${month}.csv` });
    }
    await assessMonths(engine);
  }
  expect(await allMonths(engine)).toEqual(expectedAssessments());
  const replayed = await replay(engine, { from: FIRST, to: LAST });
  expect(replayed.evaluations).toBe(468);
  expect(await liveEpisodes(engine)).toBe(episodeLines(replayed.episodes));
});

test('what was known at an instant is assessed the same then and ever after, byte for byte', async () => {
  const engine = await createTestEngine({ now: '2025-11-06T10:00:00+08:00' });
  await ingestSample(engine);
  const instant = new Date('2025-11-06T10:00:00+08:00');
  const then = JSON.stringify(await assessmentsOf(engine, { from: FIRST, to: LAST, asOf: instant }));
  engine.setNow('2025-12-01T10:00:00+08:00');
  await take(engine, Buffer.from('region_code,month,signed_area,cancelled_area\n653101,2024-05,1.00,0\n'), {
    name: 'restated.csv',
  });
  await assessMonths(engine);
  expect(JSON.stringify(await assessmentsOf(engine, { from: FIRST, to: LAST, asOf: instant }))).toBe(then);
  expect(JSON.stringify((await assessmentsOf(engine, { from: FIRST, to: LAST })).months)).not.toBe(
    JSON.stringify(JSON.parse(then).months),
  );
});

test('an assessment with as-of, or under another rulebook, changes nothing', async () => {
  const engine = await createTestEngine();
  await ingestSample(engine);
  const under2019 = await assessmentsOf(engine, { from: LAST, to: LAST, rulebook: 'mnr-2019' });
  expect(under2019.rulebook).toBe('mnr-2019');
  expect(new Set(under2019.months[0]?.regions.map((region) => region.tier))).not.toContain('SUSPEND');
  await assessmentsOf(engine, { from: LAST, to: LAST, asOf: engine.now() });
  const { db } = engine.database;
  expect(await db.selectFrom('assessment').select('id').execute()).toEqual([]);
  expect(await db.selectFrom('alert').select('id').execute()).toEqual([]);
});
