// A project that is well on every count, and what may happen to it.
import { formatDay, parseDay } from '../../src/delivery/days.ts';
import type {
  NoticeKind,
  Project,
  ProjectFacts,
  ProjectNotice,
  ProjectReport,
  ScheduleItem,
  ScheduleKind,
} from '../../src/delivery/facts.ts';
import type { Indicator } from '../../src/delivery/indicator.ts';
import { type ProjectRisk, rawRisk } from '../../src/delivery/level.ts';
import { DEFAULT_DELIVERY, type DeliverySettings, type IndicatorCode } from '../../src/delivery/settings.ts';

export const DAY = '2025-10-31';
export const day = (after: number, from = DAY): string => formatDay(parseDay(from) + after);

export const PROJECT: Project = {
  ...{ projectNo: 'KS-01', name: '锦绣家园', promotedName: null, regionCode: '653101', developer: '甲公司' },
  ...{ buildings: 4, totalUnits: 240, householdsSold: 200, contractDeliveryOn: '2027-06-30' },
  ...{ whitelistApprovedFen: 0, whitelistDisbursedFen: 0, guaranteeFen: null },
  ...{ whitelistState: null, guaranteeNo: null, mergedInto: null },
};

/** A project that is well on every count. */
export const REPORT: ProjectReport = {
  ...{ date: DAY, physicalBp: 6_000, plannedBp: 6_000, idleDays: 0, petitions30d: 0, frozen: false },
  ...{ escrowBalanceFen: 1_300, escrowRequiredFen: 1_000, guaranteeFen: null, costToCompleteFen: 1_000 },
  ...{ unpaidBuyersFen: 0, completionFiled: false, householdsDelivered: 0 },
};
const EARLIER: ProjectReport = { ...REPORT, date: '2025-09-30', physicalBp: 5_500, plannedBp: 5_500 };

export function notice(kind: NoticeKind, date: string, more: Partial<ProjectNotice> = {}): ProjectNotice {
  return { noticeNo: `${kind}-1`, date, kind, amountFen: null, count: null, document: null, ...more };
}

export function scheduled(kind: ScheduleKind, item: string, more: Partial<ScheduleItem> = {}): ScheduleItem {
  return { kind, item, date: null, progressBp: null, amountFen: null, count: null, document: null, ...more };
}

export type Change = {
  readonly project?: Partial<Project>;
  readonly report?: Partial<ProjectReport>;
  readonly notices?: readonly ProjectNotice[];
  readonly schedule?: readonly ScheduleItem[];
  readonly on?: string;
  readonly settings?: Partial<DeliverySettings>;
};

export function factsWith({ project, report, notices = [], schedule = [] }: Change): ProjectFacts {
  return { project: { ...PROJECT, ...project }, reports: [EARLIER, { ...REPORT, ...report }], notices, schedule };
}

export function riskOf(change: Change = {}): ProjectRisk {
  const settings = { ...DEFAULT_DELIVERY, ...change.settings };
  return rawRisk({ facts: factsWith(change), settings, pooled: [] }, change.on ?? DAY);
}

export function indicatorOf(risk: ProjectRisk, code: IndicatorCode): Indicator {
  const found = risk.indicators.find((one) => one.code === code);
  if (found === undefined) throw new Error(`no ${code}`);
  return found;
}

/** A contract date so many days after the day. */
export const due = (after: number): Change => ({ project: { contractDeliveryOn: day(after) } });
