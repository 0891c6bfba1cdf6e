import type { Project, ProjectReport, ScheduleItem } from './facts.ts';
import { percent, yuan } from './indicator.ts';
import { guaranteeStands } from './money.ts';
import { escrowRequiredOf } from './schedule.ts';
import type { DeliverySettings } from './settings.ts';

/** Checks on a project's reports, by name. A progress over 100 % and a date to come are refused where files are read. */
export const REPORT_CHECK_CODES = [
  'PROGRESS_BACK',
  'REPORT_COPIED',
  'ESCROW_UNEXPLAINED',
  'ESCROW_BELOW',
  'PROJECT_UNKNOWN',
  'DELIVERED_OVER',
] as const;
export type ReportCheckCode = (typeof REPORT_CHECK_CODES)[number];

/** What a finding does: `note` says it of the file and leaves its rows alone. */
export const REPORT_CHECK_LEVELS = ['off', 'note', 'warn', 'refuse'] as const;
export type ReportCheckLevel = (typeof REPORT_CHECK_LEVELS)[number];

export type ReportChecks = {
  readonly levels: Readonly<Record<ReportCheckCode, ReportCheckLevel>>;
  /** How far a progress may fall and still be taken for a measurement. Units: 0.01 %. */
  readonly backBp: number;
  /** Figures that must be given, and equal, before a report counts as copied. */
  readonly copiedFigures: number;
  /** Money from nowhere that is not worth a question. Units: fen. */
  readonly unexplainedFen: number;
};

/**
 * Starting points, every one a setting.
 *
 * Two checks on money and the one on the registry speak of the file only: new sales, transfers and a list that comes
 * later are ordinary, and none of them is in the feeds.
 */
export const DEFAULT_REPORT_CHECKS: ReportChecks = {
  levels: {
    PROGRESS_BACK: 'warn',
    REPORT_COPIED: 'warn',
    ESCROW_UNEXPLAINED: 'note',
    ESCROW_BELOW: 'note',
    PROJECT_UNKNOWN: 'note',
    DELIVERED_OVER: 'warn',
  },
  backBp: 0,
  copiedFigures: 4,
  unexplainedFen: 100_000_000,
};

/** A report of the file that is checked. */
export type FreshReport = ProjectReport & { readonly line: number };

/** What a check found in one row. Shapes: `column` is the canonical column that it is about. */
export type ReportFinding = {
  readonly code: ReportCheckCode;
  readonly level: Exclude<ReportCheckLevel, 'off'>;
  readonly line: number;
  readonly column: string;
  readonly zh: string;
  readonly en: string;
};

export type ReportCheckInput = {
  /** Null: the registry does not hold it. */
  readonly project: Pick<Project, 'householdsSold' | 'whitelistDisbursedFen' | 'guaranteeFen'> | null;
  readonly schedule: readonly ScheduleItem[];
  /** What was known of the project before. A fresh report of the same day stands in its place. */
  readonly known: readonly ProjectReport[];
  readonly fresh: readonly FreshReport[];
};

export type ReportCheckSettings = Pick<DeliverySettings, 'guaranteePercent'> & { readonly checks: ReportChecks };

type Said = Omit<ReportFinding, 'level' | 'line'>;
type Pair = {
  readonly project: ReportCheckInput['project'];
  readonly schedule: ReportCheckInput['schedule'];
  readonly report: ProjectReport;
  /** Earlier reports, oldest first. */
  readonly before: readonly ProjectReport[];
} & ReportCheckSettings;

/**
 * What is odd in fresh reports of one project, each held against the reports before it.
 *
 * Shapes: by day of the report. A report is never held against later ones, nor against one that is refused.
 * Missing: a figure that is not given is not held against anything.
 */
export function checkReports(
  { project, schedule, known, fresh }: ReportCheckInput,
  settings: ReportCheckSettings,
): ReportFinding[] {
  const replaced = new Set(fresh.map(({ date }) => date));
  const lines = new Map<ProjectReport, number>(fresh.map((report) => [report, report.line]));
  const all = [...known.filter(({ date }) => !replaced.has(date)), ...fresh].sort((a, b) =>
    a.date < b.date ? -1 : a.date > b.date ? 1 : 0,
  );
  const findings: ReportFinding[] = [];
  const before: ProjectReport[] = [];
  for (const report of all) {
    const line = lines.get(report);
    const own = line === undefined ? [] : findingsOf({ project, schedule, report, before, ...settings }, line);
    findings.push(...own);
    if (own.every(({ level }) => level !== 'refuse')) before.push(report);
  }
  return findings;
}

function findingsOf(pair: Pair, line: number): ReportFinding[] {
  return RULES.flatMap((rule) => rule(pair) ?? []).flatMap((one): ReportFinding[] => {
    const level = pair.checks.levels[one.code];
    return level === 'off' ? [] : [{ ...one, level, line }];
  });
}

const RULES: readonly ((pair: Pair) => Said | null)[] = [
  progressBack,
  reportCopied,
  escrowUnexplained,
  escrowBelow,
  projectUnknown,
  deliveredOver,
];

function progressBack({ report: { physicalBp }, before, checks }: Pair): Said | null {
  const last = before.findLast((one) => one.physicalBp !== null);
  if (physicalBp === null || last?.physicalBp == null || last.physicalBp - physicalBp <= checks.backBp) return null;
  const [from, to] = [percent(last.physicalBp), percent(physicalBp)];
  const zh = `形象进度 ${to}% 低于 ${last.date} 报告的 ${from}%`;
  const en = `progress went back from ${from} % on ${last.date}`;
  return { code: 'PROGRESS_BACK', column: 'physical_progress_pct', zh, en };
}

/** Every figure a report can give. */
const FIGURES = [
  'physicalBp',
  'plannedBp',
  'escrowBalanceFen',
  'escrowRequiredFen',
  'guaranteeFen',
  'costToCompleteFen',
  'unpaidBuyersFen',
  'idleDays',
  'petitions30d',
  'frozen',
  'completionFiled',
  'householdsDelivered',
] as const satisfies readonly Exclude<keyof ProjectReport, 'date'>[];

/** Of a project that is built nothing needs to change any more. */
function reportCopied({ report, before, checks }: Pair): Said | null {
  const last = before.at(-1);
  if (last === undefined || report.physicalBp === 10_000) return null;
  const given = FIGURES.filter((name) => report[name] !== null).length;
  if (given < checks.copiedFigures || FIGURES.some((name) => report[name] !== last[name])) return null;
  const zh = `${given} 个数字与 ${last.date} 的报告全部相同，像是照抄`;
  return { code: 'REPORT_COPIED', column: 'report_date', zh, en: `every figure is that of ${last.date}: a copy?` };
}

/** Buyers' payments and the loan are all that is known to fill the account; the loan's days are not known, so all of it counts. */
function escrowUnexplained({ project, report, before, checks }: Pair): Said | null {
  const last = before.findLast((one) => one.escrowBalanceFen !== null);
  if (report.escrowBalanceFen === null || last?.escrowBalanceFen == null) return null;
  if (report.unpaidBuyersFen === null || last.unpaidBuyersFen === null) return null;
  const rise = report.escrowBalanceFen - last.escrowBalanceFen;
  const paid = Math.max(0, last.unpaidBuyersFen - report.unpaidBuyersFen);
  const loan = project?.whitelistDisbursedFen ?? 0;
  const rest = rise - paid - loan;
  if (rest <= checks.unexplainedFen) return null;
  const zh = `账户余额比 ${last.date} 多 ${yuan(rise)} 元，其中 ${yuan(rest)} 元不是购房人付款（${yuan(paid)}）也不是白名单贷款（${yuan(loan)}）`;
  const en = `${yuan(rest)} yuan of the rise since ${last.date} come from nowhere known`;
  return { code: 'ESCROW_UNEXPLAINED', column: 'escrow_balance', zh, en };
}

function escrowBelow({ project, schedule, report, guaranteePercent }: Pair): Said | null {
  const balance = report.escrowBalanceFen;
  const required = escrowRequiredOf(report, schedule);
  if (balance === null || required === null) return null;
  const guarantee = report.guaranteeFen ?? project?.guaranteeFen ?? 0;
  const stands = guaranteeStands(required.fen, guarantee, { guaranteePercent });
  if (balance + stands >= required.fen) return null;
  const whose = required.node === null ? '' : `节点“${required.node}”的`;
  const zh = `账户余额 ${yuan(balance)} 元加可抵减保函 ${yuan(stands)} 元，低于${whose}重点监管额度 ${yuan(required.fen)} 元`;
  return { code: 'ESCROW_BELOW', column: 'escrow_balance', zh, en: 'the account holds less than this node requires' };
}

function projectUnknown({ project }: Pair): Said | null {
  if (project !== null) return null;
  const zh = '项目清单中没有这个项目编号，请核对编号或补报清单';
  return { code: 'PROJECT_UNKNOWN', column: 'project_no', zh, en: 'the list of projects does not hold this number' };
}

function deliveredOver({ project, report: { householdsDelivered: delivered } }: Pair): Said | null {
  const sold = project?.householdsSold ?? null;
  if (delivered === null || sold === null || delivered <= sold) return null;
  const zh = `已交付 ${delivered} 户，多于已售 ${sold} 户`;
  return { code: 'DELIVERED_OVER', column: 'households_delivered', zh, en: `more delivered than the ${sold} sold` };
}
