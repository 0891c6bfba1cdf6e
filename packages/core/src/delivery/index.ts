export {
  developersInTrouble,
  groupStakes,
  type OfDeveloper,
  STAKE_DAYS,
  type Stake,
  type StakeGroup,
  type StakeSum,
  stakeOf,
  stakesByLevel,
} from './at-stake.ts';
export { currentRisk } from './current.ts';
export { formatDay as dayOfNumber, parseDay as dayNumber } from './days.ts';
export {
  daysBetween,
  isDelivered,
  NOTICE_KINDS,
  type NoticeKind,
  type Project,
  type ProjectFacts,
  type ProjectNotice,
  type ProjectReport,
  reportAt,
  type ScheduleItem,
} from './facts.ts';
export {
  type Fraction,
  INDICATOR_TEXT,
  type Indicator,
  type Missing as MissingFigure,
  yuan as yuanText,
} from './indicator.ts';
export {
  type Contribution,
  isWorse,
  type ProjectRisk,
  type RiskInput,
  rawRisk,
  reasonsOf,
  riskHistory,
  stepLevel,
  worseOf,
} from './level.ts';
export { liftsOf } from './lifts.ts';
export { type Pace as BuildingPace, type Projection, pacesOf, slowestFirst } from './pace.ts';
export {
  alertLevelOf,
  LEVEL_TEXT as PROJECT_LEVEL_TEXT,
  type ListState,
  listFinding,
  PROJECT_ALERT_KINDS,
  type ProjectAlertKind,
  type ProjectFinding,
  projectFinding,
} from './project-alerts.ts';
export {
  checkReports,
  DEFAULT_REPORT_CHECKS,
  type FreshReport,
  REPORT_CHECK_CODES,
  REPORT_CHECK_LEVELS,
  type ReportCheckCode,
  type ReportCheckInput,
  type ReportCheckLevel,
  type ReportCheckSettings,
  type ReportChecks,
  type ReportFinding,
} from './report-checks.ts';
export { contractDateOn, escrowRequiredOf, plannedOn } from './schedule.ts';
export {
  DEFAULT_DELIVERY,
  type DeliverySettings,
  type Horizon,
  INDICATOR_CODES,
  type IndicatorCode,
  LIMIT_SENSE,
  LIMITED,
  type LimitedCode,
  type Limits,
  PROJECT_LEVELS,
  type ProjectLevel,
  WARNING_LEVELS,
  type WarningLevel,
  type WinterStop,
} from './settings.ts';
export {
  CASE_STATES,
  CASE_TEXT,
  type CaseEvent,
  type CaseNow,
  type CaseState,
  caseStateOf,
  checkCaseChange,
  confirmedDays,
  SETTABLE_CASES,
  type SettableCase,
} from './state.ts';
export * from './trial-run.ts';
