import type { NoticeKind, Project, ProjectNotice, ProjectReport, ScheduleItem } from '@quhua/core';
import { type RawBuilder, sql } from 'kysely';
import type { Db } from './database.ts';
import { withdrawnBy } from './feed-tables.ts';

/** Where a record stands in the file that brought it. */
export type Traced = { readonly batchId: number; readonly line: number; readonly simulated: boolean };

export type RegisteredProject = Project &
  Traced & {
    readonly permitNo: string | null;
    readonly escrowBank: string | null;
    readonly knownFrom: Date;
  };
export type TracedReport = ProjectReport & Traced;
export type TracedNotice = ProjectNotice & Traced;
export type TracedScheduleItem = ScheduleItem & Traced;

export type ProjectsRequest = {
  readonly jurisdiction: string;
  /** Null: what is known now. */
  readonly asOf: Date | null;
  /** Only these. */
  readonly projectNos?: readonly string[];
};

/** What a request may see of a table's rows `o`. */
export function knownTo({ jurisdiction, asOf, projectNos }: ProjectsRequest): RawBuilder<boolean> {
  const known = asOf === null ? sql`true` : sql`o.known_from <= ${asOf}`;
  const among = projectNos === undefined ? sql`true` : sql`o.project_no = any(${projectNos}::text[])`;
  return sql`o.jurisdiction = ${jurisdiction} and ${known} and ${among} and not ${withdrawnBy(asOf)}`;
}

/** The list of projects as known at an instant: the newest version of each. Shapes: by number, in its order. */
export async function listProjects(db: Db, request: ProjectsRequest): Promise<Map<string, RegisteredProject>> {
  const { rows } = await sql<RegisteredProject>`
    select p.project_no as "projectNo", p.name, p.promoted_name as "promotedName", r.code as "regionCode", p.developer, p.buildings,
      p.total_units as "totalUnits", p.households_sold as "householdsSold", p.contract_delivery_on as "contractDeliveryOn",
      p.whitelist_approved_fen as "whitelistApprovedFen", p.whitelist_disbursed_fen as "whitelistDisbursedFen",
      p.guarantee_amount_fen as "guaranteeFen", p.whitelist_state as "whitelistState", p.guarantee_no as "guaranteeNo",
      p.merged_into as "mergedInto", p.permit_no as "permitNo", p.escrow_bank as "escrowBank",
      p.known_from as "knownFrom", p.batch_id as "batchId", p.line, p.simulated
    from (
      select distinct on (o.project_no) o.* from project o where ${knownTo(request)}
      order by o.project_no, o.known_from desc, o.row_hash desc
    ) p join region r on r.id = p.region_id
    order by p.project_no
  `.execute(db);
  return new Map(rows.map((row) => [row.projectNo, row]));
}

const REPORT_COLUMNS = [
  ...['report_date', 'physical_progress_bp', 'planned_progress_bp', 'escrow_balance_fen', 'escrow_required_fen'],
  ...['guarantee_amount_fen', 'cost_to_complete_fen', 'unpaid_buyer_money_fen', 'idle_days', 'petitions_30d'],
  ...['account_frozen', 'completion_filed', 'households_delivered', 'batch_id', 'line', 'simulated::int'],
];
const REPORT_TEXT = sql.raw(REPORT_COLUMNS.map((name) => `coalesce(${name}::text, '')`).join(` || ',' || `));

/**
 * Reports on projects as known at an instant: the newest version of each, of batches that were not withdrawn by then.
 *
 * Shapes: by project number; a project's reports by date, oldest first. One row a project crosses the wire: ten thousand of
 * them with sixty reports each are read in seconds. Missing: a project without reports is not there.
 */
export async function listProjectReports(db: Db, request: ProjectsRequest): Promise<Map<string, TracedReport[]>> {
  const found = new Map<string, TracedReport[]>();
  for await (const { projectNo, reports } of streamProjectReports(db, request)) found.set(projectNo, reports);
  return found;
}

/** Projects whose reports come in one answer: so few that the server sorts them in its memory. */
const PROJECTS_AT_ONCE = 200;

/**
 * As `listProjectReports`, one project after the other, for a caller that keeps none of them.
 *
 * Shapes: by number. Concurrency: the next ones are read while the caller works on these; a transaction has one connection,
 * so whoever asks for something else in between waits for them.
 */
export async function* streamProjectReports(
  db: Db,
  request: ProjectsRequest,
): AsyncGenerator<{ readonly projectNo: string; readonly reports: TracedReport[] }> {
  // Days recur in every project: each is one text in memory.
  const days = new Map<string, string>();
  let page = reportsAfter(db, request, '');
  for (;;) {
    const rows = await page;
    const last = rows.length < PROJECTS_AT_ONCE ? undefined : rows.at(-1);
    if (last !== undefined) {
      page = reportsAfter(db, request, last.projectNo); // the server reads on while the caller works
      page.catch(() => {}); // thrown where it is waited for; a caller that has left does not care
    }
    for (const { projectNo, history } of rows) {
      yield { projectNo, reports: history.split(';').map((line) => toReport(line, days)) };
    }
    if (last === undefined) return;
  }
}

type ReportsRow = { readonly projectNo: string; readonly history: string };

async function reportsAfter(db: Db, request: ProjectsRequest, after: string): Promise<readonly ReportsRow[]> {
  const { rows } = await sql<ReportsRow>`
    with numbers as (
      select distinct o.project_no from project_report o
      where ${knownTo(request)} and o.project_no > ${after} order by o.project_no limit ${PROJECTS_AT_ONCE}
    )
    select n.project_no as "projectNo", string_agg(${REPORT_TEXT}, ';' order by report_date) as history
    from (
      select distinct on (o.project_no, o.report_date) o.* from project_report o
      where ${knownTo(request)} and o.project_no > ${after} and o.project_no <= (select max(project_no) from numbers)
      order by o.project_no, o.report_date, o.known_from desc, o.row_hash desc
    ) n group by n.project_no order by n.project_no
  `.execute(db);
  return rows;
}

function toReport(line: string, days: Map<string, string>): TracedReport {
  const cells = line.split(',');
  const number = (at: number): number | null => {
    const cell = cells[at] ?? '';
    return cell === '' ? null : Number(cell); // a safe integer by the column's check
  };
  const flag = (at: number): boolean | null => {
    const value = number(at);
    return value === null ? null : value === 1;
  };
  const day = cells[0] ?? '';
  const date = days.get(day) ?? day;
  if (date === day) days.set(day, date);
  return {
    date,
    physicalBp: number(1),
    plannedBp: number(2),
    escrowBalanceFen: number(3),
    escrowRequiredFen: number(4),
    guaranteeFen: number(5),
    costToCompleteFen: number(6),
    unpaidBuyersFen: number(7),
    idleDays: number(8),
    petitions30d: number(9),
    frozen: flag(10),
    completionFiled: flag(11),
    householdsDelivered: number(12),
    batchId: number(13) ?? 0,
    line: number(14) ?? 0,
    simulated: number(15) === 1,
  };
}

/**
 * Dated facts beside the reports, as known at an instant: the newest version of each.
 *
 * Shapes: by project number; a project's notices by date, then number. A notice that a later version moved to another
 * project stands only there.
 */
export async function listProjectNotices(db: Db, request: ProjectsRequest): Promise<Map<string, TracedNotice[]>> {
  const { projectNos, ...all } = request;
  const wanted = projectNos === undefined ? sql`true` : sql`n.project_no = any(${projectNos}::text[])`;
  // Which version holds is decided over all versions of the numbers that some version puts there.
  const among =
    projectNos === undefined
      ? sql`true`
      : sql`o.notice_no in (select n.notice_no from project_notice n where n.jurisdiction = ${request.jurisdiction} and ${wanted})`;
  const { rows } = await sql<TracedNotice & { readonly projectNo: string; readonly kind: NoticeKind }>`
    select n.project_no as "projectNo", n.notice_no as "noticeNo", n.date, n.kind, n.amount_fen as "amountFen", n.count, n.document,
      n.batch_id as "batchId", n.line, n.simulated
    from (
      select distinct on (o.notice_no) o.* from project_notice o where ${knownTo(all)} and ${among}
      order by o.notice_no, o.known_from desc, o.row_hash desc
    ) n where ${wanted}
    order by n.project_no, n.date, n.notice_no
  `.execute(db);
  return byProject(rows);
}

/** Rows of several projects, each project's in their order, without its number. */
function byProject<T>(rows: readonly (T & { readonly projectNo: string })[]): Map<string, Omit<T, 'projectNo'>[]> {
  const found = new Map<string, Omit<T, 'projectNo'>[]>();
  for (const { projectNo, ...own } of rows) {
    const list = found.get(projectNo) ?? [];
    list.push(own);
    found.set(projectNo, list);
  }
  return found;
}

/**
 * What was agreed of projects beforehand (buildings, escrow nodes, points of the planned curve), as known at an instant: the newest
 * version of each.
 *
 * Shapes: by project number; a project's by kind, date and item, those without a date last.
 */
export async function listProjectSchedules(
  db: Db,
  request: ProjectsRequest,
): Promise<Map<string, TracedScheduleItem[]>> {
  const { rows } = await sql<TracedScheduleItem & { readonly projectNo: string }>`
    select s.project_no as "projectNo", s.kind, s.item, s.date, s.progress_bp as "progressBp", s.amount_fen as "amountFen", s.count,
      s.document, s.batch_id as "batchId", s.line, s.simulated
    from (
      select distinct on (o.project_no, o.kind, o.item) o.* from project_schedule o where ${knownTo(request)}
      order by o.project_no, o.kind, o.item, o.known_from desc, o.row_hash desc
    ) s order by s.project_no, s.kind, s.date, s.item
  `.execute(db);
  return byProject(rows);
}
