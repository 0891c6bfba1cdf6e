import { join } from 'node:path';
import { loadConfig } from '@quhua/config';
import { currentRisk, reasonsOf } from '@quhua/core';
import {
  type Db,
  listProjectNotices,
  listProjectSchedules,
  listProjects,
  openDatabase,
  streamProjectReports,
} from '@quhua/storage';
import pg from 'pg';
import { DAY, JURISDICTION } from './project-rows.ts';

// A process for each way, so that time and peak memory are its own.
const [mode = '', url = ''] = process.argv.slice(2);
const request = { jurisdiction: JURISDICTION, asOf: null };

const MODES: Readonly<Record<string, () => Promise<object>>> = {
  /** Every level of every project, held through all of its reports, and what there is to say of the last day. */
  evaluate: () => onDatabase(evaluate),
  /** The same rows by the same functions, and nothing done with them. */
  read: () => onDatabase(readOnly),
  /** The same reports by one statement, row by row as node-pg gives them. */
  plain: plainRead,
};

async function onDatabase(work: (db: Db) => Promise<object>): Promise<object> {
  await using database = openDatabase({ connection: { connectionString: url }, name: 'bench' });
  return await work(database.db);
}

async function evaluate(db: Db): Promise<object> {
  const { delivery: settings } = loadConfig(join(import.meta.dirname, '../../config/kashgar'));
  const [projects, notices] = [await listProjects(db, request), await listProjectNotices(db, request)];
  const schedules = await listProjectSchedules(db, request);
  let [rows, said] = [0, 0];
  const levels: Record<string, number> = {};
  for await (const { projectNo, reports } of streamProjectReports(db, request)) {
    const project = projects.get(projectNo);
    if (project === undefined) throw new Error(`${projectNo} is not registered`);
    const facts = {
      ...{ project, reports, notices: notices.get(projectNo) ?? [] },
      schedule: schedules.get(projectNo) ?? [],
    };
    const risk = currentRisk({ facts, settings, pooled: [] }, { day: DAY });
    rows += reports.length;
    said += JSON.stringify([risk, reasonsOf(risk)]).length; // every word and figure of the day, as a row would hold them
    levels[risk.level] = (levels[risk.level] ?? 0) + 1;
  }
  return { rows, said, levels };
}

async function readOnly(db: Db): Promise<object> {
  await listProjects(db, request);
  await listProjectNotices(db, request);
  await listProjectSchedules(db, request);
  let rows = 0;
  for await (const { reports } of streamProjectReports(db, request)) rows += reports.length;
  return { rows };
}

const PLAIN = `
  select distinct on (o.project_no, o.report_date) o.project_no, o.report_date, o.physical_progress_bp, o.planned_progress_bp,
    o.escrow_balance_fen, o.escrow_required_fen, o.guarantee_amount_fen, o.cost_to_complete_fen, o.unpaid_buyer_money_fen, o.idle_days,
    o.petitions_30d, o.account_frozen, o.completion_filed, o.households_delivered, o.batch_id, o.line, o.simulated
  from project_report o
  where o.jurisdiction = $1 and not exists (
    select 1 from batch_event w where w.batch_id = o.batch_id and w.event = 'withdrawn' and w.at <= now())
  order by o.project_no, o.report_date, o.known_from desc, o.row_hash desc`;
const [INT8, DATE] = [20, 1082];

async function plainRead(): Promise<object> {
  pg.types.setTypeParser(INT8, Number);
  pg.types.setTypeParser(DATE, (text) => text);
  const client = new pg.Client({ connectionString: url, options: '-c random_page_cost=1.1 -c jit=off' }); // as storage's sessions
  await client.connect();
  let rows = 0;
  const query = client.query(new pg.Query(PLAIN, [JURISDICTION]));
  query.on('row', () => {
    rows += 1;
  });
  await new Promise<void>((resolve, reject) => {
    query.on('end', () => resolve());
    query.on('error', reject);
  });
  await client.end();
  return { rows };
}

const began = performance.now();
const found = (await MODES[mode]?.()) ?? {};
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage();
const rssMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, rssMb, ...found }));
