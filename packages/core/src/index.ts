export { type AlertTextInput, figureText, KIND_TEXT, openText, resolveText, SIMULATED_MARK } from './alert-text.ts';
export {
  AREA_UNITS,
  type AreaUnit,
  formatCentisqm,
  formatWanSqm,
  type NumberFault,
  type NumberReading,
  readArea,
  readDecimal,
  safeInteger,
} from './area.ts';
export {
  type Assessment,
  type AssessRange,
  assessSeries,
  historyMonths,
  landSupplyOf,
  type UnitSeries,
} from './assess.ts';
export { type Distance, distancesOf } from './distance.ts';
export {
  type AlertChange,
  continueEpisodes,
  EPISODE_KINDS,
  type Episode,
  type EpisodeKind,
  episodesOf,
  type OpenAlert,
  planAlerts,
} from './episode.ts';
export { AppError, type AppErrorOptions, type ErrorKind } from './errors.ts';
export { EXIT, EXIT_OF_KIND } from './exit.ts';
export {
  FEED_NAMES,
  FEEDS,
  type FeedColumn,
  type FeedDefinition,
  type FeedName,
  type LedgerRow,
  type MonthlyRow,
  NO_ROWS,
  netSales,
  type RowCounts,
  type RowOutcome,
  type RowReason,
  stockOf,
} from './feed.ts';
export {
  createRegionLookup,
  type Jurisdiction,
  matchingKey,
  type Region,
  type RegionLookup,
  spellingsOf,
} from './jurisdiction.ts';
export {
  addMonths,
  dayAt,
  earlierMonth,
  isMonth,
  type Month,
  monthAt,
  monthIndex,
  monthOf,
  monthRange,
  monthText,
} from './month.ts';
export {
  checkPlanSums,
  formatPlanAmount,
  PLAN_UNITS,
  type Plan,
  type PlanCell,
  type PlanColumn,
  type PlanLine,
  type PlanRow,
  type PlanSum,
  type PlanSumFault,
  type PlanTable,
  type PlanUnit,
  readPlanCell,
} from './plan.ts';
export { formatRatio, parseRatio, type Ratio } from './ratio.ts';
export {
  COMPARATORS,
  type Comparator,
  type Condition,
  checkRulebook,
  citationOf,
  conditionText,
  type Definition,
  getTierRule,
  LAND_SUPPLIES,
  type LandSupply,
  type Rulebook,
  type RulebookFault,
  type TierRule,
} from './rulebook.ts';
export {
  type ExactMonths,
  exactMonths,
  monthStatus,
  monthsNumber,
  monthsText,
  STATUSES,
  type Status,
  statusText,
  thresholdsOf,
} from './sell-through.ts';
export {
  ALERT_KINDS,
  type AlertKind,
  type AlertsSettings,
  CATCH_UP,
  type ChannelSettings,
  type FeedSettings,
  type FeedsSettings,
  JOB_NAMES,
  type JobName,
  LEVELS,
  type Level,
  type Receiver,
  type Route,
  type ScheduledJob,
  type ScheduleSettings,
} from './settings.ts';
export { type Figures, holds, tierOf } from './tier.ts';
