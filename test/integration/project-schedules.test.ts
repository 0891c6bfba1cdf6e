import { ingestFile, withdrawBatch } from '@quhua/engine';
import { listProjectSchedules } from '@quhua/storage';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createTestEngine, type TestEngine, take } from '../support/engine.ts';

const CANONICAL = 'project_no,kind,item,date,progress_pct,amount,count,document';
const csv = (header: string, ...rows: readonly string[]): Buffer => Buffer.from(`${[header, ...rows].join('\n')}\n`);
const [FIRST, SECOND, THIRD] = ['2025-10-02T00:00:00Z', '2025-10-05T00:00:00Z', '2025-10-09T00:00:00Z'];
const at = (instant: string | null) => ({ jurisdiction: '653100', asOf: instant === null ? null : new Date(instant) });

/** Takes a file of the schedule in, as it becomes known at an instant. */
async function agreed(engine: TestEngine, asOf: string, ...rows: readonly string[]): Promise<number> {
  const bytes = csv(CANONICAL, ...rows);
  return Number((await take(engine, bytes, { feed: 'project-schedule', name: 'schedule.csv', asOf })).id);
}

async function listed(engine: TestEngine, instant: string | null, projectNos?: readonly string[]): Promise<string[]> {
  const request = { ...at(instant), ...(projectNos === undefined ? {} : { projectNos }) };
  const found = await listProjectSchedules(engine.database.db, request);
  return [...found].map(
    ([no, items]) => `${no} ${items.map(({ kind, item, date }) => `${kind} ${item} ${date}`).join(', ')}`,
  );
}

test('a schedule as known at an instant: the newest version of each item; a withdrawal does not reach back', async () => {
  const engine = await createTestEngine();
  await agreed(
    engine,
    FIRST,
    'P1,building,2,2026-06-30,,,60,',
    'P1,building,1,2026-06-30,,,40,',
    'P1,node,2,,60.5,9.00,,甲文',
    'P2,plan,2,2026-03-31,45.25,,,',
  );
  const second = await agreed(engine, SECOND, 'P1,building,2,2026-05-31,,,61,', 'P1,building,0,,,,5,');
  const before = [
    'P1 building 1 2026-06-30, building 2 2026-06-30, node 2 null',
    'P2 plan 2 2026-03-31', // of the same name as others of P1
  ];
  const after = ['P1 building 2 2026-05-31, building 1 2026-06-30, building 0 null, node 2 null', ...before.slice(1)];
  expect(await listed(engine, '2025-10-01T00:00:00Z')).toEqual([]);
  expect(await listed(engine, FIRST)).toEqual(before);
  expect(await listed(engine, null)).toEqual(after);
  expect([await listed(engine, null, ['P2', 'P9']), await listed(engine, null, [])]).toEqual([after.slice(1), []]);
  const node = (await listProjectSchedules(engine.database.db, at(SECOND))).get('P1')?.at(-1);
  expect(node).toEqual({
    ...{ kind: 'node', item: '2', date: null, progressBp: 6050, amountFen: 900, count: null, document: '甲文' },
    ...{ batchId: second - 1, line: 4, simulated: false },
  });
  engine.setNow(THIRD);
  await withdrawBatch(engine, { id: second, by: 'test', reason: 'wrong' });
  expect(await listed(engine, null)).toEqual(before);
  expect(await listed(engine, SECOND)).toEqual(after);
  expect(await listProjectSchedules(engine.database.db, { ...at(null), jurisdiction: '100000' })).toEqual(new Map());
});

test('a file with Chinese headers and words is known as the schedule; what cannot be is refused by its row', async () => {
  const engine = await createTestEngine();
  const bytes = csv(
    '项目编号,类型,楼号或节点,日期,进度（%）,监管额度（万元）,户数,依据文件',
    'P1,楼栋,1号楼,2099年6月30日,,,120,', // a placeholder: taken, with a word
    'P1,楼栋交付,2号楼,2027/6/30,,,80,合同',
    'P1,监管节点,主体封顶,,60,"1,200.5",,',
    'P1,计划,2026年一季度,2026-03-31,45.25,,,',
    'P1,计划进度,2026年一季度,2026-03-31,46,,,', // the same item once more, otherwise
    'P1,会议,开工会,2026-03-31,,,,',
    'P1,节点,封顶,,100.01,,,',
    ',节点,竣工,,100,,,',
  );
  const result = await ingestFile(engine, { name: '节点.csv', bytes, by: 'test' });
  expect(result.plan?.feed).toBe('project-schedule');
  expect(result.rows).toMatchObject({ total: 8, accepted: 2, warned: 1, quarantined: 5 });
  const { rows } = await sql<{ line: number; codes: string }>`
    select line, (select string_agg(r ->> 'code', ' ') from jsonb_array_elements(reasons) r) as codes from batch_row order by line
  `.execute(engine.database.db);
  expect(rows.map(({ line, codes }) => `${line} ${codes}`)).toEqual([
    ...['2 DATE_PLACEHOLDER', '5 ROW_CONFLICT', '6 ROW_CONFLICT', '7 KIND_UNKNOWN', '8 PERCENT_SCALE', '9 KEY_MISSING'],
  ]);
  expect(result.status).toBe('held'); // over half of its rows
});

test('a report without a requirement is held against the node that it has reached', async () => {
  const engine = await createTestEngine();
  await agreed(engine, FIRST, 'P1,node,主体封顶,,60,5.00,,', 'P2,node,主体封顶,,60,5.00,,');
  const projects = csv('project_no,region_code,name', 'P1,653101,甲', 'P2,653101,乙');
  await take(engine, projects, { feed: 'projects', name: 'projects.csv', asOf: FIRST });
  const bytes = csv(
    'project_no,report_date,physical_progress_pct,escrow_balance',
    'P1,2025-09-30,60,4.99',
    'P2,2025-09-30,59.99,4.99',
  );
  const { plan, rows } = await ingestFile(engine, { name: 'r.csv', feed: 'project-reports', bytes, by: 'test' });
  expect(rows).toMatchObject({ total: 2, accepted: 2 });
  expect(plan?.notes.map(({ code, message }) => `${code} ${message}`)).toEqual([
    expect.stringMatching(/^ESCROW_BELOW 1 行，第一处：.*低于节点“主体封顶”的重点监管额度 5\.00 元/u),
  ]);
});
