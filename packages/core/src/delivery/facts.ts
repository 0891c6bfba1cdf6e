import { parseDay } from './days.ts';

/** How far a project is on the whitelist (白名单) of projects that banks may finance. */
export const WHITELIST_STATES = ['none', 'recommended', 'approved', 'disbursed', 'removed'] as const;
export type WhitelistState = (typeof WHITELIST_STATES)[number];

/** A guaranteed-delivery project as registered. Units: money in fen. Missing: null is not known, never 0. */
export type Project = {
  readonly projectNo: string;
  readonly name: string;
  /** 推广名, where it differs from the filed name. */
  readonly promotedName: string | null;
  readonly regionCode: string;
  readonly developer: string | null;
  readonly buildings: number | null;
  readonly totalUnits: number | null;
  readonly householdsSold: number | null;
  readonly contractDeliveryOn: string | null;
  readonly whitelistApprovedFen: number | null;
  readonly whitelistDisbursedFen: number | null;
  readonly guaranteeFen: number | null;
  readonly whitelistState: WhitelistState | null;
  /** The letter of guarantee that `guaranteeFen` is of. */
  readonly guaranteeNo: string | null;
  /** The number under which this project goes on. */
  readonly mergedInto: string | null;
};

/** A report on a project, its newest revision. Units: progress in 0.01 %, money in fen. */
export type ProjectReport = {
  readonly date: string;
  readonly physicalBp: number | null;
  readonly plannedBp: number | null;
  readonly escrowBalanceFen: number | null;
  readonly escrowRequiredFen: number | null;
  readonly guaranteeFen: number | null;
  readonly costToCompleteFen: number | null;
  readonly unpaidBuyersFen: number | null;
  readonly idleDays: number | null;
  readonly petitions30d: number | null;
  readonly frozen: boolean | null;
  readonly completionFiled: boolean | null;
  readonly householdsDelivered: number | null;
};

export const NOTICE_KINDS = [
  'freeze',
  'execution',
  'unfreeze',
  'utilities',
  'fire',
  'completion',
  'handover',
  'statement',
  'petition',
  'restart',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** A dated fact beside the reports: a court's notice, an acceptance document, a bank's statement. */
export type ProjectNotice = {
  readonly noticeNo: string;
  readonly date: string;
  readonly kind: NoticeKind;
  /** Of a statement: the balance, in fen. */
  readonly amountFen: number | null;
  /** Of a handover: households so far; of a petition: cases. */
  readonly count: number | null;
  readonly document: string | null;
};

export const SCHEDULE_KINDS = ['building', 'node', 'plan'] as const;
export type ScheduleKind = (typeof SCHEDULE_KINDS)[number];

/**
 * What was agreed of a project beforehand: a building and when it is to be handed over, a node of the escrow, a point of
 * the planned curve. What each figure means is said in `schedule.ts`. Units: progress in 0.01 %, money in fen.
 */
export type ScheduleItem = {
  readonly kind: ScheduleKind;
  /** Number of the building, name of the node or of the point. */
  readonly item: string;
  readonly date: string | null;
  readonly progressBp: number | null;
  readonly amountFen: number | null;
  readonly count: number | null;
  readonly document: string | null;
};

/**
 * Everything that is known of one project. Shapes: reports and notices by date, oldest first, one report a day; the schedule in
 * any order, each item of a kind once.
 */
export type ProjectFacts = {
  readonly project: Project;
  readonly reports: readonly ProjectReport[];
  readonly notices: readonly ProjectNotice[];
  readonly schedule: readonly ScheduleItem[];
};

/** The newest report that speaks of a day or an earlier one. */
export function reportAt(reports: readonly ProjectReport[], day: string): ProjectReport | null {
  return reports[reportIndexAt(reports, day)] ?? null;
}

/** Where that report stands; −1: nowhere. */
export function reportIndexAt(reports: readonly ProjectReport[], day: string): number {
  let [low, high] = [0, reports.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((reports[middle]?.date ?? '') <= day) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Notices of a project up to a day, of some kinds, newest last. */
export function noticesUntil(
  notices: readonly ProjectNotice[],
  day: string,
  kinds: readonly NoticeKind[],
): ProjectNotice[] {
  return notices.filter(({ date, kind }) => date <= day && kinds.includes(kind));
}

/** Whether the escrow account is frozen or under execution on a day, and what says so; null: nobody said anything. */
export function frozenAt(
  { reports, notices }: ProjectFacts,
  day: string,
): { readonly frozen: boolean; readonly by: string } | null {
  let at = reportIndexAt(reports, day);
  while (at >= 0 && reports[at]?.frozen === null) at -= 1;
  const report = reports[at] ?? null;
  const notice = noticesUntil(notices, day, ['freeze', 'execution', 'unfreeze']).at(-1);
  if (notice !== undefined && (report === null || notice.date >= report.date)) {
    return { frozen: notice.kind !== 'unfreeze', by: `${notice.date} ${notice.noticeNo}` };
  }
  return report === null ? null : { frozen: report.frozen === true, by: `${report.date} 报告` };
}

/** Whether a project is delivered on a day: completion filed, and as many households handed over as were sold. */
export function isDelivered(facts: ProjectFacts, day: string): boolean {
  const { householdsSold } = facts.project;
  return isFiled(facts, day) && householdsSold !== null && handedOver(facts, day) >= householdsSold;
}

/** Households handed over up to a day: the most that a report or a notice of handover says; nobody moves out again. */
export function handedOver({ reports, notices }: Pick<ProjectFacts, 'reports' | 'notices'>, day: string): number {
  let most = 0;
  for (const { date, householdsDelivered } of reports) {
    if (date <= day) most = Math.max(most, householdsDelivered ?? 0);
  }
  for (const { date, kind, count } of notices) {
    if (date <= day && kind === 'handover') most = Math.max(most, count ?? 0);
  }
  return most;
}

/** Whether the completion filing (竣工验收备案) is there on a day. */
export function isFiled({ reports, notices }: Pick<ProjectFacts, 'reports' | 'notices'>, day: string): boolean {
  return (
    reports.some(({ date, completionFiled }) => completionFiled === true && date <= day) ||
    noticesUntil(notices, day, ['completion']).length > 0
  );
}

/** Days from one day to another; negative if it lies before. */
export function daysBetween(from: string, to: string): number {
  return parseDay(to) - parseDay(from);
}
