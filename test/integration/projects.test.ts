import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeedName } from '@quhua/core';
import { type IngestResult, ingestFile, withdrawBatch } from '@quhua/engine';
import { listProjectNotices, listProjectReports, listProjects, streamProjectReports } from '@quhua/storage';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { createTestEngine, type TestEngine, take } from '../support/engine.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/feeds');
const sample = (name: string): Buffer => readFileSync(join(FOLDER, name));
const HEADS = {
  projects:
    'project_no,region_code,name,households_sold,contract_delivery_on,whitelist_disbursed,guarantee_amount,promoted_name,permit_no,escrow_bank,whitelist_state,guarantee_no,merged_into',
  'project-reports':
    'project_no,report_date,physical_progress_pct,planned_progress_pct,escrow_balance,escrow_required,unpaid_buyer_money,idle_days,account_frozen,completion_filed,households_delivered',
  'project-notices': 'notice_no,project_no,date,kind,amount,count,document',
} as const;

function csv(feed: keyof typeof HEADS, ...rows: readonly string[]): Buffer {
  return Buffer.from(`${[HEADS[feed], ...rows].join('\n')}\n`);
}

/** Takes a file in, as it becomes known at an instant. */
async function taken(
  engine: TestEngine,
  at: string,
  feed: keyof typeof HEADS,
  ...rows: readonly string[]
): Promise<number> {
  const { id } = await take(engine, csv(feed, ...rows), {
    feed: feed satisfies FeedName,
    name: `${feed}.csv`,
    asOf: at,
  });
  return Number(id);
}

const [FIRST, SECOND, THIRD] = ['2025-10-02T00:00:00Z', '2025-10-05T00:00:00Z', '2025-10-09T00:00:00Z'];
const at = (instant: string | null) => ({ jurisdiction: '653100', asOf: instant === null ? null : new Date(instant) });

test('projects as known at an instant: the newest version of each, with where it stands; a withdrawal does not reach back', async () => {
  const engine = await createTestEngine();
  const { db } = engine.database;
  await taken(engine, FIRST, 'projects', 'P1,653101,甲,10,2026-10-31,,,,,,,,', 'P2,653121,乙,,,,,,,,,,');
  const second = await taken(
    engine,
    SECOND,
    'projects',
    'P1,653122,甲园,12,2026-11-30,7.00,9.50,云邸,(2024)字3号,甲银行,已放款,BH-7,Ｐ２ ',
  );
  const names = async (instant: string | null) =>
    [...(await listProjects(db, at(instant))).values()].map(
      ({ projectNo, name, regionCode }) => `${projectNo} ${name} ${regionCode}`,
    );
  expect(await names('2025-10-01T00:00:00Z')).toEqual([]);
  expect(await names(FIRST)).toEqual(['P1 甲 653101', 'P2 乙 653121']);
  expect(await names(null)).toEqual(['P1 甲园 653122', 'P2 乙 653121']);
  expect((await listProjects(db, { ...at(null), projectNos: ['P1', 'P9'] })).get('P1')).toEqual({
    projectNo: 'P1',
    name: '甲园',
    promotedName: '云邸',
    regionCode: '653122',
    developer: null,
    buildings: null,
    totalUnits: null,
    householdsSold: 12,
    contractDeliveryOn: '2026-11-30',
    whitelistApprovedFen: null,
    whitelistDisbursedFen: 700,
    guaranteeFen: 950,
    whitelistState: 'disbursed',
    guaranteeNo: 'BH-7',
    mergedInto: 'P2',
    permitNo: '(2024)字3号',
    escrowBank: '甲银行',
    knownFrom: new Date(SECOND),
    batchId: second,
    line: 2,
    simulated: false,
  });
  engine.setNow(THIRD);
  await withdrawBatch(engine, { id: second, by: 'test', reason: 'wrong list' });
  expect(await names(null)).toEqual(['P1 甲 653101', 'P2 乙 653121']);
  expect(await names(SECOND)).toEqual(['P1 甲园 653122', 'P2 乙 653121']);
  expect(await listProjects(db, { ...at(null), jurisdiction: '100000' })).toEqual(new Map());
});

test('their reports: one a day, oldest first, each the version known then', async () => {
  const engine = await createTestEngine();
  const { db } = engine.database;
  await taken(
    engine,
    FIRST,
    'project-reports',
    'P1,2025-09-30,26.75,30,1.00,2.00,3.00,4,0,1,',
    'P2,2025-09-30,,,,,,0,,,',
  );
  const second = await taken(
    engine,
    SECOND,
    'project-reports',
    'P1,2025-08-31,20,,,,,,1,0,5',
    'P1,2025-09-30,27,,,,,,,,',
  );
  const progress = async (instant: string | null, ...projectNos: string[]) => {
    const found = await listProjectReports(db, { ...at(instant), ...(projectNos.length > 0 ? { projectNos } : {}) });
    return [...found].map(
      ([no, reports]) => `${no} ${reports.map(({ date, physicalBp }) => `${date} ${physicalBp}`).join(', ')}`,
    );
  };
  expect(await progress('2025-10-01T00:00:00Z')).toEqual([]);
  expect(await progress(FIRST)).toEqual(['P1 2025-09-30 2675', 'P2 2025-09-30 null']);
  expect(await progress(null)).toEqual(['P1 2025-08-31 2000, 2025-09-30 2700', 'P2 2025-09-30 null']);
  expect(await progress(null, 'P2', 'P9')).toEqual(['P2 2025-09-30 null']);
  expect(await progress(null, 'P9')).toEqual([]);
  const [august] = (await listProjectReports(db, at(null))).get('P1') ?? [];
  expect(august).toEqual({
    date: '2025-08-31',
    physicalBp: 2000,
    plannedBp: null,
    escrowBalanceFen: null,
    escrowRequiredFen: null,
    guaranteeFen: null,
    costToCompleteFen: null,
    unpaidBuyersFen: null,
    idleDays: null,
    petitions30d: null,
    frozen: true,
    completionFiled: false,
    householdsDelivered: 5,
    batchId: second,
    line: 2,
    simulated: false,
  });
  const [before] = (await listProjectReports(db, at(FIRST))).get('P1') ?? [];
  expect(before).toMatchObject({
    escrowBalanceFen: 100,
    unpaidBuyersFen: 300,
    idleDays: 4,
    frozen: false,
    completionFiled: true,
  });
  engine.setNow(THIRD);
  await withdrawBatch(engine, { id: second, by: 'test', reason: 'wrong' });
  expect(await progress(null)).toEqual(['P1 2025-09-30 2675', 'P2 2025-09-30 null']);
  expect(await progress(SECOND)).toEqual(['P1 2025-08-31 2000, 2025-09-30 2700', 'P2 2025-09-30 null']);
});

test('notices: a later version moves one to another project, or to another day', async () => {
  const engine = await createTestEngine();
  const { db } = engine.database;
  await taken(
    engine,
    FIRST,
    'project-notices',
    'N1,P1,2025-09-12,查封,9.00,,（2025）执1号',
    'N2,P1,2025-09-01,信访,,3,',
  );
  const second = await taken(
    engine,
    SECOND,
    'project-notices',
    'N1,P2,2025-09-13,freeze,,,',
    'N3,P1,2025-08-31,对账单,5.00,,',
  );
  const listed = async (instant: string | null, projectNos?: string[]) => {
    const found = await listProjectNotices(db, {
      ...at(instant),
      ...(projectNos === undefined ? {} : { projectNos }),
    });
    return [...found].map(
      ([no, notices]) => `${no} ${notices.map(({ noticeNo, date, kind }) => `${noticeNo} ${date} ${kind}`).join(', ')}`,
    );
  };
  expect(await listed(FIRST)).toEqual(['P1 N2 2025-09-01 petition, N1 2025-09-12 freeze']);
  const now = ['P1 N3 2025-08-31 statement, N2 2025-09-01 petition', 'P2 N1 2025-09-13 freeze'];
  expect(await listed(null)).toEqual(now);
  expect([await listed(null, ['P1']), await listed(null, ['P2'])]).toEqual([now.slice(0, 1), now.slice(1)]);
  expect((await listProjectNotices(db, at(FIRST))).get('P1')?.[1]).toMatchObject({
    amountFen: 900,
    count: null,
    document: '（2025）执1号',
    line: 2,
    simulated: false,
  });
  engine.setNow(THIRD);
  await withdrawBatch(engine, { id: second, by: 'test', reason: 'wrong' });
  expect(await listed(null, ['P2'])).toEqual([]);
  expect(await listed(null)).toEqual(['P1 N2 2025-09-01 petition, N1 2025-09-12 freeze']);
  expect(await listed(SECOND)).toEqual(now);
});

test('2,500 projects come in parts, none twice and none left out', async () => {
  const engine = await createTestEngine();
  const { db } = engine.database;
  await sql`insert into project_report (jurisdiction, known_from, row_hash, batch_id, line, simulated, open_from, project_no, report_date, physical_progress_bp)
    select '653100', ${new Date(FIRST)}, md5(p || '/' || d)::uuid, 1, p, true, '2025-10', 'P' || p, date '2025-01-31' + d, p + d
    from generate_series(1, 2500) p, generate_series(1, 3) d`.execute(db);
  const found = await listProjectReports(db, at(null));
  expect(found.size).toBe(2500);
  expect([...found.keys()]).toEqual(Array.from({ length: 2500 }, (_, index) => `P${index + 1}`).sort());
  expect(found.get('P2500')?.map(({ physicalBp, line }) => [physicalBp, line])).toEqual(
    [2501, 2502, 2503].map((bp) => [bp, 2500]),
  );
  const streamed: string[] = [];
  for await (const { projectNo } of streamProjectReports(db, at(null))) streamed.push(projectNo);
  expect(streamed).toEqual([...found.keys()]);
});

function codes({ reasons, plan }: IngestResult) {
  return { rows: reasons.map(({ code }) => code), file: plan?.notes.map(({ code }) => code) };
}

describe('reports as they are taken in', () => {
  test('the samples: every row is accepted, and what is odd is said of the file', async () => {
    const engine = await createTestEngine();
    await take(engine, sample('projects.csv'), { name: 'projects.csv' });
    const result = await ingestFile(engine, {
      name: 'project-reports.csv',
      bytes: sample('project-reports.csv'),
      by: 'test',
    });
    expect(result).toMatchObject({
      status: 'accepted',
      rows: { total: 511, accepted: 511, warned: 0, quarantined: 0 },
    });
    expect(codes(result)).toEqual({ rows: [], file: ['ESCROW_UNEXPLAINED', 'ESCROW_BELOW'] });
    expect(result.plan?.notes[1]?.message).toMatch(/^\d+ 行，第一处：.*低于重点监管额度.* \/ \d+ rows, the first: /u);
  });

  test('a report is held against those known before it and those of its own file; a refused one is set aside', async () => {
    const engine = await createTestEngine();
    const { delivery } = engine.config;
    const levels = { ...delivery.checks.levels, DELIVERED_OVER: 'refuse' } as const;
    const config = { ...engine.config, delivery: { ...delivery, checks: { ...delivery.checks, levels } } };
    const strict: TestEngine = { ...engine, config };
    await taken(strict, FIRST, 'projects', 'P1,653101,甲,10,2026-10-31,,,,,,,,');
    await taken(strict, FIRST, 'project-reports', 'P1,2025-08-31,30,40,5.00,1.00,3.00,0,0,0,');
    const bytes = csv(
      'project-reports',
      'P1,2025-09-30,29,41,5.00,1.00,3.00,0,0,0,',
      'P1,2025-10-31,29,41,5.00,1.00,3.00,0,0,0,',
      'P1,2025-10-15,29,41,5.00,1.00,3.00,0,0,0,11',
      'P9,2025-10-31,29,41,5.00,1.00,3.00,0,0,0,',
    );
    const result = await ingestFile(strict, {
      name: 'reports.csv',
      feed: 'project-reports',
      bytes,
      by: 'test',
    });
    expect(result.rows).toMatchObject({ total: 4, accepted: 1, warned: 2, quarantined: 1 });
    expect(codes(result).file).toEqual(['PROJECT_UNKNOWN']);
    const { rows } = await sql<{ line: number; outcome: string; codes: string }>`
      select line, outcome, (select string_agg(r ->> 'code', ' ') from jsonb_array_elements(reasons) r) as codes from batch_row order by line
    `.execute(strict.database.db);
    expect(rows).toEqual([
      { line: 2, outcome: 'warned', codes: 'PROGRESS_BACK' },
      { line: 3, outcome: 'warned', codes: 'REPORT_COPIED' },
      { line: 4, outcome: 'quarantined', codes: 'DELIVERED_OVER' },
    ]);
  });

  test('over 100 %, and a day to come, are refused where the file is read', async () => {
    const engine = await createTestEngine();
    const bytes = csv(
      'project-reports',
      'P1,2025-10-31,100.01,,,,,,,,',
      'P2,2025-11-07,50,,,,,,,,',
      'P3,2025-11-06,100,,,,,,,,',
    );
    const result = await ingestFile(engine, { name: 'reports.csv', feed: 'project-reports', bytes, by: 'test' });
    expect(result.rows).toMatchObject({ total: 3, quarantined: 2, accepted: 1 });
  });
});
