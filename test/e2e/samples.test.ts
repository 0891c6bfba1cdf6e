import { join } from 'node:path';
import type { AssessmentsOf } from '@quhua/engine';
import { beforeAll, expect, test } from 'vitest';
import { type ExpectedAssessment, expectedAssessments, toExpected } from '../support/expected-assessments.ts';
import { ask, documentOf, type ErrorDocument, FEEDS, newHome, quhua } from './quhua.ts';

const FIELDS = [
  'code',
  'name',
  'status',
  'tier',
  'previousTier',
  'monthsOfSupply',
  'monthsOfSupplyText',
  'exact',
  'stock',
  'sold',
  'monthsPresent',
  'provisional',
  'flags',
  'distances',
  'citation',
];

let home: string;
let ingested: { readonly batches: readonly { readonly status: string; readonly rows: unknown }[] };

beforeAll(async () => {
  home = await newHome();
  ingested = await ask(['ingest', join(FEEDS, 'sales.csv'), join(FEEDS, 'inventory.csv')], { home });
});

function toRows({ months }: AssessmentsOf): ExpectedAssessment[] {
  return months.flatMap(({ month, regions }) => regions.map((region) => toExpected(month, region)));
}

test('the sample feeds in an empty home: 2025-10 is what an independent account says', async () => {
  expect(ingested.batches).toMatchObject([
    { status: 'accepted', rows: { total: 462, accepted: 462, warned: 0, quarantined: 0, duplicate: 0 } },
    { status: 'accepted', rows: { total: 467, accepted: 467, warned: 0, quarantined: 0, duplicate: 0 } },
  ]);
  const answer = await ask<AssessmentsOf>(['assess', '--month', '2025-10'], { home });
  expect(answer).toMatchObject({ rulebook: 'mnr-2024-918', definition: 'net-signed-12m' });
  expect(toRows(answer)).toEqual(expectedAssessments('assessment-2025-10.csv'));
  for (const region of answer.months[0]?.regions ?? []) expect(Object.keys(region).sort()).toEqual([...FIELDS].sort());
});

test('every one of the 36 months, by a range', async () => {
  const answer = await ask<AssessmentsOf>(['assess', '--from', '2022-11', '--to', '2025-10'], { home });
  expect(toRows(answer)).toEqual(expectedAssessments('assessment-all.csv'));
});

test('as known at an instant: nothing before the files came, the same figures after', async () => {
  const [before, after] = await Promise.all([
    ask<AssessmentsOf>(['assess', '--month', '2025-10', '--as-of', '2025-11-06'], { home }),
    ask<AssessmentsOf>(['assess', '--month', '2025-10', '--as-of', new Date().toISOString()], { home }),
  ]);
  expect(before.asOf).toBe('2025-11-06T15:59:59.999Z'); // the end of the day in UTC+8
  expect(new Set(before.months[0]?.regions.map((region) => region.status))).toEqual(new Set(['NO_DATA']));
  expect(toRows(after)).toEqual(expectedAssessments('assessment-2025-10.csv'));
});

test('a replay gives the episodes behind the open alerts, the same hash each time, and changes nothing', async () => {
  const range = ['--from', '2022-11', '--to', '2025-10'];
  type Replay = { evaluations: number; episodes: { region: string; kind: string; end: string | null }[]; hash: string };
  const alerts = await ask<{ alerts: { kind: string; subject: { code: string } }[] }>(['alerts'], { home });
  const [full, short] = await Promise.all([
    ask<Replay>(['replay', ...range], { home }),
    ask<Replay>(['replay', ...range, '--hash'], { home }),
  ]);
  expect(full.evaluations).toBe(468);
  expect(short).toEqual({ evaluations: 468, episodes: full.episodes.length, hash: full.hash });
  const running = full.episodes.filter(({ end }) => end === null).map(({ region, kind }) => `${region} ${kind}`);
  const open = alerts.alerts.map(({ subject, kind }) => `${subject.code} ${kind}`);
  expect(running.toSorted()).toEqual(open.toSorted());
  expect(await ask(['alerts'], { home })).toEqual(alerts);
});

test('a rulebook that is not in force is computed and stored nowhere; one that is not there is not found', async () => {
  const [older, unknown, future] = await Promise.all([
    ask<AssessmentsOf>(['assess', '--month', '2025-10', '--rulebook', 'mnr-2019'], { home }),
    ask<ErrorDocument>(['assess', '--month', '2025-10', '--rulebook', 'mnr-1999'], { home }, 4),
    ask<ErrorDocument>(['assess', '--month', '2199-01'], { home }, 2),
  ]);
  expect(older.rulebook).toBe('mnr-2019');
  expect(older.months[0]?.regions.some(({ tier }) => tier === 'SUSPEND')).toBe(false);
  expect(unknown.error.code).toBe('RULEBOOK_NOT_FOUND');
  expect(unknown.error.message).toContain('mnr-2024-918');
  expect(future.error.code).toBe('MONTH_FUTURE');
});

test('for people: thirteen units in straight columns, without colours where nobody sees them', async () => {
  const [table, newest] = await Promise.all([
    quhua(['assess', '--month', '2025-10'], { home }),
    ask<AssessmentsOf>(['assess'], { home }),
  ]);
  expect(table).toMatchObject({ code: 0, stderr: '' });
  expect(table.stdout).not.toContain('\u001b');
  expect(newest.months.map(({ month }) => month)).toEqual(['2025-10']);
  for (const { name, monthsOfSupplyText, monthsOfSupply } of newest.months[0]?.regions ?? []) {
    const line = table.stdout.split('\n').find((one) => one.startsWith(name));
    expect(line).toContain(monthsOfSupply === null ? '' : monthsOfSupplyText);
  }
  expect(table.stdout).toMatch(/^伽师县 .*限量 SWAP .* 36月 可增 +3765\.94 .*原暂停，存量增加$/mu);
  expect(table.stdout).toMatch(/^泽普县 .*无库存无成交$/mu);
  expect(table.stdout).not.toContain('-0.0');
});

test('before anything was taken in there is nothing to assess', async () => {
  const empty = await newHome('空 家');
  const said = await quhua(['assess'], { home: empty });
  expect(said).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('quhua ingest') });
  const { error } = documentOf<ErrorDocument>(await quhua(['assess', '--json'], { home: empty }), 4);
  expect(error).toMatchObject({ kind: 'not_found', code: 'NO_OBSERVATIONS' });
});
