import {
  checkReports,
  FEEDS,
  type FeedRow,
  type FreshReport,
  type ReportCheckCode,
  type ReportFinding,
  type RowReason,
} from '@quhua/core';
import { type FeedReading, reasonAtLine } from '@quhua/feeds';
import { type Db, listProjectReports, listProjectSchedules, listProjects } from '@quhua/storage';
import type { BatchCheck, BatchCheckInput, BatchFindings, Verdict } from '../check-batch.ts';
import type { Engine } from '../engine.ts';

type Kept = { readonly projectNo: string; readonly report: FreshReport };

/** Projects whose history is in memory at one time. */
const PROJECTS_AT_ONCE = 500;

/**
 * Checks a file of reports on projects against each project's earlier reports, in the file and from before it, and
 * against the list of projects and their schedules.
 *
 * Shapes: what a check says of the file only is one note a check, with how many rows it is about and the first of them.
 * Missing: two files of one instant do not see each other's reports.
 */
export function createReportCheck(
  engine: Engine,
  { knownFrom, reopen }: Pick<BatchCheckInput, 'knownFrom' | 'reopen'>,
): BatchCheck {
  const kept = new Map<number, Kept>();
  return {
    add: (rows) => {
      for (const row of rows) kept.set(row.line, toKept(row));
    },
    drop: (lines) => {
      for (const line of lines) kept.delete(line);
    },
    finish: async (db, reading) => {
      const findings = await judge(engine, db, { kept: [...kept.values()], knownFrom });
      const lines = new Set(findings.flatMap(({ level, line }) => (level === 'note' ? [] : [line])));
      return sortFindings(findings, reading, await rawRows(lines, reopen));
    },
  };
}

type Judging = { readonly kept: readonly Kept[]; readonly knownFrom: Date };

async function judge({ config }: Engine, db: Db, { kept, knownFrom }: Judging): Promise<ReportFinding[]> {
  const { delivery, jurisdiction } = config;
  const byProject = Map.groupBy(kept, ({ projectNo }) => projectNo);
  const numbers = [...byProject.keys()];
  const before = new Date(knownFrom.getTime() - 1);
  const findings: ReportFinding[] = [];
  for (let at = 0; at < numbers.length; at += PROJECTS_AT_ONCE) {
    const projectNos = numbers.slice(at, at + PROJECTS_AT_ONCE);
    const request = { jurisdiction: jurisdiction.code, projectNos };
    const projects = await listProjects(db, { ...request, asOf: knownFrom });
    const schedules = await listProjectSchedules(db, { ...request, asOf: knownFrom });
    const reports = await listProjectReports(db, { ...request, asOf: before });
    for (const number of projectNos) {
      const fresh = (byProject.get(number) ?? []).map(({ report }) => report);
      const project = projects.get(number) ?? null;
      const [schedule, known] = [schedules.get(number) ?? [], reports.get(number) ?? []];
      findings.push(...checkReports({ project, schedule, known, fresh }, delivery));
    }
  }
  return findings.sort((a, b) => a.line - b.line);
}

type Raws = ReadonlyMap<number, readonly string[]>;

/** The senders' own cells of some lines; the file is read once more, but only if there are any. */
async function rawRows(lines: ReadonlySet<number>, reopen: BatchCheckInput['reopen']): Promise<Raws> {
  const found = new Map<number, readonly string[]>();
  if (lines.size === 0) return found;
  const again = await reopen();
  try {
    for await (const { rows } of again.chunks()) {
      for (const { line, raw } of rows) if (lines.has(line)) found.set(line, raw);
      if (found.size >= lines.size) break;
    }
  } finally {
    await again.close();
  }
  return found;
}

function sortFindings(findings: readonly ReportFinding[], { plan }: FeedReading, raws: Raws): BatchFindings {
  const byLine = new Map<number, { refused: boolean; reasons: RowReason[] }>();
  const noted = new Map<ReportCheckCode, { count: number; first: RowReason }>();
  for (const { code, level, line, column, zh, en } of findings) {
    const reason = reasonAtLine(plan, { line, month: null }, column, { code, zh, en });
    if (level === 'note') {
      const note = noted.get(code) ?? { count: 0, first: reason };
      noted.set(code, { ...note, count: note.count + 1 });
      continue;
    }
    const row = byLine.get(line) ?? { refused: false, reasons: [] };
    byLine.set(line, { refused: row.refused || level === 'refuse', reasons: [...row.reasons, reason] });
  }
  const verdicts = [...byLine].map(([line, { refused, reasons }]): Verdict => {
    return { line, outcome: refused ? 'quarantined' : 'warned', reasons, raw: raws.get(line) ?? [] };
  });
  const notes = [...noted].map(([code, { count, first }]) => ({ code, message: noteText(count, first.message) }));
  return { verdicts, holds: [], notes };
}

function noteText(count: number, first: string): string {
  const [zh, en = ''] = first.split(' / ');
  return `${count} 行，第一处：${zh} / ${count} rows, the first: ${en}`;
}

const AT = Object.fromEntries(FEEDS['project-reports'].columns.map(({ name }, at) => [name, at]));

function toKept({ line, values }: FeedRow): Kept {
  const text = (name: string): string => String(values[AT[name] ?? -1] ?? '');
  const number = (name: string): number | null => {
    const value = values[AT[name] ?? -1];
    return typeof value === 'number' ? value : null;
  };
  const flag = (name: string): boolean | null => {
    const value = number(name);
    return value === null ? null : value === 1;
  };
  const report: FreshReport = {
    line,
    date: text('report_date'),
    physicalBp: number('physical_progress_pct'),
    plannedBp: number('planned_progress_pct'),
    escrowBalanceFen: number('escrow_balance'),
    escrowRequiredFen: number('escrow_required'),
    guaranteeFen: number('guarantee_amount'),
    costToCompleteFen: number('cost_to_complete'),
    unpaidBuyersFen: number('unpaid_buyer_money'),
    idleDays: number('idle_days'),
    petitions30d: number('petitions_30d'),
    frozen: flag('account_frozen'),
    completionFiled: flag('completion_filed'),
    householdsDelivered: number('households_delivered'),
  };
  return { projectNo: text('project_no'), report };
}
